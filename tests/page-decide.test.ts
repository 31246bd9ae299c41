/** What is decided on a signed page: once, in the phase it was opened in, by the member it is for, as if clicked in the app. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { movableClock } from '../core/clock.js';
import type { PressAnswer } from '../server/pages/state.js';
import { buttonOn, cardWords, openPages } from './pages.js';

const customer = '王女士';

/** 林小满 has claimed 王女士's conversation, with the brief's page open on a phone. */
async function openDesk(t: TestContext, options: Parameters<typeof openPages>[1] = {}) {
  const pages = await openPages(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '何静姝', role: 'supervisor' },
    ],
    ...options,
  });
  const { house } = pages;
  const arrives = async (name: string): Promise<string> => {
    await house.customer(name).says('转人工');
    await house.settled();
    return (await house.conversations()).at(-1)?.id ?? '';
  };
  const conversation = await arrives(customer);
  await house.member('林小满').clicks('conversation.claim', { conversation });
  await house.settled();
  const link = await pages.linkTo('林小满', 'brief');
  const phone = pages.browser();
  const open = await phone.opens(link, '林小满');
  assert.equal(open.status, 200);
  const stateOf = async (id = conversation) =>
    (await house.conversations()).find((one) => one.id === id)?.state;
  const closings = async () =>
    (
      await house.db.query(
        `select data ->> 'reason' as reason from events where kind = 'conversation.closed'`,
      )
    ).map(({ reason }) => reason);
  return { ...pages, arrives, conversation, link, phone, open, stateOf, closings };
}

const words = (answer: PressAnswer): string => (answer.kind === 'working' ? '' : answer.notice.text);
const stateIn = (answer: PressAnswer) => (answer.kind === 'working' ? undefined : answer.state);

test('what is filled in on the page is done as if it were clicked in the app, and every card follows', async (t) => {
  const { house, phone, link, open, stateOf, conversation } = await openDesk(t);
  const form = { reason: 'solved', summary: '已补发，运单号 SF-1' };
  const { status, answer } = await phone.presses(link, open, '结束会话', form);
  assert.equal(status, 200);
  assert.equal(answer.kind, 'done');
  assert.match(words(answer), /王女士/);
  assert.equal(stateIn(answer)?.open, false);
  assert.match(cardWords(stateIn(answer)), /已结束/);
  assert.doesNotMatch(cardWords(stateIn(answer)), /Action.Execute|Input\./);
  await house.settled();
  assert.equal(await stateOf(), 'closed');
  const [call] = await house.db.query(
    `select operation, actor, subject, input from invocations where operation = 'conversation.close'`,
  );
  assert.deepEqual(call, {
    operation: 'conversation.close',
    actor: `member:${house.memberId('林小满')}`,
    subject: `conversation:${conversation}`,
    input: { conversation, ...form },
  });
  const shown = [...house.paper.cards.values()].filter((card) => card.template === 'brief');
  assert.deepEqual(
    shown.map(({ data }) => 'state' in data && data.state),
    ['closed'],
  );
  const again = await phone.opens(link, '林小满');
  assert.match(again.start?.state.notice?.text ?? '', /你已经处理过了/);
});

test('a second click, a retry and a second tab change nothing more, and are told what was decided', async (t) => {
  const { phone, link, open, closings, house } = await openDesk(t);
  const first = await phone.presses(link, open, '结束会话', { reason: 'solved' }, { press: 'one-press' });
  const retried = await phone.presses(link, open, '结束会话', { reason: 'solved' }, { press: 'one-press' });
  assert.deepEqual([retried.status, words(retried.answer)], [200, words(first.answer)], 'the same answer');
  const tab = await phone.presses(link, open, '结束会话', { reason: 'spam' });
  assert.deepEqual(tab.answer.kind, 'done');
  assert.match(words(tab.answer), /你已经处理过了：.*王女士/);
  await house.settled();
  assert.deepEqual(await closings(), ['solved']);
  assert.equal((await house.db.query('select 1 from decisions')).length, 1);
});

