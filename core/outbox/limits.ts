import type { Clock } from '../clock.js';
import type { Limit } from '../ports/courier.js';
import type { Database } from '../storage/database.js';

/**
 * Limits are kept, not hit: one ledger for every process, counted before sending. Each scope is a leaky bucket (GCRA):
 * `full_at` says until when it is spoken for; a send fits while that lies less than `burst` intervals ahead. Instants are
 * whole milliseconds and rounded up, so that an interval of 16.7 ms never lets more through than it says.
 *
 * @returns 0 when the send may go now and is counted, else the milliseconds until it may
 */
export async function takeTurn(
  db: Database,
  clock: Clock,
  account: { tenantId: string; source: string },
  limits: readonly Limit[],
): Promise<number> {
  if (limits.length === 0) return 0;
  const now = clock.now();
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ scope: string; full_at: Date }>(
      `insert into limits (tenant_id, source, scope, full_at)
       select $1, $2, scope, $4 from unnest($3::text[]) as scope order by scope
       on conflict (tenant_id, source, scope) do update set full_at = limits.full_at
       returning scope, full_at`,
      [account.tenantId, account.source, limits.map((limit) => limit.scope), new Date(now)],
    );
    const fullAt = new Map(rows.map((row) => [row.scope, Math.max(row.full_at.getTime(), now)]));
    const waits = limits.map(
      (limit) => (fullAt.get(limit.scope) ?? now) - now - limit.everyMs * (limit.burst - 1),
    );
    const wait = Math.max(0, ...waits);
    if (wait > 0) return wait;
    await tx.query(
      `update limits set full_at = taken.full_at from unnest($3::text[], $4::timestamptz[]) as taken (scope, full_at)
        where limits.tenant_id = $1 and limits.source = $2 and limits.scope = taken.scope`,
      [
        account.tenantId,
        account.source,
        limits.map((limit) => limit.scope),
        limits.map((limit) => new Date(Math.ceil((fullAt.get(limit.scope) ?? now) + limit.everyMs))),
      ],
    );
    return 0;
  });
}
