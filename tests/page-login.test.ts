/** Who gets to see a signed page: the member it is for, known by their platform's login, and nobody else. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { movableClock } from '../core/clock.js';
import { signPageLink } from '../core/pages/link.js';
import { SendError } from '../core/ports/courier.js';
import { sessionCookie } from '../server/pages/session.js';
import { openPages } from './pages.js';

const customer = '王女士';
const secretWords = '我的订单 T-20261108 一直没有到';

/** 林小满 has claimed a conversation; its brief is to be opened as a page. */
async function openDesk(t: TestContext, options: Parameters<typeof openPages>[1] = {}) {
  const pages = await openPages(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
    ...options,
  });
  const { house } = pages;
  await house.customer(customer).says(secretWords);
  await house.customer(customer).says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  await house.member('林小满').clicks('conversation.claim', { conversation: conversation?.id });
  await house.settled();
  return { ...pages, conversation: conversation?.id ?? '', link: await pages.linkTo('林小满', 'brief') };
}

const assertTellsNothing = (body: string) => assert.doesNotMatch(body, /王女士|T-20261108|林小满|订单/);

test('a link leads through the platform’s login to the card, with what its form needs', async (t) => {
  const { browser, link } = await openDesk(t);
  const phone = browser();
  const first = await phone.ask(link);
  assert.equal(first.status, 302);
  assertTellsNothing(await first.text());
  const seen = await phone.opens(link, '林小满');
  assert.equal(seen.status, 200);
  assert.match(seen.body, /T-20261108/);
  assert.equal(seen.start?.state.title, customer);
  assert.equal(seen.start?.state.open, true);
  assert.match(seen.body, /<html lang="zh-CN">/);
  // Logged in once, nobody is asked again.
  assert.equal((await phone.ask(link)).status, 200);
});

test('neither a browser, a proxy, another site nor a script of somebody’s gets at a page', async (t) => {
  const { browser, link } = await openDesk(t);
  const { headers, body } = await browser().opens(link, '林小满');
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|data:|\*/);
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  for (const [tag] of body.matchAll(/<script[^>]*>/g))
    assert.match(tag, / src="assets\/| type="application\/json"/);
  assert.doesNotMatch(body, /<style| style=| on\w+=/);
});

test('the cookies are for the pages only, out of reach of scripts, and for https where the address is', async (t) => {
  const { browser, link } = await openDesk(t);
  const [begun = ''] = (await browser().ask(link)).headers.getSetCookie();
  assert.match(begun, /; Path=\/pages; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const id = '0199a1b2-0000-7000-8000-000000000012';
  const parts = { origin: 'https://desk.example/cs', key: randomBytes(32) };
  const cookie = sessionCookie({ tenantId: id, workspaceId: id, memberId: id }, parts, 0);
  assert.match(cookie, /; Path=\/cs\/pages; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/);
});

test('a colleague’s link says that it is a colleague’s, and nothing of what is behind it', async (t) => {
  const { browser, link } = await openDesk(t);
  const phone = browser();
  const seen = await phone.opens(link, '陈亦舟');
  assert.equal(seen.status, 403);
  assert.match(seen.body, /这个链接不是发给你的/);
  assertTellsNothing(seen.body);
  assertTellsNothing(await (await phone.ask(`${link}/now`)).text());
  const again = await phone.ask(`${link}?again`);
  assert.equal(again.status, 302, 'on a shared computer one can log in as somebody else');
});

test('who is no member gets no account by logging in, and sees nothing', async (t) => {
  const { browser, link, house } = await openDesk(t);
  const members = () => house.db.query('select id from members');
  const before = await members();
  const seen = await browser().opens(link, '路人');
  assert.equal(seen.status, 403);
  assert.match(seen.body, /还没有开通你的账号/);
  assertTellsNothing(seen.body);
  assert.deepEqual(await members(), before);
});

test('who leaves loses the page at once, logged in or not, in the house or on the platform only', async (t) => {
  const { browser, link, house } = await openDesk(t);
  const phone = browser();
  const open = await phone.opens(link, '林小满');
  assert.equal(open.status, 200);
  const ends = {
    'left the house': [
      'update members set departed_at = now() where id = $1',
      'update members set departed_at = null',
    ],
    'left the platform': [
      'update member_identities set left_at = now() where member_id = $1',
      'update member_identities set left_at = null',
    ],
  };
  for (const [how, [leaves = '', returns = '']] of Object.entries(ends)) {
    await house.db.query(leaves, [house.memberId('林小满')]);
    const reload = await phone.opens(link, '林小满');
    assert.equal(reload.status, 403, how);
    assert.match(reload.body, /账号已停用/);
    assertTellsNothing(reload.body);
    const pressed = await phone.presses(link, open, '结束会话', { reason: 'solved' });
    assert.equal(pressed.status, 403, how);
    assert.equal((await browser().opens(link, '林小满')).status, 403, how);
    await house.db.query(returns);
  }
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'active', 'nothing was decided');
});

