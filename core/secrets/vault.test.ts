import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { testDatabase } from '../../tests/database.js';
import { movableClock } from '../clock.js';
import type { Database } from '../storage/database.js';
import { SealBroken, Vault, WrongMasterKey } from './vault.js';

const ACME = '01930000-0000-7000-8000-000000000001';
const OTHER = '01930000-0000-7000-8000-000000000002';
const phone = { tenantId: ACME, table: 'customers', column: 'phone_sealed', row: 'li' };

async function withTenants(t: TestContext) {
  const { db } = await testDatabase(t);
  for (const id of [ACME, OTHER]) {
    await db.query(
      "insert into tenants (id, name, robot_name, created_at) values ($1, 'Acme', '小助手', $2)",
      [id, new Date(0)],
    );
  }
  const masterKey = randomBytes(32);
  const open = (key = masterKey) => new Vault({ db, masterKey: key, clock: movableClock(0) });
  return { db, vault: open(), open };
}

test('whatever was sealed opens in its own place, also in another process', async (t) => {
  const { vault, open } = await withTenants(t);
  const elsewhere = open();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (plain, row) => {
      const place = { ...phone, row };
      const sealed = await vault.seal(place, plain);
      assert.equal(await elsewhere.open(place, sealed), plain);
    }),
  );
});

test('the same text is sealed differently each time, and never readable', async (t) => {
  const { vault } = await withTenants(t);
  const [one, other] = [await vault.seal(phone, '13800138000'), await vault.seal(phone, '13800138000')];
  assert.notEqual(one, other);
  assert.doesNotMatch(Buffer.from(one.split('.')[2] ?? '', 'base64url').toString('latin1'), /13800138000/);
});

test('a value moved to another row, column, table or tenant does not open', async (t) => {
  const { vault } = await withTenants(t);
  const sealed = await vault.seal(phone, '13800138000');
  await vault.seal({ ...phone, tenantId: OTHER }, 'so that the other tenant has a key');
  for (const moved of [
    { row: 'wang' },
    { column: 'email_sealed' },
    { table: 'members' },
    { tenantId: OTHER },
  ]) {
    await assert.rejects(vault.open({ ...phone, ...moved }, sealed), SealBroken);
  }
  // Names run together the same way, but not the places they make.
  const near = await vault.seal({ ...phone, table: 'a', column: 'bc' }, '1');
  await assert.rejects(vault.open({ ...phone, table: 'ab', column: 'c' }, near), SealBroken);
});

test('a value with any character changed does not open', async (t) => {
  const { vault } = await withTenants(t);
  const sealed = await vault.seal(phone, '13800138000');
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 2), fc.constantFrom(...'019AZaz_-.'), async (at, character) => {
      fc.pre(sealed[at] !== character);
      const altered = sealed.slice(0, at) + character + sealed.slice(at + 1);
      await assert.rejects(vault.open(phone, altered), SealBroken);
    }),
  );
  for (const nonsense of ['', '1', '1.1.', '1.1.AAAA', 'plain text', sealed.slice(0, -4)]) {
    await assert.rejects(vault.open(phone, nonsense), SealBroken);
  }
});

test('a wrong master key says so, and does not make keys of its own beside the right ones', async (t) => {
  const { db, vault, open } = await withTenants(t);
  const sealed = await vault.seal(phone, '13800138000');
  const wrong = open(randomBytes(32));
  await assert.rejects(wrong.open(phone, sealed), WrongMasterKey);
  await assert.rejects(wrong.seal(phone, 'x'), /Restore that key/);
  assert.equal(await keyCount(db), 1);
});

test('a damaged data key is told from a wrong master key', async (t) => {
  const { db, vault, open } = await withTenants(t);
  const sealed = await vault.seal(phone, '13800138000');
  await db.query('update data_keys set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40) # 1)');
  await assert.rejects(open().open(phone, sealed), /data_keys.wrapped .* cannot be opened/);
});

test('a data key moved to another tenant does not open', async (t) => {
  const { db, vault, open } = await withTenants(t);
  await vault.seal(phone, '13800138000');
  await db.query('update data_keys set tenant_id = $1', [OTHER]);
  await assert.rejects(open().seal({ ...phone, tenantId: OTHER }, 'x'), SealBroken);
});

test('processes that start together agree on a new tenant’s key', async (t) => {
  const { db, open } = await withTenants(t);
  const vaults = Array.from({ length: 6 }, () => open());
  const sealed = await Promise.all(vaults.map((vault) => vault.seal(phone, '13800138000')));
  for (const text of sealed) assert.equal(await open().open(phone, text), '13800138000');
  assert.equal(await keyCount(db), 1);
});

test('after a rotation the new key seals, the old one opens, and fingerprints stay', async (t) => {
  const { vault, open } = await withTenants(t);
  const elsewhere = open();
  const before = await elsewhere.seal(phone, 'before');
  const print = await vault.fingerprint(ACME, 'phone', '13800138000');
  await vault.rotate(ACME);
  const after = await vault.seal(phone, 'after');
  assert.match(before, /^1\.1\./);
  assert.match(after, /^1\.2\./);
  assert.equal(await vault.open(phone, before), 'before');
  assert.equal(
    await elsewhere.open(phone, after),
    'after',
    'a process that did not rotate learns of the key',
  );
  assert.deepEqual(await open().fingerprint(ACME, 'phone', '13800138000'), print);
});

test('a fingerprint finds equal values of one tenant and kind, and no others', async (t) => {
  const { vault, open } = await withTenants(t);
  const print = await vault.fingerprint(ACME, 'phone', '13800138000');
  assert.deepEqual(await open().fingerprint(ACME, 'phone', '13800138000'), print);
  assert.equal(print.length, 32);
  for (const other of [
    await vault.fingerprint(ACME, 'phone', '13800138001'),
    await vault.fingerprint(ACME, 'email', '13800138000'),
    await vault.fingerprint(OTHER, 'phone', '13800138000'),
  ]) {
    assert.notDeepEqual(other, print);
  }
});

async function keyCount(db: Database): Promise<number | undefined> {
  const [row] = await db.query<{ count: number }>('select count(*) from data_keys');
  return row?.count;
}
