/** The official account's connector, held against the sandbox's statement of WeChat. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { connector } from '../connectors/wechat-official/index.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { ChannelHost, OpenAccount } from '../core/ports/connector.js';
import { type OutgoingMedia, type Place, SendError } from '../core/ports/courier.js';
import type { Inbound, InboundMessage, InboundVisit } from '../core/ports/inbound.js';
import type { PhoneItem } from '../sandbox/phone/view.js';
import { openIdOf } from '../sandbox/wechat-official/state.js';
import { account as official, phoneAt } from '../sandbox/wechat-official/testing.js';
import { type Sandbox, startSandbox, until } from './sandbox.js';

const minute = 60_000;

/** An account, with a server of ours that hears what is pushed and answers as the product does. */
interface Ours {
  account: OpenAccount<ReturnType<typeof connector.account.parse>>;
  host: ChannelHost;
  heard: Inbound[];
  /** What is said by itself to whatever is heard, as fast as it can be. */
  answer?: (event: InboundMessage | InboundVisit) => void;
}
const accounts = new Map<string, Ours>();

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '/', 'http://here');
  const ours = accounts.get(url.pathname.slice(1)) ?? assert.fail(`nobody is at ${url.pathname}`);
  const query = Object.fromEntries(url.searchParams);
  const delivery = { method: request.method ?? '', query, headers: {}, body: Buffer.concat(chunks) };
  const reading = connector.read(delivery, ours.account.settings, clock.now());
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  for (const event of reading.events) {
    if (ours.heard.some(({ id }) => id === event.id)) continue;
    ours.heard.push(event);
    if (event.kind === 'message' || event.kind === 'visit') ours.answer?.(event);
  }
  const answer =
    reading.holds && connector.answerHeld
      ? await connector.answerHeld(reading.holds, delivery, ours.account, ours.host)
      : reading.response;
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;
after(() => {
  server.closeAllConnections();
  server.close();
});

let aheadMs = 0;
const clock = { now: () => systemClock.now() + aheadMs };
const given = (id: string, more: object = {}) => ({
  ...{ ...official, id, appId: `wx${id}`, url: `http://127.0.0.1:${port}/${id}`, mode: 'encrypted' },
  ...more,
});
const people = ['wang', 'zhou', 'li', 'zhao', 'qian', 'sun', 'wu'];
const sandbox: Sandbox = await startSandbox(
  { after },
  {
    'wechat-official': {
      accounts: [given('gh_a'), given('gh_plain', { mode: 'plain' }), given('gh_small', { verified: false })],
      customers: people.map((id) => ({ id, name: id, follows: ['gh_a', 'gh_plain', 'gh_small'] })),
    },
  },
);
for (const id of ['gh_a', 'gh_plain', 'gh_small']) {
  const { appId, appSecret, token, encodingAesKey } = given(id);
  const settings = connector.account.parse({
    ...{ appId, appSecret, token, encodingAesKey, menu: { parcel: '我的快递到哪了' } },
    mode: id === 'gh_plain' ? 'plain' : 'encrypted',
    certified: id !== 'gh_small',
    baseUrl: `${sandbox.url}/api.weixin.qq.com`,
  });
  const shared = valuesInMemory(clock);
  const host: ChannelHost = Object.assign(Object.create(null), { clock, log: silent, shared: () => shared });
  accounts.set(id, { account: { tenantId: 't', id, name: id, settings }, host, heard: [] });
}
await until('the addresses are verified', async () => {
  const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
  return urls.every(({ verified }) => verified);
});

