import type { Content } from '../conversations/message.js';
import type { Invocation } from '../operations/operation.js';
import type { StaffPlace } from '../outbox/place.js';
import type { Inbound } from '../ports/inbound.js';
import type { Part } from '../setup/parts.js';

/**
 * One row of an inbox: everything that changes a conversation or concerns a member arrives as one of these, and is
 * handled in order by whoever holds the mailbox's lease. There is no second way in.
 */
export type Entry =
  /** Something a customer said or did, for their identity's mailbox. */
  | { kind: 'customer'; event: Inbound }
  /** Something a member said or did in a workspace, for the member's mailbox; it forwards what concerns others. */
  | { kind: 'member'; workspaceId: string; event: Inbound }
  /** A member's call of an operation, forwarded to its subject; or a customer's. */
  | { kind: 'invoke'; invocation: Invocation }
  /** What a task found out. `epoch` is the conversation's when the task was given. */
  | { kind: 'task'; task: string; epoch: number; result: TaskResult }
  /** A queue gives a member what waits in it. */
  | { kind: 'assigned'; conversationId: string }
  /** The owner of a conversation has left; somebody else has to take it. */
  | { kind: 'ownerless'; conversationId: string; memberId: string }
  /** A time that was set has come. */
  | { kind: 'timer'; timer: Timer }
  /** A file that a message only named has been fetched and stored. */
  | { kind: 'fetched'; messageId: string; content: Content }
  /** An identity was found to be this customer's, or to be theirs no more. */
  | { kind: 'belongs'; customerId: string }
  /** Their customer was blocked: what is open with them ends. */
  | { kind: 'blocked'; memberId: string }
  /** A send to the customer came to an end that staff must know of. */
  | {
      kind: 'undelivered';
      messageId: string;
      fate: 'failed' | 'unknown';
      reason: string;
      window?: 'closed' | 'used';
    }
  /** What the customer was sent could not be taken back or changed: they see it as it was `before`. */
  | { kind: 'unchanged'; messageId: string; wanted: 'recall' | 'edit'; reason: string; before?: Content }
  /** What was said could not be shown to staff where they work, in this workspace. */
  | { kind: 'notShown'; messageId: string; workspaceId: string };

export type Timer =
  /** The conversation may still be waiting, and its card should show for how long. */
  | { kind: 'waiting'; conversationId: string }
  /** Somebody in an open conversation may have been silent for too long. `nudged`, `asked`: for which silence that was done (and when). */
  | {
      kind: 'watch';
      conversationId: string;
      epoch: number;
      nudged?: number;
      asked?: { silentSince: number; at: number };
    }
  /** The time in which the customer can be written to may soon be over. */
  | { kind: 'window'; identityId: string }
  /** Who was asked then to take it over has not answered. */
  | { kind: 'offer'; conversationId: string; offeredAt: number }
  /** A member wanted to be reminded, of a conversation or of something of their own. */
  | { kind: 'remind'; words: string; conversationId?: string }
  /** A break that was to last until then is over. */
  | { kind: 'backAtWork'; until: number }
  /** A click's answer may have been lost: the card that it showed is drawn once more. */
  | { kind: 'confirm'; cardId: string; version: number; phase: string }
  /** Who was writing up may be given something again. */
  | { kind: 'writtenUp' }
  /** The time to say how it was is over · supervisors hear of a low rating, with or without its reason. */
  | { kind: 'ratingEnds' | 'lowRating'; conversationId: string };

/** The results of the tasks there are, by their kind. */
export type TaskResult =
  | { kind: 'robot.answer'; messageId: string; reply: RobotReply }
  | { kind: 'member.answer'; place: StaffPlace; question: string; reply: RobotReply }
  | { kind: 'setup.looked'; place: StaffPlace; part: Part };

/** What the robot makes of a question. */
export type RobotReply =
  | { kind: 'answer'; articleId: string; question: string; content: Content }
  | { kind: 'unsure'; suggestions: string[] }
  | { kind: 'unknown' };

export type MailboxName = `identity:${string}` | `member:${string}`;

export const identityMailbox = (identityId: string): MailboxName => `identity:${identityId}`;
export const memberMailbox = (memberId: string): MailboxName => `member:${memberId}`;
export const ownerOfMailbox = (name: MailboxName): { kind: 'identity' | 'member'; id: string } => {
  const [kind, id = ''] = name.split(':');
  return { kind: kind === 'member' ? 'member' : 'identity', id };
};
