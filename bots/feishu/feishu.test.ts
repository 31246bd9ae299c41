import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AESCipher, EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';
import fc from 'fast-check';
import { samples } from '../../cards/samples.js';
import type { CardView } from '../../core/cards/card.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import { botContract, type Recording, type Refusal } from '../contract.js';
import { feishuCredentials } from './credentials.js';
import { acknowledge, decodeFrame, encodeFrame, frameIn, pingFrame } from './frame.js';
import feishu from './index.js';
import { encrypt, framed, sealed, signed } from './sealed.js';
import { inert } from './text.js';
import { decrypt, signatureOf } from './verify.js';

const settings = {
  appId: 'cli_0123456789abcdef',
  appSecret: 'app-secret-of-the-test',
  encryptKey: 'encrypt-key-of-the-test',
  verificationToken: 'verification-token',
};
const now = 1_700_000_000_000;
const credentials = feishuCredentials.parse(settings);
const read = (delivery: Delivery, at = now, of = credentials) => feishu.read(delivery, of, at);

const fixtures = new URL('./fixtures/', import.meta.url);
const recordings = readdirSync(fixtures).flatMap((file): Recording[] =>
  JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')),
);
const card: CardView = samples.deskWaiting ?? Object.values(samples)[0] ?? assert.fail('no sample card');

const header = (type: string, id = 'e-1') => ({
  event_id: id,
  event_type: type,
  create_time: String(now),
  token: settings.verificationToken,
  app_id: settings.appId,
  tenant_key: 't-1',
});
const event = (type: string, value: object, id?: string) => ({
  schema: '2.0',
  header: header(type, id),
  event: value,
});
const says = (id: string, text: string) =>
  event('im.message.receive_v1', {
    sender: { sender_id: { open_id: 'ou_1' }, sender_type: 'user' },
    message: {
      message_id: id,
      create_time: String(now),
      chat_id: 'oc_1',
      chat_type: 'p2p',
      message_type: 'text',
      content: JSON.stringify({ text }),
    },
  });
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8');
const genuine = sealed(credentials, bytes(says('om_1', '在吗')), now);

const flipped = (body: Buffer, at: number) =>
  Buffer.concat([body.subarray(0, at), Buffer.from([(body[at] ?? 0) ^ 1]), body.subarray(at + 1)]);
const withHeader = (name: string, value: string): Delivery => ({
  ...genuine,
  headers: { ...genuine.headers, [name]: value },
});

const text = { kind: 'text', to: { kind: 'direct', person: 'ou_1' }, text: '您好' } as const;
const refusal = (code: number, message = 'words'): string =>
  JSON.stringify({ code, msg: message, error: { log_id: '1' } });
const redraw = { kind: 'redraw', messageId: 'om_1', card } as const;
const refusals: Refusal[] = [
  {
    about: 'a limit, with the seconds to wait',
    answer: { status: 429, headers: { 'x-ogw-ratelimit-reset': '7' }, body: refusal(99991400) },
    out: text,
    expected: { fate: 'later', retryAfterMs: 7000 },
  },
  {
    about: 'a limit under HTTP 400, as older calls say it',
    answer: { status: 400, body: refusal(99991400) },
    out: text,
    expected: { fate: 'later', retryAfterMs: 1000 },
  },
  {
    about: 'a group that hears too much',
    answer: { status: 400, body: refusal(230020) },
    out: text,
    expected: { fate: 'later', retryAfterMs: 1000 },
  },
  {
    about: 'the same message on its way already',
    answer: { status: 400, body: refusal(230049) },
    out: text,
    expected: { fate: 'later' },
  },
  {
    about: 'a token that is refused twice',
    answer: { status: 400, body: refusal(99991663) },
    out: text,
    expected: { fate: 'later' },
  },
  {
    about: 'a person who stopped the bot',
    answer: { status: 400, body: refusal(230053) },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a refusal under HTTP 200',
    answer: { status: 200, body: refusal(230002) },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a code nobody has listed',
    answer: { status: 400, body: refusal(987654) },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'the month used up',
    answer: { status: 403, body: refusal(99991403) },
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a card that could not be made: words may be',
    answer: { status: 400, body: refusal(230099, 'ext=ErrCode: 11310') },
    out: { kind: 'card', to: text.to, card },
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'a card for which nothing but its code is wrong',
    answer: { status: 400, body: refusal(200861) },
    out: { kind: 'card', to: text.to, card },
    expected: { fate: 'refused', fallback: true },
  },
  {
    about: 'a card older than 14 days',
    answer: { status: 400, body: refusal(230031) },
    out: redraw,
    expected: { fate: 'refused', fallback: false },
  },
  {
    about: 'a card that was recalled',
    answer: { status: 400, body: refusal(230011) },
    out: redraw,
    expected: { fate: 'refused', fallback: false },
  },
  {
    about: 'a card that was deleted',
    answer: { status: 400, body: refusal(230110) },
    out: redraw,
    expected: { fate: 'refused', fallback: false },
  },
  {
    about: 'a server in trouble',
    answer: { status: 500, body: refusal(2200) },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a gateway without words',
    answer: { status: 502, body: '<html>' },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a yes that cannot be read',
    answer: { status: 200, body: 'ok' },
    out: text,
    expected: { fate: 'unknown' },
  },
  {
    about: 'a yes without the message',
    answer: { status: 200, body: '{"code":0,"data":{}}' },
    out: text,
    expected: { fate: 'unknown' },
  },
];

