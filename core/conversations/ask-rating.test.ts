import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

const hour = 3_600_000;

test('who may not be written to any more is not asked to rate, and nobody waits for an answer', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    channel: { cards: false, recallMs: undefined, windows: { message: { ms: 48 * hour, sends: 5 } } },
    settings: { idleRemindMinutes: 0, idleCloseMinutes: 0, nudgeMinutes: 0, unansweredMinutes: 0 },
  });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: conversation?.id });
  await lin.types('已为您补发');
  await house.settled(60_000);
  clock.jump(49 * hour);
  const asked = house.paper.toCustomers.length;
  await lin.clicks('conversation.close', { conversation: conversation?.id, reason: 'solved' });
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'closed');
  assert.equal(house.paper.toCustomers.length, asked, 'the channel is asked for nothing');
});