test('of many tabs that decide at the same moment one is carried out, and all hear what it came to', async (t) => {
  const { phone, link, open, closings, house } = await openDesk(t);
  const reasons = ['solved', 'unsolved', 'noReply', 'duplicate', 'spam'];
  const presses = [...reasons, ...reasons].map((reason) => phone.presses(link, open, '结束会话', { reason }));
  const answers = await Promise.all(presses);
  await house.settled();
  const [reason, ...others] = await closings();
  assert.deepEqual(others, []);
  assert.ok(reasons.includes(String(reason)));
  for (const { status, answer } of answers) {
    assert.equal(status, 200);
    assert.equal(answer.kind, 'done');
  }
  assert.equal(answers.filter(({ answer }) => words(answer).startsWith('你已经处理过了')).length, 9);
  const told = house
    .customer(customer)
    .heard()
    .filter((one) => one.startsWith('本次服务已结束'));
  assert.equal(told.length, 1, 'the customer was told once');
});

test('what the customer says meanwhile does not spoil a long form', async (t) => {
  const { phone, link, open, house, stateOf } = await openDesk(t);
  for (const said of ['还在吗', '我再补充一点', '谢谢']) await house.customer(customer).says(said);
  await house.settled();
  assert.equal((await phone.looksAgain(link)).open, true);
  const { answer } = await phone.presses(link, open, '结束会话', { reason: 'solved' });
  assert.equal(answer.kind, 'done');
  assert.equal(await stateOf(), 'closed');
});

test('a transfer does: the form is not sent, the page says why and shows what holds now', async (t) => {
  const { phone, link, open, house, stateOf, conversation } = await openDesk(t);
  await house
    .member('林小满')
    .clicks('conversation.transfer', { conversation, to: house.memberId('陈亦舟') });
  await house.member('陈亦舟').clicks('conversation.accept', { conversation });
  await house.settled();
  const { status, answer } = await phone.presses(link, open, '结束会话', { reason: 'solved' });
  assert.deepEqual([status, answer.kind], [409, 'refused']);
  assert.match(words(answer), /情况有了变化/);
  assert.match(cardWords(stateIn(answer)), /陈亦舟 处理中/);
  assert.doesNotMatch(cardWords(stateIn(answer)), /Action.Execute|Input\./);
  assert.equal(await stateOf(), 'active');
  const reload = await phone.opens(link, '林小满');
  assert.equal(reload.start?.state.open, false);
  assert.match(reload.start?.state.notice?.text ?? '', /情况有了变化/);
  assert.deepEqual(await house.db.query('select 1 from decisions'), []);
});

test('a change at the very last moment is noticed where the call is handled', async (t) => {
  const { house, conversation, stateOf } = await openDesk(t);
  // As a page records it, in a phase that was over before it was read.
  await house.fromStaff([
    {
      kind: 'click',
      id: 'page:late',
      sender: '何静姝',
      at: house.clock.now(),
      operation: 'conversation.close',
      arguments: { conversation },
      form: { reason: 'solved' },
      phase: 'active:1',
    },
  ]);
  await house.settled();
  const calls = await house.db.query(
    `select ok, outcome ->> 'say' as say from invocations where operation = 'conversation.close'`,
  );
  assert.deepEqual(calls, [{ ok: false, say: '情况有变化，卡片已更新，请看最新内容。' }]);
  assert.equal(await stateOf(), 'active');
});

test('what was refused may be tried again, from the same page, until it is done', async (t) => {
  const { house, arrives, linkTo, phone, conversation } = await openDesk(t, {
    members: [{ name: '林小满', role: 'agent', capacity: 1 }],
  });
  const second = await arrives('李先生');
  const link = await linkTo('林小满', 'desk');
  const open = await phone.opens(link, '林小满');
  const full = await phone.presses(link, open, '认领');
  assert.deepEqual([full.status, full.answer.kind], [200, 'refused']);
  assert.match(words(full.answer), /上限/);
  const still = await phone.presses(link, open, '认领');
  assert.equal(still.answer.kind, 'refused');
  await house.member('林小满').clicks('conversation.close', { conversation });
  await house.settled();
  const { answer } = await phone.presses(link, open, '认领');
  assert.equal(answer.kind, 'done');
  const owner = (await house.conversations()).find(({ id }) => id === second)?.owner_id;
  assert.equal(owner, house.memberId('林小满'));
  const again = await phone.presses(link, open, '认领');
  assert.match(words(again.answer), /你已经处理过了/);
});

