import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { mayBeGiven, takeTurnOf } from '../members/load.js';
import { memberById, setFocus } from '../members/member.js';
import { type Call, done, type Origin, type Outcome, operation, refuse } from '../operations/operation.js';
import type { StaffPlace } from '../outbox/place.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward } from '../pipeline/scene.js';
import { assignInstead } from '../queues/assign.js';
import { maySee, queuesFor } from '../queues/queue.js';
import {
  type Conversation,
  change,
  conversationById,
  type Reads,
  subjectOf,
  waitingConversations,
} from './conversation.js';
import { sayToCustomer } from './transcript.js';
import { watch } from './watch.js';
import { workplaceOf } from './workplace.js';

/** Takes a waiting conversation. Exactly one wins: calls are handled one by one in the conversation's mailbox. */
export const claim = operation({
  name: 'conversation.claim',
  input: z.object({
    conversation: z.uuid(),
    /** Somebody quicker has it: then whoever waits next. */
    orNext: z.boolean().default(false),
  }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  focuses: true,
  async run(input, call) {
    const { scene, caller } = call;
    const locale = scene.tenant.locale;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (input.orNext && conversation.state !== 'waiting' && (await passToNext(call, conversation)))
      return undefined;
    const refusal = await whyNot(call, conversation);
    if (refusal) {
      if (call.invocation.origin.kind === 'assigned') await assignInstead(scene, conversation, caller.id);
      return refusal;
    }

    const claimed = await change(
      scene,
      conversation,
      {
        state: 'active',
        ownerId: caller.id,
        epoch: conversation.epoch + 1,
        claimedAt: scene.now,
        ownerWroteAt: scene.now,
      },
      { kind: 'conversation.claimed', actor: caller.id },
    );
    await watch(scene, claimed);
    await sayToCustomer(scene, claimed, {
      author: { kind: 'system' },
      content: { type: 'text', text: text(locale, 'conversation.agentJoined', { agent: caller.name }) },
    });
    const work = await workplaceOf(scene, claimed, caller.id);
    const { origin } = call.invocation;
    const place = placeOfBrief(origin, work);
    if (place) {
      await postCard(scene, {
        subject: subjectOf(claimed.id),
        template: 'brief',
        audience: `member:${caller.id}`,
        place,
      });
    }
    const elsewhere = origin.kind === 'typed' && origin.place.kind === 'direct' && work?.kind === 'topic';
    return done(
      text(locale, elsewhere ? 'command.claimedInTopic' : 'command.claimed', {
        code: claimed.code ?? '',
        customer: await customerName(scene.tx, scene.tenant.id, claimed.customerId),
      }),
    );
  },
});

/**
 * Who claims by typing wants to read on where they typed, even if the work has a topic of its own; but not in a group,
 * where others read what the customer said, nor where nobody can work.
 */
function placeOfBrief(origin: Origin, work: StaffPlace | undefined): StaffPlace | undefined {
  if (origin.kind !== 'typed' || origin.place.kind === 'chat') return work;
  return work === undefined || work.workspaceId === origin.place.workspaceId ? origin.place : work;
}

/** Takes whoever has waited longest in the caller's queues. */
export const claimNext = operation({
  name: 'queue.claimNext',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  async run(_, call) {
    return (await passToNext(call)) ? undefined : refuse(text(call.scene.tenant.locale, 'error.nobodyWaits'));
  },
});

/**
 * Passes a call on to the conversation that has waited longest, turning the caller to it. False: nobody waits.
 * @param lost  the one that somebody quicker has: who has turned to another since is not turned away from it
 */
async function passToNext({ scene, caller, invocation }: Call, lost?: Conversation): Promise<boolean> {
  const next = caller && (await nextWaitingFor(scene.tx, scene.tenant.id, caller.id));
  if (!next) return false;
  const focus = lost && (await memberById(scene.tx, scene.tenant.id, caller.id))?.focus;
  if (focus?.conversationId === lost?.id)
    setFocus(scene.tx, scene.tenant.id, caller.id, next.id, invocation.at);
  await forward(scene, identityMailbox(next.identityId), {
    kind: 'invoke',
    invocation: {
      ...invocation,
      operation: claim.name,
      input: { conversation: next.id, orNext: true },
    },
  });
  return true;
}

/** The one who has waited longest in the queues that a member serves. */
export async function nextWaitingFor(
  db: Reads,
  tenantId: string,
  memberId: string,
): Promise<Conversation | undefined> {
  const serving = (await queuesFor(db, tenantId, memberId)).filter((queue) => queue.serves);
  const ids = serving.map((queue) => queue.id);
  return (await waitingConversations(db, tenantId, ids, 1))[0];
}

async function whyNot(
  { scene, caller, invocation }: Call,
  conversation: Conversation,
): Promise<Outcome | undefined> {
  const locale = scene.tenant.locale;
  if (!caller) return refuse(text(locale, 'error.notMember'));
  const queue = (await queuesFor(scene.tx, scene.tenant.id, caller.id)).find(
    (one) => one.id === conversation.queueId,
  );
  if (!queue || !maySee(queue, caller)) return refuse(text(locale, 'error.notAllowed'));
  if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
  if (conversation.state === 'active' && conversation.ownerId === caller.id)
    return done(text(locale, 'error.alreadyYours'));
  if (conversation.state === 'active' && conversation.ownerId !== undefined) {
    const owner = await memberById(scene.tx, scene.tenant.id, conversation.ownerId);
    return refuse(text(locale, 'error.claimedBy', { name: owner?.name ?? '' }));
  }
  if (conversation.state !== 'waiting') return refuse(text(locale, 'error.notWaiting'));
  const isGiven = invocation.origin.kind === 'assigned';
  if (isGiven && !(await mayBeGiven(scene.tx, scene.tenant.id, caller.id, scene.now)))
    return refuse(text(locale, 'shift.takesNoWork'));
  if (await takeTurnOf(scene, caller.id)) return undefined;
  const limit = (await memberById(scene.tx, scene.tenant.id, caller.id))?.capacity ?? 0;
  return refuse(text(locale, 'error.full', { limit }));
}
