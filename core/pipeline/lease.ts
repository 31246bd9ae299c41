import type { Clock } from '../clock.js';
import type { Database, Transaction } from '../storage/database.js';

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

export type LeaseTable = 'destinations';

const openRows: Record<LeaseTable, string> = {
  destinations: `outbox where tenant_id = $1 and destination = $2 and state in ('pending', 'sending')`,
};

export class Leases {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly holder: string,
    private readonly table: LeaseTable,
    /** How long a silent holder is believed. */
    private readonly lifeMs: number,
  ) {}

  private until(): Date {
    return new Date(this.clock.now() + this.lifeMs);
  }

  /**
   * The lease, or undefined while somebody else holds it or it rests. A holder takes what it still holds again at once
   * (it lost its database and could not release); the fence rises, so whatever it began before is void.
   */
  async take(tenantId: string, name: string): Promise<Lease | undefined> {
    const [row] = await this.db.query<{ fence: number }>(
      `insert into ${this.table} as held (tenant_id, name, fence, holder, lease_until) values ($1, $2, 1, $3, $4)
       on conflict (tenant_id, name) do update set fence = held.fence + 1, holder = $3, lease_until = $4
         where held.lease_until is null or held.lease_until <= $5 or held.holder = $3
       returning fence`,
      [tenantId, name, this.holder, this.until(), new Date(this.clock.now())],
    );
    return row && { tenantId, name, fence: row.fence };
  }

  /** Locks the lease for the transaction and renews it. False: it was lost, and nothing may be written. */
  async hold(lease: Lease, tx: Transaction): Promise<boolean> {
    const rows = await tx.query(
      `update ${this.table} set lease_until = $4 where tenant_id = $1 and name = $2 and fence = $3 returning 1`,
      [lease.tenantId, lease.name, lease.fence, this.until()],
    );
    return rows.length > 0;
  }

  /**
   * Gives the lease up if nothing is left to do. What is recorded while that statement runs may be seen neither by it nor
   * by the hint that finds the lease still taken; so whoever released looks once more, now that every later hint finds it free.
   *
   * @returns `free`: released, with nothing left · `more`: there is something to do · `lost`: it is somebody else's
   */
  async releaseWhenIdle(lease: Lease): Promise<'free' | 'more' | 'lost'> {
    const values = [lease.tenantId, lease.name];
    const [row] = await this.db.query<{ held: boolean; released: boolean }>(
      `with released as (
         update ${this.table} set lease_until = null where tenant_id = $1 and name = $2 and fence = $3
            and not exists (select 1 from ${openRows[this.table]}) returning 1
       )
       select exists (select 1 from ${this.table} where tenant_id = $1 and name = $2 and fence = $3) as held,
              exists (select 1 from released) as released`,
      [...values, lease.fence],
    );
    if (!row?.held) return 'lost';
    if (!row.released) return 'more';
    const left = await this.db.query(`select 1 from ${openRows[this.table]} limit 1`, values);
    return left.length === 0 ? 'free' : 'more';
  }

  /** Gives the lease up although something is left, to be taken up again later. */
  async release(lease: Lease): Promise<void> {
    await this.db.query(
      `update ${this.table} set lease_until = null where tenant_id = $1 and name = $2 and fence = $3`,
      [lease.tenantId, lease.name, lease.fence],
    );
  }

  /** Gives the lease up, and lets nobody take it for a while: what failed is not tried again by every hint that comes. */
  async rest(lease: Lease, forMs: number): Promise<void> {
    await this.db.query(
      `update ${this.table} set holder = null, lease_until = $4 where tenant_id = $1 and name = $2 and fence = $3`,
      [lease.tenantId, lease.name, lease.fence, new Date(this.clock.now() + forMs)],
    );
  }
}

/**
 * Ends all leases: for a process that has its database to itself and finds the leases of one that was killed. Were it
 * wrong about that, the fences would still keep the other from writing.
 */
export async function endLeases(db: Database): Promise<void> {
  await db.query('update destinations set lease_until = null where lease_until is not null');
  await db.query('update tasks set lease_until = null where done_at is null and lease_until is not null');
}
