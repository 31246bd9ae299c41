import assert from 'node:assert/strict';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { emptyDatabase, testDatabase } from '../../tests/database.js';
import { migrate } from './migrate.js';

const FIRST = 'create table first (n int);\ninsert into first values (1);\n';
const SECOND = 'create table second (n int);\n';

/** A folder of migrations that a test can add to, and a database they were not applied to. */
async function project(t: TestContext, files: Record<string, string>) {
  const { url, db } = await emptyDatabase(t);
  const place = await mkdtemp(path.join(tmpdir(), 'imdesk-migrations-'));
  t.after(() => rm(place, { recursive: true }));
  const write = (name: string, sql: string) => writeFile(path.join(place, name), sql);
  for (const [name, sql] of Object.entries(files)) await write(name, sql);
  const folder = pathToFileURL(`${place}/`);
  const remove = (name: string) => unlink(path.join(place, name));
  return { url, db, write, remove, migrate: () => migrate(url, { folder }) };
}

test('migrations are applied in order, once', async (t) => {
  const { db, migrate, write } = await project(t, { '0002-second.sql': SECOND, '0001-first.sql': FIRST });
  assert.deepEqual(await migrate(), ['0001-first', '0002-second']);
  assert.deepEqual(await migrate(), []);
  await write('0003-third.sql', 'insert into first values (3);');
  assert.deepEqual(await migrate(), ['0003-third']);
  assert.deepEqual(await db.query('select n from first order by n'), [{ n: 1 }, { n: 3 }]);
});

test('of several processes that start together each migration is applied by one', async (t) => {
  const { db, migrate } = await project(t, {
    '0001-first.sql': `${FIRST}select pg_sleep(0.05);`,
    '0002-second.sql': SECOND,
  });
  const applied = await Promise.all([migrate(), migrate(), migrate(), migrate()]);
  assert.deepEqual(applied.flat().sort(), ['0001-first', '0002-second']);
  assert.deepEqual(await db.query('select n from first'), [{ n: 1 }]);
});

test('a migration that fails leaves nothing behind and says where it failed', async (t) => {
  const { db, migrate, write } = await project(t, {
    '0001-first.sql': `${FIRST}insert into nowhere values (1);`,
  });
  await assert.rejects(migrate(), /0001-first failed in line 3: relation "nowhere" does not exist/);
  assert.deepEqual(await db.query("select to_regclass('first') as first"), [{ first: null }]);
  await write('0001-first.sql', FIRST);
  assert.deepEqual(await migrate(), ['0001-first']);
});

test('a migration edited after it was applied is refused', async (t) => {
  const { migrate, write } = await project(t, { '0001-first.sql': FIRST });
  await migrate();
  await write('0001-first.sql', FIRST.replaceAll('\n', '\r\n'));
  assert.deepEqual(await migrate(), [], 'line ends of another system are no edit');
  await write('0001-first.sql', `${FIRST}-- more`);
  await assert.rejects(migrate(), /0001-first was edited after it was applied/);
});

test('older code refuses a newer database', async (t) => {
  const { migrate, remove } = await project(t, { '0001-first.sql': FIRST, '0002-second.sql': SECOND });
  await migrate();
  await remove('0002-second.sql');
  await assert.rejects(migrate(), /newer than this code: it has migration 0002-second/);
});

test('a migration whose number came late is refused', async (t) => {
  const { migrate, write } = await project(t, { '0001-first.sql': FIRST, '0003-third.sql': SECOND });
  await migrate();
  await write('0002-second.sql', 'select 1;');
  await assert.rejects(migrate(), /0002-second came after 0003-third was applied/);
});

test('two migrations cannot share a number, and every file has one', async (t) => {
  const { migrate, write, remove } = await project(t, { '0001-first.sql': FIRST, '0001-other.sql': SECOND });
  await assert.rejects(migrate(), /Two migrations have the number of 0001-first/);
  await remove('0001-other.sql');
  await write('later.sql', SECOND);
  await assert.rejects(migrate(), /named like 0001-what-it-does.sql, not later.sql/);
});

test('a test database has the tables of the product, and is its own', async (t) => {
  const [one, other] = [await testDatabase(t), await testDatabase(t)];
  await one.db.query(
    "insert into tenants (id, name, robot_name, created_at) values ($1, 'Acme', '小助手', $2)",
    ['01930000-0000-7000-8000-000000000001', new Date(0)],
  );
  assert.deepEqual(await other.db.query('select count(*) from tenants'), [{ count: 0 }]);
  assert.deepEqual(await migrate(one.db), [], 'nothing is left to apply');
});
