import { confirm } from '../cards/confirm.js';
import { arrive } from '../conversations/arrive.js';
import { ratingEnds } from '../conversations/ask-rating.js';
import { ownerless, stillWaiting } from '../conversations/hand-over.js';

import { raiseLowRating } from '../conversations/low-rating.js';

import { offerLapses } from '../conversations/offer.js';
import { windowCloses } from '../conversations/reply-window.js';
import { watchRings } from '../conversations/silence.js';
import { unchanged } from '../conversations/take-back.js';

import { fetched } from '../conversations/transcript.js';
import { notShown, undelivered } from '../conversations/undelivered.js';
import { endForBlocked } from '../customers/block.js';
import { belongs } from '../customers/merge.js';
import { showAnswer } from '../knowledge/ask.js';
import { hear } from '../members/hear.js';
import { remindNow } from '../members/remind.js';
import { backAtWork } from '../members/status.js';
import type { Operations } from '../operations/registry.js';
import { assignNextTo } from '../queues/assign.js';
import { robotReplies } from '../robot/reply.js';

import { showLooked } from '../setup/look.js';
import { type Entry, ownerOfMailbox, type Timer } from './entry.js';

import type { Handle, InboxRow } from './reader.js';
import type { Scene } from './scene.js';

/** What each kind of row means. This is the one place where a mailbox's rows turn into changes. */
export const handling =
  (operations: Operations): Handle =>
  async (scene, row) => {
    const owner = ownerOfMailbox(row.mailbox);
    const { entry } = row;
    switch (entry.kind) {
      case 'customer':
        return entry.event.kind === 'click'
          ? customerClicks(scene, operations, owner.id, row)
          : arrive(scene, owner.id, entry.event);
      case 'member':
        return hear(
          scene,
          operations,
          { memberId: owner.id, workspaceId: entry.workspaceId, callId: row.id },
          entry.event,
        );
      case 'invoke':
        return operations.run(scene, entry.invocation);
      case 'assigned':
        return claimForThem(scene, operations, owner.id, row, entry.conversationId);
      case 'ownerless':
        return ownerless(scene, entry);
      case 'task':
        return taskDone(scene, owner.id, entry);
      case 'timer':
        return timeHasCome(scene, owner.id, entry.timer);
      case 'fetched':
        return fetched(scene, entry.messageId, entry.content);
      case 'belongs':
        return belongs(scene, owner.id, entry.customerId);
      case 'blocked':
        return endForBlocked(scene, owner.id, entry.memberId);
      case 'undelivered':
        return undelivered(scene, entry);
      case 'unchanged':
        return unchanged(scene, entry);
      case 'notShown':
        return notShown(scene, entry);
    }
  };

function taskDone(
  scene: Scene,
  ownerId: string,
  { result, epoch }: Extract<Entry, { kind: 'task' }>,
): Promise<void> {
  switch (result.kind) {
    case 'robot.answer':
      return robotReplies(scene, result, epoch);
    case 'member.answer':
      return showAnswer(scene, ownerId, result);
    case 'setup.looked':
      return showLooked(scene, ownerId, result);
  }
}

function timeHasCome(scene: Scene, ownerId: string, timer: Timer): Promise<void> {
  switch (timer.kind) {
    case 'waiting':
      return stillWaiting(scene, timer.conversationId);
    case 'window':
      return windowCloses(scene, timer.identityId);
    case 'watch':
      return watchRings(scene, timer);
    case 'offer':
      return offerLapses(scene, timer);
    case 'remind':
      return remindNow(scene, ownerId, timer);
    case 'confirm':
      return confirm(scene, timer);
    case 'backAtWork':
      return backAtWork(scene, ownerId, timer.until);
    case 'writtenUp':
      return assignNextTo(scene, ownerId);
    case 'ratingEnds':
      return ratingEnds(scene, timer.conversationId);
    case 'lowRating':
      return raiseLowRating(scene, timer.conversationId);
  }
}

/** Claims for a member what their queue gave them. Who was quicker has it; then it is nothing to talk about. */
async function claimForThem(
  scene: Scene,
  operations: Operations,
  memberId: string,
  row: InboxRow,
  conversation: string,
): Promise<void> {
  await operations.call(scene, {
    id: row.id,
    operation: 'conversation.claim',
    actor: { kind: 'member', id: memberId },
    input: { conversation },
    origin: { kind: 'assigned' },
    at: scene.now,
  });
}

/** A customer's button: an operation like any other, called by them, in their own mailbox already. */
async function customerClicks(
  scene: Scene,
  operations: Operations,
  identityId: string,
  row: InboxRow,
): Promise<void> {
  if (row.entry.kind !== 'customer' || row.entry.event.kind !== 'click') return;
  const { event } = row.entry;
  await operations.run(scene, {
    id: row.id,
    operation: event.operation,
    actor: { kind: 'customer', identityId },
    input: { ...event.arguments, ...event.form },
    origin: { kind: 'customer' },
    at: Math.min(event.at, scene.now),
  });
}
