import { z } from 'zod';
import { redrawPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { takeTurnOf } from '../members/load.js';
import { memberById } from '../members/member.js';
import { type Call, type Caller, done, type Outcome, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { maySee, type Queue, queuesFor } from '../queues/queue.js';
import { type Conversation, conversationById } from './conversation.js';
import { whyCannotTake } from './give.js';
import { givenLately, giveToMember, giveToQueue, namesOf } from './giving.js';
import { isOpenBetween } from './transfer.js';
import { workplaceOf } from './workplace.js';

/** Whom a supervisor gives a conversation to. */
export const heir = z.string().regex(/^(member|queue):[0-9a-f-]{36}$/i);

/** The panel that counts what became of many (`core/overview/batch.ts`). */
export const batchPanelName = 'batch';

/**
 * Takes a conversation for the caller from whoever has it, or from its queue. `epoch`: as the caller saw it; of two who take
 * over at once the second sees that it has moved.
 */
export const takeOver = operation({
  name: 'conversation.takeOver',
  input: z.object({ conversation: z.uuid(), epoch: z.number().int().optional() }),
  who: ['supervisor', 'admin'],
  conversation: (input) => input.conversation,
  focuses: true,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    const directed = await directable(call, input.conversation);
    if ('refused' in directed) return directed.refused;
    const { conversation } = directed;
    if (conversation.ownerId === directed.caller.id) return done(text(locale, 'error.alreadyYours'));
    if (input.epoch !== undefined && input.epoch !== conversation.epoch) return hasMoved(scene, conversation);
    const me = await memberById(scene.tx, scene.tenant.id, directed.caller.id);
    if (!me || !(await takeTurnOf(scene, me.id)))
      return refuse(text(locale, 'error.full', { limit: me?.capacity ?? 0 }));
    await giveToMember(scene, conversation, me, { by: directed.caller, kind: 'conversation.takenOver' });
    return done(text(locale, 'overview.tookOver', await namesOf(scene, conversation)));
  },
});

/** Gives a conversation to a colleague, or to a queue, who are not asked. */
export const reassign = operation({
  name: 'conversation.reassign',
  input: z.object({
    conversation: z.uuid(),
    to: heir,
    epoch: z.number().int().optional(),
    /** Of one of many: whose it has to be still, and what counts them. */
    from: z.uuid().optional(),
    batch: z.uuid().optional(),
  }),
  who: ['supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    if (input.batch && call.caller) await redrawPanel(scene, { name: batchPanelName }, call.caller.id);
    const directed = await directable(call, input.conversation);
    if ('refused' in directed) return directed.refused;
    const { conversation, caller, queues } = directed;
    const moved = input.epoch !== undefined && input.epoch !== conversation.epoch;
    if (moved || (input.from !== undefined && input.from !== conversation.ownerId))
      return hasMoved(scene, conversation);
    const [kind, id = ''] = input.to.split(':');
    const names = await namesOf(scene, conversation);
    if (kind === 'queue') {
      const queue = queues.find((one) => one.id === id);
      const refusal = whyNotQueue(scene, conversation, queues, queue);
      if (refusal || !queue) return refusal ?? refuse(text(locale, 'error.notAllowed'));
      await giveToQueue(scene, conversation, queue, caller);
      return done(text(locale, 'command.transferred', { ...names, to: queue.name }));
    }
    const to = await memberById(scene.tx, scene.tenant.id, id);
    const refusal =
      to && conversation.ownerId === to.id
        ? refuse(text(locale, 'overview.alreadyTheirs', { name: to.name }))
        : await whyCannotTake(scene, conversation, id);
    if (refusal || !to) return refusal ?? refuse(text(locale, 'error.colleagueGone', { name: '' }));
    await giveToMember(scene, conversation, to, { by: caller, kind: 'conversation.reassigned' });
    return done(text(locale, 'command.transferred', { ...names, to: to.name }));
  },
});

/** Takes back what the caller gave a moment ago, while nobody has said anything since. */
export const giveBack = operation({
  name: 'conversation.giveBack',
  input: z.object({ conversation: z.uuid(), batch: z.uuid().optional() }),
  who: ['supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene } = call;
    const { locale } = scene.tenant;
    if (input.batch && call.caller) await redrawPanel(scene, { name: batchPanelName }, call.caller.id);
    const directed = await directable(call, input.conversation);
    if ('refused' in directed) return directed.refused;
    const { conversation, caller } = directed;
    const before = await givenLately(
      { db: scene.tx, tenantId: scene.tenant.id, now: scene.now },
      conversation,
      caller.id,
    );
    if (!before) return refuse(text(locale, 'overview.tooLateToGiveBack'));
    const names = await namesOf(scene, conversation);
    if (before.state === 'waiting') {
      const queue = directed.queues.find((one) => one.id === before.queueId);
      if (!queue) return refuse(text(locale, 'error.notAllowed'));
      await giveToQueue(scene, conversation, queue, caller, before.waitingSince);
      return done(text(locale, 'command.transferred', { ...names, to: queue.name }));
    }
    const owner =
      before.ownerId === undefined ? undefined : await memberById(scene.tx, scene.tenant.id, before.ownerId);
    if (!owner || owner.departed || !(await workplaceOf(scene, conversation, owner.id)))
      return refuse(text(locale, 'error.colleagueGone', { name: owner?.name ?? '' }));
    await giveToMember(scene, conversation, owner, {
      by: caller,
      kind: 'conversation.givenBack',
      queueId: before.queueId,
    });
    return done(text(locale, 'command.transferred', { ...names, to: owner.name }));
  },
});

export interface Directed {
  caller: Caller;
  conversation: Conversation;
  /** Those the caller may see. */
  queues: Queue[];
}

/** A conversation that is in somebody's hands or waits, if the caller may direct its queue; to others it does not exist. */
export async function directable(
  { scene, caller }: Call,
  id: string,
): Promise<Directed | { refused: Outcome }> {
  const { locale } = scene.tenant;
  const conversation = await conversationById(scene.tx, scene.tenant.id, id);
  const all = caller ? await queuesFor(scene.tx, scene.tenant.id, caller.id) : [];
  const queues = all.filter((queue) => caller && maySee(queue, caller));
  if (!caller || !conversation || !queues.some((queue) => queue.id === conversation.queueId))
    return { refused: refuse(text(locale, 'error.conversationNotFound')) };
  if (conversation.state === 'closed') return { refused: refuse(text(locale, 'error.conversationClosed')) };
  if (conversation.state === 'robot') return { refused: refuse(text(locale, 'overview.robotHasIt')) };
  return { caller, conversation, queues };
}

/** Who it is with now, since it is not where the caller thought it was. */
async function hasMoved(scene: Scene, { ownerId }: Conversation): Promise<Outcome> {
  const { locale } = scene.tenant;
  const owner = ownerId === undefined ? undefined : await memberById(scene.tx, scene.tenant.id, ownerId);
  return refuse(owner ? text(locale, 'error.claimedBy', { name: owner.name }) : text(locale, 'error.stale'));
}

/** What was said in confidence stays with those who serve its queue. */
function whyNotQueue(
  scene: Scene,
  { queueId, state }: Conversation,
  queues: readonly Queue[],
  to: Queue | undefined,
): Outcome | undefined {
  const { locale } = scene.tenant;
  if (!to) return refuse(text(locale, 'error.notAllowed'));
  if (to.id === queueId && state === 'waiting')
    return refuse(text(locale, 'overview.waitsThere', { queue: to.name }));
  const leaves = queues.find((one) => one.id === queueId);
  return isOpenBetween(leaves, to) ? undefined : refuse(text(locale, 'shift.queueConfidential'));
}
