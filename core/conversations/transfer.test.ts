import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';

const dingtalk = {
  platform: 'dingtalk',
  abilities: { desk: 'queue', topics: false },
  place: 'group',
} as const;
const wecom = {
  platform: 'wecom',
  abilities: { desk: 'queue', topics: false, cardEdits: 'once', cardInputs: false, toasts: false },
} as const;

/** 王女士 waits at three desks; 林小满, 陈亦舟 and 周晓 serve the queue on every platform. */
async function threeDesks(t: TestContext, capacity?: number) {
  const house = await openHouse(t, {
    desk: 'topic',
    elsewhere: [dingtalk, wecom],
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent', capacity },
      { name: '周晓', role: 'agent' },
      { name: '何静姝', role: 'supervisor', serves: false },
    ],
  });
  const wang = house.customer('王女士');
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  assert.ok(waiting);
  return { house, wang, id: waiting.id, code: waiting.code ?? '' };
}

test('claimed on one platform, transferred to a second, noted from a third: each is shown it where they are', async (t) => {
  const { house, wang, id, code } = await threeDesks(t);
  const lin = house.member('林小满', 'dingtalk');
  const chen = house.member('陈亦舟', 'wecom');
  await chen.types('/我的');
  await lin.clicks('conversation.claim', { conversation: id });
  await house.settled();
  assert.ok(lin.heard().includes('card:brief'), 'the brief is where she claimed');
  await wang.says('壶盖裂了');
  await house.settled();
  assert.ok(lin.heard().some((words) => words.includes('壶盖裂了')));

  await lin.types(`/转交 ${code} 陈亦舟 要补发壶盖`);
  await house.settled();
  assert.equal((await house.conversations())[0]?.owner_id, house.memberId('林小满'), 'hers until he accepts');
  await lin.types('请稍等，我请同事帮您');
  await house.settled();
  assert.equal(wang.heard().at(-1), '请稍等，我请同事帮您');
  await chen.clicks('conversation.accept', { conversation: id });
  await house.settled();
  assert.ok(chen.heard().some((words) => words.includes('林小满') && words.includes(code)));
  assert.ok(chen.heard().includes('card:brief'));
  assert.ok(wang.heard().some((words) => words.includes('陈亦舟')));
  const brief = chen.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  assert.ok(brief?.out.kind === 'card' && JSON.stringify(brief.out.card.data).includes('要补发壶盖'));

  await house.member('周晓').types('//他是老客户', { thread: `thread-of-${house.paper.toStaff[0]?.id}` });
  await house.settled();
  assert.ok(chen.heard().some((words) => words.includes('他是老客户')));
  assert.ok(!wang.heard().some((words) => words.includes('他是老客户') || words.includes('要补发')));

  await chen.types('马上为您补发');
  await house.settled();
  assert.equal(wang.heard().at(-1), '马上为您补发');
  const inTopic = house.paper.toStaff.flatMap(({ out }) =>
    out.kind === 'text' && out.to.kind === 'topic' ? [out.text] : [],
  );
  for (const words of ['壶盖裂了', '要补发壶盖', '马上为您补发']) {
    assert.ok(
      inTopic.some((text) => text.includes(words)),
      `who reads along in the topic does not see: ${words}`,
    );
  }
  await lin.types('还在吗');
  await house.settled();
  assert.ok(!wang.heard().includes('还在吗'), 'who gave it away does not speak for it any more');
});

test('a transfer is refused to who is full, gone or not of the queue, and by who does not own it', async (t) => {
  const { house, id } = await threeDesks(t, 0);
  const lin = house.member('林小满');
  const to = (name: string) => ({ conversation: id, to: house.memberId(name) });
  assert.match((await lin.clicks('conversation.transfer', to('周晓'))).toast?.text ?? '', /不是你在处理/);
  await lin.clicks('conversation.claim', { conversation: id });
  assert.match((await lin.clicks('conversation.transfer', to('陈亦舟'))).toast?.text ?? '', /已达上限/);
  assert.match((await lin.clicks('conversation.transfer', to('何静姝'))).toast?.text ?? '', /不能接手/);
  assert.match((await lin.clicks('conversation.transfer', to('林小满'))).toast?.text ?? '', /本来就由你/);
  await house.db.query('update members set departed_at = now() where name = $1', ['周晓']);
  assert.match((await lin.clicks('conversation.transfer', to('周晓'))).toast?.text ?? '', /不能接手/);
  const zhou = house.member('周晓', 'wecom');
  assert.match((await zhou.clicks('conversation.transfer', to('陈亦舟'))).toast?.text ?? '', /没有权限/);
  const [still] = await house.conversations();
  assert.equal(still?.owner_id, house.memberId('林小满'));
});

