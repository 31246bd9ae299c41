import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { WecomCrypto } from '@wecom/aibot-node-sdk';
import fc from 'fast-check';
import { samples } from '../../cards/samples.js';
import type { CardView } from '../../core/cards/card.js';
import type { Outgoing, Place } from '../../core/ports/courier.js';
import type { Delivery, Reading } from '../../core/ports/delivery.js';
import { botContract, type Recording, type Refusal } from '../contract.js';
import { aibotCredentials } from './credentials.js';
import { parseJson } from './fields.js';
import { frameIn } from './frame.js';
import aibot from './index.js';
import { replyIn, writeReply } from './reply.js';
import { answerIn, framed, sealed } from './sealed.js';

const settings = {
  botId: 'aib0123456789abcdef',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  secret: 'secret-of-the-test',
};
const now = 1_700_000_000_000;
const credentials = aibotCredentials.parse(settings);
const read = (delivery: Delivery, at = now, of = credentials) => aibot.read(delivery, of, at);
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8');
const card: CardView = samples.deskWaiting ?? Object.values(samples)[0] ?? assert.fail('no sample card');

const fixtures = new URL('./fixtures/', import.meta.url);
const recordings = readdirSync(fixtures).flatMap((file): Recording[] =>
  JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')),
);

const callback = (id: string, more: object) => ({
  msgid: id,
  create_time: now / 1000,
  aibotid: settings.botId,
  chattype: 'single',
  from: { userid: 'LinXiaoMan' },
  response_url: 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC',
  ...more,
});
const says = (id: string, text: string) => callback(id, { msgtype: 'text', text: { content: text } });
const button = JSON.stringify({ operation: 'conversation.claim', arguments: { conversation: '018f' } });
const pressed = (task: object = { task_id: 'card-1' }) =>
  callback('c-1', {
    msgtype: 'event',
    event: { eventtype: 'template_card_event', template_card_event: { event_key: button, ...task } },
  });
const asks = (stream: string) => callback('m-1', { msgtype: 'stream', stream: { id: stream } });

const genuine = sealed(credentials, bytes(says('m-1', '在吗')), now);
const withQuery = (change: Record<string, string>): Delivery => ({
  ...genuine,
  query: { ...genuine.query, ...change },
});
const flipped = (body: Buffer, at: number) =>
  Buffer.concat([body.subarray(0, at), Buffer.from([(body[at] ?? 0) ^ 1]), body.subarray(at + 1)]);

/** An answer to a message that was said long enough ago to go to the message's own address. */
const lateAnswer = (baseUrl: string): Place => {
  const url = `${baseUrl}/cgi-bin/aibot/response?response_code=RC`;
  return {
    kind: 'direct',
    person: 'linxiaoman',
    reply: writeReply({ stream: '1-a', url, at: now - 5 * 60_000 }),
  };
};
const textAt = (baseUrl: string): Outgoing => ({ kind: 'text', to: lateAnswer(baseUrl), text: '您好' });
const cardAt = (baseUrl: string): Outgoing => ({ kind: 'card', to: lateAnswer(baseUrl), card });
const refusal = (errcode: number): string => JSON.stringify({ errcode, errmsg: 'words, hint: [1]' });
const to = { kind: 'direct', person: 'linxiaoman' } as const;
const refusals: Refusal[] = [
  {
    about: 'a limit',
    answer: { status: 200, body: refusal(45009) },
    out: textAt,
    expected: { fate: 'later', retryAfterMs: 60_000 },
  },
  {
    about: 'a system that is busy',
    answer: { status: 200, body: refusal(-1) },
    out: textAt,
    expected: { fate: 'later', retryAfterMs: 2_000 },
  },
  {
    about: 'a code nobody has listed',
    answer: { status: 200, body: refusal(987654) },
    out: textAt,
    expected: { fate: 'refused' },
  },
  {
    about: 'a card that could not be made: words may be',
    answer: { status: 200, body: refusal(42014) },
    out: cardAt,
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'words that WeCom does not let pass',
    answer: { status: 200, body: refusal(40201) },
    out: textAt,
    expected: { fate: 'refused', fallback: false },
  },
  {
    about: 'a server in trouble',
    answer: { status: 502, body: '<html>' },
    out: textAt,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a yes that cannot be read',
    answer: { status: 200, body: 'ok' },
    out: textAt,
    expected: { fate: 'unknown' },
  },
  {
    about: 'nothing to answer, where nothing but an answer can be sent',
    answer: { status: 200, body: refusal(0) },
    out: { kind: 'text', to, text: '您好' },
    expected: { fate: 'refused' },
  },
  {
    about: 'an answer to somewhere else',
    answer: { status: 200, body: refusal(0) },
    out: textAt('https://evil.example'),
    expected: { fate: 'refused' },
  },
  {
    about: 'a card that was posted',
    answer: { status: 200, body: refusal(0) },
    out: { kind: 'redraw', messageId: 'card-1', card },
    expected: { fate: 'refused' },
  },
  {
    about: 'something taken back',
    answer: { status: 200, body: refusal(0) },
    out: { kind: 'recall', messageId: 'm-1' },
    expected: { fate: 'refused' },
  },
];

