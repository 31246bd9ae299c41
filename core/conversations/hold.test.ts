import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

const minute = 60_000;

async function serving(t: TestContext) {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock });
  const wang = house.customer('王女士');
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const id = waiting?.id ?? '';
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.types('您好，我去问一下仓库');
  await house.settled();
  await wang.says('能快一点吗');
  await house.settled();
  const held = async () =>
    (await house.db.query<{ held_until: Date | null }>('select held_until from conversations'))[0]
      ?.held_until;
  const briefStatus = () => {
    const card = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
    const view = card && house.paper.cards.get(card.id);
    return view?.template === 'brief' ? view.data.status : '';
  };
  return { house, clock, wang, lin, id, code: waiting?.code ?? '', held, briefStatus };
}

test('put aside, its customer is told once, nobody is hurried, and the owner is reminded when the time comes', async (t) => {
  const { house, clock, wang, lin, code, held, briefStatus } = await serving(t);
  await lin.types(`/挂起 ${code} 40分钟 等仓库回复`);
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /已挂起至/);
  assert.match(wang.heard().at(-1) ?? '', /正在核实/);
  assert.match(briefStatus(), /已挂起/);
  await lin.types('/mine');
  await house.settled();
  const mine = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'mine');
  assert.ok(mine?.out.kind === 'card' && mine.out.card.template === 'mine');
  assert.match(mine.out.card.data.rows[0]?.detail ?? '', /已挂起至/);

  const heard = [wang.heard().length, lin.heard().length];
  clock.jump(30 * minute);
  await house.rings();
  assert.deepEqual([wang.heard().length, lin.heard().length], heard, 'twice as long as anybody may wait');
  await lin.types('/hold 20 min');
  await house.settled();
  assert.equal(wang.heard().length, heard[0], 'held for longer, she is not told again');
  clock.jump(21 * minute);
  await house.rings();
  assert.match(lin.heard().at(-1) ?? '', /挂起时间到了/);
  assert.equal(await held(), null);
  clock.jump(6 * minute);
  await house.rings();
  assert.match(lin.heard().at(-1) ?? '', /请尽快回复/, 'from then on she waits again');
  assert.equal((await house.conversations())[0]?.state, 'active', 'and not since before it was put aside');
});

test('it goes on when the customer writes, and when the owner does', async (t) => {
  const { house, clock, wang, lin, code, held } = await serving(t);
  await lin.types(`/hold ${code} 明天9点`);
  await house.settled();
  assert.ok(await held());
  await wang.says('有结果了吗');
  await house.settled();
  assert.equal(await held(), null);
  assert.ok(lin.heard().some((words) => words.includes('有结果了吗')));
  clock.jump(6 * minute);
  await house.rings();
  assert.match(lin.heard().at(-1) ?? '', /请尽快回复/, 'and is watched again');
  await lin.types(`/hold ${code} 2小时`);
  await house.settled();
  await lin.types('仓库说明天发');
  await house.settled();
  assert.equal(wang.heard().at(-1), '仓库说明天发');
  assert.equal(await held(), null);
});

test('by two taps, with words of one’s own, and taken back', async (t) => {
  const { house, wang, lin, id, held } = await serving(t);
  await lin.clicks('conversation.holdWhen', { conversation: id });
  await house.settled();
  const card = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  assert.ok(card?.out.kind === 'card' && card.out.card.template === 'panel');
  const { buttons } = card.out.card.data;
  assert.deepEqual(
    buttons.map(({ label }) => label),
    ['30 分钟', '2 小时', '明天上午'],
  );
  for (const { operation, arguments: given } of buttons) {
    assert.equal((await lin.clicks(operation, given, card.id)).toast?.type, 'success');
    assert.equal((await lin.clicks('conversation.resume', { conversation: id })).toast?.type, 'success');
  }
  await lin.clicks('conversation.hold', { conversation: id, when: '1小时', words: '一小时内给您答复' });
  await house.settled();
  assert.equal(wang.heard().at(-1), '一小时内给您答复');
  await lin.types('/hold 取消');
  await house.settled();
  assert.equal(await held(), null);
  for (const when of ['昨天', '60天', '马上'])
    assert.equal(
      (await lin.clicks('conversation.hold', { conversation: id, when })).toast?.type,
      'warning',
      when,
    );
});
