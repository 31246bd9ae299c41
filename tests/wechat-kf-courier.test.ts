import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { connector } from '../connectors/wechat-kf/index.js';
import { movableClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { ChannelHost } from '../core/ports/connector.js';
import { type Outgoing, SendError } from '../core/ports/courier.js';
import { startSandbox } from './sandbox.js';

const corpId = 'ww0123456789abcdef';
const openKfId = 'wkTest';
const secret = 'app-secret-of-the-test';
const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

interface Call {
  path: string;
  code: number;
  body?: Record<string, unknown>;
}

/** The courier and the puller of one account against the stand-in, with nothing of the product between. */
async function open(t: TestContext) {
  const sandbox = await startSandbox(t, {
    wecom: {
      corpId,
      people: [{ id: 'lin', userId: 'LinXiaoMan', name: '林小满' }],
      apps: [{ agentId: 1000002, secret, name: '微信客服' }],
      kf: {
        agentId: '1000002',
        accounts: [{ openKfId, name: '山屿茶器客服', servicers: ['LinXiaoMan'] }],
        customers: [{ id: 'wang', nickname: '王女士', externalUserId: 'wmWang', unionId: 'uWang' }],
      },
    },
  });
  const clock = movableClock(Date.now());
  const shared = valuesInMemory(clock);
  const refuse = async () => Promise.reject(new Error('a courier asks the host for nothing else'));
  const host: ChannelHost = {
    clock,
    ids: { next: () => 'id' },
    log: silent,
    account: refuse,
    receive: refuse,
    transcript: refuse,
    earlier: refuse,
    standing: refuse,
    storeMedia: refuse,
    mediaLink: () => '',
    shared: () => shared,
    onNews: () => () => {},
    typing() {},
  };
  const settings = connector.account.parse({
    ...{ corpId, secret, token: 'token', encodingAesKey, openKfId, baseUrl: sandbox.url },
  });
  // The token is kept by account: each test is another one.
  const account = { tenantId: 't', id: sandbox.url, name: 'A', settings };
  const courier = connector.courier(account, host);
  const post = async (what: string, body: object = {}) => {
    const response = await fetch(`${sandbox.url}/wechat-kf/${what}?as=wang&account=${openKfId}&scene=shop`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200, await response.text());
  };
  let cursor: string | undefined;
  const pull = async () => {
    assert.ok(connector.pull);
    const events = [];
    for (let more = true; more; ) {
      const pulled = await connector.pull(account, cursor, host);
      ({ cursor, more } = pulled);
      for (const item of pulled.items) {
        const reading = connector.read(item, settings, clock.now());
        assert.ok(reading.verified);
        events.push(...reading.events);
      }
    }
    return events;
  };
  const calls = async (): Promise<Call[]> =>
    (await sandbox.control<{ calls: Call[] }>('GET', 'calls?since=0')).calls;
  const callsTo = async (path: string) =>
    (await calls()).filter((call) => call.path.startsWith(`/cgi-bin/${path}?`));
  const text = (words: string, reply?: string): Outgoing => ({
    kind: 'text',
    to: { kind: 'direct', person: 'wmWang', ...(reply && { reply }) },
    text: words,
  });
  const fails = async (out: Outgoing, key: string): Promise<SendError> => {
    const error = await courier.send(out, key).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof SendError, String(error));
    return error;
  };
  return {
    sandbox,
    clock,
    courier,
    says: (words: string) => post('act', { do: 'say', text: words }),
    does: (act: object) => post('act', act),
    enters: () => post('enter'),
    servicer: (act: object) => post('servicer', { servicer: 'LinXiaoMan', ...act }),
    ...{ pull, calls, callsTo, text, fails },
    shown: async () =>
      (await (await fetch(`${sandbox.url}/wechat-kf/view?as=wang&account=${openKfId}`)).json()).items,
  };
}

