import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';
import { statuses } from './member.js';
import { statusNamed } from './status-names.js';

const minute = 60_000;

async function open(t: TestContext, options: Parameters<typeof openHouse>[1] = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    assigns: true,
    members: [
      { name: '林小满', role: 'agent', capacity: 3 },
      { name: '陈亦舟', role: 'agent', capacity: 1 },
    ],
    ...options,
  });
  const arrives = async (name: string) => {
    await house.customer(name).says('转人工');
    await house.settled();
  };
  const owners = async () =>
    (await house.conversations()).map(
      ({ owner_id }) => ['林小满', '陈亦舟'].find((name) => house.memberId(name) === owner_id) ?? null,
    );
  const panel = (name: string) => {
    const card = house
      .member(name)
      .received()
      .findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
    const view = card && house.paper.cards.get(card.id);
    assert.ok(view?.template === 'panel');
    return view.data;
  };
  return { house, clock, arrives, owners, panel };
}

test('statuses are called by names of their own', () => {
  for (const [word, status] of [
    ['在线', 'on'],
    ['忙', 'busy'],
    ['小憩', 'break'],
    ['OFF', 'off'],
    ['away', 'break'],
  ] as const)
    assert.equal(statusNamed(word), status);
  assert.equal(statusNamed('constructor'), undefined);
  for (const status of statuses) assert.equal(statusNamed(status), status);
});

for (const status of ['忙碌', '小憩', '下班']) {
  test(`who is ${status} is given nothing, may claim by hand, and is given what waits when they are back`, async (t) => {
    const { house, arrives, owners } = await open(t);
    const lin = house.member('林小满');
    await house.db.query(`update members set status = 'off' where name = '陈亦舟'`);
    await lin.types(`/状态 ${status}`);
    await house.settled();
    await arrives('王女士');
    assert.deepEqual(await owners(), [null]);
    await lin.types('/认领');
    await house.settled();
    assert.deepEqual(await owners(), ['林小满']);
    await arrives('李先生');
    await lin.types('/status on');
    await house.settled();
    assert.deepEqual(await owners(), ['林小满', '林小满']);
  });
}

test('what the queue chose somebody for before they went is given to somebody else', async (t) => {
  const { house, arrives, owners } = await open(t);
  await house.db.query('update queues set assigns = false');
  await arrives('王女士');
  await house.db.query('update queues set assigns = true');
  await house.db.query(`update members set status = 'busy' where name = '林小满'`);
  const [waiting] = await house.conversations();
  const mailbox = `member:${house.memberId('林小满')}`;
  await house.db.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [
      house.tenantId,
      mailbox,
      house.ids.next(),
      JSON.stringify({ kind: 'assigned', conversationId: waiting?.id }),
      new Date(house.clock.now()),
    ],
  );
  house.core.hints.give([{ kind: 'mailbox', tenantId: house.tenantId, name: mailbox }]);
  await house.settled();
  assert.deepEqual(await owners(), ['陈亦舟']);
});

test('a break ends by itself, unless it was ended or another was begun', async (t) => {
  const { house, clock, arrives, owners } = await open(t);
  const lin = house.member('林小满');
  await house.db.query(`update members set status = 'off' where name = '陈亦舟'`);
  await lin.types('/status 小憩 15');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /小憩到/);
  await arrives('王女士');
  clock.jump(10 * minute);
  await lin.types('/status break 15分钟');
  await house.settled();
  clock.jump(6 * minute);
  await house.rings();
  assert.deepEqual(await owners(), [null], 'the first one’s end is not the second one’s');
  clock.jump(10 * minute);
  await house.rings();
  assert.ok(lin.heard().some((words) => words.includes('你已恢复在线')));
  assert.deepEqual(await owners(), ['林小满']);
});

test('alone it shows how one stands and one’s own day, and its buttons change that in place', async (t) => {
  const { house, arrives, panel } = await open(t, { assigns: false });
  const lin = house.member('林小满');
  await arrives('王女士');
  await arrives('李先生');
  const [first, second] = await house.conversations();
  for (const one of [first, second]) await lin.clicks('conversation.claim', { conversation: one?.id });
  await house.settled();
  await lin.types(`${first?.code} 已经处理好了`);
  await house.settled();
  await lin.clicks('conversation.close', { conversation: first?.id });
  await house.customer('王女士').clicks('conversation.rate', { conversation: first?.id, score: 4 });
  await house.settled();
  await lin.types('/status');
  await house.settled();
  const shown = panel('林小满');
  assert.equal(shown.tag, '在线');
  assert.deepEqual(
    shown.facts.map(({ value }) => value),
    ['1', '1', '4.0 分（1 人评价）'],
  );
  const card = lin.received().findLast(({ out }) => out.kind === 'card');
  const brk = shown.buttons.find(({ label }) => label === '小憩 15 分钟');
  const answer = await lin.clicks('member.status', brk?.arguments ?? {}, card?.id);
  assert.ok(answer.card?.template === 'panel');
  assert.equal(answer.card.data.tag, '小憩');
});

test('who goes off duty hands over what is open: to a colleague, to the queue, or not', async (t) => {
  const { house, arrives, owners, panel } = await open(t, { assigns: false });
  const lin = house.member('林小满');
  for (const name of ['王女士', '李先生', '赵女士']) {
    await arrives(name);
    await lin.types('/认领');
    await house.settled();
  }
  await lin.types('/状态 下班');
  await house.settled();
  assert.match(lin.heard().join('\n'), /还有 3 个会话没有结束/);
  const shown = panel('林小满');
  assert.equal(shown.rows.length, 3);
  const first = shown.rows[0]?.buttons[0];
  await lin.clicks(first?.operation ?? '', first?.arguments ?? {});
  await lin.clicks('conversation.transfer', { ...first?.arguments, to: house.memberId('陈亦舟') });
  await house.settled();
  await house.member('陈亦舟').types('/接手');
  await house.settled();
  assert.deepEqual(await owners(), ['陈亦舟', '林小满', '林小满']);
  const { toast } = await lin.clicks('member.handOverAll', {});
  assert.match(toast?.text ?? '', /2 个会话已放回队列/);
  await house.settled();
  assert.deepEqual(await owners(), ['陈亦舟', null, null]);
  const notes = await house.db.query(`select 1 from messages where content ->> 'text' like '交接说明%'`);
  assert.equal(notes.length, 3);
});

test('after a close nothing is given for as long as writing up takes; then what waits is', async (t) => {
  const { house, clock, arrives, owners } = await open(t);
  await house.settles({ wrapUpSeconds: 90 });
  await house.db.query(`update members set status = 'off' where name = '陈亦舟'`);
  const lin = house.member('林小满');
  await arrives('王女士');
  const [first] = await house.conversations();
  await lin.clicks('conversation.close', { conversation: first?.id });
  await arrives('李先生');
  assert.deepEqual(await owners(), ['林小满', null]);
  clock.jump(91_000);
  await house.rings();
  assert.deepEqual(await owners(), ['林小满', '林小满']);
});
