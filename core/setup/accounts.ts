import { z } from 'zod';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { openedSecret } from '../operations/secrets.js';
import { happened, type Scene } from '../pipeline/scene.js';
import type { Connector } from '../ports/connector.js';
import { settingsChanged } from './changed.js';
import { type Field, fieldsOf, problemsOf, valuesOf } from './form.js';
import { setupPanel } from './panel.js';
import { queueCalled } from './queues.js';
import { saved } from './saved.js';
import { callbackOf } from './words.js';

const place = (tenantId: string, row: string) => ({
  tenantId,
  table: 'accounts',
  column: 'settings_sealed',
  row,
});

const form = {
  name: z.string().trim().min(1).max(60).optional(),
  queue: z.string().trim().min(1).max(60).optional(),
};

/** A new account of a channel. Its secrets are typed on a page only; a channel that needs none can be made by a command. */
export const createAccount = operation({
  name: 'account.create',
  input: z.looseObject({ channel: z.string().trim().min(1).max(60), ...form }),
  who: ['admin'],
  async run(input, call) {
    const { scene, caller, operations } = call;
    const { locale } = scene.tenant;
    const { connectors, vault, origin } = operations.installation;
    const connector = connectors.get(input.channel);
    if (!connector) {
      const channels = [...connectors.keys()].join('、');
      return refuse(text(locale, 'setup.unknownChannel', { channel: input.channel, channels }));
    }
    const fields = fieldsOf(connector.account);
    const isTyped = call.invocation.origin.kind === 'typed';
    if (isTyped && fields.some(({ secret, required }) => secret && required))
      return refuse(text(locale, 'setup.needsPage', { channel: input.channel }));
    const queue = input.queue === undefined ? await onlyQueue(scene) : await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const name = input.name ?? input.channel;
    const settings = await settingsIn(call, connector, fields, input, undefined);
    if ('problems' in settings)
      return refuse(text(locale, 'setup.accountWrong', { account: name, problems: settings.problems }));
    const id = scene.ids.next();
    await scene.tx.query(
      `insert into accounts (tenant_id, id, channel, name, queue_id, settings_sealed, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        scene.tenant.id,
        id,
        connector.channel,
        name,
        queue.id,
        await vault.seal(place(scene.tenant.id, id), JSON.stringify(settings.values)),
        new Date(scene.now),
      ],
    );
    await noted(scene, 'account.created', id, caller?.id, { channel: connector.channel, name });
    await settingsChanged(scene);
    const callback = connector.paste?.(origin, id) ?? callbackOf(origin, connector.channel, id);
    const say = text(locale, 'setup.accountCreated', { account: name, callback });
    if (isTyped) return done(say);
    await showPanel(call, setupPanel, { part: 'account', channel: '', id, told: say });
    return done(say);
  },
});

/** Other settings for an account; a secret that is left empty stays what it is. */
export const setAccount = operation({
  name: 'account.set',
  input: z.looseObject({ account: z.uuid(), ...form }),
  who: ['admin'],
  async run(input, call) {
    const { scene, caller, operations } = call;
    const { locale } = scene.tenant;
    const { connectors, vault } = operations.installation;
    const [row] = await scene.tx.query<{
      channel: string;
      name: string;
      queue_id: string;
      settings_sealed: string;
    }>(
      'select channel, name, queue_id, settings_sealed from accounts where tenant_id = $1 and id = $2 for update',
      [scene.tenant.id, input.account],
    );
    const connector = row && connectors.get(row.channel);
    if (!connector) return refuse(text(locale, 'error.expired'));
    const queue = input.queue === undefined ? { id: row.queue_id } : await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const name = input.name ?? row.name;
    const sealedAt = place(scene.tenant.id, input.account);
    const before: unknown = JSON.parse(await vault.open(sealedAt, row.settings_sealed));
    const settings = await settingsIn(call, connector, fieldsOf(connector.account), input, before);
    if ('problems' in settings)
      return refuse(text(locale, 'setup.accountWrong', { account: name, problems: settings.problems }));
    await scene.tx.query(
      'update accounts set name = $3, queue_id = $4, settings_sealed = $5 where tenant_id = $1 and id = $2',
      [
        scene.tenant.id,
        input.account,
        name,
        queue.id,
        await vault.seal(sealedAt, JSON.stringify(settings.values)),
      ],
    );
    await noted(scene, 'account.set', input.account, caller?.id, { name });
    await settingsChanged(scene);
    return saved(call, text(locale, 'setup.accountSet', { account: name }));
  },
});

/** What was filled in, checked by the channel's own schema. */
export async function settingsIn(
  { scene, caller, operations, invocation }: Call,
  { account }: Pick<Connector, 'account'>,
  fields: readonly Field[],
  input: Readonly<Record<string, unknown>>,
  before: unknown,
): Promise<{ values: Record<string, unknown> } | { problems: string }> {
  const owner = { tenantId: scene.tenant.id, memberId: caller?.id ?? '' };
  const { vault } = operations.installation;
  // A secret that did not come sealed from a page was typed where others may read it.
  const isPage = invocation.origin.kind === 'click';
  try {
    const values = await valuesOf(fields, input, before, async (sealed) =>
      isPage ? openedSecret(vault, owner, sealed) : '',
    );
    const checked = account.safeParse(values);
    return checked.success ? { values } : { problems: problemsOf(checked.error) };
  } catch {
    return { problems: text(scene.tenant.locale, 'setup.fillSecret') };
  }
}

async function onlyQueue({ tx, tenant }: Scene): Promise<{ id: string } | { say: string }> {
  const queues = await tx.query<{ id: string; name: string }>(
    'select id, name from queues where tenant_id = $1 order by name limit 20',
    [tenant.id],
  );
  const [one, other] = queues;
  if (one && !other) return one;
  const names = queues.map(({ name }) => name).join('、') || text(tenant.locale, 'setup.none');
  return { say: text(tenant.locale, 'setup.unknownQueue', { queue: '', queues: names }) };
}

const noted = (
  scene: Scene,
  kind: string,
  id: string,
  actor: string | undefined,
  data: Record<string, unknown>,
): Promise<void> => happened(scene, { kind, subject: `account:${id}`, actor, data });
