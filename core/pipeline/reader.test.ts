import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { openMailroom, wordsOf } from '../../tests/mailroom.js';
import { type Database, DatabaseUnavailable } from '../storage/database.js';
import { type Handle, rowsTogether } from './reader.js';
import { sweep } from './sweep.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a mailbox is read by one process at a time, in order, each row once', async (t) => {
  const { recorder, receipt, process: open, rows, untilRead, tenantId } = await openMailroom(t);
  const handled = new Map<string, string[]>();
  let inside = new Set<string>();
  const handle: Handle = async (_, row) => {
    assert.ok(!inside.has(row.mailbox), 'two processes are in one mailbox');
    inside.add(row.mailbox);
    await pause(Math.random() * 3);
    handled.set(row.mailbox, [...(handled.get(row.mailbox) ?? []), wordsOf(row.entry)]);
    inside.delete(row.mailbox);
  };
  const processes = [await open(handle), await open(handle), await open(handle)];
  const senders = ['wang', 'li', 'zhao'];
  for (let number = 0; number < 40; number++) {
    const sender = senders[number % 3] ?? '';
    const receiptNow = receipt(sender, String(number));
    await recorder.record(receiptNow);
    processes[number % processes.length]?.hints.give([
      { kind: 'mailbox', tenantId, name: receiptNow.mailbox },
    ]);
  }
  await untilRead();
  inside = new Set();
  assert.ok((await rows()).every((row) => row.read && row.error === null));
  senders.forEach((sender, index) => {
    const expected = Array.from({ length: 40 }, (_, number) => number).filter(
      (number) => number % 3 === index,
    );
    assert.deepEqual(handled.get(`identity:${sender}`), expected.map(String), sender);
  });
});

test('no wake-up is lost between the last look and the release, whichever process records', async (t) => {
  const { recorder, receipt, process: open, rows, tenantId } = await openMailroom(t);
  let handled = 0;
  const done = new EventEmitter();
  const handle: Handle = async () => {
    handled += 1;
    queueMicrotask(() => done.emit('handled'));
  };
  const [one, two] = [await open(handle), await open(handle)];
  // Each row is recorded the moment the one before was handled, that is while its mailbox is being released; nobody sweeps.
  for (let number = 1; number <= 150; number++) {
    const receiptNow = receipt('wang', String(number));
    const next = once(done, 'handled', { signal: AbortSignal.timeout(3_000) });
    await recorder.record(receiptNow);
    (number % 2 ? one : two).hints.give([{ kind: 'mailbox', tenantId, name: receiptNow.mailbox }]);
    await next.catch(() => assert.fail(`message ${number} was recorded and nobody read it`));
  }
  assert.equal(handled, 150);
  await pause(5);
  assert.equal((await rows()).length, 150);
});

test('a reader that sleeps keeps others out, and one that is cut off has written nothing', async (t) => {
  const { db, recorder, receipt, process: open, untilRead, rows } = await openMailroom(t);
  const gate = new EventEmitter();
  const written: string[] = [];
  let backend = 0;
  const sleeper = await open(async ({ tx }, row) => {
    const [own] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    backend = own?.pid ?? 0;
    written.push(`sleeper ${wordsOf(row.entry)}`);
    gate.emit('asleep');
    await once(gate, 'wake');
  });
  const other = await open(async (_, row) => void written.push(`other ${wordsOf(row.entry)}`));
  await recorder.record(receipt('wang', '一'));
  await recorder.record(receipt('wang', '二'));
  const asleep = once(gate, 'asleep');
  const reading = sleeper.read('wang');
  await asleep;
  await other.read('wang');
  assert.deepEqual(written, ['sleeper 一'], 'nobody else is in its mailbox');
  assert.ok((await rows()).every(({ read }) => !read));
  await db.query('select pg_terminate_backend($1)', [backend]);
  // It comes again by itself.
  await untilRead();
  assert.deepEqual(written, ['sleeper 一', 'other 一', 'other 二']);
  gate.emit('wake');
  await reading;
  assert.deepEqual(written, ['sleeper 一', 'other 一', 'other 二']);
});

test('what has piled up is handled together, in order, in few transactions', async (t) => {
  const { db, recorder, receipt, process: open, rows } = await openMailroom(t);
  let transactions = 0;
  const counted: Database = {
    ...db,
    transaction(work) {
      transactions += 1;
      return db.transaction(work);
    },
  };
  const handled: string[] = [];
  const one = await open(async (_, row) => void handled.push(wordsOf(row.entry)), counted);
  const all = Array.from({ length: 2 * rowsTogether + 3 }, (_, number) => String(number));
  for (const words of all) await recorder.record(receipt('wang', words));
  await one.read('wang');
  assert.deepEqual(handled, all);
  assert.ok((await rows()).every(({ read }) => read));
  assert.equal(transactions, 3);
});

