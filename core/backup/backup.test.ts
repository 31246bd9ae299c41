import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { emptyDatabase, testDatabase } from '../../tests/database.js';
import { openHouse } from '../../tests/house.js';
import { until } from '../../tests/sandbox.js';
import { folderStore } from '../media/folder-store.js';
import type { Database } from '../storage/database.js';
import { dump } from './dump.js';
import { type BackupLine, BadBackup, readBackup, writeBackup } from './lines.js';
import { NotEmpty, restore } from './restore.js';

const tenantId = '01930000-0000-7000-8000-000000000001';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-backup-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function linesOf(db: Database, media: string): Promise<BackupLine[]> {
  const lines: BackupLine[] = [];
  await dump(db, folderStore(media), 1, async (line) => void lines.push(line));
  return lines;
}

/** So that a difference can be read. */
const short = (lines: BackupLine[]): string[] =>
  lines.map((line) => {
    const text = JSON.stringify(line);
    return text.length < 500 ? text : createHash('sha256').update(text).digest('hex');
  });

/** A desk where something was said, with a file, and text that is hard to carry. */
async function busyDesk(t: TestContext, media: string) {
  const house = await openHouse(t);
  const customer = house.customer('王女士 "\\,{}\'\u2028𝄞');
  await customer.says('转人工');
  await house.settled();
  const { db } = house;
  // Who has just sent something has yet to let its destination go.
  const held = 'select 1 from destinations where lease_until is not null';
  await until('everybody has come to rest', async () => (await db.query(held)).length === 0, 60_000);
  const [tenant] = await db.query<{ id: string }>('select id from tenants');
  assert.ok(tenant);
  const sha256 = await folderStore(media).put(tenant.id, Buffer.alloc(300_000, 'file '));
  await db.query(
    `insert into media (tenant_id, id, sha256, mime, bytes, name, created_at)
     values ($1, gen_random_uuid(), $2, 'text/plain', 300000, 'a\nb\t"c"', '2026-01-02 03:04:05.678901+08')`,
    [tenant.id, sha256],
  );
  return { house, db, tenantId: tenant.id };
}

test('what is restored is the same to the last bit, and goes on counting where it was', async (t) => {
  const [folder, media, restoredMedia] = [await folderOf(t), await folderOf(t), await folderOf(t)];
  const { db } = await busyDesk(t, media);
  const file = path.join(folder, 'desk.backup');
  const dumped = await writeBackup(file, (write) => dump(db, folderStore(media), 1, write));
  assert.deepEqual([dumped.files, dumped.missing], [1, []]);
  assert.equal((await stat(file)).mode & 0o777, 0o600, 'for its owner only');

  const to = await emptyDatabase(t);
  const done = await restore(to.db, folderStore(restoredMedia), readBackup(file));
  assert.deepEqual([done.rows, done.files], [dumped.rows, 1]);
  const before: BackupLine[] = [];
  for await (const line of readBackup(file)) before.push(line);
  assert.deepEqual(short(await linesOf(to.db, restoredMedia)), short(before));
  const next = `select nextval('message_revisions')`;
  assert.deepEqual(await to.db.query(next), await db.query(next));
  const rules = `select conname from pg_constraint where connamespace = 'public'::regnamespace order by 1`;
  assert.deepEqual(await to.db.query(rules), await db.query(rules), 'who may refer to whom');
});

