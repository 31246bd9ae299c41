/** `npm run -s inspect -- dingtalk file.json`, on the frames and requests that the documents show. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const account = {
  clientId: 'dingAPPKEY',
  clientSecret: 'this is a secret',
  robotCode: 'dingAPPKEY',
  corpId: 'dingCORP',
};
const message = {
  conversationId: 'cidAAA==',
  conversationType: '2',
  conversationTitle: '售后',
  msgId: 'msgXYZ==',
  createAt: 1_790_000_000_000,
  msgtype: 'text',
  text: { content: ' 查订单 1001' },
  senderId: '$:LWCP_v1:$abc',
  senderNick: '小王',
  senderStaffId: 'u001',
  senderCorpId: 'dingCORP',
  chatbotCorpId: 'dingCORP',
  chatbotUserId: '$:LWCP_v1:$bot',
  isInAtList: true,
  atUsers: [{ dingtalkId: '$:LWCP_v1:$bot' }],
  robotCode: 'dingAPPKEY',
};
const said = {
  kind: 'message',
  id: 'msgXYZ==',
  sender: 'u001',
  at: 1_790_000_000_000,
  type: 'text',
  text: '查订单 1001',
  chat: { id: 'cidAAA==', kind: 'group', addressed: true },
};

const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-inspect-'));
after(() => rm(folder, { recursive: true }));

let files = 0;
async function inspect(
  question: object,
): Promise<{ verified: boolean; events: object[]; response: { body: string } }> {
  const file = path.join(folder, `${files++}.json`);
  await writeFile(file, JSON.stringify({ account, ...question }));
  const script = fileURLToPath(new URL('../scripts/inspect.js', import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, 'dingtalk', file], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

const frame = (type: string, topic: string, data: object, more: object = {}) => ({
  request: {
    method: 'STREAM',
    body: JSON.stringify({
      specVersion: '1.0',
      type,
      headers: { topic, messageId: 'm4', contentType: 'application/json', time: '1790000000000', ...more },
      data: JSON.stringify(data),
    }),
  },
});

test('a robot’s message in a frame', async () => {
  const { verified, events, response } = await inspect(
    frame('CALLBACK', '/v1.0/im/bot/messages/get', message),
  );
  assert.deepEqual([verified, events], [true, [said]]);
  const ack = JSON.parse(response.body);
  assert.deepEqual([ack.code, ack.headers.messageId, ack.data], [200, 'm4', '{"response":null}']);
});

test('an event and a ping in a frame', async () => {
  const data = { timeStamp: '1790000000000', userId: ['u001'] };
  const more = {
    eventType: 'user_leave_org',
    eventId: 'e1',
    eventCorpId: 'dingCORP',
    eventBornTime: '1790000000000',
  };
  const left = await inspect(frame('EVENT', '*', data, more));
  assert.deepEqual(left.events, [
    { kind: 'directory', id: 'e1', sender: 'u001', at: 1_790_000_000_000, change: 'left' },
  ]);
  const ping = await inspect(frame('SYSTEM', 'ping', { opaque: 'o-1' }));
  assert.deepEqual([ping.verified, JSON.parse(ping.response.body).data], [true, '{"opaque":"o-1"}']);
});

test('a robot’s message over HTTP, by the documents’ own signature; an hour later it is stale', async () => {
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    timestamp: '1577262236757',
    sign: 'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=',
  };
  const request = { method: 'POST', headers, body: JSON.stringify(message) };
  const now = 1_577_262_236_757;
  const { verified, events, response } = await inspect({ request, now });
  assert.deepEqual([verified, events, response.body], [true, [said], '{"msgtype":"empty"}']);
  assert.equal((await inspect({ request, now: now + 3_600_001 })).verified, false);
});

test('the documents’ own sealed event', async () => {
  const sealedFor = {
    ...account,
    clientId: 'dingsnotzck6pm5veliw',
    token: '123456',
    aesKey: '1234567890123456789012345678901234567890123',
  };
  const query = {
    signature: '9a95a004dd16f5c307e849b994173f76aa26e5eb',
    timestamp: '1614767836',
    nonce: 'A7Co0cJLMzIDtMMI',
  };
  const encrypt = 'YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==';
  const request = { method: 'POST', query, body: JSON.stringify({ encrypt }) };
  // What it holds is the word that answers are made of, which is no event: it is genuine, and there is nothing to read.
  const found = await inspect({ account: sealedFor, request });
  assert.deepEqual([found.verified, found.events], [true, []]);
  assert.deepEqual(Object.keys(JSON.parse(found.response.body)), [
    'msg_signature',
    'timeStamp',
    'nonce',
    'encrypt',
  ]);
  for (const other of [{ token: '654321' }, { clientId: 'dingother' }]) {
    assert.equal((await inspect({ account: { ...sealedFor, ...other }, request })).verified, false);
  }
});
