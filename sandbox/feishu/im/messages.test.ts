import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiAnswer, appId, type Bench, startBench, world } from '../../testing.js';

describe('sending', () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());

  const second = () => bench.control('POST', 'clock', { advanceMs: 1_001 });
  const text = (content: string, more = {}) => bench.send('oc_group', 'text', { text: content }, more);
  const refused = (answer: ApiAnswer, code: number) => {
    assert.equal(answer.code, code, answer.msg);
    assert.equal(answer.status, 400);
    assert.match(JSON.stringify(answer.body.error), /"log_id":"\w+"/);
    assert.equal(typeof answer.headers.get('x-tt-logid'), 'string');
  };

  test('the same uuid within an hour sends once, and gives the first message again', async () => {
    const first = await text('一', { uuid: 'u-1' });
    const again = await text('二', { uuid: 'u-1' });
    assert.equal(again.data.message_id, first.data.message_id);
    await bench.control('POST', 'clock', { advanceMs: 60 * 60_000 + 1 });
    assert.notEqual((await text('三', { uuid: 'u-1' })).data.message_id, first.data.message_id);
    refused(await text('四', { uuid: 'u'.repeat(51) }), 99992402);
  });

  test('a person is reached by open_id, union_id or user_id, in a chat that arises by itself', async () => {
    await second();
    const { feishu } = await bench.control('GET', 'world');
    const lin = JSON.parse(JSON.stringify(feishu)).people[0];
    const to = (type: string, id: string) =>
      bench.api('POST', `/open-apis/im/v1/messages?receive_id_type=${type}`, {
        receive_id: id,
        msg_type: 'text',
        content: '{"text":"您好"}',
      });
    const sent = await to('open_id', lin.openIds[appId]);
    assert.equal((await to('union_id', lin.unionId)).data.chat_id, sent.data.chat_id);
    assert.equal((await to('user_id', lin.userId)).data.chat_id, sent.data.chat_id);
    refused(await to('open_id', 'ou_nobody'), 99992351);
    refused(await to('user_id', 'nobody'), 99992360);
    refused(await to('union_id', 'on_nobody'), 99992363);
    refused(await to('chat_id', 'oc_nowhere'), 230034);
    refused(await to('name', 'lin'), 99992402);
  });

  test('contents are checked by their type', async () => {
    await second();
    refused(await bench.send('oc_group', 'text', {}), 230001);
    refused(await bench.send('oc_group', 'text', { text: '' }), 230001);
    refused(await bench.send('oc_group', 'hologram', { text: 'x' }), 230001);
    await second();
    refused(await bench.send('oc_group', 'text', { text: 'a'.repeat(150 * 1024) }), 230025);
    refused(await bench.send('oc_group', 'interactive', { x: 'a'.repeat(30 * 1024) }), 230025);
    refused(await bench.send('oc_group', 'image', { image_key: 'img_none' }), 230001);
    await second();
    refused(
      await bench.send('oc_group', 'post', { zh_cn: { content: [[{ tag: 'blink', text: 'x' }]] } }),
      230001,
    );
    const post = {
      zh_cn: {
        title: '通知',
        content: [
          [
            { tag: 'text', text: '您好 ' },
            { tag: 'a', text: '链接', href: 'https://a.example' },
          ],
        ],
      },
    };
    assert.equal((await bench.send('oc_group', 'post', post)).code, 0);
  });

  test('a refused card names its sub-code', async () => {
    await second();
    const note = await bench.send('oc_group', 'interactive', {
      schema: '2.0',
      body: { elements: [{ tag: 'note' }] },
    });
    refused(note, 230099);
    assert.match(note.msg, /ErrCode: 200861/);
    const at = { tag: 'markdown', content: '<at id=ou_nobody></at>' };
    const unknown = await bench.send('oc_group', 'interactive', { schema: '2.0', body: { elements: [at] } });
    assert.match(unknown.msg, /ErrCode: 100290/);
    const template = await bench.send('oc_group', 'interactive', {
      type: 'template',
      data: { template_id: 'x' },
    });
    assert.match(template.msg, /ErrCode: 200380/);
  });

  test('a card of schema 2.0 never becomes one of 1.0; text can be edited 20 times, a card not at all', async () => {
    await second();
    const card = await bench.send('oc_group', 'interactive', { schema: '2.0' });
    const path = `/open-apis/im/v1/messages/${card.data.message_id}`;
    const back = await bench.api('PATCH', path, { content: '{"elements":[]}' });
    refused(back, 230099);
    assert.match(back.msg, /ErrCode: 200830/);
    const edit = (id: unknown) =>
      bench.api('PUT', `/open-apis/im/v1/messages/${id}`, { msg_type: 'text', content: '{"text":"改"}' });
    refused(await edit(card.data.message_id), 230054);
    const said = await text('原文');
    for (let count = 0; count < 20; count += 1) assert.equal((await edit(said.data.message_id)).code, 0);
    refused(await edit(said.data.message_id), 230072);
  });

  test('what was recalled, is unknown or belongs to another is not acted on', async () => {
    await second();
    const sent = await text('撤回我');
    const path = `/open-apis/im/v1/messages/${sent.data.message_id}`;
    assert.equal((await bench.api('DELETE', path)).code, 0);
    refused(await bench.api('POST', `${path}/reply`, { msg_type: 'text', content: '{"text":"x"}' }), 230011);
    refused(await bench.api('PATCH', path, { content: '{}' }), 230011);
    const read = await bench.api('GET', path);
    assert.match(JSON.stringify(read.data), /"deleted":true/);
    refused(await bench.api('GET', '/open-apis/im/v1/messages/om_none'), 99992354);
    const { messageId } = await bench.control('POST', 'say', { as: 'lin', chat: 'oc_group', text: '我的' });
    refused(await bench.api('DELETE', `/open-apis/im/v1/messages/${messageId}`), 230026);
    refused(await bench.api('PATCH', `/open-apis/im/v1/messages/${messageId}`, { content: '{}' }), 230001);
  });

  test('history pages through a chat without the answers in topics, and through a topic with them', async () => {
    await second();
    const root = await bench.send('oc_topics', 'text', { text: '会话一' });
    const reply = { msg_type: 'text', content: '{"text":"答"}' };
    for (let count = 0; count < 2; count += 1) {
      await bench.api('POST', `/open-apis/im/v1/messages/${root.data.message_id}/reply`, reply);
    }
    const list = (query: string) => bench.api('GET', `/open-apis/im/v1/messages?${query}`);
    const chat = await list('container_id_type=chat&container_id=oc_topics');
    assert.equal(Array.isArray(chat.data.items) && chat.data.items.length, 1);
    const thread = `container_id_type=thread&container_id=${root.data.thread_id}`;
    const first = await list(`${thread}&page_size=2`);
    assert.equal(first.data.has_more, true);
    const rest = await list(`${thread}&page_size=2&page_token=${first.data.page_token}`);
    assert.equal(Array.isArray(rest.data.items) && rest.data.items.length, 1);
    assert.equal(rest.data.has_more, false);
    refused(await list(`${thread}&page_size=51`), 99992402);
    refused(await list('container_id_type=chat&container_id=oc_none'), 230001);
  });

  test('who has read a message is told for seven days', async () => {
    await second();
    const sent = await text('请看');
    await bench.control('POST', 'read', { as: 'lin', chat: 'oc_group' });
    const path = `/open-apis/im/v1/messages/${sent.data.message_id}/read_users?user_id_type=open_id`;
    const readers = await bench.api('GET', path);
    assert.equal(Array.isArray(readers.data.items) && readers.data.items.length, 1);
    await bench.control('POST', 'clock', { advanceMs: 7 * 24 * 60 * 60_000 + 1 });
    refused(await bench.api('GET', path), 230033);
  });

  test('uploads are judged by their bytes, and are the app’s own', async () => {
    const upload = async (path: string, fields: Record<string, string>, name: string, bytes: Buffer) => {
      const form = new FormData();
      for (const [key, value] of Object.entries(fields)) form.set(key, value);
      form.set(name, new Blob([new Uint8Array(bytes)]), 'x');
      const headers = { authorization: `Bearer ${await bench.token()}` };
      const response = await fetch(bench.url + path, { method: 'POST', headers, body: form });
      return (await response.json()).code;
    };
    const image = (bytes: Buffer) =>
      upload('/open-apis/im/v1/images', { image_type: 'message' }, 'image', bytes);
    assert.equal(await image(Buffer.from('not a picture at all')), 234011);
    assert.equal(await image(Buffer.alloc(0)), 234010);
    assert.equal(await image(Buffer.alloc(10 * 1024 * 1024 + 1)), 234006);
    const file = (type: string) =>
      upload('/open-apis/im/v1/files', { file_type: type, file_name: 'x' }, 'file', Buffer.from('x'));
    assert.equal(await file('stream'), 0);
    assert.equal(await file('exe'), 234001);
    refused(await bench.api('GET', '/open-apis/im/v1/images/img_none'), 234005);
  });

  test('a bot speaks only where it is, and to whom it is available', async () => {
    await second();
    const elsewhere = { id: 'oc_without', name: '没有机器人的群', kind: 'group', people: ['lin'], apps: [] };
    const given = world({ availability: ['wei'], scopes: ['im:message'] });
    await bench.control('PUT', 'world', { feishu: { ...given.feishu, chats: [elsewhere] } });
    refused(await bench.send('oc_without', 'text', { text: 'x' }), 230002);
    const { feishu } = await bench.control('GET', 'world');
    const lin = JSON.parse(JSON.stringify(feishu)).people[0];
    const to = (type: string, id: string) =>
      bench.api('POST', `/open-apis/im/v1/messages?receive_id_type=${type}`, {
        receive_id: id,
        msg_type: 'text',
        content: '{"text":"您好"}',
      });
    refused(await to('open_id', lin.openIds[appId]), 230013);
    refused(await to('user_id', lin.userId), 99991672);
    await bench.control('PUT', 'world', world());
  });

  test('a reply in a thread makes a topic of its message in a group, and is refused one-to-one', async () => {
    await second();
    const root = await text('讨论一下');
    const body = { msg_type: 'text', content: '{"text":"好"}', reply_in_thread: true };
    const reply = await bench.api('POST', `/open-apis/im/v1/messages/${root.data.message_id}/reply`, body);
    assert.match(String(reply.data.thread_id), /^omt_/);
    const { threadId } = await bench.control('POST', 'say', {
      as: 'wei',
      chat: 'oc_group',
      thread: root.data.message_id,
      text: '我也来',
    });
    assert.equal(threadId, reply.data.thread_id);
    const { messageId } = await bench.control('POST', 'say', { as: 'wei', bot: appId, text: '单聊' });
    refused(await bench.api('POST', `/open-apis/im/v1/messages/${messageId}/reply`, body), 230071);
  });

  test('groups are made, read and joined', async () => {
    const { feishu } = await bench.control('GET', 'world');
    const [lin, wei] = JSON.parse(JSON.stringify(feishu)).people;
    const made = await bench.api('POST', '/open-apis/im/v1/chats', {
      name: '新话题群',
      user_id_list: [lin.openIds[appId]],
      group_message_type: 'thread',
    });
    const path = `/open-apis/im/v1/chats/${made.data.chat_id}`;
    await bench.api('POST', `${path}/members`, { id_list: [wei.openIds[appId]] });
    const members = await bench.api('GET', `${path}/members`);
    assert.equal(members.data.member_total, 2);
    assert.equal(
      (await bench.send(String(made.data.chat_id), 'text', { text: '起' })).data.root_id,
      undefined,
    );
    refused(await bench.api('GET', '/open-apis/im/v1/chats/oc_none'), 232006);
    refused(await bench.api('POST', `${path}/members`, { id_list: ['ou_none'] }), 99992351);
  });

  test('people and the bot can be looked up, as far as scopes go', async () => {
    const { feishu } = await bench.control('GET', 'world');
    const [lin] = JSON.parse(JSON.stringify(feishu)).people;
    const user = await bench.api('GET', `/open-apis/contact/v3/users/${lin.openIds[appId]}`);
    assert.match(JSON.stringify(user.data), /林小满/);
    await bench.control('PUT', 'world', world({ scopes: ['contact:contact.base:readonly'] }));
    const bare = await bench.api('GET', `/open-apis/contact/v3/users/${lin.openIds[appId]}`);
    assert.doesNotMatch(JSON.stringify(bare.data), /林小满|user_id/);
    const unscoped = await bench.api('GET', '/open-apis/im/v1/chats');
    assert.equal(unscoped.code, 99991672);
    await bench.control('PUT', 'world', world());
    const info = await bench.api('GET', '/open-apis/bot/v3/info');
    assert.match(JSON.stringify(info.body.bot), /小智客服/);
  });
});
