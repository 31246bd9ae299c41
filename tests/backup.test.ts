/** An installation with everything embedded is backed up under load, lost, restored somewhere else, and goes on. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ChatMessage } from '../connectors/web/chat/wire.js';
import { systemClock } from '../core/clock.js';
import { loadOrCreateMasterKey } from '../core/secrets/master-key.js';
import { Vault } from '../core/secrets/vault.js';
import { openDatabase } from '../core/storage/database.js';
import { migrate } from '../core/storage/migrate.js';
import { companyWorld, pageOrigin, topicGroup, webAccount } from './company.js';
import { freePort, setUpCompany } from './imdesk.js';
import { startSandbox, until } from './sandbox.js';
import { openScope } from './scope.js';
import { Seat } from './seat.js';
import { imdeskProcess, postgresProcess } from './stage-processes.js';
import { openVisit, type Visitor } from './visitor.js';

interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command of `npm run`, on the embedded installation in that folder. */
async function command(name: string, folder: string, ...more: string[]): Promise<Said> {
  const script = fileURLToPath(new URL(`../scripts/${name}.js`, import.meta.url));
  return promisify(execFile)(process.execPath, [script, ...more], {
    env: { PATH: process.env.PATH, IMDESK_DATA: folder },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Said) => ({ code, stdout, stderr }),
  );
}

async function sendsFile(url: string, visitor: Visitor, bytes: string): Promise<void> {
  const uploaded = await fetch(`${url}/channels/web/${webAccount}/upload`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${visitor.token}`, origin: pageOrigin },
      ...{ 'content-type': 'application/octet-stream', 'x-file-name': 'order.txt' },
    },
    body: bytes,
  });
  assert.equal(uploaded.status, 201, await uploaded.clone().text());
  const { media }: { media: string } = await uploaded.json();
  const answer = await visitor.posts({ id: 'm-file', media });
  assert.ok(answer.ok, await answer.text());
}

const textsOf = (messages: ChatMessage[]): string[] =>
  messages.map(({ content }) => (content.type === 'text' ? content.text : content.type));

test('an embedded installation is backed up while it works, and goes on from the backup in an empty folder', async (t) => {
  const scope = openScope();
  t.after(() => scope.close());
  const root = await mkdtemp(path.join(tmpdir(), 'imdesk-restored-'));
  await chmod(root, 0o755);
  scope.after(() => rm(root, { recursive: true, force: true }));
  const [first, second, file] = ['first', 'second', 'desk.backup'].map((name) => path.join(root, name));
  assert.ok(first && second && file);
  await Promise.all([first, second].map((folder) => mkdir(folder)));

  const postgres = postgresProcess(path.join(first, 'postgres'));
  scope.after(() => postgres.end());
  await postgres.begin();
  const db = openDatabase({ url: postgres.url() });
  await migrate(db);
  const sandbox = await startSandbox(scope, {});
  const masterKey = await loadOrCreateMasterKey(path.join(first, 'master.key'));
  const vault = new Vault({ db, masterKey, clock: systemClock });
  const parts = { db, databaseUrl: postgres.url(), vault, clock: systemClock };
  await setUpCompany(parts, { transport: 'socket', sandboxUrl: sandbox.url });
  await db.end();
  await sandbox.control('PUT', 'world', companyWorld('socket', 'http://127.0.0.1:1'));
  const port = await freePort();
  const begin = async (name: string, folder: string, databaseUrl: string) => {
    const imdesk = imdeskProcess(name, port, {
      ...{ IMDESK_DATA: folder, DATABASE_URL: databaseUrl, CLOCK_URL: `${sandbox.url}/control/clock` },
      ...{ IMDESK_ROLES: 'web,worker,gateway', LOG_LEVEL: 'info' },
    });
    scope.after(() => imdesk.kill());
    await imdesk.begin();
    await until('it is ready', async () => (await fetch(`${imdesk.url}/readyz`)).ok, 60_000);
    return imdesk;
  };
  const imdesk = await begin('first', first, postgres.url());

  const lin = new Seat(sandbox, 'lin');
  const wang = await openVisit(imdesk.url, webAccount, '王女士');
  await wang.says('转人工');
  const card = await lin.card(topicGroup, '王女士', '认领');
  await lin.clicks(card.id, { text: '认领' });
  await wang.hears('已为您接入');
  await sendsFile(imdesk.url, wang, 'what was ordered\n');

  // Others go on writing before, while and after it is backed up.
  const acknowledged: string[] = [];
  const li = await openVisit(imdesk.url, webAccount, '李先生');
  let over = false;
  const writing = (async () => {
    for (let at = 0; !over; at += 1) {
      await li.says(`第 ${at} 句`, `m-${at}`);
      acknowledged.push(`第 ${at} 句`);
      await delay(20);
    }
  })();
  await until('some of it is acknowledged', () => acknowledged.length > 10, 60_000);
  const before = [...acknowledged];
  const done = await command('backup', first, file);
  over = true;
  await writing;
  assert.equal(done.code, 0, done.stderr);
  t.diagnostic(done.stdout.split('\n')[0] ?? '');
  assert.match(done.stdout, /The master key is not in it\. Keep a copy of .*first\/master\.key/);
  const again = await command('backup', first, file);
  assert.match(again.stderr, /EEXIST/, 'a backup is never overwritten');

  // Everything is lost but the backup and the copy of the key.
  await imdesk.kill();
  await postgres.end();
  await rm(path.join(first, 'postgres'), { recursive: true });
  await rm(path.join(first, 'media'), { recursive: true });

  const restored = await command('restore', second, file);
  assert.equal(restored.code, 0, restored.stderr);
  assert.match(restored.stdout, /WARNING: There is no master key here/);
  const twice = await command('restore', second, file);
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /already/);
  await copyFile(path.join(first, 'master.key'), path.join(second, 'master.key'));

  const other = postgresProcess(path.join(second, 'postgres'));
  scope.after(() => other.end());
  await other.begin();
  const restarted = await begin('second', second, other.url());
  // Who was killed may hold a lease a while longer.
  await sandbox.control('POST', 'clock', { advanceMs: 120_000 });
  const there = textsOf(await li.reads());
  for (const text of before) assert.ok(there.includes(text), `${text} was acknowledged before the backup`);

  const kept = (await wang.reads()).find(({ content }) => content.type === 'file');
  assert.ok(kept?.content.type === 'file' && kept.content.media.url);
  const { url: link } = kept.content.media;
  const bytes = await fetch(link.replace(/^https?:\/\/[^/]+/, restarted.url));
  assert.equal(await bytes.text(), 'what was ordered\n');

  await wang.says('还在吗', 'm-later');
  const shown = (await lin.sees(topicGroup)).find(({ id }) => id === card.id);
  assert.ok(shown?.threadId);
  await lin.says({ chat: topicGroup, thread: shown.threadId }, '在的');
  await wang.hears('在的');
});