/** One customer at one account: their phone, and our courier to them. */
function between(person: string, id = 'gh_a') {
  const ours = accounts.get(id) ?? assert.fail(id);
  const phone = phoneAt(sandbox.url, { as: person, id });
  const openId = openIdOf(`wx${id}`, person);
  const courier = connector.courier(ours.account, ours.host);
  const to = (reply?: string): Place => ({ kind: 'direct', person: openId, ...(reply && { reply }) });
  const heard = async (text: string): Promise<InboundMessage> => {
    const find = () =>
      ours.heard.find(
        (event): event is InboundMessage =>
          event.kind === 'message' && event.sender === openId && event.text === text,
      );
    await until(`${text} is heard`, () => find() !== undefined);
    return find() ?? assert.fail('it is gone');
  };
  const says = async (text: string) => {
    await phone.act({ do: 'say', text });
    return heard(text);
  };
  const sees = async (): Promise<PhoneItem[]> =>
    (await phone.view()).items.filter(({ side }) => side !== 'me');
  const seesText = async () =>
    (await sees()).map(({ body, via }) => `${via ?? '!'} ${body.type === 'text' ? body.text : body.type}`);
  return { ...ours, ours, phone, openId, courier, to, heard, says, sees, seesText };
}

async function refusedWith(send: Promise<unknown>): Promise<SendError> {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
}
const file = (type: OutgoingMedia['type'], mime: string, bytes: Buffer, name = 'a'): OutgoingMedia => ({
  ...{ type, mime, name, url: `https://desk.example/${name}` },
  bytes: async () => bytes,
});
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let keys = 0;
const key = () => `key-${++keys}`;

for (const id of ['gh_a', 'gh_plain']) {
  test(`the first words are the answer to the push, and cost no send (${id})`, async () => {
    const wang = between('wang', id);
    const { reply } = await wang.says('在吗 00123 👍');
    const sent = await wang.courier.send(
      { kind: 'text', to: wang.to(reply), text: '在的 ]]> 您请说' },
      key(),
    );
    assert.equal(sent.free, true);
    await until('it stands there', async () => (await wang.sees()).length === 1);
    for (let at = 1; at <= 5; at++) {
      const counted = await wang.courier.send(
        { kind: 'text', to: wang.to(reply), text: `第 ${at} 条` },
        key(),
      );
      assert.equal(counted.free, undefined);
    }
    assert.deepEqual(await wang.seesText(), [
      '被动回复 在的 ]]> 您请说',
      ...[1, 2, 3, 4, 5].map((at) => `客服消息 第 ${at} 条`),
    ]);
    const error = await refusedWith(
      wang.courier.send({ kind: 'text', to: wang.to(reply), text: '太多' }, key()),
    );
    assert.deepEqual([error.fate, error.code, error.window], ['refused', '45047', 'used']);
  });
}

interface Pushed {
  n: number;
  app: string;
  attempt: number;
  outcome: string;
}
const pushes = async (since = 0): Promise<Pushed[]> =>
  (await sandbox.control<{ deliveries: Pushed[] }>('GET', `deliveries?since=${since}`)).deliveries;

test('words that come when WeChat has been answered go by custom/send, and are said once', async () => {
  const zhou = between('zhou');
  const before = (await pushes()).at(-1)?.n ?? 0;
  const { reply } = await zhou.says('有人吗');
  await until('the push is answered without words', async () =>
    (await pushes(before)).some(({ app, outcome }) => app === 'gh_a' && outcome === 'ok'),
  );
  await zhou.courier.send({ kind: 'text', to: zhou.to(reply), text: '来了' }, key());
  assert.deepEqual(await zhou.seesText(), ['客服消息 来了']);
});

test('an answer that WeChat never got is given to its next try', async () => {
  const li = between('li');
  const fault = {
    on: { platform: 'wechat-official', delivery: 'event', event: 'text' },
    kind: 'timeout-after-effect',
  };
  await sandbox.control('POST', 'faults', { ...fault, times: 1 });
  const { reply } = await li.says('听得到吗');
  await li.courier.send({ kind: 'text', to: li.to(reply), text: '听得到' }, key());
  await until('it stands there', async () => (await li.sees()).length > 0);
  assert.deepEqual(await li.seesText(), ['被动回复 听得到']);
});

