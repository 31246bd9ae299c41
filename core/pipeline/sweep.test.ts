import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { openMailroom } from '../../tests/mailroom.js';
import { identityMailbox } from './entry.js';
import { fireTimers, sweep } from './sweep.js';

test('a message whose hint was lost is found after a moment, and left alone while its mailbox rests', async (t) => {
  const { db, clock, recorder, receipt, tenantId } = await openMailroom(t);
  await recorder.record(receipt('wang', '在吗'));
  assert.deepEqual(await sweep(db, clock), [], 'its own hint has a moment to be heard');
  clock.jump(3_000);
  const found = [{ kind: 'mailbox', tenantId, name: 'identity:wang' }];
  assert.deepEqual(await sweep(db, clock), found);
  await db.query('insert into mailboxes (tenant_id, name, rests_until) values ($1, $2, $3)', [
    tenantId,
    'identity:wang',
    new Date(clock.now() + 5_000),
  ]);
  assert.deepEqual(await sweep(db, clock), []);
  clock.jump(5_000);
  assert.deepEqual(await sweep(db, clock), found);
});

test('a timer fires once however many processes look, never early, and its mailbox finds it', async (t) => {
  const { db, clock, tenantId } = await openMailroom(t);
  const entry = JSON.stringify({ kind: 'timer', timer: { kind: 'waiting', conversationId: randomUUID() } });
  for (let number = 0; number < 30; number++) {
    await db.query('insert into timers (tenant_id, id, mailbox, entry, due_at) values ($1, $2, $3, $4, $5)', [
      tenantId,
      randomUUID(),
      identityMailbox(`${number}`),
      entry,
      new Date(clock.now() + 60_000),
    ]);
  }
  assert.deepEqual(await fireTimers(db, clock), []);
  clock.jump(60_000);
  const fired = await Promise.all(Array.from({ length: 5 }, () => fireTimers(db, clock)));
  const names = fired.flat().map((hint) => ('name' in hint ? hint.name : ''));
  assert.deepEqual(
    names.sort(),
    Array.from({ length: 30 }, (_, number) => identityMailbox(`${number}`)).sort(),
  );
  const rows = await db.query<{ mailbox: string }>('select mailbox from inbox');
  assert.equal(rows.length, 30);
  assert.deepEqual(await fireTimers(db, clock), []);
});

test('a customer is answered although every hint of their message was lost', async (t) => {
  const house = await openHouse(t, { hintless: true, receivesOnly: true, processes: 2 });
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  const wang = house.customer('王女士');
  await wang.says('下单后多久发货');
  await house.settled(20_000);
  assert.deepEqual(wang.heard(), ['现货商品 48 小时内发出。']);
});
