import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type BaseMessage, type EventMessage, WSClient, type WsFrame } from '@wecom/aibot-node-sdk';
import { eventually } from '../../testing.js';
import { buttonCard, startWecom, type Wecom, world } from '../testing.js';

const botId = 'aibTest';
const secret = 'the secret of the bot';
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The unmodified official client, and what it heard. */
class Official {
  readonly heard: WsFrame<BaseMessage>[] = [];
  readonly events: WsFrame<EventMessage>[] = [];
  readonly errors: string[] = [];
  readonly left: string[] = [];
  readonly client: WSClient;

  constructor(url: string, given = secret) {
    this.client = new WSClient({
      ...{ botId, secret: given, wsUrl: `${url.replace('http', 'ws')}/aibot` },
      ...{ logger: quiet, maxAuthFailureAttempts: 1, reconnectInterval: 20, heartbeatInterval: 40 },
    });
    this.client.on('message', (frame) => this.heard.push(frame));
    this.client.on('event', (frame) => this.events.push(frame));
    this.client.on('error', (error) => this.errors.push(error.message));
    this.client.on('disconnected', (reason) => this.left.push(reason));
  }

  async connect(): Promise<this> {
    const done = new Promise<void>((resolve) => this.client.once('authenticated', resolve));
    this.client.connect();
    await done;
    return this;
  }
}