test('any text, and the absence of one, comes back as it was', async (t) => {
  const media = await folderOf(t);
  const { db } = await testDatabase(t);
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, 'x', 'x', now())`, [
    tenantId,
  ]);
  const texts = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.option(fc.jsonValue())), {
    maxLength: 30,
  });
  let at = 0;
  await fc.assert(
    fc.asyncProperty(texts, async (given) => {
      for (const [text, value] of given) {
        at += 1;
        await db.query(
          `insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, gen_random_uuid(), $3, now())`,
          [tenantId, `m${at} ${text.replaceAll('\0', '').toWellFormed()}`, clean(JSON.stringify({ value }))],
        );
      }
    }),
    { numRuns: 20 },
  );
  await db.query(
    `insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, 'null', gen_random_uuid(), 'null', now())`,
    [tenantId],
  );
  const file = path.join(await folderOf(t), 'b');
  await writeBackup(file, (write) => dump(db, folderStore(media), 1, write));
  const to = await emptyDatabase(t);
  await restore(to.db, folderStore(media), readBackup(file));
  assert.deepEqual(short(await linesOf(to.db, media)), short(await linesOf(db, media)));
});

/** PostgreSQL keeps neither the character 0 nor halves of characters in jsonb. */
const clean = (json: string): string => json.replace(/\\u0000|\\ud[89a-f][0-9a-f]{2}/gi, '');

test('a file that is cut, changed or no backup is refused, and nothing of it is left', async (t) => {
  const [folder, media] = [await folderOf(t), await folderOf(t)];
  const { db } = await busyDesk(t, media);
  const good = path.join(folder, 'good');
  await writeBackup(good, (write) => dump(db, folderStore(media), 1, write));
  const packed = await readFile(good);
  const lines = gunzipSync(packed).toString().trimEnd().split('\n');
  const of = (some: string[]) => gzipSync(`${some.join('\n')}\n`);
  const bad: Record<string, Buffer> = {
    'cut short': packed.subarray(0, packed.length - 9),
    'without its end': of(lines.slice(0, -1)),
    'without a row': of(lines.filter((line) => !line.startsWith('["') || !line.includes('王女士'))),
    'with half a file': of(lines.filter((line) => !line.startsWith('"'))),
    'of later code': of([
      lines[0]?.replace('"migrations":[', '"migrations":["0000-other",') ?? '',
      ...lines.slice(1),
    ]),
    'something else': Buffer.from('PK\u0003\u0004'),
    nothing: Buffer.alloc(0),
  };
  const to = await emptyDatabase(t);
  for (const [name, bytes] of Object.entries(bad)) {
    const empty = await folderOf(t);
    await writeFile(path.join(folder, 'bad'), bytes);
    await assert.rejects(
      restore(to.db, folderStore(empty), readBackup(path.join(folder, 'bad'))),
      BadBackup,
      name,
    );
    const files = await readdir(empty, { recursive: true, withFileTypes: true });
    assert.deepEqual(
      files.filter((entry) => entry.isFile()),
      [],
      name,
    );
  }
  await restore(to.db, folderStore(await folderOf(t)), readBackup(good));
});

test('nothing that is there is ever overwritten: no installation, no file', async (t) => {
  const [folder, media] = [await folderOf(t), await folderOf(t)];
  const { db } = await busyDesk(t, media);
  const file = path.join(folder, 'b');
  await writeBackup(file, (write) => dump(db, folderStore(media), 1, write));
  const before = await linesOf(db, media);
  await assert.rejects(restore(db, folderStore(media), readBackup(file)), NotEmpty);
  assert.deepEqual(short(await linesOf(db, media)), short(before));
  await assert.rejects(
    writeBackup(file, async () => assert.fail()),
    /EEXIST/,
  );
  await assert.rejects(
    writeBackup(path.join(folder, 'c'), () => Promise.reject(new Error('the disk is full'))),
    /full/,
  );
  assert.deepEqual(await readdir(folder), ['b'], 'what was broken off leaves nothing behind');
});

test('what was on its way out when the backup was made may have arrived: it counts as under way', async (t) => {
  const media = await folderOf(t);
  const { db } = await busyDesk(t, media);
  await db.query(
    `update outbox set state = 'pending', attempts = 0, first_tried_at = null, settled_at = null where card_id is null`,
  );
  const file = path.join(await folderOf(t), 'b');
  await writeBackup(file, (write) => dump(db, folderStore(media), 1, write));
  const to = await emptyDatabase(t);
  await restore(to.db, folderStore(media), readBackup(file));
  const rows = await to.db.query<{ state: string; attempts: number; tried: boolean }>(
    'select state, attempts, first_tried_at is not null as tried from outbox where card_id is null',
  );
  assert.ok(rows.length > 0);
  for (const row of rows) assert.deepEqual(row, { state: 'sending', attempts: 1, tried: true });
});
