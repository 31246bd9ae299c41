import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { movableClock } from '../clock.js';
import { resealDataKeys } from './reseal.js';
import { Vault, WrongMasterKey } from './vault.js';

const tenants = Array.from(
  { length: 250 },
  (_, at) => `01930000-0000-7000-8000-${String(at).padStart(12, '0')}`,
);
const [first = '', second = ''] = tenants;
const placeOf = (tenantId: string) => ({ tenantId, table: 'customers', column: 'phone_sealed', row: 'li' });

async function withSecrets(t: TestContext) {
  const { db } = await testDatabase(t);
  await db.query(
    `insert into tenants (id, name, robot_name, created_at) select id, 'x', 'x', now() from unnest($1::uuid[]) as id`,
    [tenants],
  );
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const open = (masterKey: Buffer, otherMasterKey?: Buffer) =>
    new Vault({ db, masterKey, otherMasterKey, clock: movableClock(0) });
  const vault = open(old);
  const sealed = new Map<string, string>();
  for (const tenantId of tenants) sealed.set(tenantId, await vault.seal(placeOf(tenantId), `of ${tenantId}`));
  await vault.rotate(second);
  const opens = async (by: Vault) => {
    for (const [tenantId, text] of sealed)
      assert.equal(await by.open(placeOf(tenantId), text), `of ${tenantId}`);
  };
  return { db, old, fresh, open, vault, opens, sealed };
}

test('under another master key everything opens that was sealed before, and with the old one nothing', async (t) => {
  const { db, old, fresh, open, opens, sealed } = await withSecrets(t);
  const print = await open(old).fingerprint(first, 'phone', '138');
  assert.deepEqual(await resealDataKeys(db, { from: old, to: fresh }), { resealed: 251, already: 0 });
  await opens(open(fresh));
  assert.deepEqual(await open(fresh).fingerprint(first, 'phone', '138'), print, 'still found');
  await assert.rejects(open(old).open(placeOf(first), sealed.get(first) ?? ''), WrongMasterKey);
  assert.deepEqual(await resealDataKeys(db, { from: old, to: fresh }), { resealed: 0, already: 251 });
});

test('broken off half-way, it goes on where it was', async (t) => {
  const { db, old, fresh, open, opens } = await withSecrets(t);
  let calls = 0;
  const dying = {
    ...db,
    transaction: (async (work) => {
      calls += 1;
      if (calls === 2) throw new Error('killed');
      return db.transaction(work);
    }) as typeof db.transaction,
  };
  await assert.rejects(resealDataKeys(dying, { from: old, to: fresh }), /killed/);
  // Meanwhile processes that know both keys see no difference.
  await opens(open(old, fresh));
  await opens(open(fresh, old));
  assert.deepEqual(await resealDataKeys(db, { from: old, to: fresh }), { resealed: 151, already: 100 });
  await opens(open(fresh));
});

test('with a wrong old key nothing is changed', async (t) => {
  const { db, old, fresh, open, opens } = await withSecrets(t);
  await assert.rejects(resealDataKeys(db, { from: randomBytes(32), to: fresh }), WrongMasterKey);
  await opens(open(old));
});

test('a process that knows both keys gives new tenants a key under its own', async (t) => {
  const { db, old, fresh, open } = await withSecrets(t);
  const late = '01930000-0000-7000-8000-00000000ffff';
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, 'x', 'x', now())`, [
    late,
  ]);
  const sealed = await open(fresh, old).seal(placeOf(late), 'late');
  assert.equal(await open(old, fresh).open(placeOf(late), sealed), 'late');
  assert.deepEqual(await resealDataKeys(db, { from: old, to: fresh }), { resealed: 251, already: 1 });
});
