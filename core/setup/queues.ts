import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { type Call, operation, refuse } from '../operations/operation.js';
import { happened, type Scene } from '../pipeline/scene.js';
import { hoursInWords, parseHours } from '../queues/hours.js';
import { type QueueSettings, queueSettings, settingsOf } from '../queues/settings.js';
import { memberCalled } from './members.js';
import { saved } from './saved.js';
import { listed, timeNames, whole } from './words.js';

const who = ['admin'] as const;
const queueName = z.string().trim().min(1).max(40);

/** A queue by its id or its name; what to say where there is none. */
export async function queueCalled(
  { tx, tenant }: Scene,
  words: string,
): Promise<{ id: string; name: string } | { say: string }> {
  const queues = await tx.query<{ id: string; name: string }>(
    'select id, name from queues where tenant_id = $1 order by name',
    [tenant.id],
  );
  const found = queues.find(({ id, name }) => id === words || name.toLowerCase() === words.toLowerCase());
  if (found) return found;
  const names = queues.map(({ name }) => name).join('、') || text(tenant.locale, 'setup.none');
  return { say: text(tenant.locale, 'setup.unknownQueue', { queue: words, queues: names }) };
}

const isTaken = async ({ tx, tenant }: Scene, name: string, except?: string): Promise<boolean> => {
  const rows = await tx.query(
    'select 1 from queues where tenant_id = $1 and lower(name) = lower($2) and id is distinct from $3::uuid',
    [tenant.id, name, except ?? null],
  );
  return rows.length > 0;
};

const noted = ({ scene, caller }: Call, kind: string, queueId: string, data: Record<string, unknown>) =>
  happened(scene, { kind, subject: `queue:${queueId}`, actor: caller?.id, data });

/** Two who name a queue at once are told apart by who locks the tenant's row first. */
const oneAtATime = ({ tx, tenant }: Scene) =>
  tx.query('select 1 from tenants where id = $1 for no key update', [tenant.id]);

/** A new queue; who makes it serves it, so that somebody does. */
export const createQueue = operation({
  name: 'queue.create',
  input: z.object({ name: queueName }),
  who,
  async run({ name }, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    await oneAtATime(scene);
    if (await isTaken(scene, name)) return refuse(text(locale, 'setup.queueTaken', { queue: name }));
    const id = scene.ids.next();
    await scene.tx.query('insert into queues (tenant_id, id, name, created_at) values ($1, $2, $3, $4)', [
      scene.tenant.id,
      id,
      name,
      new Date(scene.now),
    ]);
    if (caller) await serve(scene, id, caller.id);
    await noted(call, 'queue.created', id, { name });
    return saved(call, text(locale, 'setup.queueCreated', { queue: name }));
  },
});

const serve = ({ tx, tenant }: Scene, queueId: string, memberId: string) =>
  tx.query(
    'insert into queue_members (tenant_id, queue_id, member_id) values ($1, $2, $3) on conflict do nothing returning 1',
    [tenant.id, queueId, memberId],
  );

/** Only one that nothing depends on: conversations keep their queue for ever. */
export const deleteQueue = operation({
  name: 'queue.delete',
  input: z.object({ queue: queueName }),
  who,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const queue = await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const values = [scene.tenant.id, queue.id];
    await scene.tx.query('select 1 from queues where tenant_id = $1 and id = $2 for update', values);
    const used = await scene.tx.query(
      `select 1 where exists (select 1 from conversations where tenant_id = $1 and queue_id = $2)
          or exists (select 1 from accounts where tenant_id = $1 and queue_id = $2)`,
      values,
    );
    if (used.length > 0) return refuse(text(locale, 'setup.queueInUse', { queue: queue.name }));
    await scene.tx.query('delete from desks where tenant_id = $1 and queue_id = $2', values);
    await scene.tx.query('delete from queue_members where tenant_id = $1 and queue_id = $2', values);
    await scene.tx.query('delete from queues where tenant_id = $1 and id = $2', values);
    await noted(call, 'queue.deleted', queue.id, { name: queue.name });
    return saved(call, text(locale, 'setup.queueDeleted', { queue: queue.name }));
  },
});