test('a login that was not begun in this browser, is late, or comes again leads nowhere', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 23, 9));
  const { browser, link, paper } = await openDesk(t, { clock });
  const phone = browser();
  const begin = async (who = phone) => (await who.ask(link)).headers.get('location') ?? '';

  const address = await begin();
  const victim = browser();
  await begin(victim);
  const forced = await victim.ask(paper.sendsBack(address, '陈亦舟'));
  assert.equal(forced.status, 400, 'another browser’s state');
  assert.match(await forced.text(), /登录没有完成/);

  const back = paper.sendsBack(address, '林小满');
  for (const changed of [
    back.replace(/state=\w/, 'state='),
    back.replace(/&state=.*/, ''),
    back.replace(/\?.*/, ''),
  ])
    assert.equal((await phone.ask(changed)).status, 400, changed);
  assert.equal((await phone.ask(back)).status, 302);
  assert.equal((await phone.ask(back)).status, 400, 'a state is good once');

  const other = browser();
  const spent = paper.sendsBack(await begin(other), '林小满');
  paper.codes.clear();
  const refused = await other.ask(spent);
  assert.equal(refused.status, 403, 'a code is good once');
  assert.match(await refused.text(), /没能确认你的身份/);

  const slow = browser();
  const late = paper.sendsBack(await begin(slow), '林小满');
  clock.advance(10 * 60_000);
  assert.equal((await slow.ask(late)).status, 400, 'after ten minutes');
});

test('several pages can be logged in to at once, and logins that nobody comes back from do not pile up', async (t) => {
  const { browser, link, linkTo, paper, house } = await openDesk(t);
  await house.member('林小满').types('/我的');
  await house.settled();
  const phone = browser();
  const links = [link, await linkTo('林小满', 'mine')];
  const addresses = [];
  for (const one of links) addresses.push((await phone.ask(one)).headers.get('location') ?? '');
  for (const [index, address] of addresses.entries()) {
    const back = await phone.ask(paper.sendsBack(address, '林小满'));
    assert.equal(back.headers.get('location'), links[index]);
  }
  const other = browser();
  for (let index = 0; index < 30; index++) await other.ask(link);
  assert.ok(other.cookies.size <= 6, `${other.cookies.size} cookies`);
  assert.equal((await other.opens(link, '林小满')).status, 200);
});

test('while the platform can’t be asked, it says so, and works again afterwards', async (t) => {
  const { browser, link, paper } = await openDesk(t);
  paper.broken = new SendError('later', 'timeout', 'nobody answers');
  const seen = await browser().opens(link, '林小满');
  assert.equal(seen.status, 503);
  assert.match(seen.body, /暂时无法登录/);
  paper.broken = undefined;
  assert.equal((await browser().opens(link, '林小满')).status, 200);
});

test('a session ends after a working day, and passes for no other', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 23, 9));
  const { browser, link } = await openDesk(t, { clock });
  const phone = browser();
  await phone.opens(link, '林小满');
  const [name = '', value = ''] = [...phone.cookies][0] ?? [];
  for (const forged of [
    value.slice(0, -1),
    `${value}A`,
    value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    '',
    link.split('/').at(-1) ?? '',
  ]) {
    phone.cookies.set(name, forged);
    assert.equal((await phone.ask(link)).status, 302, forged);
    assert.equal((await phone.ask(`${link}/now`)).status, 401, forged);
  }
  phone.cookies.set(name, value);
  clock.advance(12 * 3_600_000 - 1);
  assert.equal((await phone.ask(link)).status, 200);
  clock.advance(1);
  assert.equal((await phone.ask(link)).status, 302);
});

test('a link that is over, broken, or another installation’s says so before anybody logs in', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 23, 9));
  const { browser, link, house, origin, key } = await openDesk(t, { clock });
  const broken = await browser().ask(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`);
  assert.equal(broken.status, 404);
  assert.match(await broken.text(), /链接不完整/);
  const english = await browser().ask(`${link}x`, { headers: { 'accept-language': 'en-GB,en;q=0.8' } });
  assert.match(await english.text(), /This link is not whole/);

  const elsewhere = house.ids.next();
  const target = {
    tenantId: house.tenantId,
    workspaceId: house.workspaceId,
    memberId: house.memberId('林小满'),
    cardId: house.ids.next(),
    phase: '',
  };
  const until = clock.now() + 1;
  const pageOf = (change: Partial<typeof target>, by = key) =>
    `${origin}/pages/${signPageLink({ ...target, ...change }, until, by)}`;
  assert.equal((await browser().ask(pageOf({}, randomBytes(32)))).status, 404);
  assert.equal((await browser().ask(pageOf({ tenantId: elsewhere }))).status, 410);
  assert.equal((await browser().ask(pageOf({ workspaceId: elsewhere }))).status, 410);
  assert.equal((await browser().opens(pageOf({}), '林小满')).status, 410, 'no such card');

  clock.advance(72 * 3_600_000);
  const over = await browser().ask(link);
  assert.equal(over.status, 410);
  assert.match(await over.text(), /链接已过期/);
});

test('what is no longer for a member’s eyes is not shown, whatever link they kept', async (t) => {
  const { browser, link, house, conversation } = await openDesk(t);
  const phone = browser();
  assert.equal((await phone.opens(link, '林小满')).status, 200);
  await house.db.query('update conversations set owner_id = $1, epoch = epoch + 1 where id = $2', [
    house.memberId('陈亦舟'),
    conversation,
  ]);
  assert.equal((await phone.ask(link)).status, 200, 'who serves the queue may look on');
  await house.db.query('delete from queue_members where member_id = $1', [house.memberId('林小满')]);
  const hidden = await phone.ask(link);
  assert.equal(hidden.status, 403);
  const body = await hidden.text();
  assert.match(body, /现在不能查看/);
  assertTellsNothing(body);
});