test('an account without custom/send answers over WeChat’s tries, and says clearly when it is too late', async () => {
  const zhao = between('zhao', 'gh_small');
  const { reply } = await zhao.says('小号在吗');
  await until('WeChat tries again', async () =>
    (await pushes()).some(({ app, attempt }) => app === 'gh_small' && attempt === 1),
  );
  const choices = [{ label: '转人工', say: '转人工' }];
  await zhao.courier.send({ kind: 'text', to: zhao.to(reply), text: '在，慢了些', choices }, key());
  await until('it stands there', async () => (await zhao.sees()).length > 0);
  assert.deepEqual(await zhao.seesText(), ['被动回复 在，慢了些\n· 转人工']);
  const error = await refusedWith(
    zhao.courier.send({ kind: 'text', to: zhao.to(reply), text: '还有' }, key()),
  );
  assert.deepEqual([error.fate, error.code, error.window], ['refused', '48001', 'closed']);
  assert.match(error.message, /custom\/send/);
});

test('pictures, recordings and films are shown; what WeChat does not show can be opened', async () => {
  const qian = between('qian');
  await qian.says('发我看看');
  const send = (media: OutgoingMedia) => qian.courier.send({ kind: 'media', to: qian.to(), media }, key());
  await send(file('image', 'image/png', png));
  await send(file('voice', 'audio/amr', Buffer.from('#!AMR\n123456')));
  await send(file('video', 'video/mp4', Buffer.from('\0\0\0\x18ftypmp42')));
  await send(file('file', 'application/pdf', Buffer.from('%PDF'), '说明.pdf'));
  const shown = await qian.sees();
  assert.deepEqual(
    shown.map(({ body }) => body.type),
    ['image', 'voice', 'video', 'text'],
  );
  assert.deepEqual((await qian.seesText()).at(-1), '客服消息 说明.pdf\nhttps://desk.example/说明.pdf');
});

test('what customers send is fetched, a film from where WeChat says it is', async () => {
  const sun = between('sun');
  const sends = [
    ['image', png],
    ['voice', Buffer.from('#!AMR\n123456')],
    ['video', Buffer.from('\0\0\0\x18ftypmp42')],
  ] as const;
  for (const [type, bytes] of sends) {
    await sun.phone.act({ do: 'send', type, name: `a.${type}`, base64: bytes.toString('base64') });
    const find = () =>
      sun.ours.heard.find(
        (event) => event.kind === 'message' && event.type === type && event.sender === sun.openId,
      );
    await until(`the ${type} is heard`, () => find() !== undefined);
    const found = find();
    assert.ok(found?.kind === 'message' && found.media && 'handle' in found.media);
    const fetched = await sun.courier.fetchMedia?.(found.id, found.media.handle, type);
    assert.deepEqual(fetched?.bytes, bytes);
  }
  await assert.rejects(async () => sun.courier.fetchMedia?.('m', 'unknown', 'image'), /40007/);
});

test('answers to choose from are pressed, and say what they stand for; markup stays text', async () => {
  const wu = between('wu');
  await wu.says('评价');
  const choices = [
    { label: '👍', say: '满意' },
    { label: '不满意', say: '不满意' },
  ];
  await wu.courier.send(
    { kind: 'text', to: wu.to(), text: '<a href="weixin://bizmsgmenu?msgmenucontent=x">点我</a>？', choices },
    key(),
  );
  const [menu] = await wu.sees();
  assert.ok(menu?.body.type === 'menu');
  assert.match(menu.body.head, /^<\u200ba href/);
  const [first] = menu.body.choices;
  assert.ok(first);
  await wu.phone.act({ do: 'choose', item: menu.id, ...first });
  await wu.heard('满意');
  await wu.courier.send(
    { kind: 'text', to: wu.to(), text: '<a href="https://evil.example">点我</a>' },
    key(),
  );
  const last = (await wu.sees()).at(-1);
  assert.ok(last?.body.type === 'text' && last.body.parts?.every(({ url }) => url === undefined));
});

