import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { SendError } from '../ports/courier.js';

/** 林小满 serves 王女士 on a platform that takes several bubbles as one message. */
async function serving(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t);
  house.paper.mergesUpTo = 200;
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: conversation?.id });
  await house.settled();
  const before = lin.received().length;
  const texts = () =>
    lin
      .received()
      .slice(before)
      .flatMap(({ out }) => (out.kind === 'text' ? [out.text] : []));
  return { house, wang, lin, texts };
}

/** Nothing is sent until it is let go, so that what is said meanwhile waits. */
function held(house: Awaited<ReturnType<typeof openHouse>>) {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  house.paper.before = () => gate;
  return release;
}

/** Waits until a send is under way, so that what is said next is too late to go with it. */
async function underWay({ db }: Awaited<ReturnType<typeof openHouse>>) {
  while ((await db.query(`select 1 from outbox where state = 'sending' and kind = 'relay'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

test('bubbles that wait for one place go as one message, in order, each known by itself', async (t) => {
  const { house, wang, texts } = await serving(t);
  const release = held(house);
  await wang.says('第一句');
  await underWay(house);
  for (const words of ['第二句', '第三句', '第四句']) await wang.says(words);
  while ((await house.db.query(`select 1 from messages where content ->> 'text' = '第四句'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  await house.settled();
  const said = texts();
  assert.equal(said.length, 2, said.join(' | '));
  assert.match(said[1] ?? '', /第二句.*第三句.*第四句/s);
  const shown = await house.db.query(
    `select 1 from appearances a join messages m on m.tenant_id = a.tenant_id and m.id = a.message_id
      where m.content ->> 'text' like '第%句' and a.source = '${house.workspaceId}'`,
  );
  assert.equal(shown.length, 4);
});

test('they are never longer than the platform takes', async (t) => {
  const { house, wang, texts } = await serving(t);
  const release = held(house);
  for (let at = 0; at < 6; at++) await wang.says(`${at}${'长'.repeat(30)}`);
  while ((await house.db.query(`select 1 from messages where content ->> 'text' like '5%'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  await house.settled();
  const said = texts();
  assert.ok(said.every((words) => Buffer.byteLength(words) <= 200));
  assert.deepEqual(said.join('\n').match(/\d(?=长)/g), ['0', '1', '2', '3', '4', '5']);
});

test('when one message of several is refused, each of them is said to be', async (t) => {
  const { house, wang, lin } = await serving(t);
  const release = held(house);
  await wang.says('甲');
  await wang.says('乙');
  while ((await house.db.query(`select 1 from messages where content ->> 'text' = '乙'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.text.includes('王女士：')) throw new SendError('refused', 'no', 'refused');
  };
  release();
  await house.settled();
  const told = lin.heard().join('\n');
  assert.ok(told.includes('「乙」'), told);
});

test('what cannot even be put together does not keep those before it from going', async (t) => {
  const { house, wang, texts } = await serving(t);
  const release = held(house);
  await wang.says('第一句');
  await underWay(house);
  await wang.says('第二句');
  while ((await house.db.query(`select 1 from messages where content ->> 'text' = '第二句'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await house.db.query(
    `insert into outbox (tenant_id, destination, id, kind, body, created_at) values ($1, $2, $3, 'tell', '{"to": 7}', $4)`,
    [
      house.tenantId,
      `direct:${house.workspaceId}:${house.memberId('林小满')}`,
      house.ids.next(),
      new Date(house.clock.now()),
    ],
  );
  release();
  const deadline = performance.now() + 10_000;
  while (!texts().join().includes('第二句')) {
    if (performance.now() > deadline) assert.fail(`it was never shown: ${texts().join(' | ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

test('a message that holds two customers’ words is quoted as neither’s', async (t) => {
  const { house, wang, lin, texts } = await serving(t);
  const li = house.customer('李先生');
  await li.says('转人工');
  await house.settled();
  const [, second] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: second?.id });
  await house.settled();
  const release = held(house);
  await wang.says('先发一句');
  await underWay(house);
  await wang.says('我要退货');
  await li.says('我要换货');
  while (
    (await house.db.query(`select 1 from messages where content ->> 'text' in ('我要退货', '我要换货')`))
      .length < 2
  )
    await new Promise((resolve) => setTimeout(resolve, 5));
  release();
  await house.settled();
  const both = lin
    .received()
    .findLast(({ out }) => out.kind === 'text' && out.text.includes('退货') && out.text.includes('换货'));
  assert.ok(both, texts().join(' | '));
  await lin.types('好的，已为您安排', { quote: both.id });
  await house.settled();
  assert.ok(!wang.heard().includes('好的，已为您安排') && !li.heard().includes('好的，已为您安排'));
  assert.ok(lin.heard().includes('card:choose'), 'she is asked whom she meant');
});
