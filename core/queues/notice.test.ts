import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { type Clock, movableClock, systemClock } from '../clock.js';

const minute = 60_000;
const once = {
  platform: 'wecom',
  abilities: { desk: 'queue', topics: false, cardEdits: 'once', toasts: false },
} as const;
const group = { platform: 'dingtalk', abilities: { desk: 'queue', topics: false }, place: 'group' } as const;

/** With a clock that stands still, a card that was clicked would be held for ever: such tests take the real one. */
async function open(t: TestContext, clock: Clock = systemClock) {
  const house = await openHouse(t, {
    clock,
    elsewhere: [once, group],
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  const arrives = async (name: string) => {
    await house.customer(name).says('转人工');
    await house.settled();
  };
  const notices = (platform: 'wecom' | 'dingtalk') =>
    house
      .on(platform)
      .paper.toStaff.filter(({ out }) => out.kind === 'card' && out.card.template === 'waiting');
  const shown = (platform: 'wecom' | 'dingtalk', id: string) => {
    const view = house.on(platform).paper.cards.get(id);
    assert.ok(view?.template === 'waiting');
    return view.data;
  };
  return { house, arrives, notices, shown };
}

test('who cannot be shown edited cards gets one notice of all who wait, not one for each', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 25, 6));
  const { arrives, notices, shown } = await open(t, clock);
  for (const name of ['王女士', '李先生', '周先生']) await arrives(name);
  assert.equal(notices('wecom').length, 2, 'one for each of the two agents');
  assert.equal(notices('dingtalk').length, 1, 'one for the group');
  assert.equal(shown('dingtalk', notices('dingtalk')[0]?.id ?? '').total, 3, 'kept true where it can be');

  clock.advance(4 * minute);
  await arrives('吴女士');
  assert.equal(notices('wecom').length, 4, 'renewed once some minutes have passed');
  const [older, , newer] = notices('wecom');
  assert.equal(shown('wecom', older?.id ?? '').state, 'renewed', 'the older one says so');
  assert.equal(shown('wecom', newer?.id ?? '').total, 4);
  assert.equal(notices('dingtalk').length, 1);
});

test('the code that allows one edit is spent on the end of a notice, and on nothing before', async (t) => {
  const { house, arrives, notices, shown } = await open(t);
  await arrives('王女士');
  await arrives('李先生');
  const { paper } = house.on('wecom');
  assert.deepEqual(paper.edits, [], 'more who wait are no reason');
  const [first, second] = notices('wecom');
  const answer = await house
    .member('林小满', 'wecom')
    .clicks('queue.claimNext', {}, first?.id, 'click-1', 'fresh');
  await house.settled();
  assert.ok(
    answer.card?.template === 'waiting' && answer.card.data.total === 1,
    'who clicked sees it at once',
  );
  await house.member('陈亦舟', 'wecom').clicks('queue.claimNext', {}, second?.id);
  await house.settled();
  assert.equal(shown('wecom', first?.id ?? '').state, 'done');
  assert.deepEqual(paper.edits, ['fresh'], 'the newest code, once; the other card was answered');
});

test('the next who waits gets a notice that people see, not an edit of one that had ended', async (t) => {
  const { house, arrives, notices, shown } = await open(t);
  await arrives('王女士');
  await house.member('林小满').types('/认领');
  await house.settled();
  assert.equal(shown('dingtalk', notices('dingtalk')[0]?.id ?? '').state, 'done');
  await arrives('李先生');
  assert.equal(notices('dingtalk').length, 2);
  assert.equal(shown('dingtalk', notices('dingtalk')[0]?.id ?? '').state, 'done');
});

test('two who claim the next at once each get one, as long as somebody waits', async (t) => {
  const { house, arrives } = await open(t);
  await arrives('王女士');
  await arrives('李先生');
  const [lin, chen] = [house.member('林小满', 'wecom'), house.member('陈亦舟', 'dingtalk')];
  await Promise.all([lin.clicks('queue.claimNext', {}), chen.clicks('queue.claimNext', {})]);
  await house.settled();
  const owners = (await house.conversations()).map((one) => one.owner_id);
  assert.deepEqual(new Set(owners), new Set([house.memberId('林小满'), house.memberId('陈亦舟')]));
  const refused = await lin.clicks('queue.claimNext', {});
  assert.match(refused.toast?.text ?? '', /没有等待的客户/);
});

