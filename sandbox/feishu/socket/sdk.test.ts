import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import { appId, appSecret, type Bench, eventually, startBench, world } from '../../testing.js';

const card = (title: string, more: Record<string, unknown>[] = []) => ({
  schema: '2.0',
  header: { title: { tag: 'plain_text', content: title } },
  body: {
    elements: [
      {
        tag: 'button',
        text: { tag: 'plain_text', content: '认领' },
        behaviors: [{ type: 'callback', value: { do: 'claim', conversation: '1042' } }],
      },
      ...more,
    ],
  },
});

const quiet = { loggerLevel: lark.LoggerLevel.fatal };

describe("Feishu's own SDK, unmodified, with only its domain set", () => {
  let bench: Bench;
  let client: lark.Client;
  let socket: lark.WSClient;
  const heard: Record<string, unknown>[] = [];
  let answerClick: (event: Record<string, unknown>) => unknown = () => ({});

  before(async () => {
    bench = await startBench(world({ mode: 'socket' }));
    client = new lark.Client({ appId, appSecret, domain: bench.url, ...quiet });
    const dispatcher = new lark.EventDispatcher(quiet)
      .register({
        'im.message.receive_v1': (event) => {
          heard.push({ ...event });
        },
      })
      .register<Record<'card.action.trigger', (event: Record<string, unknown>) => unknown>>({
        'card.action.trigger': (event) => answerClick(event),
      });
    const ready = new Promise<void>((resolve) => {
      socket = new lark.WSClient({ appId, appSecret, domain: bench.url, onReady: resolve, ...quiet });
      void socket.start({ eventDispatcher: dispatcher });
    });
    await ready;
  });
  after(async () => {
    socket.close({ force: true });
    await bench.close();
  });

  const send = async (type: string, content: unknown) => {
    const answer = await client.im.message.create({
      params: { receive_id_type: 'chat_id' },
      data: { receive_id: 'oc_topics', msg_type: type, content: JSON.stringify(content) },
    });
    assert.equal(answer.code, 0);
    return answer.data?.message_id ?? '';
  };

  test('sends, replies within the topic, edits, patches and recalls', async () => {
    const root = await send('interactive', card('会话 #1042'));
    const reply = await client.im.message.reply({
      path: { message_id: root },
      data: { msg_type: 'text', content: JSON.stringify({ text: '您好' }), reply_in_thread: true },
    });
    assert.match(reply.data?.thread_id ?? '', /^omt_/);
    assert.equal(reply.data?.root_id, root);
    const id = reply.data?.message_id ?? '';
    const edited = await client.im.message.update({
      path: { message_id: id },
      data: { msg_type: 'text', content: JSON.stringify({ text: '您好，请稍等' }) },
    });
    assert.equal(edited.code, 0);
    const patched = await client.im.message.patch({
      path: { message_id: root },
      data: { content: JSON.stringify(card('会话 #1042 · 已认领')) },
    });
    assert.equal(patched.code, 0);
    const whole = await client.request({
      method: 'GET',
      url: `/open-apis/im/v1/messages/${root}`,
      params: { card_msg_content_type: 'user_card_content' },
    });
    assert.match(JSON.stringify(whole), /已认领/);
    assert.equal((await client.im.message.delete({ path: { message_id: id } })).code, 0);
  });

  test('uploads an image and a file, and reads them back', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const image = await client.im.image.create({ data: { image_type: 'message', image: png } });
    assert.match(image?.image_key ?? '', /^img_/);
    const file = await client.im.file.create({
      data: { file_type: 'stream', file_name: '退货单.txt', file: Buffer.from('七日内可退') },
    });
    const message = await send('file', { file_key: file?.file_key });
    const back = await client.im.messageResource.get({
      path: { message_id: message, file_key: file?.file_key ?? '' },
      params: { type: 'file' },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of back.getReadableStream()) chunks.push(chunk);
    assert.equal(Buffer.concat(chunks).toString('utf8'), '七日内可退');
  });

  test('hears what people say over the long connection, long texts too', async () => {
    const text = '长'.repeat(40_000);
    const { messageId } = await bench.control('POST', 'say', { as: 'lin', bot: appId, text });
    const event = await eventually(() =>
      heard.find((each) => JSON.stringify(each).includes(String(messageId))),
    );
    assert.equal(event.event_type, 'im.message.receive_v1');
    assert.ok(JSON.stringify(event.message).includes(text));
  });

  test('answers a click with a toast and a new card, which everybody then sees', async () => {
    const message = await send('interactive', card('待认领'));
    let clicked: Record<string, unknown> = {};
    answerClick = (event) => {
      clicked = event;
      return { toast: { type: 'success', content: '已认领' }, card: { type: 'raw', data: card('已认领') } };
    };
    const result = await bench.control('POST', 'click', { as: 'lin', message, button: { text: '认领' } });
    assert.deepEqual(result, { toast: { type: 'success', content: '已认领' }, cardUpdated: true });
    assert.deepEqual(clicked.action, {
      tag: 'button',
      value: { do: 'claim', conversation: '1042' },
      timezone: 'Asia/Shanghai',
    });
    const seen = await bench.control('GET', 'messages?as=wei&chat=oc_topics');
    assert.match(JSON.stringify(seen), /"content":"已认领"/);
  });

  test('a handler that throws makes the client show 200671', async () => {
    const message = await send('interactive', card('待认领'));
    answerClick = () => {
      throw new Error('broken');
    };
    const result = await bench.control('POST', 'click', { as: 'lin', message, button: { text: '认领' } });
    assert.equal(result.errorCode, 200671);
  });

  test('a dropped connection comes back and hears again', async () => {
    const connection = async () => {
      const { connections } = await bench.control('GET', 'connections');
      return Array.isArray(connections) ? connections[0]?.id : undefined;
    };
    const before = await connection();
    await bench.control('POST', 'faults', { on: { socket: true }, kind: 'drop-socket', times: 1 });
    await eventually(async () => {
      const now = await connection();
      return now !== undefined && now !== before ? now : undefined;
    });
    const { messageId } = await bench.control('POST', 'say', { as: 'wei', bot: appId, text: '还在吗' });
    await eventually(() => heard.find((each) => JSON.stringify(each).includes(String(messageId))));
  });
});