describe('the official client of AI bots', () => {
  let wecom: Wecom;
  let official: Official;
  before(async () => {
    wecom = await startWecom(
      world(
        {},
        {
          aibots: [{ botId, name: '小智', mode: 'socket', secret }],
          groups: [
            { chatId: 'wrGroup', name: '客服群', people: ['lin', 'wei'], aibots: [botId] },
            { chatId: 'wrOther', name: '无人问', people: ['lin'], aibots: [botId] },
          ],
        },
      ),
    );
    official = await new Official(wecom.url).connect();
  });
  after(async () => {
    official.client.disconnect();
    await wecom.close();
  });
  beforeEach(async () => {
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
    official.heard.length = 0;
    official.events.length = 0;
  });

  const say = (more: Record<string, unknown>) => wecom.control('POST', 'say', { as: 'lin', ...more });
  const inGroup = (text: string, more: Record<string, unknown> = {}) =>
    say({ chat: 'wrGroup', text, mention: [botId], ...more });
  const next = () => eventually(() => official.heard.at(-1));
  const nextEvent = (type: string) =>
    eventually(() => official.events.find(({ body }) => body?.event?.eventtype === type));
  const group = async (as = 'lin') => (await wecom.seen(as, 'wrGroup')).at(-1);
  const errcode = (promise: Promise<WsFrame>): Promise<number | undefined> =>
    promise.then(
      ({ errcode: code }) => code,
      (frame: WsFrame) => frame.errcode,
    );

  test('hears a mention in a group and nothing else that is said there, and knows people by an open_userid', async () => {
    await say({ chat: 'wrGroup', text: '闲聊' });
    await inGroup('查订单');
    const { body } = await next();
    assert.equal(official.heard.length, 1);
    assert.deepEqual(
      [body?.msgtype, body?.chattype, body?.chatid, body?.aibotid, body?.response_url],
      ['text', 'group', 'wrGroup', botId, undefined],
    );
    assert.match(JSON.stringify(body), /"content":"@小智 查订单"/);
    assert.match(String(body?.from.userid), /^wo/);
    const path = '/cgi-bin/batch/openuserid_to_userid';
    const back = await wecom.call('POST', path, { open_userid_list: [body?.from.userid, 'LinXiaoMan'] });
    assert.match(JSON.stringify(back), /"userid":"LinXiaoMan".*"invalid_open_userid_list":\["LinXiaoMan"\]/);
  });

  test('streams an answer that grows in one message, and may not go on after the end or six minutes', async () => {
    await inGroup('慢慢说');
    const frame = await next();
    const count = (await wecom.seen('wei', 'wrGroup')).length;
    await official.client.replyStream(frame, 's1', '正在');
    await official.client.replyStream(frame, 's1', '正在查询');
    assert.deepEqual((await group('wei'))?.content, { content: '正在查询', finish: false });
    await official.client.replyStream(frame, 's1', '查到了', true);
    assert.deepEqual((await group('wei'))?.content, { content: '查到了', finish: true });
    assert.equal((await wecom.seen('wei', 'wrGroup')).length, count + 1);
    assert.equal(await errcode(official.client.replyStream(frame, 's1', '还有')), 846608);
    await official.client.replyStream(frame, 's2', '又');
    await wecom.control('POST', 'clock', { advanceMs: 360_001 });
    assert.equal(await errcode(official.client.replyStream(frame, 's2', '太晚')), 846608);
    assert.equal(await errcode(official.client.replyStream(frame, 's3', '字'.repeat(6_827))), 45002);
    const picture = [{ msgtype: 'image' as const, image: { base64: '', md5: '' } }];
    assert.equal(await errcode(official.client.replyStream(frame, 's4', '图', true, picture)), 40058);
    await wecom.control('POST', 'clock', { advanceMs: 24 * 3_600_000 });
    assert.equal(await errcode(official.client.replyStream(frame, 's5', '次日')), 846605);
  });

  test('updates a clicked card, for those it names or for all; a press takes no stream', async () => {
    await inGroup('给张卡片');
    const card = {
      ...buttonCard({ button_selection: undefined }),
      card_type: 'button_interaction',
      task_id: 'ai-1',
    };
    await official.client.replyTemplateCard(await next(), card);
    const shown = await group();
    const answered = new Promise<void>((resolve) => {
      official.client.once('event.template_card_event', (frame) => {
        const { from, event } = frame.body ?? assert.fail('no body');
        assert.match(JSON.stringify(event), /"event_key":"claim","task_id":"ai-1"/);
        const changed = { ...card, replace_text: '已认领' };
        void errcode(official.client.replyStream(frame, 'x', 'x'))
          .then((code) => assert.equal(code, 846605))
          .then(() => errcode(official.client.updateTemplateCard(frame, { ...changed, task_id: 'ai-2' })))
          .then((code) => assert.equal(code, 42014))
          .then(() => official.client.updateTemplateCard(frame, changed, [from.userid]))
          .then(() => errcode(official.client.updateTemplateCard(frame, changed)))
          .then((code) => assert.equal(code, 846605))
          .then(resolve);
      });
    });
    const clicked = await wecom.control('POST', 'click', {
      as: 'wei',
      message: shown?.id,
      button: { name: 'claim' },
    });
    assert.deepEqual(clicked, { cardUpdated: true });
    await answered;
    assert.equal((await group('wei'))?.card?.replace_text, '已认领');
    assert.equal((await group('lin'))?.card?.replace_text, undefined);
    assert.equal(
      await errcode(
        official.client.sendMessage('wrGroup', { msgtype: 'template_card', template_card: card }),
      ),
      42014,
    );
  });

  test('greets whoever opens the chat, once a day', async () => {
    await wecom.control('POST', 'enter', { as: 'lin', app: botId });
    const frame = await nextEvent('enter_chat');
    await official.client.replyWelcome(frame, { msgtype: 'text', text: { content: '您好，我是小智' } });
    assert.equal(
      await errcode(official.client.replyWelcome(frame, { msgtype: 'text', text: { content: '再' } })),
      846605,
    );
    await wecom.control('POST', 'enter', { as: 'lin', app: botId });
    await wecom.control('POST', 'enter', { as: 'wei', app: botId });
    await eventually(() => (official.events.length === 2 ? true : undefined));
  });

  test('pushes only where somebody spoke before, thirty times a minute', async () => {
    const push = (to: string) =>
      errcode(official.client.sendMessage(to, { msgtype: 'markdown', markdown: { content: '播报' } }));
    assert.equal(await push('wrOther'), 93008);
    assert.equal(await push('nowhere'), 93006);
    assert.equal(await push('weiran'), 93008);
    await say({ as: 'wei', bot: botId, text: '在吗' });
    const { body } = await next();
    assert.deepEqual([body?.chattype, body?.chatid], ['single', undefined]);
    assert.equal(await push('WeiRan'), 0);
    for (let at = 0; at < 29; at += 1) assert.equal(await push(String(body?.from.userid)), 0);
    assert.equal(await push('weiran'), 45009);
  });

  test('uploads in pieces, sends the file, and opens what people send', async () => {
    await say({ as: 'wei', bot: botId, image: { base64: png.toString('base64'), name: '截图.png' } });
    const { body } = await next();
    const image = body && 'image' in body ? body.image : undefined;
    const { url, aeskey } = JSON.parse(JSON.stringify(image));
    const opened = await official.client.downloadFile(url, aeskey);
    assert.deepEqual([opened.filename, opened.buffer.equals(png)], ['截图.png', true]);
    const big = Buffer.alloc(1_200_000, 'x');
    const { media_id: media } = await official.client.uploadMedia(big, {
      type: 'file',
      filename: '报表.txt',
    });
    await official.client.sendMediaMessage('weiran', 'file', media);
    const shown = await fetch(`${wecom.url}/control/resources/${media}`);
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    assert.equal(digest(Buffer.from(await shown.arrayBuffer())), digest(big));
    await wecom.control('POST', 'clock', { advanceMs: 300_001 });
    assert.equal((await fetch(url)).status, 404);
  });

  test('is told when another takes the connection, and does not come back', async () => {
    const other = await new Official(wecom.url).connect();
    await nextEvent('disconnected_event');
    await eventually(() => (official.left.length > 0 ? true : undefined));
    assert.equal(official.client.isConnected, false);
    const { connections } = await wecom.control('GET', 'connections');
    assert.equal(Array.isArray(connections) && connections.length, 1);
    await inGroup('还在吗');
    await eventually(() => other.heard.at(-1));
    assert.equal(official.heard.length, 0);
    other.client.disconnect();
    official = await new Official(wecom.url).connect();
  });

  test('comes back after a cut; a wrong secret is refused; a deaf connection hears nothing', async () => {
    const on = { socket: true, app: botId };
    const again = new Promise<void>((resolve) => official.client.once('authenticated', resolve));
    await wecom.control('POST', 'faults', { on, kind: 'drop-socket', times: 1 });
    await again;
    await wecom.control('POST', 'faults', { on, kind: 'deaf-socket', times: 1 });
    await inGroup('听不见');
    await inGroup('听得见');
    assert.match(JSON.stringify((await next()).body), /听得见/);
    assert.equal(official.heard.length, 1);
    const stranger = new Official(wecom.url, 'wrong');
    stranger.client.connect();
    await eventually(() => stranger.errors.find((error) => error.includes('40001')));
    stranger.client.disconnect();
  });

  test('a command whose answer is lost was done; an ordered code is answered', async () => {
    await inGroup('试试');
    const frame = await next();
    const on = { method: 'WS', path: 'aibot_respond_msg', app: botId };
    await wecom.control('POST', 'faults', { on, kind: 'code', code: 45009, times: 1 });
    assert.equal(await errcode(official.client.replyStream(frame, 'f1', 'x')), 45009);
    await wecom.control('POST', 'faults', { on, kind: 'timeout-after-effect', times: 1 });
    void official.client.replyStream(frame, 'f2', '到了', true).catch(() => {});
    await eventually(async () => ((await group())?.content.content === '到了' ? true : undefined));
  });
});
