import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '../core/storage/database.js';
import { startEmbeddedPostgres } from '../core/storage/embedded.js';
import { migrate, migrationsFolder, readMigrations } from '../core/storage/migrate.js';
import type { Scope } from './sandbox.js';

export interface TestDatabase {
  url: string;
  db: Database;
}

/** The server of the test run; or, where none was started, one that keeps nothing and goes with `t`. */
export async function testServer(t: Scope): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-server-'));
  const server = await startEmbeddedPostgres({ dir: folder, durable: false });
  process.env.TEST_DATABASE_URL = server.url;
  t.after(async () => {
    process.env.TEST_DATABASE_URL = '';
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
}

const TEMPLATE_LOCK = 4_163_375_002;
let made = 0;

/**
 * A database of its own for one test, with the product's tables in it. It goes away when the test ends, after
 * everything that the test itself tidies up.
 */
export async function testDatabase(t: Scope): Promise<TestDatabase> {
  const admin = await administrator();
  try {
    const template = await migratedTemplate(admin);
    made += 1;
    const name = `test_${process.pid}_${made}`;
    await admin.query(`create database ${name} template ${template}`);
    return open(t, name);
  } finally {
    await admin.end();
  }
}

/** The same without tables. */
export async function emptyDatabase(t: Scope): Promise<TestDatabase> {
  const admin = await administrator();
  try {
    made += 1;
    const name = `test_${process.pid}_${made}`;
    await admin.query(`create database ${name}`);
    return open(t, name);
  } finally {
    await admin.end();
  }
}

function open(t: Scope, name: string): TestDatabase {
  const url = urlOf(name);
  const db = openDatabase({ url, max: 5, applicationName: name });
  // Hooks run in the order they were given: a hook given while they run comes last.
  t.after(async () => t.after(() => remove(db, name)));
  return { url, db };
}

async function remove(db: Database, name: string): Promise<void> {
  await db.end();
  const admin = await administrator();
  try {
    await admin.query(`drop database ${name} with (force)`);
  } finally {
    await admin.end();
  }
}

/** Made once per run by whichever test file comes first, and finished under another name, so that it is never seen half-made. */
async function migratedTemplate(admin: pg.Client): Promise<string> {
  const digest = createHash('sha256');
  for (const { sha256 } of await readMigrations(migrationsFolder)) digest.update(sha256);
  const name = `template_${digest.digest('hex').slice(0, 16)}`;
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const present = await admin.query('select from pg_database where datname = $1', [name]);
    if (present.rowCount === 0) {
      await admin.query(`drop database if exists ${name}_unfinished with (force)`);
      await admin.query(`create database ${name}_unfinished`);
      await migrate(urlOf(`${name}_unfinished`));
      await admin.query(`alter database ${name}_unfinished rename to ${name}`);
    }
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return name;
}

async function administrator(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: runUrl() });
  await client.connect();
  return client;
}

function urlOf(database: string): string {
  const url = new URL(runUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function runUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run tests with "npm test -- <part of their path>".');
  return url;
}