botContract({
  bot: feishu,
  settings,
  now,
  deliver: {
    'HTTP, signed and encrypted': (body) => sealed(credentials, body, now),
    'a socket': framed,
    'a socket, written down in base64': (body) => {
      const delivery = framed(body);
      return { ...delivery, body: Buffer.from(delivery.body.toString('base64')) };
    },
  },
  recordings,
  says,
  click: event('card.action.trigger', {
    operator: { open_id: 'ou_1' },
    action: { value: { operation: 'queue.show' } },
  }),
  unheardOf: event('im.message.teleported_v9', { where: [null] }),
  forged: {
    'without a signature': { ...genuine, headers: {} },
    'with an empty signature': withHeader('x-lark-signature', ''),
    'with the signature in capitals': withHeader(
      'x-lark-signature',
      genuine.headers['x-lark-signature']?.toUpperCase() ?? '',
    ),
    'with another nonce': withHeader('x-lark-request-nonce', 'nonce-2'),
    'with another timestamp': withHeader('x-lark-request-timestamp', '1700000001'),
    'with a bit flipped': { ...genuine, body: flipped(genuine.body, 40) },
    'with a space more': { ...genuine, body: Buffer.concat([genuine.body, Buffer.from(' ')]) },
    'signed with another key': sealed(
      { ...credentials, encryptKey: 'another-key' },
      bytes(says('om_1', 'x')),
      now,
    ),
    'encrypted with another key': signed(
      credentials.encryptKey,
      bytes({ encrypt: encrypt('another-key', bytes(says('om_1', 'x'))) }),
      now,
    ),
    'eight hours old': sealed(credentials, bytes(says('om_1', 'x')), now - 8 * 3_600_000),
    'from eight hours ahead': sealed(credentials, bytes(says('om_1', 'x')), now + 8 * 3_600_000),
    'plain, though there is a key': { ...genuine, headers: {}, body: bytes(says('om_1', 'x')) },
    'of another app': sealed(
      credentials,
      bytes({ ...event('x', {}), header: { ...header('x'), app_id: 'cli_other' } }),
      now,
    ),
    'with another token': sealed(
      credentials,
      bytes({ ...event('x', {}), header: { ...header('x'), token: 'other' } }),
      now,
    ),
    'a GET': { ...genuine, method: 'GET' },
    'the address checked with another token': sealed(
      credentials,
      bytes({ type: 'url_verification', challenge: 'c', token: 'other' }),
      now,
    ),
    'a frame of another app': framed(
      bytes({ ...event('x', {}), header: { ...header('x'), app_id: 'cli_other' } }),
    ),
    'no frame': { method: 'STREAM', query: {}, headers: {}, body: Buffer.from([8, 1, 255]) },
  },
  understood: answerIn,
  platform: (answer) => (request, response) => {
    const isToken = request.url?.includes('/auth/v3/');
    if (!isToken) return answer(request, response);
    response.end(JSON.stringify({ code: 0, msg: 'ok', tenant_access_token: 't-1', expire: 7200 }));
  },
  refusals,
  card,
});

