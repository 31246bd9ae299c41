import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('a customer is answered from an article, handed over when asked, claimed, answered, closed and asked to rate', async (t) => {
  const house = await openHouse(t);
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  const wang = house.customer('王女士');
  const lin = house.member('林小满');

  await wang.says('下单后多久发货');
  await house.settled();
  assert.deepEqual(wang.heard(), ['现货商品 48 小时内发出。']);

  await wang.says('转人工');
  await house.settled();
  assert.match(wang.heard().at(-1) ?? '', /转接人工客服/);
  const waiting = lin.received().at(-1);
  assert.equal(waiting?.out.kind === 'card' && waiting.out.card.template, 'desk');

  const [conversation] = await house.conversations();
  const answer = await lin.clicks('conversation.claim', { conversation: conversation?.id }, waiting?.id);
  assert.equal(answer.toast?.type, 'success');
  assert.equal(answer.card?.template === 'desk' && answer.card.data.state, 'active');
  await house.settled();
  assert.match(wang.heard().at(-1) ?? '', /林小满/);
  assert.equal(lin.heard().at(-1), 'card:brief');

  await lin.types('您好，马上为您查');
  await house.settled();
  assert.equal(wang.heard().at(-1), '您好，马上为您查');
  await wang.says('谢谢');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /王女士：谢谢/);

  await lin.types('/close 已解决 已补发');
  await house.settled();
  assert.deepEqual(wang.heard().slice(-1), ['card:rating']);
  await wang.clicks('conversation.rate', { conversation: conversation?.id, score: 5 });
  await house.settled();
  assert.match(wang.heard().at(-1) ?? '', /感谢/);
  assert.deepEqual(await house.putAside(), []);
});
