import type { CardData } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import type { Conversation } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';

/** What a brief says of its customer beyond their name: how staff call them by tags, and what they ordered last. */
export async function briefFacts(
  { db, tenant: { id, locale } }: Looking,
  { customerId, identityId }: Conversation,
): Promise<CardData<'brief'>['profile']> {
  const [row] = await db.query<{ tags: string[]; order: string | null; status: string | null }>(
    `select c.tags, o.id as order, o.status from customers c
       left join customer_orders o on o.tenant_id = c.tenant_id and o.identity_id = $3 and o.place = 1
      where c.tenant_id = $1 and c.id = $2`,
    [id, customerId, identityId],
  );
  if (!row) return [];
  const order = [row.order, row.status].filter(Boolean).join(' · ');
  return [
    ...(row.tags.length > 0 ? [{ label: text(locale, 'customer.tags'), value: row.tags.join(' · ') }] : []),
    ...(order ? [{ label: text(locale, 'card.label.orders'), value: order }] : []),
  ];
}
