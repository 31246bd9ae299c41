/** The areas that put the whole product under load, with sizes so small that only their shape means something. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openScope } from '../../tests/scope.js';
import type { Area, Measured } from './area.js';
import { toCustomer, toStaff } from './crowd.js';
import { latency } from './latency.js';
import { spent } from './spent.js';
import { throughput } from './throughput.js';

async function quickly(t: TestContext, area: Area): Promise<Measured[]> {
  const scope = openScope();
  t.after(() => scope.close());
  const rows = await area.run({
    ...{ scope, quick: true, redisServer: process.env.TEST_REDIS_SERVER },
    say: (line) => t.diagnostic(line),
  });
  for (const { what, figures } of rows)
    for (const { name, value } of figures) assert.ok(!Number.isNaN(value), `${what}: ${name}`);
  return rows;
}

const figure = (row: Measured | undefined, name: string): number =>
  row?.figures.find((one) => one.name === name)?.value ?? assert.fail(`${row?.what} does not say ${name}`);

test('latency: what customers and agents say arrives on the other side, and no platform is asked too much', async (t) => {
  const rows = await quickly(t, latency);
  for (const way of [toStaff, toCustomer]) {
    const row = rows.find(({ what }) => what.endsWith(way));
    assert.ok(figure(row, 'messages') > 0);
    assert.equal(figure(row, 'never arrived'), 0);
    assert.equal(figure(row, 'arrived twice'), 0);
    assert.ok(figure(row, 'p50') > 0 && figure(row, 'p99') >= figure(row, 'p50'));
    assert.ok((row?.ratio?.value ?? 0) > 0);
  }
  const refused = rows.find(({ what }) => what.includes('refused'));
  assert.equal(figure(refused, 'of all'), 0, refused?.notes?.join('\n'));
  if (process.platform === 'linux') assert.ok(figure(refused, 'worker-1') > 0);
});

test('throughput: each way to run it is compared with the minimal pipeline of the same run', async (t) => {
  const rows = await quickly(t, throughput);
  assert.deepEqual(
    rows.map(({ what, notRun }) => [what.split(',')[0], notRun !== undefined]),
    [
      ['minimal durable pipeline', false],
      ['embedded', false],
      ['Redis', !process.env.TEST_REDIS_SERVER],
    ],
  );
});

test('spent: processor time, statements and the functions that take most of it', async (t) => {
  const rows = await quickly(t, spent);
  const [, message, ...profiles] = rows;
  assert.ok(figure(message, 'statements') > 1);
  assert.ok(message?.notes?.some((line) => line.includes('insert into messages')));
  assert.deepEqual(
    profiles.map(({ what }) => what.split(',')[0]),
    ['web-1', 'worker-1', 'gateway-1'],
  );
  const worker = profiles[1];
  assert.ok(worker?.figures.some(({ name }) => name === 'pg'));
  assert.ok((worker?.notes?.length ?? 0) > 3);
});
