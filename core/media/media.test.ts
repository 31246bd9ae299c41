import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { idsFrom, movableClock } from '../clock.js';
import { folderStore } from './folder-store.js';
import { verifyMediaLink } from './link.js';
import { MEDIA_PATH, Media } from './media.js';

const ACME = '01930000-0000-7000-8000-000000000001';
const OTHER = '01930000-0000-7000-8000-000000000002';
const linkKey = Buffer.alloc(32, 1);

async function folder(t: TestContext): Promise<string> {
  const place = await mkdtemp(path.join(tmpdir(), 'imdesk-media-'));
  t.after(() => rm(place, { recursive: true }));
  return place;
}

test('the same bytes are kept once per tenant, whole and private', async (t) => {
  const place = await folder(t);
  const store = folderStore(place);
  const bytes = Buffer.from('你好');
  const hashes = await Promise.all(Array.from({ length: 8 }, () => store.put(ACME, bytes)));
  const hash = createHash('sha256').update(bytes).digest();
  for (const made of hashes) assert.deepEqual(made, hash);
  const file = path.join(place, ACME, hash.toString('hex').slice(0, 2), hash.toString('hex'));
  assert.deepEqual(await readdir(path.dirname(file)), [path.basename(file)]);
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await store.get(ACME, hash), bytes);
  assert.equal(await store.get(OTHER, hash), undefined);
  await store.delete(ACME, hash);
  await store.delete(ACME, hash);
  assert.equal(await store.get(ACME, hash), undefined);
});

test('a failed write leaves no file that looks whole', async (t) => {
  const place = await folder(t);
  await writeFile(path.join(place, ACME), 'in the way');
  await assert.rejects(folderStore(place).put(ACME, Buffer.from('x')));
  assert.deepEqual(await readdir(place), [ACME]);
});

test('a tenant’s id cannot lead out of the folder', async (t) => {
  const store = folderStore(await folder(t));
  await assert.rejects(store.put('../../etc', Buffer.from('x')), /is a UUID/);
});

test('a file that was kept is found, read and linked by its own tenant only', async (t) => {
  const { db } = await testDatabase(t);
  for (const id of [ACME, OTHER]) {
    await db.query(
      "insert into tenants (id, name, robot_name, created_at) values ($1, 'Acme', '小助手', $2)",
      [id, new Date(0)],
    );
  }
  const clock = movableClock(1_800_000_000_000);
  const media = new Media({
    db,
    store: folderStore(await folder(t)),
    clock,
    ids: idsFrom(clock),
    linkKey,
    origin: 'https://desk.example',
    linkLifeMs: 60_000,
  });
  const kept = await media.keep(ACME, Buffer.from('姓名,电话'), '../名单.csv');
  assert.deepEqual(await media.find(ACME, kept.id), kept);
  assert.deepEqual([kept.type, kept.mime, kept.name, kept.bytes], ['file', 'text/plain', '名单.csv', 13]);
  assert.equal((await media.read(kept)).toString(), '姓名,电话');
  assert.equal(await media.find(OTHER, kept.id), undefined);

  const link = media.link(ACME, kept.id);
  const start = `https://desk.example${MEDIA_PATH}`;
  assert.ok(link.startsWith(start));
  const token = link.slice(start.length);
  const expected = { tenantId: ACME, mediaId: kept.id, expiresAt: clock.now() + 60_000 };
  assert.deepEqual(verifyMediaLink(token, linkKey, clock.now()), expected);
  clock.advance(60_000);
  assert.equal(verifyMediaLink(token, linkKey, clock.now()), 'expired');
});