test('a list can be worked through: every row for itself, and one that moved leads to no other', async (t) => {
  const { house, arrives, linkTo, phone } = await openDesk(t);
  const waiting = [await arrives('李先生'), await arrives('赵女士'), await arrives('孙先生')];
  await house.member('林小满').types('/队列');
  await house.settled();
  const link = await linkTo('林小满', 'queue');
  const open = await phone.opens(link, '林小满');
  const rows: string[] = [];
  JSON.stringify(open.start?.state.card, (_, value) => {
    if (value?.type === 'Action.Execute' && value.title === '认领') rows.push(value.data.operation);
    return value;
  });
  assert.equal(rows.length, 3);
  assert.equal(new Set(rows).size, 3);
  await house.member('陈亦舟').clicks('conversation.claim', { conversation: waiting[0] });
  await house.settled();
  const press = (button: string | undefined) => phone.presses(link, open, '', {}, { body: { button } });
  const gone = await press(rows[0]);
  assert.deepEqual([gone.status, gone.answer.kind], [409, 'refused']);
  assert.match(words(gone.answer), /没有提交/);
  assert.equal(stateIn(gone.answer)?.open, true);
  for (const row of rows.slice(1)) assert.equal((await press(row)).answer.kind, 'done');
  const owners = (await house.conversations()).slice(1).map(({ owner_id }) => owner_id);
  const [lin, chen] = [house.memberId('林小满'), house.memberId('陈亦舟')];
  assert.deepEqual(owners, [chen, lin, lin]);
});

test('what only shows something can be asked for again and again, but once for each press', async (t) => {
  const { house, phone, link, open } = await openDesk(t);
  const lists = async () => {
    await house.settled();
    return house
      .member('林小满')
      .heard()
      .filter((one) => one === 'card:panel').length;
  };
  const first = await phone.presses(link, open, '常用语', {}, { press: 'press-one' });
  assert.match(words(first.answer), /已发到聊天里/);
  assert.equal(stateIn(first.answer)?.open, true);
  await phone.presses(link, open, '常用语', {}, { press: 'press-one' });
  assert.equal(await lists(), 1);
  await phone.presses(link, open, '常用语', {}, { press: 'press-two' });
  assert.equal(await lists(), 2);
});

test('a page that asks for what its card does not offer gets nothing', async (t) => {
  const { house, arrives, phone, link, open, stateOf, conversation, linkTo } = await openDesk(t);
  const other = await arrives('李先生');
  const desk = await phone.opens(await linkTo('林小满', 'desk'), '林小满');
  const claim = buttonOn(desk.start?.state, '认领');
  const asks: object[] = [
    { button: claim },
    { button: 'conversation.close' },
    { button: '__proto__' },
    { button: '', operation: 'conversation.claim', arguments: { conversation: other } },
  ];
  for (const body of asks) {
    const { status, answer } = await phone.presses(link, open, '', {}, { body });
    assert.deepEqual([status, answer.kind], [409, 'refused'], JSON.stringify(body));
  }
  assert.equal(await stateOf(other), 'waiting');

  // Fields that the form does not have, such as what the button itself says, are left out.
  const form = {
    reason: 'solved',
    conversation: other,
    operation: 'x',
    summary: '\u0000好\ud800',
    __proto__: 'x',
  };
  const { answer } = await phone.presses(link, open, '结束会话', form);
  assert.equal(answer.kind, 'done');
  await house.settled();
  assert.deepEqual([await stateOf(conversation), await stateOf(other)], ['closed', 'waiting']);
  const [kept] = await house.db.query(`select input from invocations where operation = 'conversation.close'`);
  assert.deepEqual(kept?.input, { conversation, reason: 'solved', summary: '好\ufffd' });
});

