import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeFrame } from '../bots/feishu/frame.js';
import { framed, sealed } from '../bots/feishu/sealed.js';
import type { Delivery } from '../core/ports/delivery.js';

const account = {
  appId: 'cli_0123456789abcdef',
  appSecret: 'app-secret',
  encryptKey: 'encrypt-key',
  verificationToken: 'token',
};
const now = 1_700_000_000_000;
const message = {
  schema: '2.0',
  header: { event_id: 'e-1', event_type: 'im.message.receive_v1', app_id: account.appId, token: 'token' },
  event: {
    sender: { sender_id: { open_id: 'ou_1' }, sender_type: 'user' },
    message: {
      message_id: 'om_1',
      create_time: `${now}`,
      chat_id: 'oc_1',
      chat_type: 'p2p',
      message_type: 'text',
      content: '{"text":"在吗"}',
    },
  },
};
const bytes = Buffer.from(JSON.stringify(message));
const said = {
  kind: 'message',
  id: 'om_1',
  sender: 'ou_1',
  at: now,
  type: 'text',
  text: '在吗',
  chat: { id: 'oc_1', kind: 'direct', addressed: true },
};

const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-inspect-'));
after(() => rm(folder, { recursive: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function inspect(...args: string[]): Promise<Ended> {
  const script = fileURLToPath(new URL('./inspect.js', import.meta.url));
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

let files = 0;
async function file(content: unknown): Promise<string> {
  const name = path.join(folder, `${files++}.json`);
  await writeFile(name, typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const request = ({ method, headers, body }: Delivery, encoding: 'utf8' | 'base64' = 'utf8') => ({
  method,
  headers,
  body: body.toString(encoding),
});
const genuine = request(sealed({ ...account }, bytes, now));

test('a genuine delivery: one line with what it is and what it is answered, header names in any case', async () => {
  const headers = Object.fromEntries(
    Object.entries(genuine.headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  const { code, stdout, stderr } = await inspect(
    'feishu',
    await file({ account, request: { ...genuine, headers }, now }),
  );
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(stdout.trimEnd().split('\n').length, 1);
  const response = {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: '{}',
  };
  assert.deepEqual(JSON.parse(stdout), { verified: true, response, events: [said] });
});

test('a forgery is an answer, not a mistake; and so is a delivery that is stale by the present clock', async () => {
  const forged = { ...genuine, headers: { ...genuine.headers, 'x-lark-signature': 'f00' } };
  for (const question of [
    { account, request: forged, now },
    { account, request: genuine },
  ]) {
    const { code, stdout } = await inspect('feishu', await file(question));
    const answer = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.deepEqual([answer.verified, answer.events, answer.response.status], [false, [], 401]);
    assert.match(answer.reason, /signature/);
  }
});

test('a socket frame comes and is answered in base64', async () => {
  const { stdout } = await inspect(
    'feishu',
    await file({ account, request: request(framed(bytes), 'base64'), now }),
  );
  const { verified, events, response } = JSON.parse(stdout);
  assert.deepEqual([verified, events], [true, [said]]);
  const ack = decodeFrame(Buffer.from(response.body, 'base64'));
  assert.deepEqual(JSON.parse(ack.payload?.toString() ?? ''), { code: 200 });
});

test('--list names every channel and platform with the schema of its account', async () => {
  const { code, stdout } = await inspect('--list');
  const list = JSON.parse(stdout);
  assert.equal(code, 0);
  const feishu = list.find(({ name }: { name: string }) => name === 'feishu');
  assert.equal(feishu.kind, 'platform');
  assert.deepEqual(feishu.account.required, ['appId', 'appSecret']);
  assert.equal(feishu.account.properties.appSecret.secret, true);
  for (const { account: schema } of list) assert.equal(schema.type, 'object');
});

test('a question that is wrong is said to be, on the error output, with exit code 2', async () => {
  const good = await file({ account, request: genuine, now });
  const wrong: [string[], RegExp][] = [
    [[], /Usage/],
    [['feishu'], /Usage/],
    [['feishu', good, 'more'], /Usage/],
    [['--help'], /Usage/],
    [['fax', good], /no channel or platform "fax".*feishu/],
    [['constructor', good], /no channel or platform/],
    [['feishu', path.join(folder, 'none.json')], /cannot be read/],
    [['feishu', await file('{')], /is not JSON/],
    [['feishu', await file({ account, now })], /request/],
    [['feishu', await file({ account: { appId: 'x' }, request: genuine })], /"account".*\n.*\n.*appSecret/],
  ];
  for (const [args, words] of wrong) {
    const { code, stdout, stderr } = await inspect(...args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, words);
  }
});

test('a mail is read as programs save it', async () => {
  const letter = path.join(folder, 'letter.eml');
  const source =
    'From: "Wang" <Wang@mail.example>\r\nMessage-ID: <m-1@mail.example>\r\nSubject: hello\r\n\r\nA question\r\n';
  await writeFile(letter, source);
  const { stdout } = await inspect('email', letter);
  const { verified, events } = JSON.parse(stdout);
  assert.equal(verified, true);
  assert.equal(events[0].sender, 'wang@mail.example');
  assert.equal(events[0].text, '主题：hello\n\nA question');
});
