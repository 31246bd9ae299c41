import type { Reads } from '../conversations/conversation.js';
import type { Vault } from '../secrets/vault.js';
import { openReach, type Reach, reaches } from './reach.js';

/** A customer with every record that was found to be the same person; the elder record comes first. */
export interface Person {
  /** Of the record that stands for all of them. */
  id: string;
  ids: string[];
  name: string;
  locale?: string;
  remarks: string[];
  tags: string[];
  phone: string[];
  email: string[];
  blocked?: { until: number; reason: string; by?: string };
  since: number;
}

interface Row extends Record<string, unknown> {
  id: string;
  name: string;
  locale: string | null;
  remark: string | null;
  tags: string[];
  phone_sealed: string | null;
  email_sealed: string | null;
  blocked_until: Date | null;
  blocked_reason: string | null;
  blocked_by: string | null;
  created_at: Date;
}

export async function personOf(
  db: Reads,
  vault: Vault,
  tenantId: string,
  customerId: string,
  now: number,
): Promise<Person | undefined> {
  const rows = await db.query<Row>(
    `with recursive same as (
       select c.*, 0 as depth from customers c where c.tenant_id = $1 and c.id = $2
       union all
       select c.*, same.depth + 1 from customers c join same on c.tenant_id = $1 and c.merged_into = same.id)
     select id, name, locale, remark, tags, phone_sealed, email_sealed, blocked_until, blocked_reason, blocked_by, created_at
       from same order by depth, created_at, id limit 20`,
    [tenantId, customerId],
  );
  const [first] = rows;
  if (!first) return undefined;
  const opened = async (kind: Reach): Promise<string[]> => {
    const values = await Promise.all(
      rows.map((row) => openReach(vault, tenantId, { id: row.id, sealed: row[`${kind}_sealed`] }, kind)),
    );
    return [...new Set(values.filter((value) => value !== undefined))];
  };
  const [phone = [], email = []] = await Promise.all(reaches.map(opened));
  return {
    id: first.id,
    ids: rows.map(({ id }) => id),
    name: first.name,
    locale: first.locale ?? undefined,
    remarks: rows.flatMap(({ remark }) => remark ?? []),
    tags: [...new Set(rows.flatMap(({ tags }) => tags))],
    phone,
    email,
    blocked:
      first.blocked_until && first.blocked_until.getTime() > now
        ? {
            until: first.blocked_until.getTime(),
            reason: first.blocked_reason ?? '',
            by: first.blocked_by ?? undefined,
          }
        : undefined,
    since: Math.min(...rows.map(({ created_at }) => created_at.getTime())),
  };
}

/** A person as one account knows them. */
export interface Known {
  identityId: string;
  account: string;
  name?: string;
  attributes: Record<string, string>;
}

/** The accounts that know a person, of those whose queues somebody may see; `always` is one they may see whatever its queue. */
export async function knownAs(
  db: Reads,
  tenantId: string,
  customerId: string,
  queueIds: readonly string[],
  always: string,
): Promise<Known[]> {
  const rows = await db.query<{
    id: string;
    account: string;
    name: string | null;
    attributes: Record<string, string>;
  }>(
    `select i.id, a.name as account, i.name, i.attributes from identities i
       join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
      where i.tenant_id = $1 and i.customer_id = $2 and (i.id = $4 or a.queue_id = any($3::uuid[]))
      order by i.id <> $4, i.created_at, i.id limit 20`,
    [tenantId, customerId, queueIds, always],
  );
  return rows.map(({ id, account, name, attributes }) => ({
    identityId: id,
    account,
    name: name ?? undefined,
    attributes,
  }));
}

/** A conversation a person had before. */
export interface Earlier {
  id: string;
  code?: string;
  channel: string;
  at: number;
  state: string;
  reason?: string;
  summary?: string;
}

/** What a person had with the house, of what somebody may see: the newest conversations, how many there are, and how they rated them. */
export async function earlierOf(
  db: Reads,
  tenantId: string,
  customerId: string,
  { queueIds, except }: { queueIds: readonly string[]; except: string },
  limit: number,
): Promise<{ count: number; rated: number; rating: number; newest: Earlier[] }> {
  const rows = await db.query<{
    id: string;
    code: string | null;
    channel: string;
    opened_at: Date;
    state: string;
    close_reason: string | null;
    close_summary: string | null;
    count: number;
    rated: number;
    rating: number | null;
  }>(
    `select c.id, c.code, a.name as channel, c.opened_at, c.state, c.close_reason, c.close_summary,
            count(*) over ()::int as count, count(c.rating) over ()::int as rated, avg(c.rating) over ()::float8 as rating
       from conversations c join accounts a on a.tenant_id = c.tenant_id and a.id = c.account_id
      where c.tenant_id = $1 and c.customer_id = $2 and c.queue_id = any($3::uuid[]) and c.id <> $4
      order by c.opened_at desc, c.id desc limit $5`,
    [tenantId, customerId, queueIds, except, limit],
  );
  const [first] = rows;
  return {
    count: first?.count ?? 0,
    rated: first?.rated ?? 0,
    rating: first?.rating ?? 0,
    newest: rows.map((row) => ({
      id: row.id,
      code: row.code ?? undefined,
      channel: row.channel,
      at: row.opened_at.getTime(),
      state: row.state,
      reason: row.close_reason ?? undefined,
      summary: row.close_summary ?? undefined,
    })),
  };
}

/** Others who may be the same person: they have the same number or address. Of those somebody may see only. */
export async function lookAlikes(
  db: Reads,
  tenantId: string,
  person: Person,
  queueIds: readonly string[],
): Promise<{ id: string; name: string; by: Reach }[]> {
  return db.query<{ id: string; name: string; by: Reach }>(
    `select distinct on (o.id) o.id, o.name, case when o.phone_print = m.phone_print then 'phone' else 'email' end as by
       from customers m join customers o on o.tenant_id = m.tenant_id and o.id <> all($2::uuid[]) and o.merged_into is null
        and (o.phone_print = m.phone_print or o.email_print = m.email_print)
      where m.tenant_id = $1 and m.id = any($2::uuid[]) and exists (
              select 1 from identities i join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
               where i.tenant_id = o.tenant_id and i.customer_id = o.id and a.queue_id = any($3::uuid[]))
      order by o.id limit 5`,
    [tenantId, person.ids, queueIds],
  );
}

/** The tags in use, the most used first. */
export async function tagsInUse(db: Reads, tenantId: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ tag: string }>(
    `select tag from customers, unnest(tags) as tag where tenant_id = $1 and tags <> '{}'
      group by tag order by count(*) desc, tag limit $2`,
    [tenantId, limit],
  );
  return rows.map(({ tag }) => tag);
}