test('a form is checked by what its card says of each field, and told in its words', async (t) => {
  const { phone, link, open, stateOf } = await openDesk(t);
  const wrong: Record<string, Record<string, string>> = {
    'nothing chosen': { summary: '好' },
    'only blanks': { reason: '   ' },
    'a choice that is none': { reason: 'because' },
    'too long': { reason: 'solved', summary: '长'.repeat(1_001) },
  };
  for (const [what, form] of Object.entries(wrong)) {
    const { status, answer } = await phone.presses(link, open, '结束会话', form);
    assert.deepEqual([status, answer.kind], [422, 'refused'], what);
    assert.match(words(answer), /还不能提交：(请选择结束原因|会话小结)/, what);
    assert.equal(stateIn(answer)?.open, true);
  }
  assert.equal(await stateOf(), 'active');
  const { answer } = await phone.presses(link, open, '结束会话', {
    reason: 'solved',
    summary: '长'.repeat(1_000),
  });
  assert.equal(answer.kind, 'done');
});

test('rights are those of the moment: who is no agent any more can decide nothing', async (t) => {
  const { house, phone, link, open, stateOf } = await openDesk(t);
  await house.db.query(`update members set role = 'employee' where id = $1`, [house.memberId('林小满')]);
  const { answer } = await phone.presses(link, open, '结束会话', { reason: 'solved' });
  assert.equal(answer.kind, 'refused');
  assert.match(words(answer), /没有权限/);
  assert.equal(await stateOf(), 'active');
});

test('a link that ends while its page is open ends the page too', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 23, 9));
  const { phone, link, open, stateOf } = await openDesk(t, { clock });
  clock.advance(72 * 3_600_000);
  const { status } = await phone.presses(link, open, '结束会话', { reason: 'solved' });
  assert.equal(status, 410);
  assert.equal((await phone.ask(`${link}/now`)).status, 410);
  assert.equal(await stateOf(), 'active');
});

test('nothing is decided but from the page itself: another site, another page and another session are refused', async (t) => {
  const { house, phone, link, open, browser, linkTo, stateOf } = await openDesk(t);
  await house.member('林小满').types('/我的');
  await house.settled();
  const other = await phone.opens(await linkTo('林小满', 'mine'), '林小满');
  const form = { reason: 'solved' };
  const from = (headers: Record<string, string>) => phone.presses(link, open, '结束会话', form, { headers });
  assert.equal((await from({ origin: 'https://evil.example' })).status, 403);
  assert.equal((await from({ origin: 'null' })).status, 403);
  const unnamed = await phone.ask(link, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(unnamed.status, 403);
  const asText = await from({ 'content-type': 'text/plain' });
  assert.equal(asText.status, 415);
  const ofAnother = await phone.presses(link, open, '结束会话', form, {
    body: { token: other.start?.token },
  });
  assert.equal(ofAnother.status, 403);
  const stranger = browser();
  assert.equal((await stranger.presses(link, open, '结束会话', form)).status, 401, 'not logged in');
  const colleague = browser();
  await colleague.opens(link, '陈亦舟');
  assert.equal((await colleague.presses(link, open, '结束会话', form)).status, 403, 'somebody else');
  const fresh = browser();
  await fresh.opens(link, '林小满');
  assert.equal((await fresh.presses(link, open, '结束会话', form)).status, 403, 'another session of theirs');
  await house.settled();
  assert.equal(await stateOf(), 'active');
  assert.deepEqual(await house.db.query('select 1 from decisions'), []);
});

test('while it can’t be handled yet it is kept, and the same press is told later what it came to', async (t) => {
  const { house, phone, link, open, closings } = await openDesk(t);
  const mailbox = `member:${house.memberId('林小满')}`;
  await house.db.query(
    `insert into mailboxes (tenant_id, name, rests_until) values ($1, $2, now() + interval '1 hour')`,
    [house.tenantId, mailbox],
  );
  const press = () => phone.presses(link, open, '结束会话', { reason: 'solved' }, { press: 'the-press' });
  const waiting = await press();
  assert.deepEqual([waiting.status, waiting.answer.kind], [202, 'working']);
  await house.db.query('delete from mailboxes');
  house.core.hints.give([{ kind: 'mailbox', tenantId: house.tenantId, name: mailbox }]);
  await house.settled();
  const { status, answer } = await press();
  assert.deepEqual([status, answer.kind], [200, 'done']);
  assert.match(words(answer), /^A?.*王女士/);
  assert.doesNotMatch(words(answer), /已经处理过/);
  assert.deepEqual(await closings(), ['solved']);
});
