import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { emptyDatabase } from '../../tests/database.js';
import {
  type Database,
  DatabaseUnavailable,
  isRetryable,
  isUniqueViolation,
  openDatabase,
  type Transaction,
} from './database.js';
import { connectSequelize } from './models.js';

async function withTable(t: TestContext): Promise<{ url: string; db: Database }> {
  const made = await emptyDatabase(t);
  await made.db.query(
    'create table things (id int primary key, name text, constraint things_name unique (name))',
  );
  return made;
}

const names = async (db: Database) =>
  (await db.query<{ name: string }>('select name from things order by id')).map((row) => row.name);
const endConnections = (db: Database, application: string) =>
  db.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    application,
  ]);

test('columns come back as what the code works with', async (t) => {
  const { db } = await emptyDatabase(t);
  const select = `select 9007199254740991::bigint as big, count(*) as count, '{1,null,3}'::bigint[] as bigs,
      '2026-02-28'::date as day, '2026-01-02T03:04:05.678Z'::timestamptz as at, 1.10::numeric as price, '\\x00ff'::bytea as bytes`;
  assert.deepEqual(await db.query(select), [
    {
      big: Number.MAX_SAFE_INTEGER,
      count: 1,
      bigs: [1, null, 3],
      day: '2026-02-28',
      at: new Date('2026-01-02T03:04:05.678Z'),
      price: '1.10',
      bytes: Buffer.from([0, 255]),
    },
  ]);
  await assert.rejects(db.query('select 9007199254740993::bigint as big'), /9007199254740993 does not fit/);
  assert.deepEqual(await db.query('select 1 as one'), [{ one: 1 }], 'the connection still works');
});

test('a transaction keeps everything or nothing', async (t) => {
  const { db } = await withTable(t);
  const kept = await db.transaction(async (tx) => {
    await tx.query('insert into things values (1, $1)', ['一']);
    await tx.query('insert into things values (2, $1)', ['二']);
    return 'kept';
  });
  assert.equal(kept, 'kept');
  await assert.rejects(
    db.transaction(async (tx) => {
      await tx.query('delete from things');
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  assert.deepEqual(await names(db), ['一', '二']);
});

test('a transaction that ignores the failure of a statement does not pretend to have committed', async (t) => {
  const { db } = await withTable(t);
  const work = db.transaction(async (tx) => {
    await tx.query("insert into things values (1, '一')");
    await tx.query('select 1 / 0').catch(() => {});
  });
  await assert.rejects(work, /rolled back/);
  assert.deepEqual(await names(db), []);
});

test('what is sent without waiting is kept in order, and its failure comes out once, whatever stands behind it', async (t) => {
  const { db } = await withTable(t);
  await db.transaction(async (tx) => {
    tx.send('insert into things values ($1, $2)', [1, '一']);
    tx.send('update things set name = $2 where id = $1', [1, '壹']);
    assert.deepEqual(await tx.query('select name from things'), [{ name: '壹' }]);
    tx.send('insert into things values ($1, $2)', [2, '二']);
  });
  assert.deepEqual(await names(db), ['壹', '二']);
  const failing = (behind: (tx: Transaction) => Promise<unknown>) =>
    db.transaction(async (tx) => {
      tx.send('insert into things values ($1, $2)', [3, '三']);
      tx.send('insert into things values ($1, $2)', [4, '二']);
      await behind(tx);
    });
  const ways: ((tx: Transaction) => Promise<unknown>)[] = [
    async () => {},
    (tx) => tx.query('select 1'),
    (tx) => Promise.all([tx.query('select 1'), tx.query('select 2')]),
    async (tx) => tx.send('insert into things values ($1, $2)', [5, '五']),
  ];
  for (const behind of ways)
    await assert.rejects(failing(behind), (error) => isUniqueViolation(error, 'things_name'));
  assert.deepEqual(await names(db), ['壹', '二']);
});

test('statements that do not wait for each other fail together, and the connection goes on', async (t) => {
  const { url } = await withTable(t);
  const db = openDatabase({ url, max: 1 });
  t.after(() => db.end());
  const failing = db.transaction(async (tx) => {
    await Promise.all([
      tx.query("insert into things values (1, '一')"),
      tx.query('select 1 / 0'),
      tx.query('select 1 as one where $1', [true]),
    ]);
  });
  await assert.rejects(failing, /division by zero/);
  assert.deepEqual(await names(db), []);
  assert.deepEqual(await Promise.all([1, 2, 3].map((id) => db.query('select $1::int as id', [id]))), [
    [{ id: 1 }],
    [{ id: 2 }],
    [{ id: 3 }],
  ]);
});

test('a key that is there already is told from other errors', async (t) => {
  const { db } = await withTable(t);
  await db.query("insert into things values (1, '一')");
  const error: unknown = await db.query("insert into things values (2, '一')").catch((refused) => refused);
  assert.ok(isUniqueViolation(error));
  assert.ok(isUniqueViolation(error, 'things_name'));
  assert.ok(!isUniqueViolation(error, 'things_pkey'));
  assert.ok(!isRetryable(error));
  assert.ok(!isUniqueViolation(new Error('duplicate key')));
});

test('of two transactions in a deadlock one fails, may be repeated, and then succeeds', async (t) => {
  const { db } = await withTable(t);
  await db.query("insert into things values (1, 'a'), (2, 'b')");
  const bothHold = barrier(2);
  const touch = (first: number, second: number) => () =>
    db.transaction(async (tx) => {
      await tx.query("set local deadlock_timeout = '20ms'");
      await tx.query('update things set name = name where id = $1', [first]);
      await bothHold();
      await tx.query('update things set name = name where id = $1', [second]);
    });
  const works = [touch(1, 2), touch(2, 1)];
  const ends = await Promise.allSettled(works.map((work) => work()));
  const failed = ends.findIndex((end) => end.status === 'rejected');
  const [loser, winner] = [ends[failed], ends[1 - failed]];
  assert.equal(winner?.status, 'fulfilled');
  assert.ok(loser?.status === 'rejected' && isRetryable(loser.reason), String(loser));
  await works[failed]?.();
});

/** Resolves for everybody once so many wait, and for everybody later at once. */
function barrier(count: number): () => Promise<void> {
  let waiting = 0;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting += 1;
    if (waiting >= count) open();
    return opened;
  };
}

test('a connection that breaks inside a transaction is not used again', async (t) => {
  const { url, db: other } = await withTable(t);
  const db = openDatabase({ url, max: 1, applicationName: 'breaking' });
  t.after(() => db.end());
  const error: unknown = await db
    .transaction(async (tx) => {
      await tx.query("insert into things values (1, '一')");
      await endConnections(other, 'breaking');
      await tx.query("insert into things values (2, '二')");
    })
    .catch((failed) => failed);
  assert.ok(isRetryable(error), String(error));
  assert.deepEqual(await names(db), [], 'the pool of one works again, and nothing was kept');
});

test('what fails inside a transaction for reasons of its own is passed on as it is', async (t) => {
  const { db } = await emptyDatabase(t);
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });
  await assert.rejects(
    db.transaction(() => Promise.reject(refused)),
    refused,
  );
});

