import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('the code of another conversation amid somebody’s words leads to nobody', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  const [wang, li] = [house.customer('王女士'), house.customer('李先生')];
  await wang.says('转人工');
  await house.settled();
  await li.says('转人工');
  await house.settled();
  const [hers, his] = await house.conversations();
  await house.member('林小满').clicks('conversation.claim', { conversation: hers?.id });
  await house.member('陈亦舟').clicks('conversation.claim', { conversation: his?.id });
  await house.settled();
  const told = li.heard().length;
  await house.member('林小满').types(`您的单号是 ${his?.code}，请查收 ${his?.code} ok`);
  await wang.says(`${his?.code} 我的单号`);
  await wang.says(`#${his?.code}: 我的单号`);
  await house.settled();
  assert.equal(wang.heard().at(-1), `您的单号是 ${his?.code}，请查收 ${his?.code} ok`);
  assert.equal(li.heard().length, told, `李先生 heard ${li.heard().at(-1)}`);
  assert.equal(
    house
      .member('林小满')
      .heard()
      .filter((words) => words.includes('我的单号')).length,
    2,
  );
  assert.equal(
    house
      .member('陈亦舟')
      .heard()
      .filter((words) => words.includes('我的单号')).length,
    0,
  );
});

test('who was given a conversation and lost it again is asked for whom their words are', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '何静姝', role: 'supervisor' },
    ],
  });
  const [wang, li, zhao] = [house.customer('王女士'), house.customer('李先生'), house.customer('赵小姐')];
  for (const customer of [wang, li, zhao]) {
    await customer.says('转人工');
    await house.settled();
  }
  const [first, second, third] = await house.conversations();
  const [lin, chen, he] = [house.member('林小满'), house.member('陈亦舟'), house.member('何静姝')];
  await chen.clicks('conversation.claim', { conversation: third?.id });
  await lin.clicks('conversation.claim', { conversation: first?.id });
  await lin.clicks('conversation.claim', { conversation: second?.id });
  await house.settled();
  await lin.types(`/to ${second?.code}`);
  await lin.types('您好');
  await house.settled();
  const heard = [wang, li, zhao].filter((customer) => customer.heard().includes('您好'));
  assert.equal(heard.length, 1, 'she is turned to one of her two');
  const gives = (to: string) =>
    he.clicks('conversation.reassign', { conversation: third?.id, to: `member:${house.memberId(to)}` });
  await gives('林小满');
  await house.settled();
  await gives('陈亦舟');
  await house.settled();
  await lin.types('马上为您处理');
  await house.settled();
  for (const customer of [wang, li, zhao])
    assert.ok(!customer.heard().includes('马上为您处理'), 'nobody reads what may be meant for somebody else');
  assert.equal(
    lin.received().filter(({ out }) => out.kind === 'card' && out.card.template === 'choose').length,
    1,
  );
});
