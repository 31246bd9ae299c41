import type { Database } from '../storage/database.js';

/**
 * A lease makes one process the only one that drains a destination or does something else. It ends by itself, so a holder
 * that died is replaced; and it carries a fence, a number that rises with each holder, so that one who only slept finds
 * out before it writes.
 */
export interface Lease {
  tenantId: string;
  name: string;
  fence: number;
}

/**
 * The lease, or undefined while somebody else holds it. A holder takes what it still holds again at once (it lost its
 * database and could not release); the fence rises, so whatever it began before is void.
 *
 * @param given.lifeMs  how long a silent holder is believed
 */
export async function takeLease(
  db: Pick<Database, 'query'>,
  given: { tenantId: string; name: string; holder: string; now: number; lifeMs: number },
): Promise<Lease | undefined> {
  const { tenantId, name, holder, now, lifeMs } = given;
  const [row] = await db.query<{ fence: number }>(
    `insert into destinations as held (tenant_id, name, fence, holder, lease_until) values ($1, $2, 1, $3, $4)
     on conflict (tenant_id, name) do update set fence = held.fence + 1, holder = $3, lease_until = $4
       where held.lease_until is null or held.lease_until <= $5 or held.holder = $3
     returning fence`,
    [tenantId, name, holder, new Date(now + lifeMs), new Date(now)],
  );
  return row && { tenantId, name, fence: row.fence };
}

/** Gives the lease up, whatever is left, to be taken up again later. */
export async function releaseLease(
  db: Pick<Database, 'query'>,
  { tenantId, name, fence }: Lease,
): Promise<void> {
  await db.query(
    'update destinations set lease_until = null where tenant_id = $1 and name = $2 and fence = $3',
    [tenantId, name, fence],
  );
}

/**
 * Ends all leases: for a process that has its database to itself and finds the leases of one that was killed. Were it
 * wrong about that, the fences would still keep the other from writing.
 */
export async function endLeases(db: Database): Promise<void> {
  await db.query('update destinations set lease_until = null where lease_until is not null');
  await db.query('update tasks set lease_until = null where done_at is null and lease_until is not null');
}
