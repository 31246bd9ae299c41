import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { identityMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { assign, assignNextTo } from '../queues/assign.js';
import { giveCode } from './codes.js';
import { type Conversation, change, conversationById, type Reads } from './conversation.js';
import { noteHandover } from './handover-brief.js';
import { waitingSinceOf } from './standing.js';
import { sayToCustomer } from './transcript.js';
import { leaveDesks, showAtDesks } from './workplace.js';

/** Why the robot stands back: the key of a sentence under `conversation.handOver`, but for `elsewhere`. */
export type HandOverReason = 'asked' | 'unknown' | 'machine' | 'elsewhere';

/**
 * From the robot to people: the conversation gets its code, waits in its queue, and is shown at its desks. The epoch
 * rises, so that an answer the robot is still thinking about is dropped.
 */
export async function handOver(
  scene: Scene,
  conversation: Conversation,
  reason: HandOverReason,
): Promise<Conversation> {
  const waiting = await change(
    scene,
    conversation,
    {
      state: 'waiting',
      epoch: conversation.epoch + 1,
      code: conversation.code ?? (await giveCode(scene, conversation.id)),
      waitingSince: scene.now,
      handoverReason: reason,
    },
    { kind: 'conversation.handedOver', data: { reason } },
  );
  // Two machines that answer each other never end; who is answered in the channel's own app waits for nobody.
  if (reason !== 'machine' && reason !== 'elsewhere') await tellPlace(scene, waiting);
  await beginWaiting(scene, waiting);
  return waiting;
}

async function tellPlace(scene: Scene, waiting: Conversation): Promise<void> {
  const place = await placeInQueue(scene.tx, scene.tenant.id, waiting);
  await sayToCustomer(scene, waiting, {
    author: { kind: 'system' },
    content: {
      type: 'text',
      text:
        place <= 1
          ? text(scene.tenant.locale, 'robot.handOverNext')
          : text(scene.tenant.locale, 'robot.handOverStarted', { place }),
    },
  });
}

/**
 * From an owner who can't go on, or did not, back to the queue, ahead of those who came later: the customer's wait began
 * with their first word that got no answer.
 */
export async function handBack(
  scene: Scene,
  conversation: Conversation,
  why: 'left' | 'unanswered',
): Promise<void> {
  const owner = conversation.ownerId && (await memberById(scene.tx, scene.tenant.id, conversation.ownerId));
  await noteHandover(scene, conversation);
  const waiting = await backInQueue(scene, conversation, {
    queueId: conversation.queueId,
    event: { kind: 'conversation.handedBack', data: { from: conversation.ownerId, why } },
    told: (place) =>
      text(scene.tenant.locale, 'conversation.waitingAgain', { agent: owner ? owner.name : '', place }),
  });
  // Who let somebody wait is not the first to be given them again.
  await beginWaiting(scene, waiting, why === 'unanswered' ? conversation.ownerId : undefined);
}

/** By its owner, into their own queue or another: with a note of how things stand, for whoever takes it. */
export async function putInQueue(
  scene: Scene,
  conversation: Conversation,
  queue: { id: string; name: string },
  by: { id: string; name: string },
): Promise<Conversation> {
  const { locale } = scene.tenant;
  await noteHandover(scene, conversation);
  if (queue.id !== conversation.queueId) await leaveDesks(scene, conversation);
  const waiting = await backInQueue(scene, conversation, {
    queueId: queue.id,
    event: {
      kind: 'conversation.queued',
      actor: by.id,
      data: { from: conversation.ownerId, fromQueue: conversation.queueId, toQueue: queue.id },
    },
    told: (place) =>
      queue.id === conversation.queueId
        ? text(locale, 'conversation.waitingAgain', { agent: by.name, place })
        : text(locale, 'shift.movedToQueue', { queue: queue.name, place }),
  });
  await beginWaiting(scene, waiting, by.id);
  if (conversation.ownerId !== undefined) await assignNextTo(scene, conversation.ownerId, conversation.id);
  return waiting;
}

async function backInQueue(
  scene: Scene,
  conversation: Conversation,
  to: {
    queueId: string;
    event: { kind: string; actor?: string; data: Record<string, unknown> };
    told(place: number): string;
  },
): Promise<Conversation> {
  const waiting = await change(
    scene,
    conversation,
    {
      state: 'waiting',
      ownerId: null,
      queueId: to.queueId,
      epoch: conversation.epoch + 1,
      waitingSince: await waitingSinceOf(scene, conversation),
    },
    to.event,
  );
  const place = await placeInQueue(scene.tx, scene.tenant.id, waiting);
  await sayToCustomer(scene, waiting, {
    author: { kind: 'system' },
    content: { type: 'text', text: to.told(place) },
  });
  return waiting;
}

/** Its owner has left. If somebody else has it by now, nothing is to be done. */
export async function ownerless(
  scene: Scene,
  { conversationId, memberId }: { conversationId: string; memberId: string },
): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, conversationId);
  if (conversation?.state === 'active' && conversation.ownerId === memberId)
    await handBack(scene, conversation, 'left');
}

/**
 * Shows who waits at the desks of their queue, from now on for how long, and gives them to whoever has room.
 * @param not  whom it is not given to, for now
 */
export async function beginWaiting(scene: Scene, waiting: Conversation, not?: string): Promise<void> {
  await showAtDesks(scene, waiting);
  await watchWaiting(scene, waiting);
  await assign(scene, waiting, not);
}

const minuteMs = 60_000;

/** The desk card tells how long somebody waits, and turns amber and red: every minute at first, then more seldom. */
async function watchWaiting(scene: Scene, conversation: Conversation): Promise<void> {
  const waited = scene.now - (conversation.waitingSince ?? scene.now);
  const next = waited < 10 * minuteMs ? minuteMs : 10 * minuteMs;
  const timer = { kind: 'waiting', conversationId: conversation.id } as const;
  await setTimer(scene, identityMailbox(conversation.identityId), timer, scene.now + next);
}

/** A waiting customer is still waiting, or is not any more. */
export async function stillWaiting(scene: Scene, conversationId: string): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, conversationId);
  if (conversation?.state !== 'waiting') return;
  const waiting = await change(scene, conversation, {});
  // A card that was refused, recalled or lost with its chat is posted anew.
  await beginWaiting(scene, waiting);
}

/** 1 is next. */
export async function placeInQueue(db: Reads, tenantId: string, conversation: Conversation): Promise<number> {
  const [row] = await db.query<{ ahead: number }>(
    `select count(*)::int as ahead from conversations
      where tenant_id = $1 and queue_id = $2 and state = 'waiting' and id <> $3 and waiting_since <= $4`,
    [tenantId, conversation.queueId, conversation.id, new Date(conversation.waitingSince ?? 0)],
  );
  return (row?.ahead ?? 0) + 1;
}
