import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isEnding, isPostgresOf } from './os-process.js';
import type { Native } from './postgres-binaries.js';
import type { PostgresHome } from './postgres-home.js';
import { runAs } from './postgres-user.js';

const POLL_MS = 20;
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const HALF_WRITTEN_MS = 1_000;
const LOG_BYTES_MAX = 10_000_000;

/** A running server, as its lock file `postmaster.pid` describes it. Source: miscadmin.h, LOCK_FILE_LINE_*. */
interface Holder {
  pid: number;
  port: number;
  status: string;
}

/** Why a server that was started went away again: `line` is what it said last. */
export class PostmasterExited extends Error {
  readonly line: string;
  constructor(line: string) {
    super(`PostgreSQL did not start: ${line}`);
    this.line = line;
  }
}

/** The port of the server already running on this folder, once it is ready; null when there is none. */
export async function runningPort(home: PostgresHome): Promise<number | null> {
  const holder = await runningHolder(home);
  return holder && untilReady(home, holder.pid, () => isPostgresOf(holder.pid, home.data));
}

/** @returns the port, when the server accepts connections. @throws {PostmasterExited} */
export async function launch(
  home: PostgresHome,
  native: Native,
  port: number,
  durable: boolean,
): Promise<number> {
  await releaseFalseLock(home);
  const log = await openLog(home);
  try {
    const from = (await log.stat()).size;
    // Detached, so that it outlives a killed Imdesk and is found again; a throwaway one goes with Ctrl-C instead.
    const child = spawn(path.join(native.folder, 'bin/postgres'), settings(home, port, durable), {
      ...runAs(home.user),
      detached: durable,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    let failed: Error | undefined;
    child.on('error', (error) => {
      failed = error;
    });
    const here = async () => failed === undefined && child.exitCode === null && child.signalCode === null;
    const ready = child.pid === undefined ? null : await untilReady(home, child.pid, here);
    if (ready === null) throw new PostmasterExited(failed?.message ?? (await lastComplaint(home, from)));
    return ready;
  } finally {
    await log.close();
  }
}

/** Stops the server of this folder, if one runs: clients are cut off, what they committed is kept. */
export async function stopPostmaster(home: PostgresHome, native: () => Promise<Native>): Promise<void> {
  const holder = await runningHolder(home);
  if (!holder) return;
  if (process.platform === 'win32') {
    const { folder } = await native(); // Windows has no signals; pg_ctl knows how to ask there
    await promisify(execFile)(path.join(folder, 'bin/pg_ctl.exe'), ['stop', '-D', home.data, '-m', 'fast']);
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(holder.pid, signal);
    for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += POLL_MS) {
      if (!(await isPostgresOf(holder.pid, home.data)) && !(await isEnding(holder.pid))) return;
      await pause(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${holder.pid}, ${home.data}) does not stop.`);
}

async function runningHolder(home: PostgresHome): Promise<Holder | null> {
  const holder = parse(await readFile(lockFile(home), 'utf8').catch(() => ''));
  return holder && (await isPostgresOf(holder.pid, home.data)) ? holder : null;
}

const lockFile = (home: PostgresHome) => path.join(home.data, 'postmaster.pid');

/** Lines of the lock file: pid, data folder, start time, port, socket folder, address, shared memory, status. */
function parse(text: string): Holder | null {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' } : null;
}

async function untilReady(
  home: PostgresHome,
  pid: number,
  here: () => Promise<boolean>,
): Promise<number | null> {
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += POLL_MS) {
    if (!(await here())) return null;
    const holder = parse(await readFile(lockFile(home), 'utf8').catch(() => ''));
    if (holder?.pid === pid && holder.status === 'ready') return holder.port;
    await pause(POLL_MS);
  }
  throw new Error(
    `PostgreSQL (process ${pid}) was not ready after ${READY_TIMEOUT_MS / 1000} s; see ${logFile(home)}.`,
  );
}

/**
 * A lock file survives kill -9. When its process is gone PostgreSQL itself takes the file over, after making sure that
 * no orphan still uses the shared memory named in it. When the id now belongs to something else, or to a zombie, it
 * would refuse for ever; so we write our own id in its place, which PostgreSQL disregards as its parent's, and keep
 * its check. The file is changed through one open handle: should another process have started a server meanwhile,
 * that server has a new file, and only the old one is touched.
 */
async function releaseFalseLock(home: PostgresHome): Promise<void> {
  const file = await open(lockFile(home), constants.O_RDWR).catch(() => null);
  if (file === null) return;
  try {
    let text = await file.readFile('utf8');
    if (parse(text) === null) {
      await pause(HALF_WRITTEN_MS); // just being written, or cut short by a power failure
      text = (await readFrom(file, 0)).toString('utf8');
    }
    const holder = parse(text);
    if (holder && (await isPostgresOf(holder.pid, home.data))) return;
    const changed = text.replace(/^[^\n]*/, String(process.pid));
    await file.truncate(0);
    await file.write(changed, 0);
  } finally {
    await file.close();
  }
}

function settings(home: PostgresHome, port: number, durable: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // A process takes up to sixteen; while one is replaced by another, both do.
    max_connections: 150,
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    jit: 'off',
    huge_pages: 'off',
    io_method: 'sync',
    timezone: 'UTC',
    // What customers wrote must not reach the log: no statements, no values of the row that broke a constraint.
    log_timezone: 'UTC',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_error_verbosity: 'terse',
  };
  // Files in the data folder instead of /dev/shm, which may be tiny in a container and keeps what kill -9 left.
  if (process.platform !== 'win32') values.dynamic_shared_memory_type = 'mmap';
  if (!durable) Object.assign(values, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  const options = Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', home.data, '-p', String(port), ...options];
}

const logFile = (home: PostgresHome) => path.join(home.folder, 'postgres.log');

async function openLog(home: PostgresHome): Promise<FileHandle> {
  const size = await stat(logFile(home)).then(
    (file) => file.size,
    () => 0,
  );
  return open(logFile(home), size > LOG_BYTES_MAX ? 'w' : 'a', 0o600);
}

async function lastComplaint(home: PostgresHome, from: number): Promise<string> {
  const log = await open(logFile(home), 'r');
  try {
    const said = (await readFrom(log, from)).toString('utf8').trim().split('\n');
    return said.findLast((line) => /FATAL|PANIC|error/.test(line)) ?? said.at(-1) ?? '';
  } finally {
    await log.close();
  }
}

async function readFrom(file: FileHandle, position: number): Promise<Buffer> {
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.max(0, size - position));
  await file.read(bytes, 0, bytes.length, position);
  return bytes;
}
