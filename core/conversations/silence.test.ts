import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { type HouseOptions, openHouse } from '../../tests/house.js';
import { movableClock } from '../clock.js';

const minute = 60_000;

async function serving(t: TestContext, options: HouseOptions = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, ...options });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const id = waiting?.id ?? '';
  await lin.clicks('conversation.claim', { conversation: id });
  await house.settled();
  const passes = async (minutes: number) => {
    clock.jump(minutes * minute + 1_000);
    await house.rings();
  };
  const state = async () => (await house.conversations())[0]?.state;
  return { house, clock, wang, lin, id, code: waiting?.code ?? '', passes, state };
}

test('a customer who stays silent is asked once, and then let go; both are told', async (t) => {
  const { house, wang, lin, passes, state } = await serving(t);
  await lin.types('已为您补发');
  await house.settled();
  const heard = wang.heard().length;
  await passes(10);
  assert.equal(wang.heard().length, heard);
  await passes(5);
  assert.match(wang.heard().at(-1) ?? '', /您还在吗？如果 45 分钟内没有回复/);
  await passes(30);
  assert.equal(wang.heard().length, heard + 1, 'asked once');
  assert.equal(await state(), 'active');
  await passes(15);
  assert.equal(await state(), 'closed');
  assert.ok(wang.heard().some((words) => words.includes('因较长时间没有收到您的回复')));
  assert.match(lin.heard().at(-1) ?? '', /一直没有回复，已自动结束/);
  const [closed] = await house.db.query<{ close_reason: string }>('select close_reason from conversations');
  assert.equal(closed?.close_reason, 'noReply');
  const timers = await house.db.query(`select 1 from timers where entry -> 'timer' ->> 'kind' = 'watch'`);
  assert.equal(timers.length, 0, 'and nothing is watched any more');
});

test('who answers the question is not let go, and a thanks waits for no answer', async (t) => {
  const { house, wang, lin, passes, state } = await serving(t);
  await lin.types('已为您补发');
  await house.settled();
  await passes(16);
  await wang.says('在的，谢谢');
  await house.settled();
  await lin.types('还有什么可以帮您');
  await house.settled();
  await wang.says('没有了，谢谢');
  await house.settled();
  const heard = lin.heard().length;
  await passes(10);
  assert.equal(lin.heard().length, heard, 'nobody is nudged for a thanks');
  assert.equal(await state(), 'active');
  await passes(6);
  assert.match(wang.heard().at(-1) ?? '', /您还在吗/);
  await passes(46);
  assert.equal(await state(), 'closed');
});

test('an owner who lets a customer wait is nudged once, and then loses it to the queue, ahead of later ones', async (t) => {
  const { house, clock, wang, lin, passes, state } = await serving(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  await lin.types('您好');
  await house.settled();
  await wang.says('壶盖裂了');
  await house.settled();
  clock.jump(3 * minute);
  await wang.says('在吗');
  await house.settled();
  await passes(2);
  assert.match(lin.heard().at(-1) ?? '', /已等待 5 分钟，请尽快回复。\n「在吗」/);
  const heard = lin.heard().length;
  await passes(2);
  assert.equal(lin.heard().length, heard, 'nudged once');
  await house.customer('李先生').says('转人工');
  await passes(8);
  assert.equal(await state(), 'waiting');
  assert.match(lin.heard().join('\n'), /没有得到回复，已放回队列/);
  assert.match(wang.heard().at(-1) ?? '', /已为您重新排队，当前第 1 位/);
  await house.member('陈亦舟').types('/认领');
  await house.settled();
  const [first] = await house.conversations();
  assert.equal(first?.owner_id, house.memberId('陈亦舟'), 'she waited longer than who came later');
  const [told] = await house.db.query<{ data: { why: string } }>(
    `select data from events where kind = 'conversation.handedBack'`,
  );
  assert.equal(told?.data.why, 'unanswered');
});

test('being claimed is no answer: who hears nothing from their agent waits', async (t) => {
  const { lin, passes, state } = await serving(t);
  await passes(6);
  assert.match(lin.heard().at(-1) ?? '', /请尽快回复/);
  await passes(10);
  assert.equal(await state(), 'waiting');
});

test('nobody is hurried where letters are written, nor where the queue has switched it off', async (t) => {
  const { house, wang, lin, passes, state } = await serving(t);
  house.paper.connector.abilities.pace = 'letter';
  await lin.types('您好');
  await house.settled();
  await wang.says('请问发票');
  await passes(600);
  assert.equal(await state(), 'active');
  house.paper.connector.abilities.pace = 'chat';
  await house.settles({ nudgeMinutes: 0, unansweredMinutes: 0, idleRemindMinutes: 0, idleCloseMinutes: 0 });
  const heard = lin.heard().length;
  await passes(600);
  assert.equal(await state(), 'active');
  assert.equal(lin.heard().length, heard);
});

test('once it is closed nobody is hurried about it any more', async (t) => {
  const { house, wang, lin, id, passes } = await serving(t);
  await wang.says('壶盖裂了');
  await lin.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  const heard = [wang.heard().length, lin.heard().length];
  for (const minutes of [6, 10, 60]) await passes(minutes);
  assert.deepEqual([wang.heard().length, lin.heard().length], heard);
});

test('the time in which nobody is there counts against no owner', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 27, 3, 58));
  const days = [1, 2, 3, 4, 5];
  const { house, wang, lin, state } = await serving(t, {
    clock,
    // Friday, two minutes to twelve in Shanghai; lunch is from twelve to one.
    settings: {
      hours: [
        { days, from: '09:00', to: '12:00' },
        { days, from: '13:00', to: '18:00' },
      ],
    },
  });
  const passes = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      clock.advance(60_000);
      await house.rings();
    }
  };
  await lin.types('您好');
  await house.settled(60_000);
  await wang.says('壶盖裂了');
  await house.settled();
  const heard = lin.heard().length;
  await passes(62);
  assert.equal(await state(), 'active', 'at one it is hers still');
  assert.equal(lin.heard().length, heard, 'and nobody nudged her at lunch');
  await passes(6);
  assert.match(lin.heard().at(-1) ?? '', /请尽快回复/);
  await passes(12);
  assert.equal(await state(), 'waiting');
});

test('a process that dies before it looked leaves the time for another', async (t) => {
  const { house, clock, wang, lin, state } = await serving(t, { processes: 2 });
  await lin.types('您好');
  await house.settled();
  await wang.says('壶盖裂了');
  await house.settled();
  await house.cores[0]?.stop();
  clock.jump(16 * minute);
  const deadline = performance.now() + 20_000;
  while ((await state()) !== 'waiting' && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await state(), 'waiting');
  const [times] = await house.db.query<{ count: number }>(
    `select count(*)::int as count from events where kind = 'conversation.handedBack'`,
  );
  assert.equal(times?.count, 1);
});