/** What is in the answer to a click: the HTTP body, or the data of the acknowledging frame. */
function answerIn({ body }: Response): unknown {
  if (!Buffer.isBuffer(body)) return JSON.parse(body);
  const payload = JSON.parse(decodeFrame(body).payload?.toString('utf8') ?? '');
  assert.equal(payload.code, 200);
  return JSON.parse(Buffer.from(payload.data, 'base64').toString('utf8'));
}

test('the official vectors: decryption, and the signature over the bytes as received', () => {
  assert.equal(decrypt('test key', 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk='), 'hello world');
  const body = Buffer.from('{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}');
  const signature = '002a272a435d056759149cce18e88064ff320d38d91a09432445c344c4296949';
  assert.equal(signatureOf('test key', '1700000000', 'nonce-1', body), signature);
});

test('the official SDK decrypts and accepts what the tests seal', async () => {
  const plain = JSON.stringify(says('om_1', '在吗'));
  const { encryptKey } = credentials;
  assert.equal(new AESCipher(encryptKey).decrypt(encrypt(encryptKey, Buffer.from(plain))), plain);
  const heard: unknown[] = [];
  const dispatcher = new EventDispatcher({ encryptKey, loggerLevel: LoggerLevel.error }).register({
    'im.message.receive_v1': (data) => void heard.push(data.message.message_id),
  });
  const { headers, body } = genuine;
  await dispatcher.invoke(Object.assign(Object.create({ headers }), JSON.parse(body.toString())));
  assert.deepEqual(heard, ['om_1']);
});

test('the address is checked in clear, encrypted, and without a signature, by its token', () => {
  const challenge = bytes({ type: 'url_verification', challenge: 'abc', token: settings.verificationToken });
  const deliveries = [
    sealed(credentials, challenge, now),
    { ...sealed(credentials, challenge, now), headers: {} },
    { ...genuine, headers: {}, body: challenge },
  ];
  for (const delivery of deliveries) {
    const reading = read(delivery);
    assert.ok(reading.verified);
    assert.deepEqual([reading.events, reading.response.body], [[], '{"challenge":"abc"}']);
  }
});

test('without an Encrypt Key the token decides, and without a token nothing is believed', () => {
  const plain = { ...genuine, headers: {}, body: bytes(says('om_1', '在吗')) };
  const tokenOnly = feishuCredentials.parse({ ...settings, encryptKey: '' });
  assert.equal(read(plain, now, tokenOnly).verified, true);
  assert.equal(read(plain, now, { ...tokenOnly, verificationToken: 'other' }).verified, false);
  assert.equal(read(plain, now, { ...tokenOnly, verificationToken: '' }).verified, false);
  assert.equal(read(genuine, now, tokenOnly).verified, false);
});

test('spaces in a signed body are as good as none; a retry six hours later is still genuine', () => {
  const body = Buffer.from(
    JSON.stringify({ encrypt: encrypt(credentials.encryptKey, bytes(says('om_1', 'x'))) }, null, 2),
  );
  assert.equal(read(signed(credentials.encryptKey, body, now)).verified, true);
  assert.equal(read(genuine, now + 7.1 * 3_600_000).verified, true);
});

test('a tenant that is known refuses others, and their people in groups shared with them are no members', () => {
  const ours = { ...credentials, tenantKey: 't-1' };
  assert.equal(read(genuine, now, ours).verified, true);
  assert.equal(read(genuine, now, { ...ours, tenantKey: 't-2' }).verified, false);
  const payload = says('om_1', '在吗');
  Object.assign(Reflect.get(payload.event, 'sender'), { tenant_key: 't-9' });
  const reading = read(sealed(ours, bytes(payload), now), now, ours);
  assert.equal(reading.verified && reading.events[0]?.kind, 'other');
});

test('where our own open_id is known, another bot that is mentioned is not us', () => {
  const groups = recordings.find(({ about }) => about.startsWith('our bot is addressed'));
  const addressed = (botOpenId: string) => {
    const reading = read(sealed(credentials, bytes(groups?.payload), now), now, {
      ...credentials,
      botOpenId,
    });
    const [said] = reading.verified ? reading.events : [];
    return said?.kind === 'message' && [said.chat?.addressed, said.text];
  };
  assert.deepEqual(addressed('ou_b07fe3d5c2a1e94f60718293a4b5c6d7'), [true, '请 @陈一 看下 @林小满']);
  assert.deepEqual(addressed('ou_other'), [false, '@小智客服 请 @陈一 看下 @林小满']);
});

test('property: a changed body is never believed and never throws', () => {
  const change = fc.record({ at: fc.nat(genuine.body.length - 1), byte: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(change, ({ at, byte }) => {
      const body = Buffer.from(genuine.body);
      body.writeUInt8(body.readUInt8(at) ^ byte, at);
      assert.equal(read({ ...genuine, body }).verified, false);
    }),
  );
});

test('property: a cut or mangled frame never throws', () => {
  const { body } = framed(bytes(says('om_1', '在吗')));
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, byte) => {
      const mangled = Buffer.from(body);
      mangled.writeUInt8(mangled.readUInt8(at) ^ byte, at);
      read({ method: 'STREAM', query: {}, headers: {}, body: mangled });
      assert.equal(
        read({ method: 'STREAM', query: {}, headers: {}, body: body.subarray(0, at) }).verified,
        false,
      );
    }),
  );
});

