import { type Conversation, conversationById, type Reads } from '../conversations/conversation.js';
import type { Caller } from '../operations/operation.js';
import { maySee, queuesFor } from '../queues/queue.js';

/** What of a customer somebody may see: the queues whose conversations they may read, and one conversation beyond those. */
export interface Sight {
  conversation: Conversation;
  queueIds: string[];
}

/**
 * A conversation for somebody who wants to know whose it is. Its owner may, and who may see its queue; to everybody else it
 * does not exist. A customer who also writes to a queue they may not see is, there, nobody they know.
 */
export async function sightOf(
  db: Reads,
  tenantId: string,
  who: Caller | undefined,
  conversationId: string,
): Promise<Sight | undefined> {
  if (!who || who.role === 'employee') return undefined;
  const conversation = await conversationById(db, tenantId, conversationId);
  if (!conversation) return undefined;
  const queues = (await queuesFor(db, tenantId, who.id)).filter((queue) => maySee(queue, who));
  const queueIds = queues.map((queue) => queue.id);
  const may = conversation.ownerId === who.id || queueIds.includes(conversation.queueId);
  return may ? { conversation, queueIds } : undefined;
}

/** Whether they see numbers and addresses as they are; everybody else asks for them, which is written down. */
export const seesReach = (who: Pick<Caller, 'role'>): boolean =>
  who.role === 'supervisor' || who.role === 'admin';
