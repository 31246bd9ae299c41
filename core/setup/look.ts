import { z } from 'zod';
import { timeless } from '../cards/look.js';
import { showPanel, turnPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { oneToOne } from '../operations/origin.js';
import { enqueue } from '../outbox/enqueue.js';
import type { StaffPlace } from '../outbox/place.js';
import { memberMailbox, type TaskResult } from '../pipeline/entry.js';
import { ask, type Scene } from '../pipeline/scene.js';
import { setupPanel } from './panel.js';
import type { Part } from './parts.js';

const who = ['admin'] as const;

/** Shows a part now, and once more when it is known what others say of it. */
async function lookUp(call: Call, part: Part, meanwhile: Part): Promise<Outcome> {
  const { scene, caller } = call;
  const place = oneToOne(call);
  if (!place || !caller) return done();
  await showPanel(call, setupPanel, meanwhile);
  await ask(scene, {
    mailbox: memberMailbox(caller.id),
    kind: 'setup.look',
    input: { place, memberId: caller.id, part },
    epoch: 0,
  });
  return done();
}

/** Looks for people by their name: who is known, and who stands in the directories. */
export const searchMembers = operation({
  name: 'member.search',
  input: z.object({ words: z.string().trim().max(40).default('') }),
  who,
  shows: true,
  async run({ words }, call) {
    const part: Part = { part: 'members', page: 1, words, found: [], asking: words !== '' };
    if (words !== '') return lookUp(call, part, part);
    await showPanel(call, setupPanel, part);
    return done();
  },
});

/** Asks every platform whether it is ready. */
export const checkPlatforms = operation({
  name: 'workspace.check',
  input: z.object({}),
  who,
  shows: true,
  run(_, call) {
    const told = text(call.scene.tenant.locale, 'setup.testing');
    const part: Part = { part: 'platforms', found: {}, told };
    return lookUp(call, part, part);
  },
});

/** Asks a channel whether an account works. */
export const checkAccount = operation({
  name: 'account.check',
  input: z.object({ account: z.uuid() }),
  who,
  shows: true,
  run({ account }, call) {
    const part: Part = { part: 'account', channel: '', id: account, told: '' };
    return lookUp(call, part, { ...part, told: 'testing' });
  },
});

/** What was looked up is there. */
export async function showLooked(
  scene: Scene,
  memberId: string,
  { place, part }: Extract<TaskResult, { kind: 'setup.looked' }>,
): Promise<void> {
  await turnPanel(scene, setupPanel, { memberId, place }, part);
}

/**
 * A form with secrets, which are typed on the card's page and nowhere else. Where cards have fields of their own the
 * page's address is told beside it; where they have not, it stands on the card already.
 */
export const fillIn = operation({
  name: 'setup.fillIn',
  input: z.object({
    what: z.enum(['account', 'workspace']),
    channel: z.string().max(60).default(''),
    id: z.uuid().optional(),
  }),
  who,
  shows: true,
  async run({ what, channel, id }, call) {
    const { scene, caller, operations } = call;
    const { locale } = scene.tenant;
    const place = oneToOne(call);
    if (!place || !caller) return refuse(text(locale, 'error.notMember'));
    const bot = await botAt(call, place);
    if (!bot?.login) return refuse(text(locale, 'setup.noPage'));
    const part: Part | undefined =
      what === 'account'
        ? { part: 'account', channel, id, told: '' }
        : id === undefined
          ? undefined
          : { part: 'workspace', id };
    if (!part) return refuse(text(locale, 'error.expired'));
    const cardId = await showPanel(call, setupPanel, part);
    if (cardId !== undefined && bot.abilities.cardInputs) {
      const target = {
        ...{ tenantId: scene.tenant.id, workspaceId: place.workspaceId, memberId: caller.id },
        ...{ cardId, phase: timeless },
      };
      const page = operations.installation.pages(target, scene.now);
      await enqueue(scene, { kind: 'tell', to: place, text: text(locale, 'setup.onPage', { page }) });
    }
    return done();
  },
});

async function botAt({ scene, operations }: Call, { workspaceId }: StaffPlace) {
  const [workspace] = await scene.tx.query<{ platform: string }>(
    'select platform from workspaces where tenant_id = $1 and id = $2',
    [scene.tenant.id, workspaceId],
  );
  return operations.installation.bots.get(workspace?.platform ?? '');
}