test('a token that ended before its time is fetched anew, once, and one is shared by all', async () => {
  const wang = between('wang');
  await wang.says('还在吗');
  await sandbox.control('POST', 'tokens/expire', { app: 'gh_a', platform: 'wechat-official' });
  const { calls: before } = await sandbox.control<{ calls: { n: number }[] }>('GET', 'calls?since=0');
  await Promise.all(
    ['甲', '乙', '丙'].map((text) => wang.courier.send({ kind: 'text', to: wang.to(), text }, key())),
  );
  const since = before.at(-1)?.n ?? 0;
  const { calls } = await sandbox.control<{ calls: { path: string; code: number }[] }>(
    'GET',
    `calls?since=${since}`,
  );
  assert.equal(calls.filter(({ path }) => path === '/cgi-bin/stable_token').length, 1);
  assert.deepEqual(
    calls.filter(({ code }) => code !== 0).every(({ code }) => code === 40001),
    true,
  );
});

test('typing is shown, and never in the way', async () => {
  const li = between('li');
  await li.says('打字');
  await li.courier.typing?.(li.to(), true);
  assert.equal((await li.phone.view()).typing, true);
  await li.courier.typing?.(li.to(), true);
  await li.courier.typing?.(li.to(), false);
  assert.equal((await li.phone.view()).typing, false);
});

test('who follows can be greeted by the answer, and three times in a minute; then the window is closed', async () => {
  const li = between('li');
  await li.phone.act({ do: 'action', key: 'leave' });
  assert.equal(
    (await refusedWith(li.courier.send({ kind: 'text', to: li.to(), text: '别走' }, key()))).window,
    'closed',
  );
  await li.phone.act({ do: 'gate' });
  const came = () =>
    li.ours.heard.findLast(
      (event): event is InboundVisit =>
        event.kind === 'visit' && event.sender === li.openId && event.how === 'followed',
    );
  await until('the follower is heard', () => came() !== undefined);
  await li.courier.send({ kind: 'text', to: li.to(came()?.reply), text: '欢迎' }, key());
  for (const text of ['一', '二', '三'])
    await li.courier.send({ kind: 'text', to: li.to(came()?.reply), text }, key());
  assert.equal(
    (await refusedWith(li.courier.send({ kind: 'text', to: li.to(), text: '四' }, key()))).window,
    'used',
  );
  aheadMs += 2 * minute;
  await sandbox.control('POST', 'clock', { advanceMs: 2 * minute });
  const late = await refusedWith(li.courier.send({ kind: 'text', to: li.to(), text: '晚了' }, key()));
  assert.deepEqual([late.code, late.window], ['45015', 'closed']);
  await until('the greeting stands there', async () => (await li.seesText()).includes('被动回复 欢迎'));
});

test('a busy WeChat is asked again later, one that is silent leaves it open, and no error names the secret', async () => {
  const wang = between('wang');
  await wang.says('再试试');
  const ordered = async (fault: object) => {
    await sandbox.control('POST', 'faults', { times: 1, ...fault });
    return refusedWith(wang.courier.send({ kind: 'text', to: wang.to(), text: '好' }, key()));
  };
  const on = { platform: 'wechat-official', path: '/cgi-bin/message/custom/send' };
  const errors = [
    await ordered({ on, kind: 'code', code: 45009, status: 200 }),
    await ordered({ on, kind: 'code', code: -1, status: 200 }),
    await ordered({ on, kind: 'code', code: 48001, status: 200 }),
    await ordered({ on, kind: 'status', status: 502 }),
    await ordered({ on, kind: 'timeout-after-effect', ms: 1 }),
  ];
  assert.deepEqual(
    errors.map(({ fate }) => fate),
    ['later', 'later', 'refused', 'unknown', 'unknown'],
  );
  for (const { message } of errors)
    assert.ok(!message.includes(official.appSecret) && !/access_token=\w/.test(message));
});
