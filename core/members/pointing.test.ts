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
