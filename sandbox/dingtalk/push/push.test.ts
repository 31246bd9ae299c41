import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../../testing.js';
import { type Receiver, startReceiver } from '../receiver.js';
import {
  appKey,
  appSecret,
  corpId,
  type DingtalkBench,
  dingtalkWorld,
  group,
  startDingtalk,
} from '../testing.js';
import { decrypt, encrypt, signCard, signEvent, signRobot } from './crypto.js';

const aesKey = 'abcdefghijabcdefghijabcdefghijabcdefghij123';
const token = 'token123';

describe('the signatures and the wrapping', () => {
  test('are those of the published vectors', () => {
    const page = {
      ...{ token: '123456', aesKey: '1234567890123456789012345678901234567890123' },
      ...{ timestamp: '1614767836', nonce: 'A7Co0cJLMzIDtMMI', owner: 'dingsnotzck6pm5veliw' },
      encrypt: 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==',
    };
    assert.equal(
      signEvent(page.token, page.timestamp, page.nonce, page.encrypt),
      '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    );
    assert.deepEqual(decrypt(page.encrypt, page.aesKey), { text: 'success', owner: page.owner });
    assert.equal(
      signRobot('1577262236757', 'this is a secret'),
      'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=',
    );
    assert.equal(signCard('1577262236757', 'example-secret'), '9EQUhx+gSqHfgSF/OnOV2ifDC9m1VzjPj00L/WOZeew=');
  });

  test('turn every length of text back into itself', () => {
    for (let length = 0; length < 70; length += 1) {
      const text = '长'.repeat(length);
      const random = Buffer.alloc(16, length);
      const wrapped = encrypt(text, aesKey, appKey, random);
      assert.equal(Buffer.from(wrapped, 'base64').length % 32, 0);
      assert.deepEqual(decrypt(wrapped, aesKey), { text, owner: appKey });
    }
    assert.equal(decrypt('bm90IGVuY3J5cHRlZA==', aesKey), undefined);
  });
});

describe('an app that is reached over HTTP', () => {
  let bench: DingtalkBench;
  let app: Receiver;

  const success = () => {
    const encrypted = encrypt('success', aesKey, appKey, Buffer.alloc(16, 7));
    const msg_signature = signEvent(token, '1', 'n', encrypted);
    return JSON.stringify({ msg_signature, timeStamp: '1', nonce: 'n', encrypt: encrypted });
  };
  const deliveries = async (type: string) => {
    const { deliveries: all } = await bench.control('GET', 'deliveries?since=0');
    return Array.isArray(all) ? all.filter((each) => each.type === type) : [];
  };

  before(async () => {
    app = await startReceiver();
    app.answer = ({ path }) => (path === '/events' ? success() : '{"msgtype":"empty"}');
    const events = { url: `${app.url}/events?from=dingtalk`, token, aesKey };
    bench = await startDingtalk(dingtalkWorld({ mode: 'http', robotUrl: `${app.url}/robot`, events }));
  });
  after(async () => {
    await bench.close();
    await app.close();
  });
  beforeEach(() => {
    app.received = [];
  });

  test('has its event address checked until it answers rightly', async () => {
    await eventually(async () => {
      const { urls } = await bench.control('GET', 'connections');
      const ours = Array.isArray(urls) && urls.find(({ platform }) => platform === 'dingtalk');
      return ours?.verified === true ? ours : undefined;
    });
  });

  test('is posted what people say, signed, and may answer in the same breath', async () => {
    app.answer = () => JSON.stringify({ msgtype: 'text', text: { content: '收到' } });
    const { messageId, chat } = await bench.does('say', { as: 'lin', bot: appKey, text: '在吗' });
    const came = await eventually(() => app.received.find(({ path }) => path === '/robot'));
    assert.equal(came.headers.sign, signRobot(String(came.headers.timestamp), appSecret));
    const said = JSON.parse(came.body);
    assert.equal(said.msgId, messageId);
    assert.equal(said.text.content, '在吗');
    const answered = await eventually(async () => {
      const [last] = (await bench.sees('lin', String(chat))).slice(-1);
      return last?.id === messageId ? undefined : last;
    });
    assert.deepEqual(answered.content, { content: '收到' });
    app.answer = ({ path }) => (path === '/events' ? success() : '{"msgtype":"empty"}');
  });

  test('is told nothing of what was said when the month’s messages are used up', async () => {
    await bench.control('PUT', 'world', { dingtalk: { monthlyPushes: 0 } });
    await bench.does('say', { as: 'lin', bot: appKey, text: '还在吗' });
    const said = JSON.parse(
      (await eventually(() => app.received.find(({ path }) => path === '/robot'))).body,
    );
    assert.deepEqual([said.errorCode, said.text, said.content], [20001, undefined, undefined]);
    assert.match(said.errorMessage, /超量/);
    assert.equal(said.senderStaffId, 'u-lin');
    const { drops } = await bench.control('GET', 'drops?since=0');
    assert.match(JSON.stringify(drops), /quota of the month/);
    await bench.control('PUT', 'world', { dingtalk: { monthlyPushes: 3_000 } });
  });

  test('in a group is told only what mentions its robot', async () => {
    await bench.does('say', { as: 'lin', chat: group, text: '只是闲聊' });
    await bench.does('say', { as: 'guest', chat: group, text: '@小智客服 查订单', mention: [appKey] });
    const came = await eventually(() => app.received.find(({ path }) => path === '/robot'));
    assert.equal(app.received.length, 1);
    const said = JSON.parse(came.body);
    assert.equal(said.text.content, ' 查订单');
    assert.equal(said.conversationType, '2');
    assert.equal(said.conversationId, group);
    assert.equal(said.isInAtList, true);
    assert.equal(said.atUsers[0].dingtalkId, said.chatbotUserId);
    assert.equal(said.senderStaffId, '');
  });

  test('gets events encrypted, and again until it says success', async () => {
    let refusals = 1;
    app.answer = () => {
      refusals -= 1;
      return refusals >= 0 ? 'success' : success();
    };
    const people = [{ id: 'wei', name: '魏然', title: '主管' }];
    await bench.control('PUT', 'world', { dingtalk: { people } });
    const first = await eventually(() => app.received[0]);
    const { encrypt: encrypted } = JSON.parse(first.body);
    const [timestamp, nonce] = ['timestamp', 'nonce'].map((name) => String(first.query.get(name)));
    const signature = signEvent(token, timestamp ?? '', nonce ?? '', encrypted);
    assert.equal(first.query.get('signature'), signature);
    assert.equal(first.query.get('from'), 'dingtalk');
    const event = decrypt(encrypted, aesKey);
    assert.equal(event?.owner, appKey);
    const told = JSON.parse(event?.text ?? '');
    assert.deepEqual([told.EventType, told.CorpId, told.UserId], ['user_modify_org', corpId, ['u-wei']]);
    await eventually(async () => (await deliveries('user_modify_org'))[0]);
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    const again = await eventually(async () => (await deliveries('user_modify_org'))[1]);
    assert.equal(again.outcome, 'ok');
    const repeated = JSON.parse(decrypt(JSON.parse(app.received[1]?.body ?? '').encrypt, aesKey)?.text ?? '');
    assert.equal(repeated.eventId, told.eventId);
    app.answer = ({ path }) => (path === '/events' ? success() : '{"msgtype":"empty"}');
  });

  test('gets presses at the address registered for the card, signed over the time alone', async () => {
    const register = (more: Record<string, unknown>) =>
      bench.v1('POST', 'card/callbacks/register', {
        ...{ callbackRouteKey: 'cards', callbackUrl: `${app.url}/cards`, apiSecret: 'card secret' },
        ...more,
      });
    assert.equal((await register({ callbackUrl: `${app.url}/wrong` })).body.success, true);
    const taken = await register({});
    assert.deepEqual([taken.status, taken.body.code], [500, 'param.callbackRouteKeyExist']);
    assert.equal((await register({ forceUpdate: true })).body.success, true);
    app.answer = () =>
      JSON.stringify({
        cardUpdateOptions: { updateCardDataByKey: true },
        cardData: { cardParamMap: { tag: '已认领' } },
      });
    const message = await bench.sendCard(
      'http-card',
      { title: 'T', buttons: '[{"id":"claim","text":"认领"}]' },
      { callbackType: 'HTTP', callbackRouteKey: 'cards' },
    );
    const result = await bench.does('click', { as: 'wei', message, button: { text: '认领' } });
    assert.deepEqual(result, { cardUpdated: true });
    const came = app.received.find(({ path }) => path === '/cards');
    const timestamp = String(came?.headers['x-ddpaas-signature-timestamp']);
    assert.equal(came?.headers['x-ddpaas-signature'], signCard(timestamp, 'card secret'));
    const [last] = (await bench.sees('lin', group)).slice(-1);
    assert.match(JSON.stringify(last?.card), /已认领/);
  });

  test('has two seconds for a press; then the person is told and the card stays', async () => {
    const message = await bench.sendCard(
      'slow-card',
      { title: 'T', buttons: '[{"id":"claim","text":"认领"}]' },
      { callbackType: 'HTTP', callbackRouteKey: 'cards' },
    );
    let answerLate: () => void = () => {};
    app.answer = () =>
      new Promise((resolve) => {
        answerLate = () => resolve('{"cardData":{"cardParamMap":{"tag":"太晚了"}}}');
      });
    const result = await bench.does('click', { as: 'lin', message, button: { text: '认领' } });
    answerLate();
    assert.equal(result.error, 'timeout');
    assert.deepEqual(result.toast, { type: 'error', content: '请求失败，请稍后重试' });
    const [last] = (await bench.sees('lin', group)).slice(-1);
    assert.doesNotMatch(JSON.stringify(last?.card), /太晚了/);
  });
});
