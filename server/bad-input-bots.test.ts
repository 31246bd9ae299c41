/** Whatever arrives at the callback addresses of DingTalk and WeCom: refused without any effect, or cleaned and kept. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dingtalkCredentials } from '../bots/dingtalk/credentials.js';
import { cardRequest, robotRequest, sealedRequest } from '../bots/dingtalk/sealed.js';
import { wecomCredentials } from '../bots/wecom/credentials.js';
import { outer, sealed, xml } from '../bots/wecom/sealed.js';
import { aibotCredentials } from '../bots/wecom-aibot/credentials.js';
import { sealed as sealedForBot } from '../bots/wecom-aibot/sealed.js';
import type { Delivery } from '../core/ports/delivery.js';
import { type App, corpIds, keys, secretOf } from '../tests/enterprise-plan.js';
import { type Enterprises, startEnterprises } from '../tests/enterprises.js';
import { exchange, type RawAnswer, type RawRequest } from '../tests/wire.js';

const bodyWithinMs = 1_500;
const bytesMax = 1_048_576;
const day = 86_400_000;

type Forge = (plain: string, now: number) => Delivery;

/** One callback address, and how a genuine delivery is made for it. */
interface Door {
  name: string;
  app: App;
  genuine: Forge;
  /** What is inside when somebody says something; `number` is its id. */
  words(number: number, text: string): string;
  forged: Record<string, Forge>;
  /** Bodies that are no delivery at all. */
  unreadable: Record<string, string | Buffer>;
}

const deep = '['.repeat(10_000) + ']'.repeat(10_000);
const deepXml = `<xml>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</xml>`;
/** Ten entities, each ten times the one before: a few gigabytes, were they expanded. */
const bomb = `<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY e0 "ha">${Array.from(
  { length: 10 },
  (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
).join('')}]>`;
const outside = '<!DOCTYPE xml [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
const odd = '前\u0007中\u001b[31m后';

const unreadable: Record<string, string | Buffer> = {
  empty: '',
  'not a body': 'hello',
  'half of JSON': '{"encrypt":"he',
  'half of XML': '<xml><Encrypt><![CDATA[abc',
  'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x3a]),
  'a number': '42',
  null: 'null',
  'ten thousand deep': deep,
  'ten thousand elements deep': deepXml,
  'entities that explode': `${bomb}<xml><Encrypt>&e10;</Encrypt></xml>`,
  'an entity of a file': `${outside}<xml><Encrypt>&file;</Encrypt></xml>`,
  __proto__: '{"__proto__":{"polluted":true},"encrypt":"__proto__"}',
};

const moved = (delivery: Delivery, query: Record<string, string>): Delivery => ({
  ...delivery,
  query: { ...delivery.query, ...query },
});

