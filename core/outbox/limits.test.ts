import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../tests/database.js';
import { type Clock, movableClock } from '../clock.js';
import type { Limit } from '../ports/courier.js';
import { type Database, openDatabase } from '../storage/database.js';
import { Destinations } from './destinations.js';

/** The most sends that any stretch of `windowMs` holds. */
function densest(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

/** A send to somebody of its own wants to go: how long it has to wait; 0 when it went. */
async function takeTurn(
  db: Database,
  clock: Clock,
  { tenantId, source }: { tenantId: string; source: string },
  limits: readonly Limit[],
): Promise<number> {
  const name = randomUUID();
  await db.query(
    `insert into outbox (tenant_id, destination, id, kind, body, created_at) values ($1, $2, gen_random_uuid(), 'tell', '{}', $3)`,
    [tenantId, name, new Date(clock.now())],
  );
  const destinations = new Destinations(db, clock, 'a', 60_000);
  const taken = await destinations.take(tenantId, name);
  assert.ok(taken);
  const begun = await destinations.begin(taken.lease, taken.rows, source, limits);
  if (begun === 'begun') return 0;
  if (typeof begun === 'string') assert.fail(begun);
  return begun.waitMs;
}

test('in no stretch of time does a limit let more through than its burst and what has grown since', async (t) => {
  const { db } = await testDatabase(t);
  const limitOf = fc.record({
    everyMs: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.double({ min: 1, max: 50, noNaN: true })),
    burst: fc.integer({ min: 1, max: 6 }),
  });
  const run = fc.record({
    first: limitOf,
    second: limitOf,
    steps: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 10, maxLength: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ first, second, steps }) => {
      const clock = movableClock(Date.UTC(2026, 5, 1));
      const account = { tenantId: randomUUID(), source: randomUUID() };
      const limits: Limit[] = [
        { scope: 'first', ...first },
        { scope: 'second', ...second },
      ];
      const sent: number[] = [];
      for (const step of steps) {
        clock.advance(step);
        const wait = await takeTurn(db, clock, account, limits);
        if (wait === 0) sent.push(clock.now());
        else {
          clock.advance(Math.ceil(wait));
          assert.equal(
            await takeTurn(db, clock, account, limits),
            0,
            'it says for how long to wait, and no longer',
          );
          sent.push(clock.now());
        }
      }
      for (const { everyMs, burst } of limits) {
        for (const windowMs of [everyMs, 10 * everyMs, 60_000]) {
          const most = densest(sent, windowMs);
          const allowed = burst + Math.floor(windowMs / everyMs);
          assert.ok(
            most <= allowed,
            `${most} within ${windowMs} ms, where ${burst} and one every ${everyMs} ms were allowed`,
          );
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('two processes share one ledger, and two accounts none', async (t) => {
  const { db, url } = await testDatabase(t);
  const other = openDatabase({ url, max: 3 });
  t.after(() => other.end());
  const clock = movableClock(0);
  const account = { tenantId: randomUUID(), source: randomUUID() };
  const limits = [
    { scope: 'b', everyMs: 1_000, burst: 5 },
    { scope: 'a', everyMs: 100, burst: 50 },
  ];
  const turns = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      takeTurn(number % 2 ? db : other, clock, account, number % 3 ? limits : [...limits].reverse()),
    ),
  );
  assert.equal(turns.filter((wait) => wait === 0).length, 5);
  assert.ok(turns.filter((wait) => wait > 0).every((wait) => wait === 1_000));
  assert.equal(await takeTurn(db, clock, { ...account, source: randomUUID() }, limits), 0);
});

test('who has to wait uses nothing up', async (t) => {
  const { db } = await testDatabase(t);
  const clock = movableClock(0);
  const account = { tenantId: randomUUID(), source: randomUUID() };
  const limits = [{ scope: 'a', everyMs: 1_000, burst: 1 }];
  assert.equal(await takeTurn(db, clock, account, limits), 0);
  for (let attempt = 0; attempt < 10; attempt++)
    assert.equal(await takeTurn(db, clock, account, limits), 1_000);
  clock.advance(1_000);
  assert.equal(await takeTurn(db, clock, account, limits), 0);
});
