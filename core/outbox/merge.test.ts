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

test('bubbles that wait for one place go as one message, in order, each known by itself', async (t) => {
  const { house, wang, texts } = await serving(t);
  const release = held(house);
  for (const words of ['第一句', '第二句', '第三句', '第四句']) await wang.says(words);
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
