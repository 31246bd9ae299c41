import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { testDatabase } from '../../tests/database.js';
import type { Database } from '../storage/database.js';
import { Destinations } from './destinations.js';
import { settle } from './settle.js';

const name = 'direct:w:lin';
const leaseMs = 60_000;

async function openDestination(t: TestContext) {
  const { db } = await testDatabase(t);
  const clock = jumpingClock();
  const [tenantId, source] = [randomUUID(), randomUUID()];
  const put = (to: Pick<Database, 'query'> = db) =>
    to.query(
      `insert into outbox (tenant_id, destination, id, kind, body, created_at) values ($1, $2, gen_random_uuid(), 'tell', '{}', $3)`,
      [tenantId, name, new Date(clock.now())],
    );
  const as = (holder: string, to: Pick<Database, 'query'> = db) =>
    new Destinations(to, clock, holder, leaseMs);
  const taken = async (holder: string) => {
    const found = await as(holder).take(tenantId, name);
    assert.ok(found, `${holder} takes it`);
    return found;
  };
  const states = async () =>
    (await db.query<{ state: string }>('select state from outbox order by number')).map(({ state }) => state);
  return { db, clock, tenantId, source, put, as, taken, states };
}

test('whoever is told of something while it is held leaves word, and it is not given up before that is seen', async (t) => {
  const { db, clock, tenantId, put, as, taken, states } = await openDestination(t);
  await put();
  const { lease, rows } = await taken('one');
  const [row] = rows;
  assert.ok(row);
  const sent = { fate: 'sent', sent: { messageId: 'm' } } as const;
  let settling = Promise.resolve({ settled: false, left: true });
  await db.transaction(async (tx) => {
    await put(tx);
    assert.equal(await as('two', tx).take(tenantId, name), undefined, 'it is held');
    settling = settle(db, clock.now(), { row, lease, begun: true, leaving: true }, sent);
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    while ((await db.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  const { settled, left } = await settling;
  assert.deepEqual([settled, left], [true, false]);
  assert.deepEqual(await states(), ['sent', 'pending']);
  assert.equal((await as('one').rows(lease)).length, 1);
  assert.equal(await as('one').leave(lease), false, 'something is open');
});

test('with its last send it is given up, and the next one takes it at once', async (t) => {
  const { db, clock, tenantId, put, as, taken } = await openDestination(t);
  assert.equal(await as('one').take(tenantId, name), undefined, 'nothing is open');
  await put();
  const { lease, rows } = await taken('one');
  const [row] = rows;
  assert.ok(row);
  const held = { row, lease, begun: true, leaving: true };
  const { left } = await settle(db, clock.now(), held, { fate: 'sent', sent: { messageId: 'm' } });
  assert.equal(left, true);
  await put();
  assert.equal((await taken('two')).rows.length, 1);
});

test('rows are marked together or not at all, and no turn is used for nothing', async (t) => {
  const { db, source, put, as, taken, states } = await openDestination(t);
  const limits = [{ scope: 'a', everyMs: 1_000, burst: 1 }];
  await put();
  await put();
  const { lease, rows } = await taken('one');
  await db.query(`update outbox set body = '{"takenOver": true}' where number = $1`, [rows[1]?.number]);
  assert.equal(await as('one').begin(lease, rows, source, limits), 'changed');
  assert.deepEqual(await states(), ['pending', 'pending']);
  const again = await as('one').rows(lease);
  assert.equal(await as('one').begin(lease, again, source, limits), 'begun');
  assert.deepEqual(await states(), ['sending', 'sending']);
});

test('who has slept past their lease marks nothing, and what they find out of a send changes nothing but that it arrived', async (t) => {
  const { db, clock, source, put, as, taken, states } = await openDestination(t);
  await put();
  const slept = await taken('one');
  const [row] = slept.rows;
  assert.ok(row);
  assert.equal(await as('one').begin(slept.lease, slept.rows, source, []), 'begun');
  clock.jump(leaseMs);
  await taken('two');
  assert.equal(await as('one').begin(slept.lease, slept.rows, source, []), 'lost');
  const held = { row, lease: slept.lease, begun: true, leaving: true };
  const refused = await settle(db, clock.now(), held, { fate: 'refused', reason: 'too long' });
  assert.deepEqual([refused.settled, refused.left], [false, false]);
  assert.deepEqual(await states(), ['sending']);
  const sent = await settle(db, clock.now(), held, { fate: 'sent', sent: { messageId: 'm' } });
  assert.deepEqual([sent.settled, sent.left], [true, false]);
  assert.deepEqual(await states(), ['sent']);
});