const flag = z.union([z.boolean(), z.enum(['yes', 'no']).transform((word) => word === 'yes')]);
const { shape } = queueSettings;
const number = (schema: z.ZodDefault<z.ZodNumber>) => z.coerce.number().pipe(schema.unwrap()).optional();
const times = {
  undoSeconds: number(shape.undoSeconds),
  idleRemindMinutes: number(shape.idleRemindMinutes),
  idleCloseMinutes: number(shape.idleCloseMinutes),
  nudgeMinutes: number(shape.nudgeMinutes),
  unansweredMinutes: number(shape.unansweredMinutes),
  wrapUpSeconds: number(shape.wrapUpSeconds),
  reopenMinutes: number(shape.reopenMinutes),
  offerSeconds: number(shape.offerSeconds),
};
/** What a queue has settled: its name and flags, hours, texts, times, and the skills it needs. What is not said stays. */
export const setQueue = operation({
  name: 'queue.set',
  input: z.object({
    queue: queueName,
    name: queueName.optional(),
    confidential: flag.optional(),
    assigns: flag.optional(),
    hours: z.string().trim().max(300).optional(),
    closed: z.string().trim().max(500).optional(),
    skills: z.string().trim().max(400).optional(),
    ...times,
    whole,
  }),
  who,
  async run(input, call) {
    const { scene } = call;
    const { locale, timeZone } = scene.tenant;
    const queue = await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    await oneAtATime(scene);
    const name = input.name ?? queue.name;
    if (await isTaken(scene, name, queue.id))
      return refuse(text(locale, 'setup.queueTaken', { queue: name }));
    const hours = input.hours === undefined ? undefined : parseHours(input.hours);
    if (input.hours !== undefined && hours === undefined)
      return refuse(text(locale, 'setup.hoursWrong', { words: input.hours }));
    const before = await settingsOf(scene.tx, scene.tenant.id, queue.id);
    const settings: QueueSettings = {
      ...before,
      ...given(input),
      hours: hours ?? before.hours,
      skills:
        input.skills === undefined ? (input.whole ? [] : before.skills) : listed(input.skills).slice(0, 20),
      texts: { ...before.texts, closed: input.closed ?? (input.whole ? '' : before.texts.closed) },
    };
    await scene.tx.query(
      `update queues set name = $3, confidential = coalesce($4, confidential), assigns = coalesce($5, assigns), settings = $6
        where tenant_id = $1 and id = $2`,
      [
        scene.tenant.id,
        queue.id,
        name,
        input.confidential ?? null,
        input.assigns ?? null,
        JSON.stringify(queueSettings.parse(settings)),
      ],
    );
    const { queue: _, whole: __, ...changed } = input;
    await noted(call, 'queue.set', queue.id, changed);
    const onlyHours = Object.keys(changed).every(
      (key) => key === 'hours' || Reflect.get(changed, key) === undefined,
    );
    return saved(
      call,
      onlyHours && hours
        ? text(locale, 'setup.hoursSet', { queue: name, hours: hoursInWords(hours, locale), timeZone })
        : text(locale, 'setup.queueSet', { queue: name }),
    );
  },
});

