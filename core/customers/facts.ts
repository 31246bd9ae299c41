import type { Reads } from '../conversations/conversation.js';
import type { Scene } from '../pipeline/scene.js';
import type { PageSeen, SystemFacts } from '../ports/inbound.js';

/** So many are kept of each; whoever wants to see more looks into the system they are from. */
export const ordersMax = 20;
export const attributesMax = 20;
const pagesKept = 10;

/** An order as the customer's own system tells of it, in its words. */
export interface Order {
  id: string;
  title: string;
  status: string;
  amount: string;
  at?: number;
  url?: string;
}

/** Keeps what somebody's own systems say of them now; what they said before is over. True: it is news. */
export async function keepFacts(scene: Scene, identityId: string, facts: SystemFacts): Promise<boolean> {
  const { tx, tenant } = scene;
  let isNews = false;
  if (facts.attributes) {
    const attributes = Object.fromEntries(Object.entries(facts.attributes).slice(0, attributesMax));
    const changed = await tx.query(
      'update identities set attributes = $3 where tenant_id = $1 and id = $2 and attributes <> $3 returning 1',
      [tenant.id, identityId, JSON.stringify(attributes)],
    );
    isNews = changed.length > 0;
  }
  if (facts.orders) {
    const orders = facts.orders.slice(0, ordersMax);
    const before = await ordersOf(tx, tenant.id, [identityId]);
    const now = orders.map((one) => ({ ...one, status: one.status ?? '', amount: one.amount ?? '' }));
    if (JSON.stringify(before.map(inOrder)) !== JSON.stringify(now.map(inOrder))) {
      await replaceOrders(scene, identityId, now);
      isNews = true;
    }
  }
  return isNews;
}

const inOrder = ({ id, title, status, amount, at, url }: Order) => [
  id,
  title,
  status,
  amount,
  at ?? null,
  url ?? null,
];

async function replaceOrders(
  { tx, tenant }: Scene,
  identityId: string,
  orders: readonly Order[],
): Promise<void> {
  await tx.query('delete from customer_orders where tenant_id = $1 and identity_id = $2', [
    tenant.id,
    identityId,
  ]);
  await tx.query(
    `insert into customer_orders (tenant_id, identity_id, place, id, title, status, amount, ordered_at, url)
     select $1, $2, place, id, title, status, amount, ordered_at, url
       from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
            with ordinality as given (id, title, status, amount, ordered_at, url, place)`,
    [
      tenant.id,
      identityId,
      orders.map((one) => one.id),
      orders.map((one) => one.title),
      orders.map((one) => one.status),
      orders.map((one) => one.amount),
      orders.map((one) => (one.at === undefined ? null : new Date(one.at))),
      orders.map((one) => one.url ?? null),
    ],
  );
}

/** The orders of a person's identities, newest first as their systems told them. */
export async function ordersOf(
  db: Reads,
  tenantId: string,
  identityIds: readonly string[],
): Promise<Order[]> {
  const rows = await db.query<{
    id: string;
    title: string;
    status: string;
    amount: string;
    ordered_at: Date | null;
    url: string | null;
  }>(
    `select id, title, status, amount, ordered_at, url from customer_orders
      where tenant_id = $1 and identity_id = any($2::uuid[]) order by place, identity_id limit ${ordersMax}`,
    [tenantId, identityIds],
  );
  return rows.map((row) => ({
    id: row.id,
    title: row.title,
    status: row.status,
    amount: row.amount,
    at: row.ordered_at?.getTime(),
    url: row.url ?? undefined,
  }));
}

/** Notes which pages somebody looked at; the last few are kept. */
export async function keepPages(
  { tx, tenant, now }: Scene,
  identityId: string,
  pages: readonly PageSeen[],
): Promise<void> {
  const newest = pages.slice(-pagesKept);
  await tx.query(
    `insert into customer_pages (tenant_id, identity_id, url, title, at)
     select $1, $2, url, title, at
       from unnest($3::text[], $4::text[], $5::timestamptz[]) with ordinality as given (url, title, at, place) order by place`,
    [
      tenant.id,
      identityId,
      newest.map(({ url }) => url),
      newest.map(({ title }) => title ?? ''),
      newest.map(({ at }) => new Date(Math.min(at, now))),
    ],
  );
  await tx.query(
    `delete from customer_pages where tenant_id = $1 and identity_id = $2 and number not in (
       select number from customer_pages where tenant_id = $1 and identity_id = $2 order by number desc limit ${pagesKept})`,
    [tenant.id, identityId],
  );
}

/** The last pages of a person's identities, newest first. */
export async function pagesOf(
  db: Reads,
  tenantId: string,
  identityIds: readonly string[],
): Promise<PageSeen[]> {
  const rows = await db.query<{ url: string; title: string; at: Date }>(
    `select url, title, at from customer_pages
      where tenant_id = $1 and identity_id = any($2::uuid[]) order by at desc, number desc limit ${pagesKept}`,
    [tenantId, identityIds],
  );
  return rows.map(({ url, title, at }) => ({ url, title: title || undefined, at: at.getTime() }));
}
