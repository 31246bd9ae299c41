import type { Transaction } from '../storage/database.js';
import type { InboxRow } from './reader.js';

interface Mailbox {
  tenantId: string;
  mailbox: string;
}

/** What a mailbox is locked by. It takes no row, so that locking writes nothing; two with the same number only wait for each other. */
const lockKey = ({ tenantId, mailbox }: Mailbox): string => `${tenantId} ${mailbox}`;

/** Locks a mailbox until the transaction ends. False: somebody else has it. */
export async function lockMailbox(tx: Transaction, mailbox: Mailbox): Promise<boolean> {
  const [row] = await tx.query<{ got: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as got',
    [lockKey(mailbox)],
  );
  return row?.got ?? false;
}

/**
 * Locks a mailbox until the transaction ends, and marks its oldest unread rows as read: all in one statement, as every
 * message takes it. What another reader marked while the statement waited for it is looked at again by the update itself,
 * so it is not read twice.
 *
 * @returns the rows in order, none while it rests; undefined while somebody else has the mailbox
 */
export async function takeUnread(
  tx: Transaction,
  { tenantId, mailbox }: Mailbox,
  now: number,
  atMost: number,
): Promise<InboxRow[] | undefined> {
  const rows = await tx.query<Omit<InboxRow, 'id'> & { id: string | null; got: boolean }>(
    `with lock as materialized (
       select pg_try_advisory_xact_lock(hashtextextended($5, 0)) as got
        where not exists (select 1 from mailboxes where tenant_id = $1 and name = $2 and rests_until > $3)
     ), taken as (
       update inbox set read_at = $3 from lock
        where lock.got and tenant_id = $1 and mailbox = $2 and read_at is null and number <= (
          select max(number) from (
            select number from inbox where tenant_id = $1 and mailbox = $2 and read_at is null
             order by number limit $4) as oldest)
       returning id, mailbox, number, entry, attempts
     )
     select lock.got, taken.* from lock left join taken on true order by taken.number`,
    [tenantId, mailbox, new Date(now), atMost, lockKey({ tenantId, mailbox })],
  );
  if (rows[0]?.got === false) return undefined;
  return rows.flatMap(({ got: _, id, ...row }) => (id === null ? [] : [{ id, ...row }]));
}

/**
 * Keeps why a row could not be handled: either it is put aside (`readAt`), or its mailbox rests, so that what failed is not
 * tried again by every hint that comes. False: somebody else has handled it meanwhile.
 */
export async function noteFailure(
  tx: Transaction,
  failure: {
    tenantId: string;
    row: Pick<InboxRow, 'mailbox' | 'number'>;
    why: string;
    attempts: number;
    readAt?: number;
    restsUntil?: number;
  },
): Promise<boolean> {
  const { tenantId, row, readAt, restsUntil } = failure;
  const noted = await tx.query(
    `update inbox set attempts = $4, read_at = $5, error = $6
      where tenant_id = $1 and mailbox = $2 and number = $3 and read_at is null returning 1`,
    [
      tenantId,
      row.mailbox,
      row.number,
      failure.attempts,
      readAt === undefined ? null : new Date(readAt),
      failure.why,
    ],
  );
  if (noted.length > 0 && restsUntil !== undefined)
    tx.send(
      `insert into mailboxes (tenant_id, name, rests_until) values ($1, $2, $3)
       on conflict (tenant_id, name) do update set rests_until = excluded.rests_until`,
      [tenantId, row.mailbox, new Date(restsUntil)],
    );
  return noted.length > 0;
}
