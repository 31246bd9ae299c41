import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type HouseOptions, openHouse } from '../../tests/house.js';
import { delivery } from '../../tests/paper.js';
import { until } from '../../tests/sandbox.js';
import type { Pulled } from '../ports/connector.js';
import { askToPull } from './pull-ticket.js';
import { openPuller, type PullPace } from './puller.js';

const hour = 3_600_000;
/** Nothing is pulled by itself after the first time, so that a test sees what it caused. */
const pace: PullPace = { pullEveryMs: hour, retryDelaysMs: [10, 20], lookEveryMs: 20, leadEveryMs: 10 };

/** A channel that is pulled: what lies in it, by cursor, and each time that it was asked. */
async function open(t: TestContext, options: HouseOptions = {}) {
  const house = await openHouse(t, options);
  const lies: { id: string; text: string }[] = [];
  const asked: { account: string; cursor: string | undefined; ticket: string | undefined }[] = [];
  const well = {
    perBatch: 10,
    before: async (): Promise<void> => {},
  };
  house.paper.connector.pull = async ({ id: account }, cursor, _, ticket): Promise<Pulled> => {
    asked.push({ account, cursor, ticket });
    await well.before();
    const from = Number(cursor ?? 0);
    const items = lies.slice(from, from + well.perBatch);
    const end = from + items.length;
    return { items: items.map((one) => itemOf(one)), cursor: `${end}`, more: end < lies.length };
  };
  const itemOf = ({ id, text }: { id: string; text: string }) =>
    text === 'poison'
      ? { method: 'PULL', query: {}, headers: {}, body: Buffer.from('poison') }
      : delivery([{ kind: 'message', id, sender: '王女士', at: house.clock.now(), type: 'text', text }]);
  const pullers: { stop(): Promise<void> }[] = [];
  const start = (process = 0) => {
    const core = house.cores[process] ?? assert.fail('there is no such process');
    const puller = openPuller(core, ['paper'], `puller-${process}`, pace);
    pullers.push(puller);
    return puller;
  };
  t.after(async () => {
    for (const puller of pullers) await puller.stop();
  });
  const said = async (): Promise<string[]> => {
    const rows = await house.db.query<{ text: string }>(
      `select content->>'text' as text from messages where author_kind = 'customer' order by revision`,
    );
    return rows.map(({ text }) => text);
  };
  const arrived = (count: number) =>
    until(`${count} messages arrived`, async () => (await said()).length >= count);
  const cursor = async () => {
    const [row] = await house.db.query<{ cursor: string | null }>(
      'select cursor from accounts where id = $1',
      [house.accountId],
    );
    return row?.cursor ?? undefined;
  };
  const account = { tenantId: house.tenantId, id: house.accountId };
  return { house, lies, asked, well, start, said, arrived, cursor, account };
}

test('what lies in the channel is handled in order, batch after batch without a rest, and the cursor moves', async (t) => {
  const { lies, asked, well, start, said, arrived, cursor } = await open(t);
  well.perBatch = 2;
  for (const text of ['一', '二', '三', '四', '五']) lies.push({ id: text, text });
  start();
  await arrived(5);
  assert.deepEqual(await said(), ['一', '二', '三', '四', '五']);
  assert.deepEqual(
    asked.map(({ cursor }) => cursor),
    [undefined, '2', '4'],
  );
  await until('the cursor has moved', async () => (await cursor()) === '5');
});

test('what was recorded before the cursor could move is recorded once, though it is pulled again', async (t) => {
  const { house, lies, start, said, arrived, asked } = await open(t);
  lies.push({ id: 'm1', text: '在吗' });
  const first = start();
  await arrived(1);
  await first.stop();
  await house.db.query('update accounts set cursor = null');
  lies.push({ id: 'm2', text: '有人吗' });
  start();
  await arrived(2);
  assert.deepEqual(await said(), ['在吗', '有人吗']);
  assert.equal(asked.at(-1)?.cursor, undefined);
});