test('one that fails among many takes nothing of the others with it', async (t) => {
  const { db, clock, tenantId, recorder, receipt, process: open, rows, untilRead } = await openMailroom(t);
  const one = await open(async ({ tx, ids }, row) => {
    const name = wordsOf(row.entry);
    // What is sent without waiting fails where it is written, however late that comes out.
    tx.send('insert into customers (tenant_id, id, name, created_at) values ($1, $2, $3, $4)', [
      name === '坏' ? null : tenantId,
      ids.next(),
      name,
      new Date(0),
    ]);
  });
  for (const words of ['一', '二', '坏', '四']) await recorder.record(receipt('wang', words));
  await one.read('wang');
  assert.deepEqual(
    (await rows()).map(({ read, attempts }) => [read, attempts]),
    [
      [true, 0],
      [true, 0],
      [false, 1],
      [false, 0],
    ],
  );
  for (let attempt = 2; attempt <= 5; attempt++) {
    clock.jump(20_000);
    await one.read('wang');
  }
  await untilRead();
  const customers = await db.query<{ name: string }>('select name from customers order by id');
  assert.deepEqual(
    customers.map(({ name }) => name),
    ['一', '二', '四'],
  );
  assert.deepEqual(
    (await rows()).map(({ error }) => error !== null),
    [false, false, true, false],
  );
});

test('a row that fails is tried again before those behind it, then put aside with its error', async (t) => {
  const { clock, recorder, receipt, process: open, rows, untilRead, db } = await openMailroom(t);
  const tried: string[] = [];
  const one = await open(async (_, row) => {
    tried.push(wordsOf(row.entry));
    if (wordsOf(row.entry) === '坏') throw new Error('这一条处理不了');
  });
  for (const words of ['好', '坏', '后面的']) await recorder.record(receipt('wang', words));
  await one.read('wang');
  // Together first; then, as nothing of that was kept, each by itself.
  assert.deepEqual(tried.splice(0), ['好', '坏', '好', '坏']);
  for (let hint = 0; hint < 5; hint++) await one.read('wang');
  assert.deepEqual(tried, [], 'it rests, however many hints come');
  clock.jump(3_000);
  assert.deepEqual(await sweep(db, clock).then((hints) => hints.map((hint) => hint.kind)), ['mailbox']);
  for (let attempt = 2; attempt <= 5; attempt++) {
    clock.jump(20_000);
    await one.read('wang');
  }
  await untilRead();
  assert.deepEqual(tried, ['坏', '坏', '坏', '坏', '后面的']);
  assert.deepEqual(
    (await rows()).map((row) => [row.text, row.error]),
    [
      ['好', null],
      ['坏', '这一条处理不了'],
      ['后面的', null],
    ],
  );
  assert.deepEqual(one.delays, [205, 1_005, 5_005, 20_005]);
});

test('what a row wrote before it failed is not there', async (t) => {
  const { db, recorder, receipt, process: open, clock, tenantId, untilRead } = await openMailroom(t);
  let fails = true;
  const one = await open(async ({ tx }) => {
    await tx.query(
      'insert into customers (tenant_id, id, name, created_at) values ($1, gen_random_uuid(), $2, $3)',
      [tenantId, '王女士', new Date(0)],
    );
    if (fails) throw new Error('不行');
  });
  await recorder.record(receipt('wang', '在吗'));
  await one.read('wang');
  assert.equal((await db.query('select from customers')).length, 0);
  fails = false;
  clock.jump(1_000);
  await one.read('wang');
  await untilRead();
  assert.equal((await db.query('select from customers')).length, 1);
});

test('a database that is away is no failure of any row, and its mailbox is read as soon as it is back', async (t) => {
  const { db, recorder, receipt, process: open, rows, untilRead } = await openMailroom(t);
  let away = 0;
  const shaky: Database = {
    ...db,
    async query(text, values) {
      if (away > 0) throw new DatabaseUnavailable('db:5432', new Error('gone'));
      return db.query(text, values);
    },
    async transaction(work) {
      if (away > 0) {
        away -= 1;
        throw new DatabaseUnavailable('db:5432', new Error('gone'));
      }
      return db.transaction(work);
    },
  };
  const handled: string[] = [];
  const one = await open(async (_, row) => void handled.push(wordsOf(row.entry)), shaky);
  await recorder.record(receipt('wang', '在吗'));
  const taken = shaky.transaction;
  shaky.transaction = async (work) => {
    shaky.transaction = taken;
    away = 1_000;
    return taken(work);
  };
  await one.read('wang');
  assert.deepEqual(handled, []);
  away = 0;
  await untilRead(3_000);
  assert.deepEqual(handled, ['在吗']);
  assert.deepEqual(
    (await rows()).map(({ attempts, error }) => [attempts, error]),
    [[0, null]],
  );
});

test('a process that stops finishes what it is at and leaves the rest to others at once', async (t) => {
  const { recorder, receipt, process: open, untilRead } = await openMailroom(t);
  const handled: string[] = [];
  const gate = new EventEmitter();
  const one = await open(async (_, row) => {
    gate.emit('inside');
    await once(gate, 'go');
    handled.push(`one ${wordsOf(row.entry)}`);
  });
  const two = await open(async (_, row) => void handled.push(`two ${wordsOf(row.entry)}`));
  await recorder.record(receipt('wang', '一'));
  const inside = once(gate, 'inside');
  void one.read('wang');
  await inside;
  for (const words of ['二', '三']) await recorder.record(receipt('wang', words));
  void one.read('wang');
  const stopped = one.reader.stop();
  gate.emit('go');
  await stopped;
  await two.read('wang');
  await untilRead();
  assert.deepEqual(handled, ['one 一', 'two 二', 'two 三']);
});
