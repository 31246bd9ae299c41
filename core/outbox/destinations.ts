import type { Clock } from '../clock.js';
import type { Lease } from '../pipeline/lease.js';
import type { Limit } from '../ports/courier.js';
import type { Database } from '../storage/database.js';
import type { OutboxRow } from './compose.js';
import { inOrder, openScopes, turnParts } from './limits.js';
import { piecesMax } from './merge.js';

/** A row that is not settled. */
export interface OpenRow extends OutboxRow {
  number: number;
  state: 'pending' | 'sending';
  attempts: number;
  firstTriedAt: Date | null;
  notBefore: Date | null;
  createdAt: Date;
  /** Another one as soon as anybody writes to the row. */
  stamp: string;
}

/**
 * What became of marking rows as being sent. `changed`: somebody wrote to one of them since it was read · `lost`: the lease
 * is somebody else's · `waitMs`: it is not their turn yet. In all three nothing was marked, and no turn was used.
 */
export type Begun = 'begun' | 'changed' | 'lost' | { waitMs: number };

const openColumns = `id, tenant_id as "tenantId", destination, number, kind, body, message_id as "messageId",
  card_id as "cardId", state, attempts, first_tried_at as "firstTriedAt", not_before as "notBefore",
  created_at as "createdAt", xmin::text as stamp`;
const isOpen = `state in ('pending', 'sending')`;
const openOf = (tenantId: string, destination: string): string =>
  `outbox where tenant_id = ${tenantId} and destination = ${destination} and ${isOpen}`;

/**
 * The part of a statement that gives a lease up if nothing but what it settles is open: then `leaving` has a row. What is
 * recorded while it runs it can't see; but whoever tells of that finds the lease free, or has left word, which keeps it.
 */
export const leavingPart = (given: Record<'tenantId' | 'name' | 'fence' | 'settled', string>): string => `
  leaving as (
    update destinations held set lease_until = null
     where tenant_id = ${given.tenantId} and name = ${given.name} and fence = ${given.fence}
       and calls = (select calls from destinations where tenant_id = ${given.tenantId} and name = ${given.name})
       and not exists (
         select 1 from ${openOf(given.tenantId, given.name)} and number is distinct from ${given.settled})
    returning 1
  )`;

/** A fresh snapshot may still show rows of the holder before; each write asks for the row's stamp, and finds that out. */
type Taken = { taken: boolean; fence: number } & (OpenRow | { id: null }) & Record<string, unknown>;

/**
 * What a drain asks of the database: few statements, as all that is sent goes through them. A destination's lease is taken
 * together with what is to be sent there, renewed with each mark, and given up with the last settlement (`leaving`).
 */
export class Destinations {
  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly clock: Clock,
    private readonly holder: string,
    /** How long a silent holder is believed. */
    private readonly lifeMs: number,
  ) {}

  /** The lease and the first open rows; undefined where nothing is open, or somebody else is at it: they are left word. */
  async take(tenantId: string, name: string): Promise<{ lease: Lease; rows: OpenRow[] } | undefined> {
    const free = `(held.lease_until is null or held.lease_until <= $5 or held.holder = $3)`;
    const found = await this.db.query<Taken>(
      `with asked as (
         insert into destinations as held (tenant_id, name, fence, holder, lease_until)
         select $1::uuid, $2::text, 1, $3::text, $4::timestamptz where exists (select 1 from ${openOf('$1', '$2')})
         on conflict (tenant_id, name) do update set
           fence = held.fence + ${free}::int, calls = held.calls + (not ${free})::int,
           holder = case when ${free} then excluded.holder else held.holder end,
           lease_until = case when ${free} then excluded.lease_until else held.lease_until end
         returning fence, holder = $3 as taken
       )
       select asked.taken, asked.fence, open.* from asked left join lateral (
         select ${openColumns} from ${openOf('$1', '$2')} order by number limit ${piecesMax}) as open on asked.taken`,
      [tenantId, name, this.holder, this.until(), new Date(this.clock.now())],
    );
    const [first] = found;
    if (!first?.taken) return undefined;
    return { lease: { tenantId, name, fence: first.fence }, rows: found.filter((row) => row.id !== null) };
  }

  /** What is open now. */
  rows({ tenantId, name }: Lease): Promise<OpenRow[]> {
    return this.db.query<OpenRow & Record<string, unknown>>(
      `select ${openColumns} from ${openOf('$1', '$2')} order by number limit ${piecesMax}`,
      [tenantId, name],
    );
  }

  /** A row as it is now, if it is open still. */
  async row({ tenantId, destination, number }: OpenRow): Promise<OpenRow | undefined> {
    const [row] = await this.db.query<OpenRow & Record<string, unknown>>(
      `select ${openColumns} from ${openOf('$1', '$2')} and number = $3`,
      [tenantId, destination, number],
    );
    return row;
  }

  /**
   * Marks rows as being sent and takes the turn that the limits of `source` give them, before anything leaves: if we die now,
   * the next holder knows that they may have. All of it or nothing. `changed` matters because a drawing that was asked for
   * again may show too little by now (`core/cards/post.ts`), and a message that was taken back must not go.
   */
  async begin(
    lease: Lease,
    rows: readonly OpenRow[],
    source: string,
    limits: readonly Limit[],
  ): Promise<Begun> {
    const counted = inOrder(limits);
    const [found] = await this.db.query<{
      held: boolean;
      unchanged: boolean;
      scopes: number;
      waitMs: number;
    }>(
      `with held as (
         update destinations set lease_until = $4 where tenant_id = $1 and name = $2 and fence = $3 returning 1
       ), locked as materialized (
         select number from outbox join unnest($6::bigint[], $7::text[]) as given (number, stamp) using (number)
          where tenant_id = $1 and destination = $2 and outbox.xmin::text = stamp and exists (select from held)
            for update of outbox
       ), ready as materialized (
         select count(*) = cardinality($6::bigint[]) as ready from locked
       ), ${turnParts({ tenantId: '$1', now: '$5', source: '$8', scopes: '$9', everyMs: '$10', aheadMs: '$11' })},
       marked as (
         update outbox set state = 'sending', attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, $5)
          where tenant_id = $1 and destination = $2 and number = any($6) and exists (select from taking)
       )
       select exists (select from held) as held, (select ready from ready) as unchanged, turn.* from turn`,
      [
        lease.tenantId,
        lease.name,
        lease.fence,
        this.until(),
        new Date(this.clock.now()),
        rows.map((row) => row.number),
        rows.map((row) => row.stamp),
        source,
        ...counted,
      ],
    );
    if (!found?.held) return 'lost';
    if (!found.unchanged) return 'changed';
    if (found.scopes < limits.length) {
      await openScopes(this.db, { tenantId: lease.tenantId, source }, limits, this.clock.now());
      return this.begin(lease, rows, source, limits);
    }
    return found.waitMs > 0 ? { waitMs: found.waitMs } : 'begun';
  }

  /** Gives the lease up if nothing is left to do. False: look again. */
  async leave(lease: Lease): Promise<boolean> {
    const [row] = await this.db.query<{ left: boolean }>(
      `with ${leavingPart({ tenantId: '$1', name: '$2', fence: '$3', settled: 'null' })}
       select exists (select from leaving)
           or not exists (select from destinations where tenant_id = $1 and name = $2 and fence = $3) as left`,
      [lease.tenantId, lease.name, lease.fence],
    );
    return row?.left ?? true;
  }

  private until(): Date {
    return new Date(this.clock.now() + this.lifeMs);
  }
}
