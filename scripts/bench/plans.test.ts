import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/database.js';
import { between, countersOf } from './counters.js';
import { planOf } from './plans.js';
import { spyOn } from './spy.js';

test('a statement’s plan says what was read, and what it would have written is taken back', async (t) => {
  const { db } = await testDatabase(t);
  await db.query('create table things (id int primary key, kind int)');
  await db.query('insert into things select n, n % 7 from generate_series(1, 3000) as n');
  await db.query('analyze things');

  const whole = await planOf(db, { text: 'select count(*) from things where kind = $1', values: [3] });
  assert.deepEqual(whole?.scanned, ['things']);
  assert.ok(whole.rows >= 3_000, `${whole.rows}`);
  const one = await planOf(db, { text: 'update things set kind = 9 where id = $1', values: [17] });
  assert.deepEqual(one?.scanned, []);
  assert.equal(one.rows, 1);
  assert.ok(one.pages > 0 && one.pages < whole.pages);
  assert.deepEqual(await db.query('select id from things where kind = 9'), []);
  assert.equal(await planOf(db, { text: 'insert into things values ($1, 1)', values: [17] }), undefined);
  assert.equal(await planOf(db, { text: 'commit', values: undefined }), undefined);
});

test('everything that is asked is written down, and counted by PostgreSQL on every connection', async (t) => {
  const { db } = await testDatabase(t);
  await db.query('create table things (id int primary key)');
  await db.query('insert into things select generate_series(1, 500)');
  const spy = spyOn(db);
  const before = await countersOf(db, 5);
  const asked = await spy.during(async () => {
    await db.query('select * from things where id = $1', [4]);
    await db.transaction(async (tx) => {
      tx.send('insert into things values ($1)', [501]);
      await Promise.all([tx.query('select * from things'), tx.query('select * from things')]);
    });
  });
  const { rows, pages, walBytes } = between(before, await countersOf(db, 5));
  spy.end();
  assert.deepEqual(
    asked.map(({ text }) => text.split(' ')[0]),
    ['select', 'begin', 'commit', 'insert', 'select', 'select'],
  );
  assert.ok(rows >= 1_001 && pages > 2 && walBytes > 0, `${rows} rows, ${pages} pages, ${walBytes} bytes`);
});