test('a value too deep to store, and keys that are no data, do not get far', () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  const payload = {
    operator: { open_id: 'ou_1' },
    action: { value: { operation: 'x', arguments: { deep: 0, list: [1, 'a\u0000'] } } },
  };
  const body = JSON.stringify(event('card.action.trigger', payload))
    .replace('"deep":0', `"deep":${deep}`)
    .replace('"list"', '"__proto__":{"polluted":1},"list"');
  const reading = read(framed(Buffer.from(body)));
  const [click] = reading.verified ? reading.events : [];
  assert.ok(click?.kind === 'click');
  assert.deepEqual(click.arguments, { deep: { a: { a: { a: null } } }, list: [1, 'a'] });
});

test('frames: the ping of the official SDK, and 64-bit numbers that no double can hold', () => {
  assert.equal(pingFrame(7).toString('hex'), '08001000180720002a0c0a0474797065120470696e67');
  const frame = frameIn(framed(Buffer.from('{}')).body);
  assert.equal(
    decodeFrame(encodeFrame({ ...frame, seqId: 18446744073709551615n })).seqId,
    18446744073709551615n,
  );
  const ack = decodeFrame(acknowledge(frame, 200));
  assert.equal(ack.logId, 9007199254740993n);
  assert.deepEqual(JSON.parse(ack.payload?.toString() ?? ''), { code: 200 });
  assert.deepEqual(ack.headers.at(-1), { key: 'biz_rt', value: '0' });
});

test('a click over a socket is acknowledged with data even before it is answered', () => {
  const click = event('card.action.trigger', {
    operator: { open_id: 'ou_1' },
    action: { value: { operation: 'queue.show' } },
  });
  const { response } = read(framed(bytes(click)));
  assert.deepEqual(answerIn(response), {});
});

test('nobody’s words become a mention, a tag, an entity or a link', () => {
  const markup = /<(?=\s*\/?\s*[a-z!])|&(?=#?\w+;)|@_(?:user_\d|all)|\]\s*\(/i;
  const hostile = [
    '<at user_id="all"></at>',
    '< AT user_id=all>',
    '</b>',
    '&lt;at&gt;',
    '@_all',
    '[点我](https://evil.example)',
    '] \n(',
  ];
  for (const words of hostile) assert.doesNotMatch(inert(words), markup, words);
  for (const plain of ['1 < 2 && 3 > 2', 'a@b.example', '[1] (2)x'.slice(0, 3), 'x <3', '你好\n再见'])
    assert.equal(inert(plain), plain);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('<', 'at', '&', 'lt;', '#', '1;', '@', '_all', ']', '(', ' ', '/', '!')),
      (pieces) => {
        assert.doesNotMatch(inert(pieces.join('')), markup);
      },
    ),
  );
});