test('one process pulls for all, and when it ends another goes on', async (t) => {
  const { house, lies, asked, start, arrived, account } = await open(t, { processes: 2 });
  const first = start(0);
  await until('the first pulls', () => asked.length === 1);
  start(1);
  lies.push({ id: 'm1', text: '在吗' });
  await askToPull(house.core, account, '');
  await arrived(1);
  assert.equal(asked.length, 2);
  await first.stop();
  lies.push({ id: 'm2', text: '有人吗' });
  await arrived(2);
});

test('a ping wakes it, and its ticket goes along', async (t) => {
  const { house, lies, asked, start, arrived, account } = await open(t);
  start();
  await until('it pulled for the first time', () => asked.length === 1);
  lies.push({ id: 'm1', text: '在吗' });
  await askToPull(house.core, account, 'ticket-1');
  await arrived(1);
  assert.deepEqual(
    asked.map(({ ticket }) => ticket),
    [undefined, 'ticket-1'],
  );
});

test('a ping that comes while it pulls is not missed', async (t) => {
  const { house, lies, asked, well, start, arrived, account } = await open(t);
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  well.before = async () => {
    if (asked.length === 1) await held;
  };
  start();
  await until('it pulls', () => asked.length === 1);
  await askToPull(house.core, account, 'ticket-1');
  letGo();
  await until('it pulls again', () => asked.length === 2);
  lies.push({ id: 'm1', text: '在吗' });
  await askToPull(house.core, account, 'ticket-2');
  await arrived(1);
});

test('a channel that is down is asked later and later, and nothing is lost', async (t) => {
  const { lies, asked, well, start, said, arrived } = await open(t);
  lies.push({ id: 'm1', text: '在吗' });
  well.before = async () => {
    if (asked.length <= 3) throw new Error('the channel is down');
  };
  start();
  await arrived(1);
  assert.deepEqual(await said(), ['在吗']);
  assert.equal(asked.length, 4);
});

test('an item that makes the reader throw keeps those behind it from nothing', async (t) => {
  const { lies, start, said, arrived } = await open(t);
  lies.push({ id: 'm1', text: '在吗' }, { id: 'm2', text: 'poison' }, { id: 'm3', text: '有人吗' });
  start();
  await arrived(2);
  assert.deepEqual(await said(), ['在吗', '有人吗']);
});

test('it stops at once, also while it rests for an hour', async (t) => {
  const { asked, start } = await open(t);
  const puller = start();
  await until('it pulled for the first time', () => asked.length === 1);
  const begun = performance.now();
  await puller.stop();
  assert.ok(performance.now() - begun < 1_000);
});

test('an account that is added later is found; one that can’t be opened stops no other; one that is gone is left', async (t) => {
  const { house, asked, start } = await open(t);
  start();
  await until('it pulled for the first time', () => asked.length === 1);
  const place = { tenantId: house.tenantId, table: 'accounts', column: 'settings_sealed' };
  const add = async (settings: (id: string) => Promise<string>): Promise<string> => {
    const id = house.ids.next();
    await house.db.query(
      `insert into accounts (tenant_id, id, channel, name, queue_id, settings_sealed, created_at)
       select tenant_id, $1, channel, '新账号', queue_id, $2, created_at from accounts where id = $3`,
      [id, await settings(id), house.accountId],
    );
    return id;
  };
  await add(async () => 'no seal');
  const id = await add((row) => house.core.vault.seal({ ...place, row }, '{}'));
  await until('the new account is pulled', () => asked.some(({ account }) => account === id));
  await house.db.query('delete from accounts where id = $1', [id]);
  await until('its lease is given up', async () => {
    const rows = await house.db.query(
      'select 1 from destinations where name = $1 and lease_until is not null',
      [`pull:${id}`],
    );
    return rows.length === 0;
  });
});
