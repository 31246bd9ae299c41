import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMailroom } from '../../tests/mailroom.js';
import { DatabaseUnavailable } from '../storage/database.js';
import { Recorder, receiptId } from './record.js';

const words = (rows: { text: string }[]) => rows.map((row) => row.text);

test('the same event at once, after a second and after six hours is recorded once', async (t) => {
  const { recorder, receipt, clock, rows, db } = await openMailroom(t);
  const said = receipt('wang', '在吗', 'om_1');
  const again = receipt('wang', '在吗', 'om_1');
  assert.deepEqual(await Promise.all([recorder.record(said), recorder.record(again)]), [true, false]);
  clock.jump(1_000);
  assert.equal(await recorder.record(again), false);
  clock.jump(6 * 3_600_000);
  assert.equal(await new Recorder(db, clock).record(again), false, 'another process knows it too');
  await db.query('delete from inbox');
  assert.equal(await recorder.record(again), false, 'even when retention has dropped the row');
  assert.deepEqual(words(await rows()), []);
});

test('the same id by somebody else, of another kind, or by another account is something else', async (t) => {
  const { recorder, receipt, rows, ids } = await openMailroom(t);
  const said = receipt('wang', '一', '1');
  assert.equal(await recorder.record(said), true);
  assert.equal(await recorder.record({ ...receipt('li', '二', '1') }), true);
  assert.equal(await recorder.record({ ...said, source: ids.next() }), true);
  const clicked = {
    kind: 'click',
    id: '1',
    sender: 'wang',
    at: 0,
    operation: 'x',
    arguments: {},
    form: {},
  } as const;
  assert.equal(await recorder.record({ ...said, entry: { kind: 'customer', event: clicked } }), true);
  assert.equal((await rows()).length, 4);
});

test('no choice of ids lets one event pass for another', () => {
  const base = { tenantId: 't', source: 's', sender: 'a', externalId: 'b' };
  const others = [
    { ...base, sender: 'a,b', externalId: '' },
    { ...base, sender: 'a"', externalId: '"b' },
    { ...base, source: 's,a', sender: '' },
  ];
  const made = new Set([base, ...others].map((one) => receiptId(one, 'message')));
  assert.equal(made.size, 4);
  assert.match(
    receiptId(base, 'message'),
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test('a storm is written in few statements and in the order in which it came', async (t) => {
  const { db, clock, receipt, rows } = await openMailroom(t);
  let statements = 0;
  const counted: typeof db = {
    ...db,
    query: (text, values) => {
      statements += 1;
      return db.query(text, values);
    },
  };
  const recorder = new Recorder(counted, clock);
  const storm = Array.from({ length: 500 }, (_, number) =>
    receipt(number % 2 ? 'wang' : 'li', String(number)),
  );
  const fresh = await Promise.all(storm.map((one) => recorder.record(one)));
  assert.ok(fresh.every(Boolean));
  assert.deepEqual(
    words(await rows()),
    storm.map((_, number) => String(number)),
  );
  assert.ok(statements <= 5, `${statements} statements for 500 events`);
});

test('what cannot be stored harms none of those recorded beside it', async (t) => {
  const { recorder, receipt, rows } = await openMailroom(t);
  const first = recorder.record(receipt('wang', '先占着'));
  const beside = [receipt('wang', '一'), receipt('wang', '毒\u0000药'), receipt('wang', '二')];
  const settled = await Promise.allSettled(beside.map((one) => recorder.record(one)));
  await first;
  assert.deepEqual(
    settled.map((one) => one.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(words(await rows()), ['先占着', '一', '二']);
  assert.equal(await recorder.record(receipt('wang', '三')), true, 'and the recorder goes on');
});

test('while the database is away everybody hears so at once, and nothing is recorded twice afterwards', async (t) => {
  const { db, clock, receipt, rows } = await openMailroom(t);
  let away = true;
  let asked = 0;
  const shaky: typeof db = {
    ...db,
    async query(text, values) {
      asked += 1;
      if (away) throw new DatabaseUnavailable('db:5432', new Error('gone'));
      return db.query(text, values);
    },
  };
  const recorder = new Recorder(shaky, clock);
  const receipts = Array.from({ length: 100 }, (_, number) => receipt('wang', String(number)));
  const settled = await Promise.allSettled(receipts.map((one) => recorder.record(one)));
  assert.ok(settled.every((one) => one.status === 'rejected'));
  assert.ok(asked <= 2, `the database was asked ${asked} times while it was away`);
  away = false;
  await Promise.all([...receipts, ...receipts].map((one) => recorder.record(one)));
  assert.deepEqual(
    words(await rows()),
    receipts.map((_, number) => String(number)),
  );
});
