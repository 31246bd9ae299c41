import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { movableClock } from '../clock.js';
import { Vault } from '../secrets/vault.js';
import { sharedValues } from './shared-values.js';

const tenantId = '01930000-0000-7000-8000-000000000001';

/** The values of one account, as two processes see them. */
async function inTwoProcesses(t: TestContext) {
  const { db } = await testDatabase(t);
  await db.query("insert into tenants (id, name, robot_name, created_at) values ($1, 'A', '小', $2)", [
    tenantId,
    new Date(0),
  ]);
  const clock = movableClock(1_000);
  const masterKey = randomBytes(32);
  const open = () => sharedValues(db, new Vault({ db, masterKey, clock }), clock, tenantId, 'account');
  return { clock, here: open(), there: open() };
}

test('of all who claim a key at once one value stands, and everybody is told the same', async (t) => {
  const { here, there } = await inTwoProcesses(t);
  for (let round = 0; round < 10; round++) {
    const claims = ['a', 'b', 'c', 'd'].map((value, at) =>
      (at % 2 ? here : there).claim(`key-${round}`, value, 5_000),
    );
    const told = new Set(await Promise.all(claims));
    assert.equal(told.size, 1);
    assert.ok(told.has((await here.get(`key-${round}`)) ?? ''));
  }
});

test('what ran out or was deleted can be claimed again', async (t) => {
  const { clock, here, there } = await inTwoProcesses(t);
  assert.equal(await here.claim('key', 'first', 2_000), 'first');
  assert.equal(await there.claim('key', 'second', 9_000), 'first');
  clock.advance(1_000);
  assert.equal(await there.claim('key', 'second', 9_000), 'second');
  await here.delete('key');
  assert.equal(await here.claim('key', 'third', 9_000), 'third');
});

test('what was seen last holds here until it runs out, or somebody looks', async (t) => {
  const { clock, here, there } = await inTwoProcesses(t);
  await there.set('key', 'first', 2_000);
  assert.equal(await here.lastSeen('key'), 'first');
  await there.set('key', 'second', 3_000);
  assert.equal(await here.lastSeen('key'), 'first');
  assert.equal(await here.get('key'), 'second');
  assert.equal(await here.lastSeen('key'), 'second');
  await there.set('key', 'third', 9_000);
  clock.advance(2_000);
  assert.equal(await here.lastSeen('key'), 'third');
  await here.delete('key');
  assert.equal(await here.lastSeen('key'), undefined);
  await here.set('key', 'fourth', 9_000);
  assert.equal(await here.lastSeen('key'), 'fourth');
});
