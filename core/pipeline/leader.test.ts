import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { until } from '../../tests/sandbox.js';
import { silent } from '../log.js';
import { openHints, postgresWire } from './hints.js';
import { Leader } from './leader.js';

test('a leader that stops is followed at once: nobody waits until it looks again', async (t) => {
  const { db } = await testDatabase(t);
  const tenantId = '01990000-0000-7000-8000-000000000001';
  const clock = { now: () => 1_800_000_000_000 };
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, 'x', 'x', now())`, [
    tenantId,
  ]);
  // Nobody looks by themselves in this test.
  t.mock.timers.enable({ apis: ['setInterval'] });
  const led: string[] = [];
  const open = async (processId: string) => {
    const hints = await openHints(postgresWire(db), processId, silent);
    const parts = { db, clock, log: silent, hints, processId };
    const leader = new Leader(parts, tenantId, 'socket:one', () => led.push(processId));
    await leader.asked();
    return { hints, leader };
  };
  const first = await open('first');
  const second = await open('second');
  assert.deepEqual([first.leader.leads(), second.leader.leads()], [true, false]);
  await first.leader.stop();
  await until('the second leads', () => second.leader.leads(), 60_000);
  assert.deepEqual(led, ['first', 'second']);
  await second.leader.stop();
  await Promise.all([first.hints.stop(), second.hints.stop()]);
});
