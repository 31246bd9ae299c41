import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Inbound } from '../../core/ports/inbound.js';
import { signature } from '../signature.js';
import { claimsOf } from './jwt.js';
import { accountId, request, room } from './room.js';
import { webService } from './service.js';

const identitySecret = 'widget-identity-secret';
const settings = { tokenKey: 'k'.repeat(40), identitySecret, origins: ['https://shop.example'] };
const start = 1_700_000_000_000;

function open(more: Record<string, unknown> = {}) {
  const host = room({ ...settings, ...more }, start);
  return { host, service: webService(host) };
}
type Desk = ReturnType<typeof open>;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function jwt(payload: unknown, { alg = 'HS256', key = identitySecret } = {}): string {
  const signed = `${part({ alg, typ: 'JWT' })}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}
const claims = { sub: 'user-42', exp: start / 1000 + 600 };

function call(body: unknown, { at = start, key = identitySecret, headers = {} } = {}) {
  const bytes = JSON.stringify(body);
  const timestamp = String(Math.floor(at / 1000));
  const asked = request(`/${accountId}/identify`, { body });
  return {
    ...asked,
    body: Buffer.from(bytes),
    headers: {
      'content-type': 'application/json',
      'x-cs-timestamp': timestamp,
      'x-cs-signature': signature(key, timestamp, bytes),
      ...headers,
    },
  };
}

const order = { id: 'SY-1', title: '茶壶', status: '运输中', amount: '¥168.00', at: 1_699_999_000 };

test('a shop tells of its user what they ordered, in a signed call', async () => {
  const { host, service } = open();
  const body = {
    userId: 'user-42',
    name: '王女士',
    phone: '138',
    attributes: { 会员等级: '雅客' },
    orders: [order],
  };
  const answer = await service.handle(call(body));
  assert.equal(answer.status, 202, String(answer.body));
  const [told] = host.received;
  assert.ok(told?.kind === 'facts');
  assert.equal(told.sender, 'u-user-42');
  assert.deepEqual(told.profile.systems, {
    attributes: { 会员等级: '雅客' },
    orders: [{ ...order, at: 1_699_999_000_000 }],
  });
  await service.handle(call(body));
  assert.equal(host.received.length, 1, 'the same call again is the same');
  await service.handle(call(body, { at: start + 60_000 }));
  assert.equal(host.received.length, 2, 'a minute later it is news');
});

test('what is unsigned, stale, altered or signed by another is not believed', async () => {
  const { host, service } = open();
  const body = { userId: 'user-42', orders: [order] };
  const wrong = [
    call(body, { at: start - 301_000 }),
    call(body, { at: start + 302_000 }),
    call(body, { key: 'another-secret-16' }),
    { ...call(body), body: Buffer.from(JSON.stringify({ ...body, userId: 'user-43' })) },
    call(body, { headers: { 'x-cs-signature': '' } }),
  ];
  for (const one of wrong) assert.equal((await service.handle(one)).status, 401);
  const without = open({ identitySecret: undefined });
  assert.equal((await without.service.handle(call(body))).status, 401);
  assert.deepEqual(host.received, []);
});

test('facts are few and short, whatever is sent', async () => {
  const { host, service } = open();
  const many = { userId: 'u', orders: Array.from({ length: 21 }, () => order) };
  assert.equal((await service.handle(call(many))).status, 400);
  for (const body of [
    {},
    { userId: '' },
    { userId: 'a\u0000b' },
    { userId: 'u', orders: [{ title: 'x' }] },
    { userId: 'u', orders: [{ ...order, url: 'javascript:alert(1)' }] },
    { userId: 'u', attributes: { a: 1 } },
    { userId: 'u', attributes: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, 'x'])) },
    [],
  ])
    assert.equal((await service.handle(call(body))).status, 400, JSON.stringify(body));
  const long = { userId: 'u', orders: [{ ...order, title: '长'.repeat(1_000) }] };
  assert.equal((await service.handle(call(long))).status, 202);
  const [told] = host.received;
  assert.equal(told?.kind === 'facts' && told.profile.systems?.orders?.[0]?.title.length, 120);
});

async function session({ service }: Desk, identity: unknown) {
  return service.handle(request(`/${accountId}/session`, { body: { identity } }));
}
const parsed = <T>(answer: { body: string | Buffer }): T => JSON.parse(String(answer.body));

test('a JWT of the site’s server proves who is logged in, and what it says goes with their words', async () => {
  const desk = open();
  const token = jwt({ ...claims, name: '王女士', email: 'w@shop.example', attrs: { 城市: '杭州' } });
  const opened = await session(desk, { jwt: token });
  assert.equal(opened.status, 200, String(opened.body));
  const { token: visitor, customer } = parsed<{ token: string; customer: Record<string, unknown> }>(opened);
  assert.deepEqual(customer, { id: 'u-user-42', name: '王女士', identified: true });
  await desk.service.handle(
    request(`/${accountId}/send`, { token: visitor, body: { type: 'message', id: 'a', text: '在吗' } }),
  );
  const said = desk.host.received.find((event) => event.kind === 'message');
  assert.equal(said?.profile?.email, 'w@shop.example');
  assert.deepEqual(said?.profile?.systems, { attributes: { 城市: '杭州' } });
  assert.match(said?.profile?.unionId ?? '', /^[0-9a-f]{64}$/);
});

test('a JWT that has expired, has no end, another algorithm or another signature proves nothing', async () => {
  const desk = open();
  const good = jwt(claims);
  const [head = '', payload = ''] = good.split('.');
  const wrong = {
    expired: jwt({ ...claims, exp: start / 1000 - 1 }),
    'without an end': jwt({ sub: 'user-42' }),
    'without a subject': jwt({ exp: claims.exp }),
    'another key': jwt(claims, { key: 'another-secret-16' }),
    'alg none': `${part({ alg: 'none' })}.${payload}.`,
    'alg none, signed': jwt(claims, { alg: 'none' }),
    'no signature': `${head}.${payload}`,
    'not yet': jwt({ ...claims, nbf: start / 1000 + 3_600 }),
    'four parts': `${good}.x`,
    nothing: '',
  };
  for (const [name, token] of Object.entries(wrong)) {
    const answer = await session(desk, { jwt: token });
    assert.equal(answer.status, 401, name);
  }
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.constantFrom(...'Ab0-_.'), (place, letter) => {
      const changed = good.slice(0, place) + letter + good.slice(place + 1);
      const found = claimsOf(changed, identitySecret, start);
      // The last sign of a signature has bits that say nothing.
      if (changed !== good && place < good.length - 1) assert.equal(typeof found, 'string', changed);
    }),
  );
});

test('the same user of the same site is one person in two of its accounts, and of another site another', async () => {
  const idOf = async (secret: string) => {
    const desk = open({ identitySecret: secret, tokenKey: `${secret}${'k'.repeat(40)}` });
    const proof = createHmac('sha256', secret).update('user-42').digest('hex');
    const { token } = parsed<{ token: string }>(await session(desk, { userId: 'user-42', signature: proof }));
    await desk.service.handle(
      request(`/${accountId}/send`, { token, body: { type: 'message', id: 'a', text: '在吗' } }),
    );
    const said = desk.host.received.find((event) => event.kind === 'message');
    return said?.profile?.unionId;
  };
  assert.equal(await idOf(identitySecret), await idOf(identitySecret));
  assert.notEqual(await idOf(identitySecret), await idOf('the-secret-of-another'));
});

test('pages of the site are told with the first words and then at once; pages of other sites never', async () => {
  const desk = open();
  const { token, customer } = parsed<{ token: string; customer: { id: string } }>(
    await session(desk, undefined),
  );
  const at = start - 5_000;
  const page = (url: string, more = {}) => ({ url, title: '茶', at, ...more });
  const trail = [
    page('https://shop.example/tea#part'),
    page('https://elsewhere.example/'),
    page('javascript:x'),
  ];
  const send = (body: unknown) => desk.service.handle(request(`/${accountId}/send`, { token, body }));
  await send({ type: 'message', id: 'a', text: '在吗', trail });
  await send({ type: 'pages', id: 'b', pages: [page('https://shop.example/cart', { at: start * 2 })] });
  await send({ type: 'pages', id: 'c', pages: [page('https://elsewhere.example/')] });
  const pages = desk.host.received.filter(
    (event): event is Extract<Inbound, { kind: 'pages' }> => event.kind === 'pages',
  );
  assert.deepEqual(
    pages.map(({ sender, pages: seen }) => [sender, seen]),
    [
      [customer.id, [{ url: 'https://shop.example/tea', title: '茶', at }]],
      [customer.id, [{ url: 'https://shop.example/cart', title: '茶', at: start }]],
    ],
  );
  const answer = await send({
    type: 'pages',
    id: 'd',
    pages: Array.from({ length: 11 }, () => page('https://shop.example/')),
  });
  assert.equal(answer.status, 400);
});
