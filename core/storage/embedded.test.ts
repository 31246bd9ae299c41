import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from './embedded.js';
import { isRunning } from './os-process.js';
import { installedNative } from './postgres-binaries.js';

const onUnix = { skip: process.platform === 'win32' ? 'signals and users of Unix' : false };
const asRoot = { skip: process.getuid?.() === 0 ? false : 'only root can become another user' };
const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** A folder that every user may enter, taken away afterwards together with the server in it. */
async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-embedded-'));
  await chmod(folder, 0o755);
  t.after(async () => {
    const pid = await postmasterPid(folder).catch(() => 0);
    if (pid > 0 && isRunning(pid)) process.kill(pid, 'SIGQUIT');
    for (let tries = 0; pid > 0 && isRunning(pid) && tries < 500; tries += 1) await pause(10);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

const lockFile = (dir: string) => path.join(dir, 'data/postmaster.pid');
const postmasterPid = async (dir: string) => Number((await readFile(lockFile(dir), 'utf8')).split('\n')[0]);

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function gone(pid: number): Promise<void> {
  for (let tries = 0; isRunning(pid); tries += 1) {
    assert.ok(tries < 1000, `process ${pid} is still there`);
    await pause(10);
  }
}

/** Ends the server as a power failure or the kernel's memory killer would: nothing is tidied up. */
async function killPostmaster(dir: string): Promise<void> {
  const pid = await postmasterPid(dir);
  process.kill(pid, 'SIGKILL');
  await gone(pid);
}

test('a fresh folder becomes a database that asks for its password and listens here only', async (t) => {
  const dir = await place(t);
  const postgres = await startEmbeddedPostgres({ dir });
  const [row] = await ask(
    postgres.url,
    `select current_database() as database, current_setting('listen_addresses') as addresses,
            current_setting('fsync') as fsync, current_setting('timezone') as zone, upper('é') as upper`,
  );
  assert.deepEqual(row, { database: 'imdesk', addresses: '127.0.0.1', fsync: 'on', zone: 'UTC', upper: 'É' });
  const wrong = new URL(postgres.url);
  wrong.password = 'guess';
  await assert.rejects(ask(wrong.href, 'select 1'), /password authentication failed/);
  await ask(postgres.url, 'create extension pg_trgm');
  const [trigrams] = await ask(postgres.url, "select cardinality(show_trgm('电子发票')) as count");
  assert.equal(trigrams?.count, 5, 'Chinese text has trigrams');
  if (process.platform !== 'win32') {
    assert.equal((await stat(path.join(dir, 'data/imdesk.password'))).mode & 0o777, 0o600);
  }
  const pid = await postmasterPid(dir);
  await postgres.stop();
  assert.equal(isRunning(pid), false);
  await assert.rejects(ask(postgres.url, 'select 1'));
});

test('what was committed is there after a stop and a start', async (t) => {
  const dir = await place(t);
  const first = await startEmbeddedPostgres({ dir });
  await ask(first.url, "create table kept as select '你好' as word");
  await first.stop();
  const second = await startEmbeddedPostgres({ dir });
  assert.deepEqual(await ask(second.url, 'select word from kept'), [{ word: '你好' }]);
  await second.stop();
});

test('no acknowledged row is lost when the server is killed', onUnix, async (t) => {
  const dir = await place(t);
  const before = await startEmbeddedPostgres({ dir });
  await ask(before.url, 'create table kept (n int primary key)');
  const client = new pg.Client({ connectionString: before.url });
  client.on('error', () => {});
  await client.connect();
  let acknowledged = 0;
  const writing = (async () => {
    for (;;) {
      await client.query('insert into kept values ($1)', [acknowledged]);
      acknowledged += 1;
      if (acknowledged === 200) process.kill(await postmasterPid(dir), 'SIGKILL');
    }
  })();
  await assert.rejects(writing);
  const after = await startEmbeddedPostgres({ dir });
  const [row] = await ask(after.url, 'select count(*)::int as count from kept');
  assert.ok(Number(row?.count) >= acknowledged, `${row?.count} rows of ${acknowledged} acknowledged`);
  await after.stop();
});

test('a second start finds the running server, and the last one to stop ends it', async (t) => {
  const dir = await place(t);
  const first = await startEmbeddedPostgres({ dir });
  const second = await startEmbeddedPostgres({ dir });
  assert.equal(second.url, first.url);
  await first.stop();
  await first.stop();
  assert.equal((await ask(second.url, 'select 1 as one'))[0]?.one, 1);
  const pid = await postmasterPid(dir);
  await second.stop();
  assert.equal(isRunning(pid), false);
});

test('two starts at the same moment in a new folder share one server', async (t) => {
  const dir = await place(t);
  const [first, second] = await Promise.all([startEmbeddedPostgres({ dir }), startEmbeddedPostgres({ dir })]);
  assert.equal(first.url, second.url);
  await Promise.all([first.stop(), second.stop()]);
  assert.deepEqual(
    (await readdir(dir)).filter((name) => name.startsWith('new-')),
    [],
  );
});

test('a lock file whose process is gone is no obstacle', onUnix, async (t) => {
  const dir = await place(t);
  await startEmbeddedPostgres({ dir });
  await killPostmaster(dir);
  const again = await startEmbeddedPostgres({ dir });
  assert.equal((await ask(again.url, 'select 1 as one'))[0]?.one, 1);
});

test('a lock file whose id now belongs to another program is no obstacle', linux, async (t) => {
  const dir = await place(t);
  await startEmbeddedPostgres({ dir });
  await killPostmaster(dir);
  const stranger = await asOwnerOf(dir, t, 'exec sleep 600');
  await pointLockAt(dir, stranger.pid ?? 0);
  const again = await startEmbeddedPostgres({ dir });
  assert.equal((await ask(again.url, 'select 1 as one'))[0]?.one, 1);
  assert.equal(stranger.exitCode, null, 'the other program was left alone');
});

test('a lock file whose process is a zombie is no obstacle', linux, async (t) => {
  const dir = await place(t);
  await startEmbeddedPostgres({ dir });
  await killPostmaster(dir);
  // `sleep` never collects the child it inherits from the shell it replaces; a shell would, so it ends only afterwards.
  const parent = await asOwnerOf(dir, t, 'sleep 600 & echo $!; exec sleep 601');
  const zombie = await new Promise<number>((found) => {
    parent.stdout?.once('data', (said) => found(Number(said)));
  });
  while (!(await readFile(`/proc/${parent.pid}/cmdline`, 'utf8')).startsWith('sleep')) await pause(10);
  process.kill(zombie, 'SIGKILL');
  await gone(zombie);
  process.kill(zombie, 0); // still listed
  await pointLockAt(dir, zombie);
  const again = await startEmbeddedPostgres({ dir });
  assert.equal((await ask(again.url, 'select 1 as one'))[0]?.one, 1);
});

test('a lock file cut short by a power failure is no obstacle', onUnix, async (t) => {
  const dir = await place(t);
  await startEmbeddedPostgres({ dir });
  await killPostmaster(dir);
  await writeFile(lockFile(dir), '');
  const again = await startEmbeddedPostgres({ dir });
  assert.equal((await ask(again.url, 'select 1 as one'))[0]?.one, 1);
});

test('a set-up interrupted half-way is started over', async (t) => {
  const dir = await place(t);
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  const half = path.join(dir, `new-${dead.pid}-abc`);
  await mkdir(path.join(half, 'data/base'), { recursive: true });
  await writeFile(path.join(half, 'data/PG_VERSION'), '18\n');
  const postgres = await startEmbeddedPostgres({ dir });
  assert.equal((await ask(postgres.url, 'select 1 as one'))[0]?.one, 1);
  assert.deepEqual(
    (await readdir(dir)).filter((name) => name.startsWith('new-')),
    [],
  );
  await postgres.stop();
});

test('data of another version is refused by name', async (t) => {
  const dir = await place(t);
  await mkdir(path.join(dir, 'data'));
  await writeFile(path.join(dir, 'data/PG_VERSION'), '15\n');
  await assert.rejects(startEmbeddedPostgres({ dir }), /was made by PostgreSQL 15; this is 18/);
});

test('a wanted port that is taken is named', async (t) => {
  const first = await startEmbeddedPostgres({ dir: await place(t), durable: false });
  const port = Number(new URL(first.url).port);
  await assert.rejects(
    startEmbeddedPostgres({ dir: await place(t), port }),
    new RegExp(`127.0.0.1:${port}.*taken`),
  );
  await first.stop();
});

test('a killed Imdesk leaves the server running, and the next one finds and stops it', onUnix, async (t) => {
  const dir = await place(t);
  const killed = imdesk(startScript(fileURLToPath(new URL('embedded.js', import.meta.url)), dir));
  const url = await killed.said;
  killed.process.kill('SIGKILL');
  await once(killed.process, 'exit');
  const next = await startEmbeddedPostgres({ dir });
  assert.equal(next.url, url);
  const pid = await postmasterPid(dir);
  await next.stop();
  assert.equal(isRunning(pid), false);
});

test('an ordinary user starts and stops it in a folder of their own', asRoot, async (t) => {
  const dir = await place(t);
  await chown(dir, 65534, 65534);
  await chmod(dir, 0o700);
  const user = { uid: 65534, gid: 65534, cwd: '/' };
  const started = imdesk(startScript(fileURLToPath(new URL('embedded.js', import.meta.url)), dir), user);
  const url = await started.said;
  assert.equal((await ask(url, 'select 1 as one'))[0]?.one, 1);
  assert.equal((await stat(lockFile(dir))).uid, 65534);
  const pid = await postmasterPid(dir);
  started.process.stdin?.end();
  await once(started.process, 'exit');
  assert.equal(isRunning(pid), false);
});

test('root starts it from a project nobody else may enter, with install scripts off', asRoot, async (t) => {
  const project = await place(t);
  const dir = path.join(project, '.data');
  await copyProject(project);
  await chmod(project, 0o700);
  const started = imdesk(startScript(path.join(project, 'storage/embedded.js'), dir, 'durable: false,'));
  const url = await started.said;
  assert.equal((await ask(url, 'select 1 as one'))[0]?.one, 1);
  assert.equal((await stat(project)).mode & 0o777, 0o700, 'permissions are as they were');
  const data = path.dirname((await ask(url, 'show data_directory'))[0]?.data_directory?.toString() ?? '');
  assert.ok((await readdir(data)).some((name) => name.startsWith('native-')));
  started.process.stdin?.end();
  await once(started.process, 'exit');
  await assert.rejects(stat(data), /ENOENT/, 'data that need not last are taken away');
});

/** A project of its own in that folder: our code, the packages it uses, and PostgreSQL without its links. */
async function copyProject(project: string): Promise<void> {
  const { folder } = await installedNative();
  const packages = path.resolve(folder, '../../..');
  const copied = path.join(project, 'node_modules', path.relative(packages, path.dirname(folder)));
  await cp(path.dirname(folder), copied, { recursive: true, verbatimSymlinks: true });
  for (const name of await readdir(path.join(copied, 'native/lib'))) {
    const file = path.join(copied, 'native/lib', name);
    if ((await lstat(file)).isSymbolicLink()) await rm(file);
  }
  for (const name of ['pg', 'zod'])
    await symlink(path.join(packages, name), path.join(project, 'node_modules', name));
  await cp(fileURLToPath(new URL('.', import.meta.url)), path.join(project, 'storage'), { recursive: true });
  await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
}

/** Starts the database, says its address, and stops it when its input ends. */
const startScript = (embedded: string, dir: string, more = '') => `
  const { startEmbeddedPostgres } = await import(${JSON.stringify(pathToFileURL(embedded).href)});
  const postgres = await startEmbeddedPostgres({ ${more} dir: ${JSON.stringify(dir)} });
  console.log(postgres.url);
  process.stdin.resume().on('end', async () => { await postgres.stop(); process.exit(); });`;

function imdesk(script: string, options: { uid?: number; gid?: number; cwd?: string } = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (url) => resolve(String(url).trim()));
    child.once('exit', () => reject(new Error('it ended before it was ready')));
  });
  return { process: child, said };
}

/** A shell running as the owner of the data, so that PostgreSQL may look at its processes. */
async function asOwnerOf(dir: string, t: TestContext, command: string): Promise<ChildProcess> {
  const { uid, gid } = await stat(path.join(dir, 'data'));
  const user = process.getuid?.() === 0 ? { uid, gid } : {};
  const child = spawn('/bin/sh', ['-c', command], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child;
}

async function pointLockAt(dir: string, pid: number): Promise<void> {
  const lock = await readFile(lockFile(dir), 'utf8');
  await writeFile(lockFile(dir), lock.replace(/^\d+/, String(pid)));
}
