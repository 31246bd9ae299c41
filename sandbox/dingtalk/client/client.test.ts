import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../../testing.js';
import { type Receiver, startReceiver } from '../receiver.js';
import { appKey, type DingtalkBench, dingtalkWorld, group, startDingtalk } from '../testing.js';

type Json = Record<string, unknown>;

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('what people do in DingTalk', () => {
  let bench: DingtalkBench;
  let app: Receiver;
  before(async () => {
    app = await startReceiver();
    bench = await startDingtalk(
      dingtalkWorld({ mode: 'http', robotUrl: app.url, availability: ['lin', 'wei'] }),
    );
  });
  after(async () => {
    await bench.close();
    await app.close();
  });
  beforeEach(() => {
    app.received = [];
  });

  const say = (more: Json) => bench.does('say', { as: 'lin', ...more });
  /** What the app was sent of what `say` said. */
  const saying = async (more: Json): Promise<Json> => {
    const { messageId } = await say(more);
    return eventually(() =>
      app.received.map(({ body }): Json => JSON.parse(body)).find(({ msgId }) => msgId === messageId),
    );
  };
  const error = (promise: Promise<unknown>) =>
    promise.then(
      () => assert.fail('it was allowed'),
      (refusal: Error) => String(JSON.parse(refusal.message).code),
    );
  const bytesBehind = async (downloadCode: unknown) => {
    const { body } = await bench.v1('POST', 'robot/messageFiles/download', {
      downloadCode,
      robotCode: appKey,
    });
    assert.match(String(body.downloadUrl), /\.file$/);
    return Buffer.from(await (await fetch(String(body.downloadUrl))).arrayBuffer());
  };

  test('pictures and files go to the robot by a download code of the app’s own', async () => {
    const picture = await saying({ bot: appKey, image: { base64: png, name: 'a.png' } });
    const { downloadCode } = Object.assign({ downloadCode: '' }, picture.content);
    assert.equal(picture.msgtype, 'picture');
    assert.equal((await bytesBehind(downloadCode)).toString('base64'), png);
    const base64 = Buffer.from('七日内可退').toString('base64');
    const file = await saying({ bot: appKey, file: { base64, name: '退货单.txt' } });
    assert.match(JSON.stringify(file.content), /"fileName":"退货单.txt"/);
    const refused = await bench.v1('POST', 'robot/messageFiles/download', {
      downloadCode: 'x',
      robotCode: appKey,
    });
    assert.equal(refused.status, 400);
  });

  test('words and a picture are one rich text', async () => {
    const rich = await saying({ bot: appKey, text: '看这里', image: { base64: png, name: 'a.png' } });
    assert.equal(rich.msgtype, 'richText');
    const { richText }: { richText: Json[] } = Object.assign({ richText: [] }, rich.content);
    const [words, picture] = richText;
    assert.equal(words?.text, '看这里');
    assert.equal(picture?.type, 'picture');
    assert.equal((await bytesBehind(picture?.downloadCode)).toString('base64'), png);
  });

  test('in a group a file never reaches a robot, and other names stay in the text', async () => {
    const file = { base64: png, name: 'a.txt' };
    assert.equal(await error(say({ chat: group, file, mention: [appKey] })), 'not-in-groups');
    const told = await saying({ chat: group, text: '@小智客服 请问 @魏然 在吗', mention: [appKey, 'wei'] });
    assert.deepEqual(told.text, { content: ' 请问 @魏然 在吗' });
    assert.match(JSON.stringify(told.atUsers), /"staffId":"u-wei"/);
  });

  test('a quote comes with what is quoted', async () => {
    const first = await saying({ bot: appKey, text: '订单 1001' });
    const second = await saying({ bot: appKey, text: '还没到', quote: first.msgId });
    assert.match(JSON.stringify(second.text), /"isReplyMsg":true,"repliedMsg":\{"msgType":"text"/);
    assert.equal(second.originalMsgId, first.msgId);
    await bench.v1('POST', 'robot/oToMessages/batchSend', {
      ...{ robotCode: appKey, userIds: ['u-lin'], msgKey: 'sampleText', msgParam: '{"content":"好的"}' },
    });
    const [answer] = (await bench.sees('lin', String(first.conversationId))).slice(-1);
    const third = await saying({ bot: appKey, text: '谢谢', quote: answer?.id });
    assert.ok(third.originalProcessQueryKey);
  });

  test('what the client cannot do is refused', async () => {
    const { messageId } = await say({ bot: appKey, text: '我的' });
    assert.equal(await error(bench.does('recall', { as: 'wei', message: messageId })), 'no-chat');
    await bench.does('recall', { as: 'lin', message: messageId });
    assert.equal(
      await error(bench.does('edit', { as: 'lin', message: messageId, text: 'x' })),
      'not-possible',
    );
    assert.equal(await error(bench.does('menu', { as: 'lin', app: appKey, key: 'x' })), 'not-possible');
    assert.equal(await error(say({ as: 'guest', bot: appKey, text: 'x' })), 'not-available');
    assert.equal(await error(say({ chat: group, text: 'x', newTopic: true })), 'no-topics');
    assert.equal(await error(say({ bot: appKey, text: 'x', mention: ['wei'] })), 'no-mentions');
  });

  test('buttons of an ActionCard lead somewhere, and a dtmd one makes the person say its text', async () => {
    await bench.v1('POST', 'robot/oToMessages/batchSend', {
      ...{ robotCode: appKey, userIds: ['u-lin'], msgKey: 'sampleActionCard2' },
      msgParam: JSON.stringify({
        ...{ title: '请选择', text: '### 请选择', actionTitle1: '打开', actionURL1: 'https://example.com/' },
        ...{
          actionTitle2: '认领',
          actionURL2: 'dtmd://dingtalkclient/sendMessage?content=%2F%E8%AE%A4%E9%A2%86',
        },
      }),
    });
    const { chat } = await bench.does('enter', { as: 'lin', app: appKey });
    const [card] = (await bench.sees('lin', String(chat))).slice(-1);
    const press = (text: string) => bench.does('click', { as: 'lin', message: card?.id, button: { text } });
    assert.equal((await press('打开')).url, 'https://example.com/');
    await press('认领');
    const told = await eventually(() => app.received[0]);
    assert.deepEqual(JSON.parse(told.body).text, { content: '/认领' });
  });
});
