/** Whatever arrives at the addresses of the pages: refused politely, without any effect; and a genuine press is still taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Browser, buttonOn, openPages, type Pages, type Seen } from './pages.js';
import { exchange, type RawAnswer } from './wire.js';

const deep = '['.repeat(10_000) + ']'.repeat(10_000);

function assertRefused(answer: RawAnswer, what: string, ...statuses: number[]): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.body}`);
  if (statuses.length > 0) assert.ok(statuses.includes(answer.status), `${what}: ${answer.status}`);
  assert.ok(answer.body !== '', `${what}: ${answer.head}`);
  const { error } = JSON.parse(answer.body);
  assert.ok(typeof error.message === 'string' && error.message.length > 5, `${what}: ${answer.body}`);
  assert.doesNotMatch(answer.body, /\bat .+\.(js|ts):\d+|node_modules|postgres:\/\/|王女士/, what);
}

/** The brief's page of a conversation that 林小满 has claimed, open on her phone. */
async function openBrief({
  house,
  linkTo,
  browser,
}: Pages): Promise<{ link: string; phone: Browser; open: Seen }> {
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  await house.member('林小满').clicks('conversation.claim', { conversation: conversation?.id });
  await house.settled();
  const link = await linkTo('林小满', 'brief');
  const phone = browser();
  return { link, phone, open: await phone.opens(link, '林小满') };
}

test('bad input at the pages', async (t) => {
  const pages = await openPages(t);
  const { house, origin } = pages;
  const { link, phone, open } = await openBrief(pages);
  const path = new URL(link).pathname;
  const cookie = [...phone.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { origin, cookie, 'content-type': 'application/json' };
  const good = {
    token: open.start?.token ?? '',
    button: buttonOn(open.start?.state, '结束会话'),
    form: { reason: 'solved' },
    press: 'a-good-press',
  };
  const post = (body: string | Buffer, more: Record<string, string> = {}) =>
    exchange(origin, { path, headers: { ...headers, ...more }, body: [body] });
  const nothingHappened = async (what: string) => {
    await house.settled();
    const [{ count } = { count: -1 }] = await house.db.query<{ count: number }>(
      `select ((select count(*) from decisions) + (select count(*) from invocations where operation = 'conversation.close'))::int as count`,
    );
    assert.equal(count, 0, what);
  };

  await t.test('bodies that no page sends', async () => {
    const { token, button, form, press } = good;
    const bodies: Record<string, string | Buffer> = {
      empty: '',
      'not JSON': 'hello',
      'half of JSON': JSON.stringify(good).slice(0, -4),
      'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
      'a number': '42',
      null: 'null',
      'a list': `[${JSON.stringify(good)}]`,
      'ten thousand deep': deep,
      'a deep form': `{"token":"${token}","button":"${button}","press":"${press}","form":${deep}}`,
      'no token': JSON.stringify({ button, form, press }),
      'no press': JSON.stringify({ token, button, form }),
      'a press of strange letters': JSON.stringify({ ...good, press: "a'b;c d e f" }),
      'a press too long': JSON.stringify({ ...good, press: 'x'.repeat(65) }),
      'a form of numbers': JSON.stringify({ ...good, form: { reason: 1 } }),
      'a form of lists': JSON.stringify({ ...good, form: { reason: ['solved'] } }),
      'a form of a thousand fields': JSON.stringify({
        ...good,
        form: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`f${at}`, 'x'])),
      }),
      'a button that is none': JSON.stringify({ ...good, button: { operation: 'conversation.close' } }),
    };
    for (const [what, body] of Object.entries(bodies)) assertRefused(await post(body), what, 400);
    const polluting = `{"__proto__":{"polluted":true},"token":"${token}","button":"x","press":"${press}","form":{"__proto__":"x","constructor":"y"}}`;
    const answer = await post(polluting);
    assert.equal(answer.status, 409, answer.body);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    await nothingHappened('bodies');
  });

  await t.test('too large, cut off, compressed, slow, of another type or method', async () => {
    const large = { ...headers, 'content-length': String(64 * 1_024 + 1) };
    assertRefused(await exchange(origin, { path, headers: large }), 'declared too large', 413);
    assertRefused(
      await post(JSON.stringify({ ...good, form: { summary: 'x'.repeat(64 * 1_024) } })),
      'too large',
      413,
    );
    const body = JSON.stringify(good);
    const longer = { ...headers, 'content-length': String(body.length + 10) };
    const cut = await exchange(origin, { path, headers: longer, body: [body], hangUp: true });
    if (cut.status !== 0) assertRefused(cut, 'cut off', 400);
    assertRefused(await post(gzipSync(body), { 'content-encoding': 'gzip' }), 'compressed', 415);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '',
    ])
      assertRefused(await post(body, { 'content-type': type }), `as ${type || 'nothing'}`, 415);
    const slow = [...body].map((byte) => byte);
    assertRefused(await exchange(origin, { path, headers, body: slow, pauseMs: 25 }), 'slow', 408);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])
      assertRefused(await exchange(origin, { method, path, headers, body: [body] }), method, 404, 405);
    await nothingHappened('shapes');
  });

  await t.test('addresses of whatever kind, with cookies of whatever kind', async () => {
    const token = path.split('/').at(-1) ?? '';
    const addresses = [
      ...[
        '/pages',
        '/pages/',
        '/pages/x',
        '/pages/%00',
        '/pages/%zz',
        '/pages/%ff%fe',
        '/pages/..%2f..%2fetc/passwd',
      ],
      ...[
        `/pages/${'x'.repeat(136)}`,
        `/pages/${'x'.repeat(6_000)}`,
        `/pages/${token}x`,
        `/pages/${token}/other`,
      ],
      ...[`/pages/${token.toLowerCase()}`, '/pages/__proto__', '/pages/constructor/now', '/pages/x/now'],
      ...['/pages/assets', '/pages/assets/x', '/pages/assets/x/y', '/pages/assets/x/constructor'],
      ...['/pages/assets/..%2f/page.js%00', '/pages/assets/x/..%2f..%2fpackage.json'],
      ...['/pages/back', '/pages/back?state=&code=', `/pages/back?state=${'0'.repeat(32)}&code=x`],
      ...[`/pages/back?code=${'x'.repeat(5_000)}`, '/pages/back?state[]=1&state[]=2', '/pages/back?%zz=%00'],
    ];
    const cookies = [
      '',
      'x',
      '=;=;;',
      'imdesk-login-=x',
      `imdesk-login-x=${'A'.repeat(300)}`,
      `${cookie.slice(0, -1)}`,
    ];
    for (const address of addresses) {
      for (const one of cookies) {
        const answer = await exchange(origin, { method: 'GET', path: address, headers: { cookie: one } });
        assertRefused(answer, `${address} with ${one}`);
      }
      assertRefused(await exchange(origin, { path: address, headers, body: ['{}'] }), `POST ${address}`);
    }
    for (const one of cookies) {
      const answer = await exchange(origin, { method: 'GET', path, headers: { cookie: one } });
      assert.equal(answer.status, 302, one);
      assertRefused(
        await exchange(origin, { method: 'GET', path: `${path}/now`, headers: { cookie: one } }),
        one,
        401,
      );
    }
    await nothingHappened('addresses');
  });

  await t.test('a genuine press is taken all the same', async () => {
    const answer = await post(JSON.stringify(good));
    assert.equal(answer.status, 200, answer.body);
    await house.settled();
    assert.equal((await house.conversations())[0]?.state, 'closed');
  });
});
