import type { Clock } from '../clock.js';
import type { Database } from '../storage/database.js';
import type { Hint } from './hints.js';

/** What has waited this long without being looked at was probably missed. */
const missedAfterMs = 3_000;
const atOnce = 500;
/** Fewer: each of them becomes a job, again at every sweep until somebody gets to it. */
const tasksAtOnce = 50;

/**
 * Finds the work whose hint was lost: unread rows, unsent sends and undone tasks that nobody holds. Hints make things
 * fast; this makes them certain.
 */
export async function sweep(db: Database, clock: Clock): Promise<Hint[]> {
  const now = new Date(clock.now());
  const missed = new Date(clock.now() - missedAfterMs);
  const [mailboxes, destinations, tasks] = await Promise.all([
    db.query<{ tenantId: string; name: string }>(
      `select distinct i.tenant_id as "tenantId", i.mailbox as name from inbox i
         left join mailboxes m on m.tenant_id = i.tenant_id and m.name = i.mailbox
        where i.read_at is null and i.received_at <= $1 and (m.rests_until is null or m.rests_until <= $2) limit ${atOnce}`,
      [missed, now],
    ),
    db.query<{ tenantId: string; name: string }>(
      `select distinct o.tenant_id as "tenantId", o.destination as name from outbox o
         left join destinations d on d.tenant_id = o.tenant_id and d.name = o.destination
        where o.state in ('pending', 'sending') and o.created_at <= $1 and (o.not_before is null or o.not_before <= $2)
          and (d.lease_until is null or d.lease_until <= $2) limit ${atOnce}`,
      [missed, now],
    ),
    db.query<{ tenantId: string; id: string }>(
      `select tenant_id as "tenantId", id from tasks
        where done_at is null and created_at <= $1 and (lease_until is null or lease_until <= $2)
        order by created_at limit ${tasksAtOnce}`,
      [missed, now],
    ),
  ]);
  return [
    ...mailboxes.map((one): Hint => ({ kind: 'mailbox', tenantId: one.tenantId, name: one.name })),
    ...destinations.map((one): Hint => ({ kind: 'destination', tenantId: one.tenantId, name: one.name })),
    ...tasks.map((one): Hint => ({ kind: 'task', tenantId: one.tenantId, id: one.id })),
  ];
}

/** Turns timers whose time has come into inbox rows; several processes may do so at once, each takes others. */
export async function fireTimers(db: Database, clock: Clock): Promise<Hint[]> {
  const fired = await db.query<{ tenantId: string; name: string }>(
    `with due as (
       delete from timers using (
         select tenant_id, id from timers where due_at <= $1 order by due_at limit ${atOnce} for update skip locked
       ) as taken where timers.tenant_id = taken.tenant_id and timers.id = taken.id
       returning timers.tenant_id, timers.id, timers.mailbox, timers.entry
     )
     insert into inbox (tenant_id, mailbox, id, entry, received_at)
     select tenant_id, mailbox, id, entry, $1 from due returning tenant_id as "tenantId", mailbox as name`,
    [new Date(clock.now())],
  );
  return fired.map((one): Hint => ({ kind: 'mailbox', tenantId: one.tenantId, name: one.name }));
}
