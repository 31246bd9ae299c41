import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { isRunning } from './os-process.js';
import type { Native } from './postgres-binaries.js';
import { canReach, type PostgresUser, postgresUser, runAs } from './postgres-user.js';

const run = promisify(execFile);

/** Where one embedded PostgreSQL lives: `folder` holds `data` (PostgreSQL's own), the log, and who is using it. */
export interface PostgresHome {
  folder: string;
  data: string;
  user: PostgresUser;
  /** The link in the folder we were given, when the data had to be put elsewhere. */
  link: string | null;
}

const SUPERUSER = 'imdesk';
const SYSTEM_FOLDER = '/var/lib/imdesk';
const MAJOR_VERSION = '18';

/**
 * Settles where the data is. That is `dir` itself, except for root under a folder that PostgreSQL's user cannot enter
 * (root's home is 0700): then `dir/data` is a link into /var/lib/imdesk, or into the temporary folder when the data
 * need not last. The permissions of folders that are not ours are left alone.
 */
export async function openHome(dir: string, durable: boolean): Promise<PostgresHome> {
  await mkdir(dir, { recursive: true });
  const given = path.join(dir, 'data');
  const user = await postgresUser(given);
  const data = (await linkedTo(given)) ?? (await placeFor(given, user, durable));
  const folder = path.dirname(data);
  await mkdir(path.join(folder, 'users'), { recursive: true });
  return { folder, data, user, link: data === given ? null : given };
}

const linkedTo = (link: string) => readlink(link).catch(() => undefined);

async function placeFor(given: string, user: PostgresUser, durable: boolean): Promise<string> {
  if (await canReach(path.dirname(given), user)) return given;
  if (await exists(given)) {
    throw new Error(
      `PostgreSQL runs as user ${user?.uid} and cannot enter ${given}. Let others enter the folders above it (chmod o+x), ` +
        'or start Imdesk as an ordinary user.',
    );
  }
  if (durable) {
    await mkdir(SYSTEM_FOLDER, { recursive: true });
    await chmod(SYSTEM_FOLDER, 0o755);
  }
  const folder = await mkdtemp(
    path.join(durable ? SYSTEM_FOLDER : tmpdir(), durable ? 'postgres-' : 'imdesk-postgres-'),
  );
  await chmod(folder, 0o755);
  try {
    await symlink(path.join(folder, 'data'), given);
    return path.join(folder, 'data');
  } catch (error) {
    await rm(folder, { recursive: true });
    const winner = await linkedTo(given); // another process started at the same moment
    if (winner === undefined) throw error;
    return winner;
  }
}

/** Takes away the data that need not last and was put into the temporary folder; other data is the caller's to keep. */
export async function discardTemporary(home: PostgresHome): Promise<void> {
  if (home.link === null || !home.folder.startsWith(path.join(tmpdir(), 'imdesk-postgres-'))) return;
  await rm(home.folder, { recursive: true, force: true });
  await rm(home.link, { force: true });
}

/**
 * Makes the data folder if there is none. It is made aside and renamed into place with its password in it, so an
 * interruption leaves nothing half-made, and of two processes that start together one wins.
 */
export async function initialise(
  home: PostgresHome,
  native: () => Promise<Native>,
  durable: boolean,
): Promise<void> {
  await removeUnfinished(home);
  if (await exists(path.join(home.data, 'PG_VERSION'))) {
    await checkVersion(home);
    return giveToUser(home);
  }
  const { folder: binaries } = await native();
  const unfinished = await mkdtemp(path.join(home.folder, `new-${process.pid}-`));
  try {
    const data = path.join(unfinished, 'data');
    const password = path.join(unfinished, 'password');
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (home.user)
      for (const place of [unfinished, password]) await chown(place, home.user.uid, home.user.gid);
    await initdb(home, path.join(binaries, 'bin/initdb'), data, password, durable);
    await rename(password, path.join(data, PASSWORD_FILE));
    await rename(data, home.data).catch(async (error) => {
      if (!(await exists(path.join(home.data, 'PG_VERSION')))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

const PASSWORD_FILE = 'imdesk.password';

/**
 * Sorting is by code point on every machine (provider builtin); LC_CTYPE must know Chinese letters all the same, because
 * pg_trgm still asks the operating system which characters are letters.
 */
async function initdb(home: PostgresHome, program: string, data: string, password: string, durable: boolean) {
  const locale = ['--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  if (process.platform !== 'win32')
    locale.push(`--lc-ctype=${process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8'}`);
  const login = ['-U', SUPERUSER, '-A', 'scram-sha-256', `--pwfile=${password}`];
  const args = ['-D', data, ...login, '-E', 'UTF8', ...locale, ...(durable ? [] : ['--no-sync'])];
  await run(program, args, runAs(home.user)).catch((cause: Error & { stderr?: string }) => {
    const reason = (cause.stderr || cause.message).trim();
    throw new Error(
      `PostgreSQL could not set up its data in ${home.folder}${home.user ? ` as user ${home.user.uid}` : ''}: ${reason}\n` +
        'Give Imdesk another data folder, start it as an ordinary user, or set DATABASE_URL.',
    );
  });
}

async function checkVersion(home: PostgresHome): Promise<void> {
  const version = (await readFile(path.join(home.data, 'PG_VERSION'), 'utf8')).trim();
  if (version === MAJOR_VERSION) return;
  throw new Error(
    `${home.data} was made by PostgreSQL ${version}; this is ${MAJOR_VERSION}. Move it away, or set DATABASE_URL.`,
  );
}

/** Data that came back from a backup as root's is handed to the user PostgreSQL runs as. */
async function giveToUser(home: PostgresHome): Promise<void> {
  if (home.user === null || (await stat(home.data)).uid !== 0) return;
  await run('chown', ['-R', `${home.user.uid}:${home.user.gid}`, home.data]);
}

/** @returns the address of a database of this cluster, with its password: never log it */
export async function urlOf(home: PostgresHome, port: number, database: string): Promise<string> {
  const password = (await readFile(path.join(home.data, PASSWORD_FILE), 'utf8')).trim();
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** What killed processes left behind: each unfinished folder carries the pid of the process that was filling it. */
async function removeUnfinished(home: PostgresHome): Promise<void> {
  for (const entry of await readdir(home.folder)) {
    const pid = /^new-(\d+)-/.exec(entry)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) {
      await rm(path.join(home.folder, entry), { recursive: true, force: true });
    }
  }
}

let entered = 0;

/**
 * Notes that this process uses the cluster.
 * @returns a function that takes the note back and says whether somebody else alive still uses it
 */
export async function enter(home: PostgresHome): Promise<() => Promise<boolean>> {
  entered += 1;
  const users = path.join(home.folder, 'users');
  const mine = `${process.pid}-${entered}`;
  await writeFile(path.join(users, mine), '');
  return async () => {
    await rm(path.join(users, mine), { force: true });
    const pids = (await readdir(users)).map((name) => Number.parseInt(name, 10));
    return pids.some(isRunning);
  };
}

const exists = (place: string) =>
  access(place).then(
    () => true,
    () => false,
  );
