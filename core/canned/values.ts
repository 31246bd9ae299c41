import type { Conversation, Reads } from '../conversations/conversation.js';
import { customerName } from '../customers/customer.js';
import { ordersOf } from '../customers/facts.js';
import { identityById } from '../customers/identity.js';
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
  // What staff call a customer among themselves is not for the customer to read.
  const own = (await identityById(db, tenant.id, conversation.identityId))?.name;
  const name = own ?? (await customerName(db, tenant.id, conversation.customerId));
  return {
    customer: name.replace(/（自称）$/, ''),
    agent,
    code: conversation.code ?? '',
    order: order?.id ?? '',
    orderStatus: order?.status ?? '',
    queue: (await queueById(db, tenant.id, conversation.queueId))?.name ?? '',
    company: tenant.name,
  };
}