/** The times that were given. */
function given(input: { [Name in (typeof timeNames)[number]]?: number }): Partial<QueueSettings> {
  return Object.fromEntries(
    timeNames.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

/** More people for a queue, by their names or (from a list) their id. */
export const addQueueMembers = operation({
  name: 'queue.addMembers',
  input: z.object({ queue: queueName, members: z.string().trim().min(1).max(400) }),
  who,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const queue = await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const found: { id: string; name: string }[] = [];
    for (const name of listed(input.members)) {
      const member = await memberCalled(scene, name);
      if ('say' in member) return refuse(member.say);
      found.push(member);
    }
    for (const { id } of found) await serve(scene, queue.id, id);
    await noted(call, 'queue.membersAdded', queue.id, { members: found.map(({ id }) => id) });
    const idle = await scene.tx.query<{ name: string }>(
      `select name from members where tenant_id = $1 and id = any($2::uuid[]) and role = 'employee'`,
      [scene.tenant.id, found.map(({ id }) => id)],
    );
    const names = (people: readonly { name: string }[]) => people.map(({ name }) => name).join('、');
    const say = [
      text(locale, 'setup.memberAdded', { names: names(found), queue: queue.name }),
      ...(idle.length > 0 ? [text(locale, 'setup.notAgents', { names: names(idle) })] : []),
    ];
    return saved(call, say.join('\n'));
  },
});

export const removeQueueMember = operation({
  name: 'queue.removeMember',
  input: z.object({ queue: queueName, member: z.string().trim().min(1).max(60) }),
  who,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const queue = await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const isId = z.uuid().safeParse(input.member).success;
    const member = isId ? await memberOfId(scene, input.member) : await memberCalled(scene, input.member);
    if ('say' in member) return refuse(member.say);
    await scene.tx.query(
      'delete from queue_members where tenant_id = $1 and queue_id = $2 and member_id = $3',
      [scene.tenant.id, queue.id, member.id],
    );
    await noted(call, 'queue.memberRemoved', queue.id, { member: member.id });
    return saved(call, text(locale, 'setup.memberRemoved', { name: member.name, queue: queue.name }));
  },
});

async function memberOfId(
  { tx, tenant }: Scene,
  id: string,
): Promise<{ id: string; name: string } | { say: string }> {
  const [row] = await tx.query<{ id: string; name: string }>(
    'select id, name from members where tenant_id = $1 and id = $2',
    [tenant.id, id],
  );
  return row ?? { say: text(tenant.locale, 'setup.unknownMember', { name: '' }) };
}

/**
 * Where a queue is shown in a workspace: in the group it was typed in, one to one, or not at all. "在目标群里 @机器人" says
 * which group is meant without anybody having to find out its id.
 */
export const bindDesk = operation({
  name: 'queue.bindDesk',
  input: z.object({
    queue: queueName,
    place: z.enum(['here', 'direct', 'none']).default('here'),
    /** Left out, the workspace it was typed in. */
    workspace: z.uuid().optional(),
  }),
  who,
  async run(input, call) {
    const { scene, invocation } = call;
    const { locale } = scene.tenant;
    const queue = await queueCalled(scene, input.queue);
    if ('say' in queue) return refuse(queue.say);
    const { origin } = invocation;
    const typedAt = origin.kind === 'typed' ? origin.place : undefined;
    const workspaceId =
      input.workspace ?? (origin.kind === 'click' ? origin.workspaceId : typedAt?.workspaceId);
    const [workspace] = await scene.tx.query<{ id: string; name: string; platform: string }>(
      'select id, name, platform from workspaces where tenant_id = $1 and id = $2',
      [scene.tenant.id, workspaceId],
    );
    if (!workspace) return refuse(text(locale, 'setup.bindHere', { queue: queue.name }));
    const abilities = scene.platforms.get(workspace.platform)?.abilities;
    if (input.place === 'here' && typedAt?.kind !== 'chat')
      return refuse(text(locale, 'setup.bindHere', { queue: queue.name }));
    const canShow = abilities?.groups === 'everything' || abilities?.groups === 'addressed';
    if (input.place === 'here' && (!canShow || !abilities.work))
      return refuse(text(locale, 'setup.cannotBind', { queue: queue.name }));
    const chat = input.place === 'here' && typedAt?.kind === 'chat' ? typedAt.chat : null;
    const place = chat === null ? input.place : abilities?.topics ? 'topic' : 'group';
    const values = [scene.tenant.id, queue.id, workspace.id];
    await scene.tx.query(
      'delete from desks where tenant_id = $1 and queue_id = $2 and workspace_id = $3',
      values,
    );
    if (place !== 'none')
      await scene.tx.query(
        'insert into desks (tenant_id, queue_id, workspace_id, place, chat) values ($1, $2, $3, $4, $5)',
        [...values, place, chat],
      );
    await noted(call, 'queue.deskBound', queue.id, { workspace: workspace.id, place });
    return saved(
      call,
      chat === null
        ? text(locale, 'setup.boundDirect', { queue: queue.name, workspace: workspace.name })
        : text(locale, 'setup.bound', { queue: queue.name }),
    );
  },
});