describe('微信客服, sent', () => {
  test('a session is taken before the first send and asked for no more; a repeat is the same message', async (t) => {
    const { courier, says, text, callsTo, shown } = await open(t);
    await says('在吗');
    const first = await courier.send(text('您好'), 'key-1');
    assert.deepEqual(await courier.send(text('您好'), 'key-1'), first);
    await courier.send(text('请讲'), 'key-2');
    assert.match(first.messageId, /^[0-9a-zA-Z_-]{32}$/);
    assert.equal((await callsTo('kf/service_state/get')).length, 1);
    assert.equal((await callsTo('kf/service_state/trans')).length, 1);
    assert.equal((await callsTo('gettoken')).length, 1);
    assert.deepEqual(
      (await shown()).map(({ body }: { body: { text: string } }) => body.text),
      ['在吗', '您好', '请讲'],
    );
  });

  test('five messages go after the customer’s word, the sixth is refused as used up, and their next word opens anew', async (t) => {
    const { courier, says, text, fails } = await open(t);
    assert.equal((await fails(text('未来信'), 'k0')).window, 'closed');
    await says('在吗');
    for (const one of ['1', '2', '3', '4', '5']) await courier.send(text(one), `k${one}`);
    const sixth = await fails(text('6'), 'k6');
    assert.deepEqual([sixth.fate, sixth.code, sixth.window], ['refused', '95001', 'used']);
    await says('继续');
    await courier.send(text('6'), 'k6');
  });

  test('two days later nothing goes, and WeCom’s words are ours', async (t) => {
    const { courier, sandbox, clock, says, text, fails } = await open(t);
    await says('在吗');
    await courier.send(text('您好'), 'k1');
    await sandbox.control('POST', 'clock', { advanceMs: 49 * 3_600_000 });
    clock.advance(49 * 3_600_000);
    const late = await fails(text('晚了'), 'k2');
    assert.deepEqual([late.fate, late.window], ['refused', 'closed']);
    assert.match(late.message, /客户再次来信后/);
  });

  test('a session that a servicer took is known from its event, and no send fails to learn it', async (t) => {
    const { courier, says, servicer, pull, text, fails, callsTo } = await open(t);
    await says('在吗');
    await courier.send(text('您好'), 'k1');
    await servicer({ do: 'take' });
    assert.ok((await pull()).some((event) => event.kind === 'elsewhere' && event.what === 'taken'));
    const refused = await fails(text('我来'), 'k2');
    assert.deepEqual([refused.fate, refused.window], ['refused', undefined]);
    assert.match(refused.message, /接待人员 LinXiaoMan 正在企业微信里接待/);
    await servicer({ do: 'end' });
    await pull();
    assert.equal((await fails(text('还在吗'), 'k3')).window, 'closed');
    await says('再问一下');
    await pull();
    await courier.send(text('请讲'), 'k4');
    assert.deepEqual(
      (await callsTo('kf/send_msg')).map(({ code }) => code),
      [0, 0],
    );
  });

  test('one that was taken before its event could be pulled is refused once, asked for, and said in words', async (t) => {
    const { courier, says, servicer, text, fails, callsTo } = await open(t);
    await says('在吗');
    await courier.send(text('您好'), 'k1');
    await servicer({ do: 'take' });
    assert.match((await fails(text('我来'), 'k2')).message, /正在企业微信里接待/);
    assert.equal((await callsTo('kf/service_state/get')).length, 2);
  });

  test('who enters is welcomed by the code of their visit, once and in time', async (t) => {
    const { courier, clock, enters, pull, text, fails, shown } = await open(t);
    await enters();
    const [visit] = await pull();
    assert.ok(visit?.kind === 'visit');
    assert.deepEqual([visit.key, visit.profile?.name, visit.profile?.unionId], ['shop', '王女士', 'uWang']);
    await courier.send(text('欢迎光临', visit.reply), 'k1');
    assert.equal((await shown()).at(-1).body.text, '欢迎光临');
    clock.advance(21_000);
    assert.equal((await fails(text('欢迎', visit.reply), 'k2')).window, 'closed');
  });

  test('choices are a menu whose taps say what they stand for; a long text loses nothing', async (t) => {
    const { courier, says, does, text, pull, shown } = await open(t);
    await says('在吗');
    await pull();
    const choices = [
      { label: '人工客服', say: '转人工' },
      { label: '查物流', say: '查物流' },
    ];
    await courier.send(
      { kind: 'text', to: { kind: 'direct', person: 'wmWang' }, text: '请选择', choices },
      'k1',
    );
    const menu = (await shown()).at(-1);
    assert.deepEqual(
      menu.body.choices.map(({ label }: { label: string }) => label),
      ['人工客服', '查物流'],
    );
    await does({ do: 'choose', item: menu.id, ...menu.body.choices[0] });
    const [tap] = await pull();
    assert.ok(tap?.kind === 'message');
    assert.equal(tap.text, '转人工');
    await courier.send(text('长'.repeat(1_000)), 'k2');
    const words = (await shown()).slice(-2).map(({ body }: { body: { text: string } }) => body.text);
    assert.equal(words.join(''), '长'.repeat(1_000));
  });

  test('files go as what they are, come back as they were sent, and a refused one is told of by its id', async (t) => {
    const { courier, says, does, pull, text } = await open(t);
    const bytes = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    await does({ do: 'send', type: 'image', name: '图.png', base64: bytes.toString('base64') });
    const [picture] = await pull();
    assert.ok(
      picture?.kind === 'message' && picture.media && 'handle' in picture.media && courier.fetchMedia,
    );
    assert.deepEqual((await courier.fetchMedia('m', picture.media.handle, 'image')).bytes, bytes);
    const media = {
      type: 'image',
      mime: 'image/png',
      name: '图.png',
      url: 'https://desk.example/f',
    } as const;
    await courier.send(
      {
        kind: 'media',
        to: { kind: 'direct', person: 'wmWang' },
        media: { ...media, bytes: async () => bytes },
      },
      'k1',
    );
    await says('好');
    await does({ do: 'action', key: 'reject' });
    const { messageId } = await courier.send(text('您好'), 'k2');
    const failed = (await pull()).find((event) => event.kind === 'receipt');
    assert.deepEqual(failed?.kind === 'receipt' && [failed.messageIds, failed.reason], [
      [messageId],
      '客户拒收了消息',
    ]);
  });

  test('an expired token is replaced, a lost answer is sent again without effect, and a wrong secret is not guessed with', async (t) => {
    const { sandbox, courier, says, text, fails, shown, callsTo } = await open(t);
    await says('在吗');
    await courier.send(text('1'), 'k1');
    await sandbox.control('POST', 'tokens/expire', { platform: 'wecom', app: '1000002' });
    await courier.send(text('2'), 'k2');
    const lost = { on: { platform: 'wecom', path: '/cgi-bin/kf/send_msg' }, kind: 'timeout-after-effect' };
    await sandbox.control('POST', 'faults', { ...lost, times: 1, ms: 1 });
    assert.equal((await fails(text('3'), 'k3')).fate, 'unknown');
    await courier.send(text('3'), 'k3');
    assert.deepEqual(
      (await shown()).slice(1).map(({ body }: { body: { text: string } }) => body.text),
      ['1', '2', '3'],
    );
    await sandbox.control('POST', 'faults', {
      ...{ on: { platform: 'wecom', path: '/cgi-bin/gettoken' }, kind: 'code', code: 40001 },
    });
    await sandbox.control('POST', 'tokens/expire', { platform: 'wecom', app: '1000002' });
    const before = (await callsTo('gettoken')).length;
    for (const key of ['k4', 'k5']) assert.equal((await fails(text('4'), key)).fate, 'refused');
    assert.equal((await callsTo('gettoken')).length, before + 1);
  });
});

