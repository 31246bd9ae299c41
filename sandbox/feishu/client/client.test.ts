import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { appId, type Bench, eventually, startBench, world } from '../../testing.js';

interface Told {
  header: { event_type: string; event_id: string };
  event: Record<string, unknown> & { message: Record<string, unknown> };
}

describe('what people do, and what the app is told of it', () => {
  let bench: Bench;
  let app: Server;
  let told: Told[] = [];
  let eventUrl = '';

  before(async () => {
    app = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const event = JSON.parse(body);
      if (event.header) told.push(event);
      response.end(JSON.stringify(event.challenge ? { challenge: event.challenge } : {}));
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = app.address();
    eventUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
    bench = await startBench(world({ eventUrl }));
  });
  after(async () => {
    await bench.close();
    await new Promise((resolve) => app.close(resolve));
  });
  beforeEach(() => {
    told = [];
  });

  const say = (more: Record<string, unknown>) =>
    bench.control('POST', 'say', { as: 'lin', text: '您好', ...more });
  /** The event of what `say` said. */
  const saying = async (more: Record<string, unknown>) => {
    const { messageId } = await say(more);
    const told = await heardOf(messageId);
    return told.event;
  };
  const heardOf = (id: unknown) =>
    eventually(() => told.find(({ event }) => event.message?.message_id === id));
  const next = (type: string) => eventually(() => told.find((each) => each.header.event_type === type));
  const error = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail('it was allowed'),
      (refusal: Error) => String(JSON.parse(refusal.message).code),
    );

  test('in a topic the parent is the root, unless a message is quoted', async () => {
    const root = await bench.send('oc_topics', 'text', { text: '会话' });
    const rootId = root.data.message_id;
    const plain = (await saying({ chat: 'oc_topics', thread: rootId })).message;
    assert.equal(plain.root_id, rootId);
    assert.equal(plain.parent_id, rootId);
    assert.equal(plain.thread_id, root.data.thread_id);
    assert.equal(plain.chat_type, 'group');
    const quoting = (await saying({ as: 'wei', chat: 'oc_topics', quote: plain.message_id })).message;
    assert.equal(quoting.root_id, rootId);
    assert.equal(quoting.parent_id, plain.message_id);
    const seen = await bench.control('GET', `messages?as=lin&chat=oc_topics&thread=${root.data.thread_id}`);
    assert.equal(Array.isArray(seen.messages) && seen.messages.length, 3);
    assert.equal(Array.isArray(seen.messages) && seen.messages[0].replies, 2);
    assert.equal(Array.isArray(seen.messages) && seen.messages[1].quote, undefined);
    assert.equal(Array.isArray(seen.messages) && seen.messages[2].quote.id, plain.message_id);
  });

  test('said at the top of a topic group, a message is a new topic', async () => {
    const { messageId, threadId } = await say({ chat: 'oc_topics' });
    const { message } = (await heardOf(messageId)).event;
    assert.equal(message.thread_id, threadId);
    assert.equal(message.root_id, undefined);
    assert.equal(message.message_id, messageId);
  });

  test('outside topics a quote has its root and parent, and no thread', async () => {
    const { messageId } = await say({ chat: 'oc_group' });
    const { message } = await saying({ chat: 'oc_group', quote: messageId });
    assert.deepEqual(
      [message.root_id, message.parent_id, message.thread_id],
      [messageId, messageId, undefined],
    );
  });

  test('a mention becomes a placeholder, and alone reaches an app without im:message.group_msg', async () => {
    const scopes = ['im:message', 'im:message.group_at_msg:readonly', 'im:message.p2p_msg:readonly'];
    await bench.control('PUT', 'world', world({ eventUrl, scopes }));
    await say({ chat: 'oc_group', text: '只是闲聊' });
    const event = await saying({ chat: 'oc_group', text: '@小智客服 在吗', mention: [appId] });
    assert.equal(event.message.content, '{"text":"@_user_1 在吗"}');
    const [mention] = Array.isArray(event.message.mentions) ? event.message.mentions : [];
    assert.equal(mention.key, '@_user_1');
    assert.equal(mention.mentioned_type, 'bot');
    assert.equal(told.filter((each) => JSON.stringify(each).includes('只是闲聊')).length, 0);
    assert.doesNotMatch(JSON.stringify(event), /user_id/);
    await bench.control('PUT', 'world', world({ eventUrl }));
  });

  test('images and files arrive as keys whose bytes the app may fetch', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const { messageId } = await say({
      bot: appId,
      text: undefined,
      image: { base64: png, name: '照片.png' },
    });
    const { message } = (await heardOf(messageId)).event;
    const key = JSON.parse(String(message.content)).image_key;
    const path = `/open-apis/im/v1/messages/${messageId}/resources/${key}`;
    const headers = { authorization: `Bearer ${await bench.token()}` };
    const bytes = await fetch(`${bench.url}${path}?type=image`, { headers });
    assert.equal(Buffer.from(await bytes.arrayBuffer()).toString('base64'), png);
    const stray = await fetch(`${bench.url}${path}x?type=image`, { headers });
    assert.equal((await stray.json()).code, 234003);
    const shown = await fetch(`${bench.url}/control/resources/${key}`);
    assert.equal(shown.headers.get('content-type'), 'image/png');
    const rubbish = { base64: Buffer.from('text, no picture').toString('base64'), name: 'x.png' };
    assert.equal(await error(say({ bot: appId, text: undefined, image: rubbish })), 'not-an-image');
  });

  test('reading, recalling, reacting, the menu and entering are each told', async () => {
    const { chat } = await bench.control('POST', 'enter', { as: 'lin', app: appId });
    assert.equal((await next('im.chat.access_event.bot_p2p_chat_entered_v1')).event.chat_id, chat);
    const sent = await bench.send(String(chat), 'text', { text: '欢迎' });
    await bench.control('POST', 'read', { as: 'lin', chat });
    assert.deepEqual((await next('im.message.message_read_v1')).event.message_id_list, [
      sent.data.message_id,
    ]);
    await bench.control('POST', 'menu', { as: 'lin', app: appId, key: 'mine' });
    assert.equal((await next('application.bot.menu_v6')).event.event_key, 'mine');
    await bench.control('POST', 'react', { as: 'lin', message: sent.data.message_id, emoji: 'THUMBSUP' });
    assert.equal((await next('im.message.reaction.created_v1')).event.message_id, sent.data.message_id);
    const { messageId } = await say({ chat });
    await bench.control('POST', 'recall', { as: 'lin', message: messageId });
    assert.equal((await next('im.message.recalled_v1')).event.message_id, messageId);
  });

  test('who joins a group is announced, once', async () => {
    const bigger = world({ eventUrl });
    bigger.feishu.people.push({ id: 'hao', name: '郝新' });
    bigger.feishu.chats[1]?.people.push('hao');
    await bench.control('PUT', 'world', bigger);
    await bench.control('PUT', 'world', bigger);
    const { event } = await next('im.chat.member.user.added_v1');
    assert.match(JSON.stringify(event.users), /郝新/);
    await saying({ chat: 'oc_group' });
    assert.equal(told.filter((each) => each.header.event_type.includes('added')).length, 1);
  });

  test('duplicated, reordered and lost deliveries happen as ordered', async () => {
    const fault = (more: Record<string, unknown>) =>
      bench.control('POST', 'faults', {
        on: { delivery: 'event', event: 'im.message.receive_v1' },
        times: 1,
        ...more,
      });
    await fault({ kind: 'duplicate' });
    await say({ bot: appId, text: '双份' });
    await eventually(() => (told.length === 2 ? true : undefined));
    assert.equal(new Set(told.map((each) => each.header.event_id)).size, 1);
    told = [];
    await fault({ kind: 'reorder' });
    await say({ bot: appId, text: '先' });
    await say({ bot: appId, text: '后' });
    await eventually(() => (told.length === 2 ? true : undefined));
    assert.match(String(told[0]?.event.message.content), /后/);
    told = [];
    await fault({ kind: 'timeout-after-effect' });
    await say({ bot: appId, text: '答复丢失' });
    await eventually(async () => {
      const { deliveries } = await bench.control('GET', 'deliveries');
      return Array.isArray(deliveries) && deliveries.at(-1).outcome === 'timeout' ? true : undefined;
    });
    await bench.control('POST', 'clock', { advanceMs: 15_000 });
    await eventually(() => (told.length === 2 ? true : undefined));
  });

  test('forms are checked as the client would, before anything is sent', async () => {
    const option = { text: { tag: 'plain_text', content: '同意' }, value: 'ok' };
    const form = {
      tag: 'form',
      name: 'approve',
      elements: [
        { tag: 'select_static', name: 'result', required: true, options: [option] },
        { tag: 'input', name: 'comment', max_length: 5 },
        { tag: 'date_picker', name: 'until' },
        {
          tag: 'button',
          name: 'go',
          form_action_type: 'submit',
          text: { tag: 'plain_text', content: '提交' },
        },
      ],
    };
    const sent = await bench.send('oc_group', 'interactive', { schema: '2.0', body: { elements: [form] } });
    const click = (values: Record<string, unknown>, button: Record<string, unknown> = { name: 'go' }) =>
      bench.control('POST', 'click', { as: 'lin', message: sent.data.message_id, button, form: values });
    assert.equal(await error(click({})), 'not-pressable');
    assert.equal(await error(click({ result: 'maybe' })), 'not-pressable');
    assert.equal(await error(click({ result: 'ok', comment: '一二三四五六' })), 'not-pressable');
    assert.equal(await error(click({ result: 'ok', extra: 1 })), 'not-pressable');
    assert.equal(await error(click({ result: 'ok' }, { text: '取消' })), 'not-pressable');
    await click({ result: 'ok', comment: '好', until: '2026-12-01' });
    const { event } = await next('card.action.trigger');
    assert.deepEqual(JSON.parse(JSON.stringify(event.action)).form_value, {
      result: 'ok',
      comment: '好',
      until: '2026-12-01 +0800',
    });
  });

  test('what the client would not allow is refused with the reason', async () => {
    assert.equal(await error(say({ as: 'nobody', bot: appId })), 'no-person');
    assert.equal(await error(say({ chat: 'oc_none' })), 'no-chat');
    assert.equal(await error(say({ bot: 'cli_none' })), 'no-app');
    assert.equal(await error(say({})), 'no-place');
    assert.equal(await error(say({ bot: appId, text: undefined })), 'no-content');
    assert.equal(await error(say({ chat: 'oc_group', newTopic: true })), 'no-topics');
    assert.equal(await error(say({ bot: appId, shout: true })), 'misshapen');
    assert.equal(await error(bench.control('GET', 'messages?as=lin')), 'misshapen');
    assert.equal(await error(bench.control('GET', 'nothing')), 'not-found');
    assert.equal(
      await error(bench.control('POST', 'faults', { on: { socket: true }, kind: 'latency' })),
      'impossible-fault',
    );
    const bad = {
      feishu: { chats: [{ id: 'oc_x', name: 'x', kind: 'group', people: ['ghost'], apps: [] }] },
    };
    assert.equal(await error(bench.control('PUT', 'world', bad)), 'bad-world');
  });
});
