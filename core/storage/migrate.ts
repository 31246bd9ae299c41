import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { type Clock, systemClock } from '../clock.js';
import { type Database, openDatabase, type Transaction } from './database.js';

interface Migration {
  number: number;
  name: string;
  sql: string;
  sha256: Buffer;
}

interface Applied extends Record<string, unknown> {
  number: number;
  name: string;
  sha256: Buffer;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;
/** Any number will do; everybody who migrates this database has to use the same. */
const LOCK = 4_163_375_001;

/** Where the product's own migrations are; the build copies them beside the code. */
export const migrationsFolder = new URL('./migrations/', import.meta.url);

/**
 * Brings the database up to the code. Each migration is a transaction of its own that begins by taking one lock, so of
 * several processes starting together one works and the others wait; a failed one leaves nothing behind.
 *
 * @param target  a database, or the address of one
 * @returns the names of what was applied by this call
 * @throws when an applied file was edited since, when the database is newer than the code, when a number came late
 */
export async function migrate(
  target: Database | string,
  {
    folder = migrationsFolder,
    clock = systemClock,
    upTo,
  }: { folder?: URL; clock?: Clock /** The name of the last one wanted. */; upTo?: string } = {},
): Promise<string[]> {
  const migrations = await readMigrations(folder);
  if (upTo !== undefined) migrations.splice(migrations.findIndex(({ name }) => name === upTo) + 1);
  const db =
    typeof target === 'string'
      ? openDatabase({ url: target, max: 1, applicationName: 'imdesk-migrate' })
      : target;
  try {
    const names: string[] = [];
    for (;;) {
      const name = await db.transaction((tx) => applyNext(tx, migrations, clock));
      if (name === undefined) return names;
      names.push(name);
    }
  } finally {
    if (db !== target) await db.end();
  }
}

export async function readMigrations(folder: URL): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const migrations = await Promise.all(files.map((file) => readMigration(folder, file)));
  for (const [index, { number, name }] of migrations.entries()) {
    if (migrations[index + 1]?.number === number)
      throw new Error(`Two migrations have the number of ${name}.`);
  }
  return migrations;
}

async function readMigration(folder: URL, file: string): Promise<Migration> {
  const number = Number(FILE.exec(file)?.[1]);
  if (!number) throw new Error(`A migration is named like 0001-what-it-does.sql, not ${file}.`);
  const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n');
  return {
    number,
    name: file.slice(0, -'.sql'.length),
    sql,
    sha256: createHash('sha256').update(sql).digest(),
  };
}

async function applyNext(
  tx: Transaction,
  migrations: Migration[],
  clock: Clock,
): Promise<string | undefined> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK]);
  await tx.query(
    `create table if not exists migrations
       (number int primary key, name text not null, sha256 bytea not null, applied_at timestamptz not null)`,
  );
  const applied = await tx.query<Applied>('select number, name, sha256 from migrations order by number');
  checkApplied(applied, migrations);
  const next = migrations[applied.length];
  if (!next) return undefined;
  await tx.query(next.sql).catch((error) => {
    throw new Error(`Migration ${next.name} failed${lineOf(error, next.sql)}: ${error.message}`, {
      cause: error,
    });
  });
  await tx.query('insert into migrations (number, name, sha256, applied_at) values ($1, $2, $3, $4)', [
    next.number,
    next.name,
    next.sha256,
    new Date(clock.now()),
  ]);
  return next.name;
}

/** What was applied has to be, unchanged, the beginning of what there is. */
function checkApplied(applied: Applied[], migrations: Migration[]): void {
  for (const [index, { number, name, sha256 }] of applied.entries()) {
    const expected = migrations[index];
    if (!migrations.some((migration) => migration.number === number)) {
      throw new Error(
        `The database is newer than this code: it has migration ${name}. Deploy the newer code.`,
      );
    }
    if (expected && expected.number !== number) {
      throw new Error(
        `Migration ${expected.name} came after ${name} was applied: give it the next number instead.`,
      );
    }
    if (!expected?.sha256.equals(sha256)) {
      throw new Error(
        `Migration ${name} was edited after it was applied: undo that, and write a new migration.`,
      );
    }
  }
}

function lineOf(error: unknown, sql: string): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  return position > 0 ? ` in line ${sql.slice(0, position).split('\n').length}` : '';
}