test('the card of colleagues shows who has room, and what became of the transfer', async (t) => {
  const { house, id } = await threeDesks(t, 0);
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.clicks('conversation.offerTransfer', { conversation: id });
  await house.settled();
  const card = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'transfer');
  assert.ok(card);
  assert.ok(card.out.kind === 'card' && card.out.card.template === 'transfer');
  assert.deepEqual(
    card.out.card.data.colleagues.map((one) => one.value),
    [house.memberId('周晓'), house.queueId],
    'and the queue, to put it back',
  );
  const to = { conversation: id, to: house.memberId('周晓') };
  const answer = await lin.clicks('conversation.transfer', to, card.id);
  assert.ok(answer.card?.template === 'transfer');
  assert.match(answer.card.data.status, /已邀请 周晓/);
  await house.member('周晓').clicks('conversation.accept', { conversation: id });
  await house.settled();
  const now = house.paper.cards.get(card.id);
  assert.ok(now?.template === 'transfer' && now.data.state === 'done');
  assert.match(now.data.status, /周晓/);
});

test('words typed after a conversation was offered are asked about, not sent to the customer before', async (t) => {
  const { house, wang, id } = await threeDesks(t);
  const li = house.customer('李先生');
  await li.says('转人工');
  await house.settled();
  const [, second] = await house.conversations();
  const [lin, chen] = [house.member('林小满', 'dingtalk'), house.member('陈亦舟', 'wecom')];
  await lin.clicks('conversation.claim', { conversation: id });
  await chen.clicks('conversation.claim', { conversation: second?.id });
  await house.settled();
  await chen.types('李先生您好');
  await house.settled();
  await lin.clicks('conversation.transfer', { conversation: id, to: house.memberId('陈亦舟') });
  await house.settled();
  const heard = [wang.heard().length, li.heard().length];
  await chen.types('壶盖明天寄出');
  await house.settled();
  assert.deepEqual([wang.heard().length, li.heard().length], heard, `李先生 heard ${li.heard().at(-1)}`);
  assert.ok(chen.heard().includes('card:choose'));
});

test('who claims by typing in a group reads the brief one to one', async (t) => {
  const { house, wang, code } = await threeDesks(t);
  await wang.says('我的订单号是 20261125');
  await house.settled();
  const chat = { id: 'group-dingtalk', kind: 'group' as const, addressed: true };
  const at = house.clock.now();
  const said = { kind: 'message' as const, id: 'claim', sender: '林小满', at, type: 'text' as const, chat };
  await house.fromStaff([{ ...said, text: `/认领 ${code}` }], 'dingtalk');
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'active');
  assert.ok(house.member('林小满', 'dingtalk').heard().includes('card:brief'));
  const inGroup = house
    .on('dingtalk')
    .paper.toStaff.filter(({ out }) => 'to' in out && out.to.kind === 'chat');
  assert.ok(!inGroup.some(({ out }) => out.kind === 'card' && out.card.template === 'brief'));
});

test('an employee who serves a queue is neither given a conversation nor offered for one', async (t) => {
  const { house, id } = await threeDesks(t);
  await house.db.query(`update members set role = 'employee' where name = '周晓'`);
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: id });
  const to = { conversation: id, to: house.memberId('周晓') };
  assert.match((await lin.clicks('conversation.transfer', to)).toast?.text ?? '', /不能接手/);
  await house.db.query('update queues set assigns = true');
  await house.customer('李先生').says('转人工');
  await house.settled();
  assert.deepEqual(
    (await house.conversations()).map((one) => one.state),
    ['active', 'active'],
    'he would have had the most room',
  );
});
