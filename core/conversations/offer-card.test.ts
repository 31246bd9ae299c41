import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';
import type { BotAbilities } from '../ports/bot.js';

/** 林小满 has asked 陈亦舟 to take 王女士 over, on a platform that can do this. */
async function offered(t: TestContext, abilities: Partial<BotAbilities> = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
    elsewhere: [{ platform: 'wecom', abilities }],
  });
  const [lin, chen] = [house.member('林小满', 'wecom'), house.member('陈亦舟', 'wecom')];
  await chen.types('/帮助');
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const id = waiting?.id ?? '';
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.clicks('conversation.transfer', { conversation: id, to: house.memberId('陈亦舟') });
  await house.settled();
  const card = chen.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  const status = () => {
    const view = house.on('wecom').paper.cards.get(card?.id ?? '');
    return view?.template === 'panel' ? view.data.status : undefined;
  };
  return { house, clock, lin, chen, id, card: card?.id, status };
}

test('the invitation that somebody accepted never says that it came to nothing', async (t) => {
  const { house, chen, id, card, status } = await offered(t);
  assert.match(status() ?? '', /林小满 邀请你接手/);
  await chen.clicks('conversation.accept', { conversation: id }, card);
  await house.settled();
  assert.match(status() ?? '', /^你已接手/);
  await chen.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  assert.equal(status(), '这个邀请已失效，会话现在的状态：已结束 · 已解决。');
  const late = await chen.clicks('conversation.accept', { conversation: id }, card);
  assert.equal(late.toast?.type, 'warning');
  assert.match(late.toast?.text ?? '', /已结束/);
});

test('where a card can be changed once, an invitation that nobody answered is changed too', async (t) => {
  const { house, clock, lin, chen, id, card, status } = await offered(t, {
    cardEdits: 'once',
    toasts: false,
    cardInputs: false,
  });
  assert.match(status() ?? '', /林小满 邀请你接手/);
  clock.jump(121_000);
  await house.rings();
  assert.equal(status(), '这个邀请已失效。');
  const late = await chen.clicks('conversation.accept', { conversation: id }, card);
  assert.match(JSON.stringify(late), /林小满 处理中/);
  assert.equal((await house.conversations())[0]?.owner_id, house.memberId('林小满'));
  assert.ok(lin.heard().some((words) => words.includes('没有及时答复')));
});