test('statements that come again and again are parsed once per connection', async (t) => {
  const { url } = await withTable(t);
  const db = openDatabase({ url, max: 1 });
  t.after(() => db.end());
  for (const id of [1, 2, 3, 4, 5]) await db.query('select name from things where id = $1', [id]);
  await db.query('select 1 as one where $1', [true]);
  const prepared = await db.query('select statement from pg_prepared_statements');
  assert.deepEqual(prepared, [{ statement: 'select name from things where id = $1' }]);
});

test('a database that is away is named without its password', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert.ok(address !== null && typeof address === 'object');
  const db = openDatabase({ url: `postgres://someone:s3cret@127.0.0.1:${address.port}/imdesk` });
  for (const attempt of [() => db.query('select 1'), () => db.listen('news', () => {})]) {
    const error: unknown = await attempt().catch((failed) => failed);
    assert.ok(error instanceof DatabaseUnavailable && isRetryable(error));
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${address.port} is not available`));
    assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /s3cret/);
  }
  await db.end();
});

test('notifications are heard by every listener of their channel, until it stops', async (t) => {
  const { db } = await emptyDatabase(t);
  const heard: string[] = [];
  const first = await db.listen('新消息', (payload) => heard.push(`first ${payload}`));
  await db.listen('新消息', (payload) => heard.push(`second ${payload}`));
  await db.listen('other', (payload) => heard.push(`other ${payload}`));
  const notify = (channel: string, payload: string) =>
    db.query('select pg_notify($1, $2)', [channel, payload]);
  await notify('新消息', '1');
  await eventually(() => heard.length === 2);
  await first();
  await notify('新消息', '2');
  await notify('other', '3');
  await eventually(() => heard.length === 4);
  assert.deepEqual(heard, ['first 1', 'second 1', 'second 2', 'other 3']);
});

test('listening goes on after the connection broke, and says that something may have been missed', async (t) => {
  const { url, db: other } = await emptyDatabase(t);
  const db = openDatabase({ url, applicationName: 'listening' });
  t.after(() => db.end());
  const heard: string[] = [];
  await db.listen('news', (payload) => heard.push(payload));
  await endConnections(other, 'listening');
  await eventually(() => heard.includes(''));
  await other.query("select pg_notify('news', 'after')");
  await eventually(() => heard.length === 2);
  assert.deepEqual(heard, ['', 'after']);
});

/** Waits for what happens in another process; the deadline only ends a test that would fail anyway. */
async function eventually(happened: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!happened()) {
    assert.ok(Date.now() < deadline, 'it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('Sequelize reads and writes the same database, and its log has no values', async (t) => {
  const { url, db } = await withTable(t);
  const said: string[] = [];
  const sequelize = connectSequelize({ url, logging: (sql) => said.push(sql) });
  t.after(() => sequelize.close());
  await sequelize.query('insert into things values ($id, $name)', { bind: { id: 1, name: '机密' } });
  assert.deepEqual(await names(db), ['机密']);
  assert.ok(said.length > 0);
  assert.ok(said.every((sql) => !sql.includes('机密')));
});
