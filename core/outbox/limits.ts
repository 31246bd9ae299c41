import type { Limit } from '../ports/courier.js';
import type { Database } from '../storage/database.js';

/** A limit lets no more through than it says: what is finer than the database's clock is rounded up. */
const perMs = 1_000;
const roundedUp = (ms: number): number => Math.ceil(ms * perMs) / perMs;

/** What `turnParts` is given of the limits: their scopes, how often one may go, and how far ahead a burst may reach. */
export const inOrder = (limits: readonly Limit[]): [string[], number[], number[]] => [
  limits.map(({ scope }) => scope),
  limits.map(({ everyMs }) => roundedUp(everyMs)),
  limits.map(({ everyMs, burst }) => everyMs * (burst - 1)),
];

/**
 * Limits are kept, not hit: one ledger for every process, counted before sending. Each scope is a leaky bucket (GCRA):
 * `full_at` says until when it is spoken for; a send fits while that lies less than `burst` intervals ahead.
 *
 * These are the parts of a statement that take a turn in all scopes, or in none: after a part `ready`, whose only column
 * says whether there is any sense in it, `turn` says how many of the scopes there are and how long to wait; where it is
 * taken `taking` has a row. Scopes are locked in one order, so that no two sends wait for each other.
 */
export const turnParts = (
  given: Record<'tenantId' | 'source' | 'now' | 'scopes' | 'everyMs' | 'aheadMs', string>,
) => `
  counted as (
    select * from unnest(${given.scopes}::text[], ${given.everyMs}::float8[], ${given.aheadMs}::float8[])
      as counted (scope, every_ms, ahead_ms)
  ), buckets as materialized (
    select scope, full_at from limits
     where tenant_id = ${given.tenantId} and source = ${given.source} and scope = any(${given.scopes}) and (select ready from ready)
     order by scope for update
  ), turn as materialized (
    select count(*)::int as scopes,
           coalesce(max(extract(epoch from full_at - ${given.now}) * 1000 - ahead_ms), 0)::float8 as "waitMs"
      from buckets join counted using (scope)
  ), taking as materialized (
    select from turn, ready where ready and scopes = cardinality(${given.scopes}) and "waitMs" <= 0
  ), taken as (
    update limits set full_at = greatest(full_at, ${given.now}) + every_ms * interval '1 millisecond' from counted
     where tenant_id = ${given.tenantId} and source = ${given.source} and limits.scope = counted.scope
       and exists (select from taking)
  )`;

/** A scope is counted from its first send on. */
export async function openScopes(
  db: Pick<Database, 'query'>,
  account: { tenantId: string; source: string },
  limits: readonly Limit[],
  now: number,
): Promise<void> {
  await db.query(
    `insert into limits (tenant_id, source, scope, full_at)
     select $1, $2, scope, $4 from unnest($3::text[]) as scope order by scope on conflict do nothing`,
    [account.tenantId, account.source, limits.map(({ scope }) => scope), new Date(now)],
  );
}
