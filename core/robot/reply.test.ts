import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { openDatabase } from '../storage/database.js';

test('an answer that the robot finds after a person has claimed is dropped', async (t) => {
  const house = await openHouse(t);
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  // The robot thinks as long as nobody lets it read the articles.
  const other = openDatabase({ url: house.url, max: 1 });
  t.after(() => other.end());
  let letGo = () => {};
  const thinking = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const holding = new Promise<void>((resolve, reject) => {
    other
      .transaction(async (tx) => {
        await tx.query('lock table articles in access exclusive mode');
        resolve();
        await thinking;
      })
      .catch(reject);
  });
  await holding;
  await wang.says('下单后多久发货');
  await wang.says('转人工');
  while ((await house.conversations())[0]?.state !== 'waiting')
    await new Promise((resolve) => setTimeout(resolve, 5));
  const [conversation] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: conversation?.id });
  while ((await house.conversations())[0]?.state !== 'active')
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(
    (await house.db.query('select 1 from tasks where done_at is null')).length,
    1,
    'it is still thinking',
  );
  letGo();
  await house.settled();
  assert.ok(!wang.heard().includes('现货商品 48 小时内发出。'), `she heard ${wang.heard().join(' | ')}`);
  assert.match(wang.heard().at(-1) ?? '', /林小满/);
});

test('the second question in a row that it cannot answer brings a person', async (t) => {
  const house = await openHouse(t);
  const wang = house.customer('王女士');
  await wang.says('量子纠缠怎么退货');
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'robot');
  await wang.says('黑洞的保修期呢');
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'waiting');
  assert.match(wang.heard().at(-1) ?? '', /人工/);
  assert.equal(house.member('林小满').heard().at(-1), 'card:desk');
});

test('an answer in between starts the count anew', async (t) => {
  const house = await openHouse(t);
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  const wang = house.customer('王女士');
  for (const question of ['量子纠缠怎么退货', '下单后多久发货', '黑洞的保修期呢']) {
    await wang.says(question);
    await house.settled();
  }
  assert.equal((await house.conversations())[0]?.state, 'robot');
});

test('who asks for a person twice is told their place; before a word was said the button opens a conversation', async (t) => {
  const house = await openHouse(t);
  const [li, wang] = [house.customer('李先生'), house.customer('王女士')];
  await li.says('转人工');
  await house.settled();
  await wang.clicks('conversation.askPerson', {});
  await house.settled();
  assert.equal((await house.conversations()).length, 2);
  await wang.says('转人工');
  await house.settled();
  assert.match(wang.heard().at(-1) ?? '', /2/);
  assert.equal((await house.db.query('select 1 from codes')).length, 2);
});

test('a customer’s button is about their own conversation, whatever it says', async (t) => {
  const house = await openHouse(t);
  const [li, wang] = [house.customer('李先生'), house.customer('王女士')];
  await li.says('你好');
  await house.settled();
  const [his] = await house.conversations();
  await wang.clicks('conversation.askPerson', { conversation: his?.id });
  await wang.clicks('conversation.rate', { conversation: his?.id, score: 1 });
  await wang.clicks('conversation.rate', { conversation: 'x', score: 1 });
  await wang.clicks('conversation.close', { conversation: his?.id });
  await house.settled();
  const [still] = await house.db.query<{ state: string; rating: number | null }>(
    'select state, rating from conversations where id = $1',
    [his?.id],
  );
  assert.deepEqual(still, { state: 'robot', rating: null });
  assert.deepEqual(await house.putAside(), []);
});
