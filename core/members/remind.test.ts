import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

const minute = 60_000;

test('one is reminded once, of a conversation or of oneself, one to one', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, desk: 'topic' });
  const lin = house.member('林小满');
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  await lin.types(`/提醒 ${waiting?.code} 10分钟 给她回电`);
  await lin.types('/remind in 20 min 喝水');
  await house.settled();
  const heard = lin.heard().length;
  clock.jump(11 * minute);
  await house.rings();
  assert.deepEqual(lin.heard().slice(heard), [`提醒：${waiting?.code}（王女士）\n给她回电`]);
  clock.jump(10 * minute);
  await house.rings();
  assert.equal(lin.heard().at(-1), '提醒时间到了\n喝水');
  await house.rings();
  assert.equal(lin.heard().length, heard + 2);
});

test('what names no time is explained, and nobody is reminded of what they may not see', async (t) => {
  const house = await openHouse(t, {
    confidential: true,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '何静姝', role: 'supervisor', serves: false },
    ],
  });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const [lin, he] = [house.member('林小满'), house.member('何静姝')];
  await lin.types('/提醒 回电');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /用法：\/提醒/);
  for (const operation of ['member.remind', 'member.remindWhen']) {
    const { toast } = await he.clicks(operation, { conversation: waiting?.id, when: '10分钟' });
    assert.match(toast?.text ?? '', /没有找到/);
  }
});
