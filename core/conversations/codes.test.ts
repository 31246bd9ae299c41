import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { planOf } from '../../scripts/bench/plans.js';
import { spyOn } from '../../scripts/bench/spy.js';
import { testDatabase } from '../../tests/database.js';
import { idsFrom, movableClock } from '../clock.js';
import type { Scene } from '../pipeline/scene.js';
import { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Tenant } from '../tenant.js';
import { codeOf, giveCode, looksLikeCode, restCode } from './codes.js';

const day = 24 * 3_600_000;

async function tenantOf(db: Database): Promise<Tenant> {
  const id = randomUUID();
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, '一家店', '小屿', $2)`, [
    id,
    new Date(0),
  ]);
  return {
    id,
    name: '一家店',
    locale: 'zh-CN',
    timeZone: 'Asia/Shanghai',
    settings: { welcome: '' },
    robotName: '小屿',
  };
}

async function deskOfCodes(t: TestContext) {
  const { db } = await testDatabase(t);
  const clock = movableClock(Date.UTC(2026, 5, 1));
  const scene = (tenant: Tenant, tx: Scene['tx']): Scene => ({
    tx,
    tenant,
    now: clock.now(),
    ids: idsFrom(clock),
    hints: [],
    platforms: new Map(),
    channels: new Map(),
    vault: new Vault({ db, masterKey: Buffer.alloc(32), clock }),
  });
  const tenant = await tenantOf(db);
  const give = (conversation: string, to = tenant) =>
    db.transaction((tx) => giveCode(scene(to, tx), conversation));
  const close = (conversation: string) => db.transaction((tx) => restCode(scene(tenant, tx), conversation));
  return { db, clock, tenant, give, close, scene };
}

test('codes go A1, B1, … Z1, A2, without the letters that are read as digits', () => {
  assert.deepEqual([0, 1, 7, 8, 12, 13, 23, 24, 47, 48].map(codeOf), [
    'A1',
    'B1',
    'H1',
    'J1',
    'N1',
    'P1',
    'Z1',
    'A2',
    'Z2',
    'A3',
  ]);
  for (let number = 0; number < 5_000; number++) assert.ok(looksLikeCode(codeOf(number)), codeOf(number));
  for (const word of ['I1', 'O3', 'A0', 'A', '3', 'AB1', 'A1B', '订单', 'A123456'])
    assert.ok(!looksLikeCode(word), word);
  assert.ok(looksLikeCode('a3'));
});

test('each conversation gets the next code, each tenant its own', async (t) => {
  const { db, give } = await deskOfCodes(t);
  assert.deepEqual(
    [await give(randomUUID()), await give(randomUUID()), await give(randomUUID())],
    ['A1', 'B1', 'C1'],
  );
  assert.equal(await give(randomUUID(), await tenantOf(db)), 'A1');
});

test('a code of a closed conversation means nobody else for 14 days', async (t) => {
  const { clock, give, close } = await deskOfCodes(t);
  const [first, second] = [randomUUID(), randomUUID()];
  await give(first);
  await give(second);
  await close(second);
  clock.advance(day);
  await close(first);
  clock.advance(13 * day - 1);
  assert.equal(await give(randomUUID()), 'C1', 'both still rest');
  clock.advance(1);
  assert.equal(await give(randomUUID()), 'B1', 'B1 has rested');
  assert.equal(await give(randomUUID()), 'D1', 'A1 has not');
  clock.advance(day);
  assert.equal(await give(randomUUID()), 'A1', 'the lowest free one comes first');
});

test('a hundred given at once are a hundred different codes, with no gap and none rested too short', async (t) => {
  const { db, tenant, clock, give, close } = await deskOfCodes(t);
  const early = Array.from({ length: 10 }, () => randomUUID());
  for (const conversation of early) await give(conversation);
  for (const conversation of early) await close(conversation);
  clock.advance(14 * day);
  const given = await Promise.all(Array.from({ length: 100 }, () => give(randomUUID())));
  assert.equal(new Set(given).size, 100);
  const held = await db.query<{ number: number }>(
    'select number from codes where tenant_id = $1 order by number',
    [tenant.id],
  );
  assert.deepEqual(
    held.map(({ number }) => number),
    Array.from({ length: held.length }, (_, number) => number),
  );
  assert.ok(held.length <= 110, `${held.length} numbers were used up`);
});

test('a hand-over that is rolled back takes no code with it', async (t) => {
  const { db, tenant, give, scene } = await deskOfCodes(t);
  const failing = db.transaction(async (tx) => {
    await giveCode(scene(tenant, tx), randomUUID());
    throw new Error('the hand-over failed');
  });
  await assert.rejects(failing, /the hand-over failed/);
  assert.equal(await give(randomUUID()), 'A1');
});

test('however many codes rest, and however many are free, few are looked at to find one', async (t) => {
  const { db, tenant, clock, give } = await deskOfCodes(t);
  const many = 5_000;
  await db.query(
    `insert into codes (tenant_id, number, conversation_id, free_at)
     select $1, n, gen_random_uuid(), $2::timestamptz + make_interval(mins => n - $3::int / 2) from generate_series(0, $3::int - 1) as n`,
    [tenant.id, new Date(clock.now()), many],
  );
  await db.query('analyze codes');
  const spy = spyOn(db);
  const asked = await spy.during(() => give(randomUUID()));
  spy.end();
  const finding = asked.find(({ text }) => text.includes('free_at <='));
  assert.ok(finding);
  const plan = await planOf(db, finding);
  assert.ok(plan && plan.rows < 10, `${plan?.rows} rows: ${plan?.steps}`);
});