test('who claims the next and turns to somebody else meanwhile is not turned away when a quicker one had it', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  const [wang, zhou] = [house.customer('王女士'), house.customer('周先生')];
  for (const customer of [wang, house.customer('李先生'), zhou]) {
    await customer.says('转人工');
    await house.settled();
  }
  const [first, second] = await house.conversations();
  const [lin, chen] = [house.member('林小满'), house.member('陈亦舟')];
  await lin.clicks('conversation.claim', { conversation: first?.id });
  await chen.clicks('conversation.claim', { conversation: second?.id });
  await lin.types('王女士您好');
  await house.settled();
  // Her press of a notice, which stood behind her colleague's in the conversation that both wanted.
  const [identity] = await house.db.query<{ id: string }>(
    'select identity_id as id from conversations where id = $1',
    [second?.id],
  );
  const mailbox = `identity:${identity?.id}`;
  const invocation = {
    id: house.ids.next(),
    operation: 'conversation.claim',
    actor: { kind: 'member', id: house.memberId('林小满') },
    input: { conversation: second?.id, orNext: true },
    origin: { kind: 'click', workspaceId: house.workspaceId },
    at: house.clock.now(),
  };
  await house.db.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [
      house.tenantId,
      mailbox,
      house.ids.next(),
      JSON.stringify({ kind: 'invoke', invocation }),
      new Date(house.clock.now()),
    ],
  );
  house.core.hints.give([{ kind: 'mailbox', tenantId: house.tenantId, name: mailbox }]);
  await house.settled();
  assert.equal((await house.conversations())[2]?.owner_id, house.memberId('林小满'));
  const heard = zhou.heard().length;
  await lin.types('王女士，您的退款到账了');
  await house.settled();
  assert.equal(zhou.heard().length, heard, `周先生 heard ${zhou.heard().at(-1)}`);
  assert.equal(lin.heard().at(-1), 'card:choose');
});

test('a queue that assigns gives who waits to who has the most room, and the next when somebody has room again', async (t) => {
  const house = await openHouse(t, {
    assigns: true,
    members: [
      { name: '林小满', role: 'agent', capacity: 1 },
      { name: '陈亦舟', role: 'agent', capacity: 1 },
    ],
  });
  for (const name of ['王女士', '李先生', '周先生']) {
    await house.customer(name).says('转人工');
    await house.settled();
  }
  const states = async () => (await house.conversations()).map((one) => one.state);
  assert.deepEqual(await states(), ['active', 'active', 'waiting']);
  const [first] = await house.conversations();
  const owner = first?.owner_id === house.memberId('林小满') ? '林小满' : '陈亦舟';
  assert.ok(house.member(owner).heard().includes('card:brief'));
  await house.member(owner).clicks('conversation.close', { conversation: first?.id });
  await house.settled();
  assert.deepEqual(await states(), ['closed', 'active', 'active']);
});

test('words meant for one customer do not go to another whom the queue has just assigned', async (t) => {
  const house = await openHouse(t, { assigns: true, members: [{ name: '林小满', role: 'agent' }] });
  const [wang, li, lin] = [house.customer('王女士'), house.customer('李先生'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('您好，请讲');
  await house.settled();
  assert.equal(wang.heard().at(-1), '您好，请讲');
  await wang.says('我的验证码收不到');
  await house.settled();
  await li.says('转人工');
  await house.settled();
  const heard = li.heard().length;
  await lin.types('您的验证码是 482913');
  await house.settled();
  assert.equal(li.heard().length, heard, `李先生 heard ${li.heard().at(-1)}`);
  assert.equal(lin.heard().at(-1), 'card:choose', 'she is asked, for she may mean either');
});

test('who waits goes to somebody else at once when the one chosen is full by then; and who gave theirs away gets the next', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent', capacity: 1 },
      { name: '陈亦舟', role: 'agent', capacity: 2 },
    ],
  });
  for (const name of ['王女士', '李先生', '周先生', '吴女士']) {
    await house.customer(name).says('转人工');
    await house.settled();
  }
  const all = await house.conversations();
  const [first, second, third] = all.map((one) => one.id);
  await house.member('林小满').clicks('conversation.claim', { conversation: first });
  await house.db.query('update queues set assigns = true');
  // What the queue would write had it chosen her a moment before she claimed.
  const entry = JSON.stringify({ kind: 'assigned', conversationId: second });
  const mailbox = `member:${house.memberId('林小满')}`;
  await house.db.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [house.tenantId, mailbox, house.ids.next(), entry, new Date(house.clock.now())],
  );
  house.core.hints.give([{ kind: 'mailbox', tenantId: house.tenantId, name: mailbox }]);
  await house.settled();
  const owners = async () => (await house.conversations()).map((one) => one.owner_id);
  const [lin, chen] = [house.memberId('林小满'), house.memberId('陈亦舟')];
  assert.deepEqual(await owners(), [lin, chen, null, null]);

  await house.member('林小满').clicks('conversation.transfer', { conversation: first, to: chen });
  await house.settled();
  await house.member('陈亦舟').clicks('conversation.accept', { conversation: first });
  await house.settled();
  assert.deepEqual(await owners(), [chen, chen, lin, null], `${third} goes to who has room again`);
});

test('a notice that has ended stays so, however late it is drawn', async (t) => {
  const { house, arrives, notices, shown } = await open(t);
  await arrives('王女士');
  const [ended] = notices('dingtalk');
  await house.db.query(`update cards set held_until = $1 where template = 'waiting'`, [
    new Date(house.clock.now() + 3_000),
  ]);
  await house.member('林小满').types('/认领');
  while ((await house.conversations())[0]?.state !== 'active')
    await new Promise((resolve) => setTimeout(resolve, 10));
  await house.customer('李先生').says('转人工');
  await house.settled();
  assert.equal(notices('dingtalk').length, 2);
  const view = shown('dingtalk', ended?.id ?? '');
  assert.deepEqual([view.state, view.total, view.rows], ['done', 0, []]);
});
