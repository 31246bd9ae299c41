import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { identityMailbox } from '../pipeline/entry.js';
import { type Scene, setTimer } from '../pipeline/scene.js';
import { assign } from '../queues/assign.js';
import { giveCode } from './codes.js';
import { type Conversation, change, conversationById, type Reads } from './conversation.js';
import { sayToCustomer } from './transcript.js';
import { showAtDesks } from './workplace.js';

/** Why the robot stands back: the key of a sentence under `conversation.handOver`, but for `elsewhere`. */
export type HandOverReason = 'asked' | 'unknown' | 'elsewhere';

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
  // Who is being answered in the channel's own app waits for nobody.
  if (reason !== 'elsewhere') await tellPlace(scene, waiting);
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
 * From an owner who can't go on back to the queue, ahead of those who came later: the customer's wait began when they last
 * wrote without an answer.
 */
async function handBack(scene: Scene, conversation: Conversation): Promise<void> {
  const owner = conversation.ownerId && (await memberById(scene.tx, scene.tenant.id, conversation.ownerId));
  const unanswered = (conversation.customerWroteAt ?? 0) > (conversation.ownerWroteAt ?? 0);
  const waiting = await change(
    scene,
    conversation,
    {
      state: 'waiting',
      ownerId: null,
      epoch: conversation.epoch + 1,
      waitingSince: unanswered ? (conversation.customerWroteAt ?? scene.now) : scene.now,
    },
    { kind: 'conversation.handedBack', data: { from: conversation.ownerId } },
  );
  const place = await placeInQueue(scene.tx, scene.tenant.id, waiting);
  const agent = owner ? owner.name : '';
  await sayToCustomer(scene, waiting, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(scene.tenant.locale, 'conversation.waitingAgain', { agent, place }) },
  });
  await beginWaiting(scene, waiting);
}

/** Its owner has left. If somebody else has it by now, nothing is to be done. */
export async function ownerless(
  scene: Scene,
  { conversationId, memberId }: { conversationId: string; memberId: string },
): Promise<void> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, conversationId);
  if (conversation?.state === 'active' && conversation.ownerId === memberId)
    await handBack(scene, conversation);
}

async function beginWaiting(scene: Scene, waiting: Conversation): Promise<void> {
  await showAtDesks(scene, waiting);
  await watchWaiting(scene, waiting);
  await assign(scene, waiting);
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