describe('微信客服, pulled', () => {
  test('what was said long before we came is passed over; what comes with it now is not', async (t) => {
    const { sandbox, clock, says, pull } = await open(t);
    await says('很久以前');
    await sandbox.control('POST', 'clock', { advanceMs: 24 * 3_600_000 });
    clock.advance(24 * 3_600_000);
    await says('现在');
    const events = await pull();
    assert.deepEqual(
      events.map((event) => event.kind === 'message' && event.text),
      ['现在'],
    );
  });

  test('profiles are asked for once; without them the words still arrive', async (t) => {
    const { sandbox, says, pull, callsTo } = await open(t);
    await sandbox.control('POST', 'faults', {
      ...{
        on: { platform: 'wecom', path: '/cgi-bin/kf/customer/batchget' },
        kind: 'status',
        status: 502,
        times: 1,
      },
    });
    await says('一');
    const [first] = await pull();
    await says('二');
    const [second] = await pull();
    await says('三');
    await pull();
    assert.ok(first?.kind === 'message' && second?.kind === 'message');
    assert.deepEqual([first.profile, second.profile?.name], [undefined, '王女士']);
    assert.equal((await callsTo('kf/customer/batchget')).length, 2);
  });
});

test('one entry that can’t be read loses none of those that came with it', async (t) => {
  const { says, pull } = await open(t);
  await says('壶盖裂了');
  const real = globalThis.fetch;
  t.mock.method(globalThis, 'fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const response = await real(input, init);
    if (!String(input).includes('sync_msg')) return response;
    const answer: { msg_list: unknown[] } = await response.json();
    return Response.json({ ...answer, msg_list: [null, 'x', ...answer.msg_list] });
  });
  assert.ok(JSON.stringify(await pull()).includes('壶盖裂了'));
});
