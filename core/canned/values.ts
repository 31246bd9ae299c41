import type { Conversation, Reads } from '../conversations/conversation.js';
import { customerName } from '../customers/customer.js';
import { ordersOf } from '../customers/facts.js';
import { queueById } from '../queues/queue.js';
import type { Tenant } from '../tenant.js';
import type { Values } from './variables.js';

/** What the variables stand for in a conversation: of its own customer, as this very account knows them. */
export async function valuesIn(
  db: Reads,
  tenant: Tenant,
  conversation: Conversation,
  agent: string,
): Promise<Values> {
  const [order] = await ordersOf(db, tenant.id, [conversation.identityId]);
  return {
    customer: (await customerName(db, tenant.id, conversation.customerId)).replace(/（自称）$/, ''),
    agent,
    code: conversation.code ?? '',
    order: order?.id ?? '',
    orderStatus: order?.status ?? '',
    queue: (await queueById(db, tenant.id, conversation.queueId))?.name ?? '',
    company: tenant.name,
  };
}
