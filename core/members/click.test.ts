import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('on a copy of a card that somebody passed on, a press counts by the rights of who pressed', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent', serves: false },
      { name: '小职员', role: 'employee' },
    ],
    confidential: true,
  });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const press = (name: string) =>
    house.member(name).clicks('conversation.claim', { conversation: waiting?.id }, 'a-copy-in-another-chat');
  for (const name of ['小职员', '陈亦舟']) {
    const answer = await press(name);
    assert.equal(answer.toast?.type, 'warning', name);
    assert.equal(answer.card, undefined, 'and shows nothing of the customer');
  }
  assert.deepEqual(await house.conversations(), [waiting]);
  const answer = await press('林小满');
  assert.match(answer.toast?.text ?? '', /已认领/);
  assert.equal((await house.conversations())[0]?.owner_id, house.memberId('林小满'));
});
