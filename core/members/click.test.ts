import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
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
    assert.notEqual(answer.toast?.type, 'success', name);
    assert.equal(answer.card, undefined, 'and shows nothing of the customer');
  }
  await house.settled();
  assert.deepEqual(await house.conversations(), [waiting]);
  await press('林小满');
  await house.settled();
  assert.equal((await house.conversations())[0]?.owner_id, house.memberId('林小满'));
});

test('a card whose answer was lost on the way shows what was decided all the same', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, desk: 'topic' });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  const card = house.paper.toStaff.find(({ out }) => out.kind === 'card')?.id ?? '';
  // Paper shows what was posted and redrawn, and nothing of what an answer held.
  const shown = () => {
    const view = house.paper.cards.get(card);
    return view?.template === 'desk' ? view.data.state : undefined;
  };
  await lin.clicks('conversation.claim', { conversation: conversation?.id }, card);
  await house.settled();
  // Where the machine was too slow to answer in time it is drawn at once.
  clock.jump(9_000);
  await house.rings();
  assert.equal(shown(), 'active');
});