function doorsOf(apps: readonly App[]): Door[] {
  const appOn = (platform: string) => apps.find((app) => app.platform === platform) ?? assert.fail();
  const { token, encodingAesKey, apiSecret } = keys;
  const [dingtalk, wecom, aibot] = [appOn('dingtalk'), appOn('wecom'), appOn('wecom-aibot')];
  const ofDingtalk = dingtalkCredentials.parse({
    ...{
      clientId: dingtalk.id,
      clientSecret: secretOf(dingtalk),
      robotCode: dingtalk.id,
      corpId: corpIds.dingtalk,
    },
    ...{ aesKey: encodingAesKey, token, apiSecret, callbackRouteKey: dingtalk.id },
  });
  const ofWecom = wecomCredentials.parse({
    ...{ corpId: corpIds.wecom, agentId: wecom.id, secret: secretOf(wecom), token, encodingAesKey },
  });
  const ofAibot = aibotCredentials.parse({ botId: aibot.id, secret: secretOf(aibot), token, encodingAesKey });
  const otherKey = 'k'.repeat(43);
  const robot: Forge = (plain, now) => robotRequest(ofDingtalk, Buffer.from(plain), now);
  const app: Forge = (plain, now) => sealed(ofWecom, plain, now);
  const bot: Forge = (plain, now) => sealedForBot(ofAibot, Buffer.from(plain), now);
  const message = (number: number, text: string, corpId = corpIds.dingtalk) =>
    JSON.stringify({
      ...{ conversationId: 'cidDirect==', conversationType: '1', msgId: `msg${number}==`, createAt: 1 },
      ...{ senderId: '$:LWCP_v1:$s', senderNick: '某人', senderStaffId: 't1a1', senderCorpId: corpId },
      ...{ chatbotCorpId: corpId, chatbotUserId: '$:LWCP_v1:$bot', robotCode: dingtalk.id },
      ...{ msgtype: 'text', text: { content: text } },
    });
  const said = (number: number, text: string, more: Record<string, string> = {}) =>
    xml({
      ...{ ToUserName: corpIds.wecom, FromUserName: 't1a1', CreateTime: '1700000000', MsgType: 'text' },
      ...{ Content: text, MsgId: String(number), AgentID: wecom.id, ...more },
    });
  const told = (number: number, text: string, aibotid = aibot.id) =>
    JSON.stringify({
      ...{ msgid: `msg${number}`, create_time: 1_700_000_000, aibotid, chattype: 'single' },
      ...{ from: { userid: 't1a1' }, msgtype: 'text', text: { content: text } },
    });
  return [
    {
      name: 'DingTalk, a robot’s message',
      app: dingtalk,
      genuine: robot,
      words: (number, text) => message(number, text),
      forged: {
        'signed with another secret': (plain, now) =>
          robotRequest({ ...ofDingtalk, clientSecret: 'another' }, Buffer.from(plain), now),
        'not signed': (plain, now) => ({
          ...robot(plain, now),
          headers: { 'content-type': 'application/json' },
        }),
        'with an empty signature': (plain, now) => {
          const { headers, ...rest } = robot(plain, now);
          return { ...rest, headers: { ...headers, sign: '' } };
        },
        'with a time that was moved': (plain, now) => {
          const { headers, ...rest } = robot(plain, now - day);
          return { ...rest, headers: { ...headers, timestamp: String(now) } };
        },
        stale: (plain, now) => robot(plain, now - day),
        'from tomorrow': (plain, now) => robot(plain, now + day),
        'of another enterprise': (_, now) => robot(message(1, '嗨', 'dingOTHER'), now),
        'a press, signed with another secret': (_, now) =>
          cardRequest({ ...ofDingtalk, apiSecret: 'another' }, Buffer.from('{"outTrackId":"x"}'), now),
        'a press, stale': (_, now) => cardRequest(ofDingtalk, Buffer.from('{"outTrackId":"x"}'), now - day),
        'an event, sealed with another key': (plain, now) =>
          sealedRequest({ ...ofDingtalk, aesKey: otherKey }, plain, now),
        'an event, sealed for another app': (plain, now) =>
          sealedRequest(ofDingtalk, plain, now, 'dingother'),
        'an event, wrongly signed': (plain, now) =>
          moved(sealedRequest(ofDingtalk, plain, now), { signature: '0'.repeat(40) }),
      },
      unreadable,
    },
    {
      name: 'WeCom, an app’s callback',
      app: wecom,
      genuine: app,
      words: (number, text) => said(number, text),
      forged: {
        'wrongly signed': (plain, now) => moved(app(plain, now), { msg_signature: '0'.repeat(40) }),
        'not signed': (plain, now) => ({ ...app(plain, now), query: {} }),
        'signed for another body': (plain, now) => ({
          ...app(plain, now),
          body: app('<xml></xml>', now).body,
        }),
        'with a time that was moved': (plain, now) => moved(app(plain, now - day), { timestamp: `${now}` }),
        stale: (plain, now) => app(plain, now - day),
        'from tomorrow': (plain, now) => app(plain, now + day),
        'not encrypted': (plain, now) => ({ ...app(plain, now), body: Buffer.from(plain) }),
        'sealed with another key': (plain, now) =>
          sealed({ ...ofWecom, encodingAesKey: otherKey }, plain, now),
        'sealed for another enterprise': (plain, now) =>
          sealed({ ...ofWecom, corpId: 'wwother' }, plain, now),
        'for another enterprise inside': (_, now) => app(said(1, '嗨', { ToUserName: 'wwother' }), now),
        'cut off inside': (_, now) => app('<xml><ToUserName><![CDATA[ww', now),
        'with a cipher of half a block': (plain, now) => ({
          ...app(plain, now),
          body: Buffer.from(outer(ofWecom, 'QUJD')),
        }),
        'the check of an address, wrongly signed': (plain, now) => ({
          ...moved(app(plain, now), { msg_signature: '0'.repeat(40), echostr: 'QUJD' }),
          ...{ method: 'GET', body: Buffer.alloc(0) },
        }),
      },
      unreadable,
    },
    {
      name: 'WeCom, an AI bot’s callback',
      app: aibot,
      genuine: bot,
      words: (number, text) => told(number, text),
      forged: {
        'wrongly signed': (plain, now) => moved(bot(plain, now), { msg_signature: '0'.repeat(40) }),
        'not signed': (plain, now) => ({ ...bot(plain, now), query: {} }),
        'signed for another body': (plain, now) => ({ ...bot(plain, now), body: bot('{}', now).body }),
        stale: (plain, now) => bot(plain, now - day),
        'from tomorrow': (plain, now) => bot(plain, now + day),
        'not encrypted': (plain, now) => ({ ...bot(plain, now), body: Buffer.from(plain) }),
        'sealed with another key': (plain, now) =>
          sealedForBot({ ...ofAibot, encodingAesKey: otherKey }, Buffer.from(plain), now),
        'for another bot': (_, now) => bot(told(1, '嗨', 'aibother'), now),
      },
      unreadable,
    },
  ];
}

