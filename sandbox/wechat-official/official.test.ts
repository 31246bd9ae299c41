import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../sandbox.js';
import { decrypt, sign } from '../wecom/callback/crypto.js';
import { readXml, textOf, writeXml } from '../wecom/callback/xml.js';
import { partsOf } from './phone.js';
import { outOfOrder } from './push.js';
import { openIdOf } from './state.js';
import { account, customer, isSigned, type Pushed, phoneAt, startServer } from './testing.js';

const openId = openIdOf(account.appId, customer.id);
const seconds = (at: number) => Math.floor(at / 1000);

/** The stand-in in this process under a clock of the test's, and an account's server that answers as it is told. */
async function opened(
  t: TestContext,
  answer: (pushed: Pushed, times: number) => string | undefined = () => 'success',
  more: object = {},
) {
  const dir = await mkdtemp(path.join(tmpdir(), 'sandbox-official-'));
  const server = await startServer(answer);
  const sandbox = await startSandbox({
    ...{ dir, host: '127.0.0.1', port: 0, realNow: Date.now, say: () => {} },
    random: () => randomBytes(16).toString('hex'),
    world: {
      'wechat-official': { accounts: [{ ...account, ...more, url: server.url }], customers: [customer] },
    },
  });
  t.after(async () => {
    await sandbox.close();
    await server.close();
    await rm(dir, { recursive: true, force: true });
  });
  const post = async (url: string, body: object) => {
    const response = await fetch(`${sandbox.url}${url}`, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  };
  const api = (name: string, body: object, token?: string) =>
    post(`/api.weixin.qq.com/cgi-bin/${name}${token ? `?access_token=${token}` : ''}`, body);
  const asking = { grant_type: 'client_credential', appid: account.appId, secret: account.appSecret };
  const token = async (more: object = {}): Promise<string> =>
    (await api('stable_token', { ...asking, ...more })).access_token;
  return {
    ...{ sandbox, server, api, asking, token, phone: phoneAt(sandbox.url) },
    later: (ms: number) => post('/control/clock', { advanceMs: ms }),
    text: async (content: string, touser = openId) =>
      (await api('message/custom/send', { touser, msgtype: 'text', text: { content } }, await token()))
        .errcode,
  };
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, 'not within 15 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a stable token stays the same until its last five minutes; forced, the old one is dead', async (t) => {
  const { api, asking, token, later, phone, text } = await opened(t);
  const first = await token();
  assert.equal(await token(), first);
  await later(115 * 60_000 + 1_000);
  const second = await token();
  assert.notEqual(second, first);
  await phone.act({ do: 'gate' });
  const typing = { touser: openId, command: 'CancelTyping' };
  assert.equal((await api('message/custom/typing', typing, first)).errcode, 0, 'both count for five minutes');
  await later(60_000);
  const forced = await token({ force_refresh: true });
  assert.notEqual(forced, second);
  assert.equal((await api('message/custom/typing', typing, second)).errcode, 40001);
  assert.equal(await text('在'), 45015, 'the greeting of a minute ago is over');
  await later(7_200_000);
  assert.equal((await api('message/custom/typing', typing, forced)).errcode, 42001);
  assert.equal((await api('stable_token', { ...asking, secret: 'x' })).errcode, 40125);
  assert.equal((await api('stable_token', { ...asking, appid: 'x' })).errcode, 40013);
  assert.equal((await api('message/custom/typing', typing)).errcode, 41001);
});

test('an event lets three be sent in a minute, words five in two days; nobody else is written to', async (t) => {
  const { phone, text, later } = await opened(t);
  assert.equal(await text('您好'), 45015);
  await phone.act({ do: 'gate' });
  for (const expected of [0, 0, 0, 45047]) assert.equal(await text('欢迎'), expected);
  await phone.act({ do: 'say', text: '在吗' });
  await later(47 * 3_600_000);
  for (const expected of [0, 0]) assert.equal(await text('在'), expected);
  await phone.act({ do: 'menu', key: 'parcel' });
  for (const expected of [0, 0, 0, 45047]) assert.equal(await text('在'), expected);
  await phone.act({ do: 'say', text: '还在吗' });
  await later(48 * 3_600_000 + 1_000);
  assert.equal(await text('在'), 45015);
  await phone.act({ do: 'say', text: '好吧' });
  await phone.act({ do: 'action', key: 'leave' });
  assert.equal(await text('别走'), 45015);
  assert.equal(await text('您好', 'nobody'), 40003);
  assert.equal(await text('您好', `o${'x'.repeat(27)}`), 45015);
});

test('texts have their length, and an account that was not verified no custom/send', async (t) => {
  const { phone, text } = await opened(t);
  await phone.act({ do: 'gate' });
  assert.equal(await text(`${'好'.repeat(682)}ab`), 0);
  assert.equal(await text('好'.repeat(683)), 45002);
  assert.equal(await text(' '), 44004);
  const small = await opened(t, () => 'success', { verified: false });
  await small.phone.act({ do: 'gate' });
  assert.equal(await small.text('您好'), 48001);
});

test('a push is signed; sealed too where the account seals; its answer stands on the phone', async (t) => {
  const answers: string[] = [];
  for (const mode of ['plain', 'encrypted'] as const) {
    const { phone, server } = await opened(
      t,
      ({ query, body }) => {
        assert.ok(isSigned(query));
        const sealed = textOf(readXml(body), 'Encrypt') ?? '';
        const plain = mode === 'plain' ? body : decrypt(sealed, account.encodingAesKey).message;
        const xml = readXml(plain);
        if (textOf(xml, 'MsgType') !== 'text') return 'success';
        answers.push(textOf(xml, 'Content') ?? '');
        const says = writeXml({
          ...{ ToUserName: openId, FromUserName: account.id, CreateTime: seconds(Date.now()) },
          ...{ MsgType: 'text', Content: '收到 ]]> 001' },
        });
        return mode === 'plain' ? says : 'success';
      },
      { mode },
    );
    await phone.act({ do: 'gate' });
    await phone.act({ do: 'say', text: '00123 ]]> 👍' });
    await until(() => server.pushes.length === 2);
    if (mode === 'encrypted') continue;
    await until(async () => (await phone.view()).items.length === 2);
    const [, said] = (await phone.view()).items;
    assert.ok(said?.body.type === 'text');
    assert.deepEqual([said.body.text, said.via], ['收到 ]]> 001', '被动回复']);
  }
  assert.deepEqual(answers, ['00123 ]]> 👍', '00123 ]]> 👍']);
});

test('an answer that cannot be read tells the customer that the account is out of order', async (t) => {
  const fields = {
    ToUserName: openId,
    FromUserName: account.id,
    CreateTime: seconds(Date.now()),
    MsgType: 'text',
  };
  const wrong = [
    'ok',
    '{}',
    '<xml>',
    writeXml(fields),
    writeXml({ ...fields, ToUserName: 'oSomebody', Content: 'x' }),
    writeXml({ ...fields, CreateTime: 'now', Content: 'x' }),
    writeXml({ ...fields, MsgType: 'image', Image: { MediaId: 'x' } }),
  ];
  const { phone } = await opened(
    t,
    ({ body }) => wrong[Number(textOf(readXml(body), 'Content') ?? '-1')] ?? 'success',
  );
  await phone.act({ do: 'gate' });
  for (const at of wrong.keys()) await phone.act({ do: 'say', text: `${at}` });
  const notices = async () => (await phone.view()).items.filter(({ side }) => side === 'notice');
  await until(async () => (await notices()).length === wrong.length);
  for (const { body } of await notices()) assert.equal(body.type === 'text' && body.text, outOfOrder);
  assert.ok((await phone.view()).items.every(({ side }) => side !== 'them'));
});

test('who does not answer in five seconds is asked with the same again, three times in all', async (t) => {
  const { phone, server } = await opened(t, ({ body }) =>
    textOf(readXml(body), 'MsgType') === 'text' ? undefined : 'success',
  );
  await phone.act({ do: 'gate' });
  await until(() => server.pushes.length === 1);
  await phone.act({ do: 'say', text: '在吗' });
  await until(() => server.pushes.length === 2);
  const began = performance.now();
  await until(() => server.pushes.length === 3);
  assert.ok(performance.now() - began > 4_500);
  await until(() => server.pushes.length === 4);
  const ids = server.pushes.slice(1).map(({ body }) => textOf(readXml(body), 'MsgId'));
  assert.equal(new Set(ids).size, 1);
  await until(async () => (await phone.view()).items.some(({ side }) => side === 'notice'));
});

test('of what an account writes, links are links and what is offered can be pressed; other tags stay words', () => {
  const text =
    '看<b>这里</b> <a href="https://a.example/">官网</a>，或<a href="weixin://bizmsgmenu?msgmenucontent=转人工&msgmenuid=7">找人</a>';
  assert.deepEqual(partsOf(text), [
    { text: '看<b>这里</b> ' },
    { text: '官网', url: 'https://a.example/' },
    { text: '，或' },
    { text: '转人工', choice: '7' },
  ]);
});

test('what is pushed is signed like the sample that WeChat publishes', () => {
  const signature = 'f464b24fc39322e44b38aa78f5edd27bd1441696';
  assert.equal(sign('AAAAA', '1714036504', '1514711492', ''), signature);
});