botContract({
  bot: aibot,
  settings,
  now,
  deliver: {
    'HTTP, signed and encrypted': (body) => sealed(credentials, body, now),
    'a socket': (body) => framed(body),
  },
  recordings,
  says,
  click: pressed(),
  unheardOf: callback('x-1', { msgtype: 'event', event: { eventtype: 'teleported', where: [null] } }),
  forged: {
    'without a signature': { ...genuine, query: {} },
    'with an empty signature': withQuery({ msg_signature: '' }),
    'with another nonce': withQuery({ nonce: 'nonce-2' }),
    'with another timestamp': withQuery({ timestamp: '1700000001' }),
    'with a bit flipped': { ...genuine, body: flipped(genuine.body, 40) },
    'signed with another token': sealed({ ...credentials, token: 'other' }, bytes(says('m-1', 'x')), now),
    'sealed with another key': sealed(
      { ...credentials, encodingAesKey: 'kWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' },
      bytes(says('m-1', 'x')),
      now,
    ),
    'two hours old': sealed(credentials, bytes(says('m-1', 'x')), now - 2 * 3_600_000),
    'from two hours ahead': sealed(credentials, bytes(says('m-1', 'x')), now + 2 * 3_600_000),
    plain: { ...genuine, body: bytes(says('m-1', 'x')) },
    'of another bot': sealed(credentials, bytes({ ...says('m-1', 'x'), aibotid: 'aib-other' }), now),
    'a PUT': { ...genuine, method: 'PUT' },
    'the address checked by somebody else': {
      ...genuine,
      method: 'GET',
      query: { ...genuine.query, echostr: 'c' },
    },
    'a frame of another bot': framed(bytes({ ...says('m-1', 'x'), aibotid: 'aib-other' })),
    'no frame': { method: 'STREAM', query: {}, headers: {}, body: Buffer.from('hello') },
  },
  understood: (response) => answerIn(response, credentials) ?? {},
  platform: (answer) => answer,
  refusals,
  card,
  textAt,
});

const answered = (reading: Reading) => answerIn(reading.response, credentials);
const messageOf = (reading: Reading) => {
  const [event] = reading.verified ? reading.events : [];
  assert.ok(event?.kind === 'message');
  return event;
};