function assertRefused(answer: RawAnswer, what: string, ...statuses: number[]): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.body}`);
  if (statuses.length > 0)
    assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
  const { error } = JSON.parse(answer.body);
  assert.ok(typeof error.message === 'string' && error.message.length > 5, `${what}: ${answer.body}`);
  assertTellsNothing(answer.body, what);
}

function assertTellsNothing(words: string, what: string): void {
  for (const key of Object.values(keys)) assert.ok(!words.includes(key), `${what} tells a secret`);
  assert.doesNotMatch(words, /\bat .+\.(js|ts):\d+|node_modules|postgres:\/\/|root:x:/, what);
}

const pathOf = ({ platform, address }: App): string => `/bots/${platform}/${address}`;

test('bad input at the callbacks of DingTalk and WeCom', async (t: TestContext) => {
  const product = await startEnterprises(
    t,
    [
      {
        agents: 1,
        apps: [
          { platform: 'dingtalk', transport: 'http' },
          { platform: 'wecom', transport: 'http' },
          { platform: 'wecom-aibot', transport: 'http' },
          { platform: 'wecom-webhook', transport: 'http' },
        ],
      },
    ],
    { bodyWithinMs },
  );
  const apps = product.enterprises[0]?.apps ?? [];
  const now = () => product.clock.now();
  const send = ({ app }: Door, delivery: Delivery, more: Partial<RawRequest> = {}) => {
    const { method, query, headers, body } = delivery;
    const path = `${pathOf(app)}?${new URLSearchParams(query)}`;
    return exchange(product.url, { method, path, headers, body: [body], ...more });
  };
  let number = 7_000_000;
  const fresh = (): number => {
    number += 1;
    return number;
  };

  /** Runs what must have no effect, then shows that a genuine delivery at the same door is taken, and only once. */
  async function withoutEffect(door: Door, run: () => Promise<void>): Promise<void> {
    await product.settled();
    const before = await received(product);
    await run();
    await product.settled();
    assert.deepEqual(await received(product), before, `${door.name}: something was recorded`);
    const genuine = door.genuine(door.words(fresh(), '你好'), now());
    for (const what of ['the genuine one', 'its replay']) {
      const answer = await send(door, genuine);
      assert.ok(answer.status >= 200 && answer.status < 300, `${what}: ${answer.status} ${answer.body}`);
      assert.equal((await received(product)).ledger, before.ledger + 1, `${door.name}: ${what}`);
    }
  }

  for (const door of doorsOf(apps)) {
    await t.test(`${door.name}: forged and stale deliveries are refused, a replay is not taken twice`, () =>
      withoutEffect(door, async () => {
        for (const [how, forge] of Object.entries(door.forged))
          assertRefused(await send(door, forge(door.words(fresh(), '嗨'), now())), how, 400, 401);
      }),
    );

    await t.test(`${door.name}: bodies that are no delivery are refused`, () =>
      withoutEffect(door, async () => {
        for (const [what, bytes] of Object.entries(door.unreadable)) {
          const good = door.genuine(door.words(fresh(), '嗨'), now());
          assertRefused(await send(door, { ...good, body: Buffer.from(bytes) }), what, 400, 401);
        }
        assert.equal(Reflect.get({}, 'polluted'), undefined);
      }),
    );

    await t.test(`${door.name}: too large, cut off, compressed, by another method, a byte now and then`, () =>
      withoutEffect(door, async () => {
        const good = door.genuine(door.words(fresh(), '嗨'), now());
        const declared = { ...good.headers, 'content-length': String(bytesMax + 1) };
        assertRefused(await send(door, good, { headers: declared, body: [] }), 'too large', 413);
        const longer = { ...good.headers, 'content-length': String(good.body.length + 10) };
        const cut = await send(door, good, { headers: longer, hangUp: true });
        if (cut.status !== 0) assertRefused(cut, 'cut off', 400);
        const zipped = { ...good.headers, 'content-encoding': 'gzip' };
        assertRefused(
          await send(door, { ...good, headers: zipped, body: gzipSync(good.body) }),
          'compressed',
          415,
        );
        for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])
          assertRefused(await send(door, good, { method }), method, 401, 404, 405);
        const bytes = [...good.body].map((byte) => Buffer.from([byte]));
        assertRefused(await send(door, good, { body: bytes, pauseMs: 25 }), 'slow', 408);
      }),
    );

    await t.test(`${door.name}: what is strange inside a genuine delivery does no harm`, async () => {
      await product.settled();
      const before = await product.db.query('select 1 from messages');
      for (const [what, bytes] of Object.entries(door.unreadable)) {
        const answer = await send(door, door.genuine(bytes.toString(), now()));
        assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.body}`);
        assertTellsNothing(answer.body, what);
      }
      assert.equal(Reflect.get({}, 'polluted'), undefined);
      await product.settled();
      assert.deepEqual(await product.db.query('select 1 from messages'), before);
      const { ledger } = await received(product);
      const answer = await send(door, door.genuine(door.words(fresh(), odd), now()));
      assert.ok(answer.status < 300, `${answer.status} ${answer.body}`);
      assert.equal((await received(product)).ledger, ledger + 1);
      const [row] = await product.db.query<{ entry: object }>(
        'select entry from inbox order by received_at desc, number desc limit 1',
      );
      const kept = JSON.stringify(row?.entry);
      assert.match(kept, /前.*中.*后/);
      assert.doesNotMatch(kept, /\\u0007|\\u001b/);
    });
  }

  await t.test('DingTalk: other types of content are refused', async () => {
    const [door] = doorsOf(apps);
    assert.ok(door);
    await withoutEffect(door, async () => {
      const good = door.genuine(door.words(fresh(), '嗨'), now());
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
      ])
        assertRefused(
          await send(door, { ...good, headers: { ...good.headers, 'content-type': type } }),
          type,
          415,
        );
    });
  });

  await t.test(
    'a webhook robot hears nothing, and nobody hears at an address that is not there',
    async () => {
      const before = await received(product);
      const webhook = apps.find(({ platform }) => platform === 'wecom-webhook') ?? assert.fail();
      const paths = [
        pathOf(webhook),
        ...apps.map(({ platform }) => `/bots/${platform}/nobody`),
        ...apps.map(({ platform }) => `/bots/${platform}/%00`),
        ...apps.map(({ platform }) => `/bots/${platform}/${webhook.address}x`),
        '/bots/wecom/t1-dingtalk',
        '/bots/wecom-aibot/t1-wecom',
      ];
      const headers = { 'content-type': 'application/json' };
      for (const path of paths)
        for (const method of ['GET', 'POST', 'PUT'])
          for (const body of ['{}', deep, `${bomb}<xml>&e10;</xml>`])
            assertRefused(await exchange(product.url, { method, path, headers, body: [body] }), path, 404);
      assert.deepEqual(await received(product), before);
    },
  );

  await t.test('nothing of it failed on our side, and no log holds a secret', async () => {
    await product.settled();
    for (const line of product.logged) {
      assertTellsNothing(line.replaceAll(/"stack":"[^"]*"/g, ''), line);
      assert.doesNotMatch(line, /"level":(50|60)/, line);
    }
    assert.deepEqual(await product.db.query('select error from inbox where error is not null'), []);
    assert.ok((await fetch(`${product.url}/readyz`)).ok, 'it is alive');
  });
});

async function received({ db }: Enterprises): Promise<{ inbox: number; ledger: number }> {
  const [row] = await db.query<{ inbox: number; ledger: number }>(
    'select (select count(*) from inbox)::int as inbox, (select count(*) from ledger)::int as ledger',
  );
  return row ?? { inbox: 0, ledger: 0 };
}
