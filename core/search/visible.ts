import { type Conversation, conversationById, type Reads } from '../conversations/conversation.js';
import type { Member } from '../members/member.js';
import { maySee, type Queue, queuesFor } from '../queues/queue.js';

/** What a member may look through: the queues they may see, and what is their own besides. */
export interface Sight {
  memberId: string;
  queues: Queue[];
  /** Confidential queues that they do not serve: of those they see only what is in their hands at this moment. */
  hidden: string[];
}

export async function sightOf(
  db: Reads,
  tenantId: string,
  member: Pick<Member, 'id' | 'name' | 'role'>,
): Promise<Sight> {
  const queues = await queuesFor(db, tenantId, member.id);
  return {
    memberId: member.id,
    queues: queues.filter((queue) => maySee(queue, member)),
    hidden: queues.filter(({ confidential, serves }) => confidential && !serves).map(({ id }) => id),
  };
}

/** Which of the conversations in sight are wanted. */
export interface Wanted {
  queueId?: string;
  ownerId?: string;
  state?: 'open' | 'closed';
}

/** Grows with each value that a statement is given; hands out the placeholders. */
export class Values {
  readonly all: unknown[] = [];

  /** The placeholder of a value. */
  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}

/** The condition on conversations `c` that keeps to what a member may see and wants. It stands inside every statement. */
export function inSight(values: Values, sight: Sight, wanted: Wanted): string {
  const queues = values.add(sight.queues.map(({ id }) => id));
  const hidden = values.add(sight.hidden);
  const own = `c.owner_id = ${values.add(sight.memberId)}::uuid and (c.state = 'active' or c.queue_id <> all(${hidden}::uuid[]))`;
  return [
    `(c.queue_id = any(${queues}::uuid[]) or (${own}))`,
    ...(wanted.queueId === undefined ? [] : [`c.queue_id = ${values.add(wanted.queueId)}::uuid`]),
    ...(wanted.ownerId === undefined ? [] : [`c.owner_id = ${values.add(wanted.ownerId)}::uuid`]),
    ...(wanted.state === undefined ? [] : [`c.state ${wanted.state === 'closed' ? '=' : '<>'} 'closed'`]),
  ].join(' and ');
}

/** Whether what is said in a conversation is in sight: `inSight`, for one that is at hand. */
export const seesInto = (
  sight: Sight,
  { queueId, ownerId, state }: Pick<Conversation, 'queueId' | 'ownerId' | 'state'>,
): boolean =>
  sight.queues.some(({ id }) => id === queueId) ||
  (ownerId === sight.memberId && (state === 'active' || !sight.hidden.includes(queueId)));

/** A conversation if a member may see into it; to everybody else it does not exist. */
export async function conversationInSight(
  db: Reads,
  tenantId: string,
  member: Pick<Member, 'id' | 'name' | 'role'>,
  id: string,
): Promise<Conversation | undefined> {
  const conversation = await conversationById(db, tenantId, id);
  if (!conversation) return undefined;
  return seesInto(await sightOf(db, tenantId, member), conversation) ? conversation : undefined;
}
