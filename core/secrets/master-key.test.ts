import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadOrCreateMasterKey, parseMasterKey } from './master-key.js';

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-key-'));
  t.after(() => rm(folder, { recursive: true }));
  return path.join(folder, '.data/master.key');
}

test('the first start makes a key for its owner only, and every later one reads it', async (t) => {
  const file = await place(t);
  const key = await loadOrCreateMasterKey(file);
  assert.equal(key.length, 32);
  assert.deepEqual(await loadOrCreateMasterKey(file), key);
  assert.deepEqual(parseMasterKey(await readFile(file, 'utf8'), file), key);
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
});

test('processes that start together get the same key', async (t) => {
  const file = await place(t);
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateMasterKey(file)));
  for (const key of keys) assert.deepEqual(key, keys[0]);
  assert.deepEqual(await readdir(path.dirname(file)), ['master.key']);
});

test('a damaged key file is refused and left as it is', async (t) => {
  const file = await place(t);
  await loadOrCreateMasterKey(file);
  await writeFile(file, 'c2hvcnQ=\n');
  await assert.rejects(loadOrCreateMasterKey(file), /master\.key must hold a key of 32 bytes/);
  assert.equal(await readFile(file, 'utf8'), 'c2hvcnQ=\n');
});

test('a key is taken in base64 or hexadecimal, and a wrong one is not repeated in the error', () => {
  const key = Buffer.alloc(32, 0xfb);
  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    assert.deepEqual(parseMasterKey(` ${key.toString(encoding)}\n`, 'MASTER_KEY'), key);
  }
  for (const wrong of [
    '',
    'secret',
    key.subarray(1).toString('base64'),
    `${key.toString('base64')} trailing words`,
  ]) {
    assert.throws(
      () => parseMasterKey(wrong, 'MASTER_KEY'),
      (error: Error) =>
        error.message.startsWith('MASTER_KEY must') && (wrong === '' || !error.message.includes(wrong)),
    );
  }
});