test('the vector of the sheet: a callback that is sealed for nobody', () => {
  const delivery: Delivery = {
    method: 'POST',
    query: {
      msg_signature: 'a5afee41edb2534741152f6294efc6d77fdf84ca',
      timestamp: '1700000000',
      nonce: 'nonce1',
    },
    headers: {},
    body: bytes({
      encrypt: 'sKqRbbiSUnDhFHOvPjtUMeJBV1LIPhBLiS/+bDapFbYVhHdUs/DnbaknhbqfAh2BTpK5aJX7/p7a/MUQd1b1sA==',
    }),
  };
  const reading = read(delivery, now, { ...credentials, token: 'QDG6eK' });
  assert.ok(reading.verified);
  assert.deepEqual(
    reading.events.map((event) => event.kind === 'other' && event.name),
    ['text'],
    'it has no id and no sender, so it is nobody’s message',
  );
});

test('the official client opens what the tests seal, and what the bot answers', () => {
  const official = new WecomCrypto(settings.token, settings.encodingAesKey, '');
  const { encrypt } = JSON.parse(genuine.body.toString());
  const { timestamp = '', nonce = '', msg_signature: signature = '' } = genuine.query;
  assert.ok(official.verifySignature(signature, timestamp, nonce, encrypt));
  assert.deepEqual(JSON.parse(official.decrypt(encrypt)), says('m-1', '在吗'));
  const answer = JSON.parse(read(genuine).response.body.toString());
  assert.ok(official.verifySignature(answer.msgsignature, timestamp, nonce, answer.encrypt));
  assert.equal(JSON.parse(official.decrypt(answer.encrypt)).msgtype, 'stream');
  assert.deepEqual([answer.timestamp, answer.nonce], [Number(timestamp), nonce]);
});

test('the address is checked: what was encrypted comes back plain', () => {
  const asked = sealed(credentials, Buffer.from('1616140317555161061'), now);
  const { encrypt } = JSON.parse(asked.body.toString());
  const reading = read({
    method: 'GET',
    query: { ...asked.query, echostr: encrypt },
    headers: {},
    body: Buffer.alloc(0),
  });
  assert.deepEqual(
    [reading.verified, reading.response.status, reading.response.body],
    [true, 200, '1616140317555161061'],
  );
});

test('a bot without a token believes no request, and needs none for its connection', () => {
  const bySocket = aibotCredentials.parse({ botId: settings.botId, secret: settings.secret });
  assert.equal(read(genuine, now, bySocket).verified, false);
  assert.equal(read(framed(bytes(says('m-1', 'x'))), now, bySocket).verified, true);
  assert.equal(aibotCredentials.safeParse({ botId: settings.botId }).success, false);
  assert.equal(aibotCredentials.safeParse({ ...settings, encodingAesKey: 'short' }).success, false);
});

test('a message begins a stream where WeCom calls an address, and is answered by nothing over a connection', () => {
  const overHttp = read(genuine);
  const reply = replyIn(messageOf(overHttp).reply);
  assert.ok(reply && 'stream' in reply);
  assert.deepEqual(answered(overHttp), {
    msgtype: 'stream',
    stream: { id: reply.stream, finish: false, content: '正在查询…' },
  });
  assert.match(reply.url ?? '', /response_code=RC$/);
  const overLine = read(framed(bytes(says('m-1', '在吗')), 'req-7'));
  assert.equal(overLine.response.body, '');
  assert.deepEqual(replyIn(messageOf(overLine).reply), { request: 'req-7', at: now });
  const english = { ...credentials, locale: 'en' } as const;
  assert.match(JSON.stringify(answerIn(read(genuine, now, english).response, english)), /Looking it up/);
});

test('a retry that is stamped anew names the same answer', () => {
  const again = sealed(
    credentials,
    bytes({ ...says('m-1', '在吗'), create_time: undefined }),
    now + 5_000,
    'nonce-9',
  );
  const [first, second] = [genuine, again].map((delivery) => {
    const { reply } = messageOf(read(delivery));
    const found = replyIn(reply);
    assert.ok(found && 'stream' in found);
    const poll = read(sealed(credentials, bytes(asks(found.stream)), now));
    return poll.verified ? poll.polls : undefined;
  });
  assert.ok(first && first === second);
});

test('who asks for a stream hears nothing new, then the answer, and the answer ends it', () => {
  const asked = (atMs: number) => sealed(credentials, bytes(asks('1700000000-abc')), now + atMs);
  const reading = read(asked(1_000), now + 1_000);
  assert.ok(reading.verified && reading.polls === 'abc' && reading.events.length === 0);
  const poll = (said: string | undefined, atMs: number) =>
    answerIn(aibot.answerPoll?.(said, asked(atMs), credentials) ?? assert.fail(), credentials);
  assert.deepEqual(poll(undefined, 1_000), answered(reading));
  assert.deepEqual(poll(undefined, 89_000), {
    msgtype: 'stream',
    stream: { id: '1700000000-abc', finish: false, content: '正在查询…' },
  });
  assert.deepEqual(poll('七天，\n以签收为准', 2_000), {
    msgtype: 'stream',
    stream: { id: '1700000000-abc', finish: true, content: '七天，  \n以签收为准' },
  });
  const ended = JSON.stringify(poll(undefined, 90_000));
  assert.ok(ended.includes('"finish":true') && !ended.includes('正在查询'), 'nothing is looked up for ever');
});

test('who opens the chat is greeted, either way', () => {
  const enter = bytes(callback('e-1', { msgtype: 'event', event: { eventtype: 'enter_chat' } }));
  const greeting = answered(read(sealed(credentials, enter, now)));
  assert.deepEqual(greeting, answered(read(framed(enter, 'req-3', 'aibot_event_callback'))));
  assert.match(JSON.stringify(greeting), /"msgtype":"text".*你好/);
  const frame = frameIn(read(framed(enter, 'req-3', 'aibot_event_callback')).response.body);
  assert.deepEqual([frame?.cmd, frame?.headers.req_id], ['aibot_respond_welcome_msg', 'req-3']);
});

test('a press changes the copy of who pressed, under the task of the card that was pressed', () => {
  const toast = { type: 'success', text: '已认领' } as const;
  for (const delivery of [
    sealed(credentials, bytes(pressed()), now),
    framed(bytes(pressed()), 'req-5', 'aibot_event_callback'),
  ]) {
    const response = aibot.answerClick({ toast, card }, delivery, credentials);
    const answer = answerIn(response, credentials);
    assert.ok(typeof answer === 'object' && answer !== null && !('msgtype' in answer));
    const { response_type: type, userids, template_card: drawn } = { ...blank, ...answer };
    assert.deepEqual([type, userids], ['update_template_card', ['LinXiaoMan']]);
    assert.equal(drawn.task_id, 'card-1');
    if (delivery.method === 'STREAM') {
      const frame = frameIn(response.body);
      assert.deepEqual([frame?.cmd, frame?.headers.req_id], ['aibot_respond_update_msg', 'req-5']);
    }
  }
  const closed: CardView = samples['desk closed'] ?? card;
  const settled = aibot.answerClick(
    { toast, card: closed },
    sealed(credentials, bytes(pressed()), now),
    credentials,
  );
  assert.notEqual(settled.body, '', 'also when nothing can be pressed any more');
  const without = aibot.answerClick({ toast, card }, framed(bytes(pressed({}))), credentials);
  assert.equal(without.body, '', 'a card without a task can not be changed');
});
const blank: { response_type?: unknown; userids?: unknown; template_card: { task_id?: unknown } } = {
  template_card: {},
};

test('property: a changed body is never believed and never throws', () => {
  const change = fc.record({
    at: fc.nat(genuine.body.length - 1),
    byte: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(change, ({ at, byte }) => {
      const body = Buffer.from(genuine.body);
      body.writeUInt8(body.readUInt8(at) ^ byte, at);
      const isSame = parseJson(body.toString('utf8'));
      const before = parseJson(genuine.body.toString('utf8'));
      if (JSON.stringify(isSame) !== JSON.stringify(before))
        assert.equal(read({ ...genuine, body }).verified, false);
    }),
  );
});
