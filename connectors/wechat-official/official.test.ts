import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Delivery, Reading } from '../../core/ports/delivery.js';
import type { Inbound } from '../../core/ports/inbound.js';
import { sortedSignature } from '../../core/secrets/sealed-envelope.js';
import { readXml, writeXml, type XmlFields } from '../../core/text/xml.js';
import { connectorContract } from '../contract.js';
import { openDelivery, sealAnswer } from './envelope.js';
import { connector } from './index.js';
import { replyIn } from './reply.js';
import { answerIn, pushed, says } from './sealed.js';

const now = 1_700_000_000_000;
const follower = 'oLin0123456789abcdefghijklmn';
const settings = {
  appId: 'wx5823bf96d3bd56c7',
  appSecret: 'official-app-secret',
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  menu: { parcel: '我的快递到哪了' },
};
const account = connector.account.parse(settings);
const plainly = connector.account.parse({ ...settings, mode: 'plain' });
const uncertified = connector.account.parse({ ...settings, certified: false });

const text = (id: string, Content: string): XmlFields => ({ MsgType: 'text', Content, MsgId: id });
const event = (Event: string, more: XmlFields = {}): XmlFields => ({ MsgType: 'event', Event, ...more });

const genuine = pushed(account, says(text('1', '退款'), now), now);
const stranger = connector.account.parse({ ...settings, token: 'another' });
const otherApp = connector.account.parse({ ...settings, appId: 'wx0000000000000000' });
const altered = (body: string): Delivery => ({ ...genuine, body: Buffer.from(body) });

connectorContract({
  connector,
  settings,
  now,
  // The contract's bodies are JSON; WeChat's are XML, and what is neither is sealed as it is.
  deliver: (body) => pushed(account, asXml(body), now),
  says: (id, words) => text(id, words),
  unheardOf: { MsgType: 'hologram', MsgId: '7' },
  forged: {
    'a changed seal': altered(
      genuine.body.toString().replace(/<Encrypt><!\[CDATA\[./, '<Encrypt><![CDATA[x'),
    ),
    'no signature': { ...genuine, query: { ...genuine.query, msg_signature: '' } },
    'a short signature': { ...genuine, query: { ...genuine.query, msg_signature: '00' } },
    'a changed nonce': { ...genuine, query: { ...genuine.query, nonce: '1' } },
    'a stale one': pushed(account, says(text('1', '退款'), now), now - 301_000),
    'one from the future': pushed(account, says(text('1', '退款'), now), now + 301_000),
    'somebody else’s token': pushed(stranger, says(text('1', '退款'), now), now),
    'what is sealed for another account': pushed(otherApp, says(text('1', '退款'), now), now),
    'plain words to an account that seals': pushed(plainly, says(text('1', '退款'), now), now),
    'a PUT': { ...genuine, method: 'PUT' },
  },
  echo: { waived: 'WeChat does not push what an account said' },
});

function asXml(body: Buffer): string {
  try {
    const fields: unknown = JSON.parse(body.toString('utf8'));
    return says(
      Object.fromEntries(Object.entries(Object(fields)).map(([key, value]) => [key, `${value}`])),
      now,
    );
  } catch {
    return body.toString('utf8');
  }
}

const read = (fields: XmlFields, of = account): Reading =>
  connector.read(pushed(of, says(fields, now), now), of, now);
function only(reading: Reading): Inbound {
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  const [first, ...more] = reading.events;
  assert.ok(first && more.length === 0);
  return first;
}
/** Without where it is answered, which another test looks at. */
function bare(fields: XmlFields, of = account): object {
  const event = { reply: undefined, ...only(read(fields, of)) };
  const { reply: _, ...rest } = event;
  return rest;
}

test('the check of the address is answered with its echostr, by the published signature', () => {
  const at = 1_714_036_504_000;
  const checked = connector.account.parse({ ...settings, token: 'AAAAA' });
  const query = {
    signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
    timestamp: '1714036504',
    nonce: '1514711492',
    echostr: '4375120948345356249',
  };
  const get = (more: object = {}, when = at) =>
    connector.read(
      { method: 'GET', query: { ...query, ...more }, headers: {}, body: Buffer.alloc(0) },
      checked,
      when,
    );
  const { verified, response } = get();
  assert.deepEqual([verified, response.status, response.body], [true, 200, '4375120948345356249']);
  assert.match(response.headers['content-type'] ?? '', /^text\/plain/);
  for (const refused of [get({ signature: 'f00' }), get({ nonce: '2' }), get({}, at + 301_000)])
    assert.deepEqual([refused.verified, refused.response.status], [false, 401]);
});

test('the published sealed sample is opened', () => {
  const at = 1_409_659_589_000;
  const body = writeXml({
    Encrypt: 'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
  });
  const query = {
    msg_signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
    timestamp: '1409659589',
    nonce: '263014780',
  };
  const delivery = { method: 'POST', query, headers: {}, body: Buffer.from(body) };
  const opened = openDelivery(delivery, account, at);
  // What is inside is an echostr and no message: the seal and the signature held.
  assert.deepEqual(opened, { status: 400, refused: 'the body is no message or event of WeChat' });
});

test('every kind of message is read, in either mode; numbers stay the text they are', () => {
  const base = { kind: 'message', sender: follower, at: now };
  const cases: [XmlFields, object][] = [
    [
      text('23000000000000123', '订单 00123 '),
      { id: '23000000000000123', type: 'text', text: '订单 00123 ' },
    ],
    [text('2', '0012'), { id: '2', type: 'text', text: '0012' }],
    [text('3', 'a ]]> b & <b> 👩‍👩‍👧‍👦'), { id: '3', type: 'text', text: 'a ]]> b & <b> 👩‍👩‍👧‍👦' }],
    [
      { ...text('4', '满意'), bizmsgmenuid: '1' },
      { id: '4', type: 'text', text: '满意' },
    ],
    [
      { ...text('5', '👍'), bizmsgmenuid: 'say:满意' },
      { id: '5', type: 'text', text: '满意' },
    ],
    [
      { MsgType: 'image', PicUrl: 'http://mmbiz/1', MediaId: 'm-1', MsgId: '6' },
      { id: '6', type: 'image', media: { handle: 'm-1' } },
    ],
    [
      { MsgType: 'voice', Format: 'amr', MediaId: 'm-2', Recognition: '在吗', MsgId: '7' },
      { id: '7', type: 'voice', media: { handle: 'm-2' }, text: '在吗' },
    ],
    [
      { MsgType: 'shortvideo', MediaId: 'm-3', ThumbMediaId: 't', MsgId: '8' },
      { id: '8', type: 'video', media: { handle: 'm-3' } },
    ],
    [
      { MsgType: 'location', Location_X: 30.25, Location_Y: 120.125, Scale: 16, Label: '龙井路', MsgId: '9' },
      {
        id: '9',
        type: 'location',
        text: '龙井路',
        location: { latitude: 30.25, longitude: 120.125, name: '龙井路' },
      },
    ],
    [
      { MsgType: 'link', Title: '文章', Description: '', Url: 'https://a.example/', MsgId: '10' },
      { id: '10', type: 'text', text: '文章\nhttps://a.example/' },
    ],
    [
      { MsgType: 'hologram', MsgId: '11' },
      { id: '11', type: 'other', text: '[暂不支持的消息]' },
    ],
  ];
  for (const of of [account, plainly])
    for (const [fields, expected] of cases) assert.deepEqual(bare(fields, of), { ...base, ...expected });
});

test('who follows, scans, presses the menu or leaves has come or gone without a word', () => {
  const at = now / 1000;
  const visit = (id: string, more: object) => ({
    kind: 'visit',
    id: `${follower}:${at}:${id}`,
    sender: follower,
    at: now,
    ...more,
  });
  assert.deepEqual(bare(event('subscribe', { EventKey: '' })), visit('subscribe', { how: 'followed' }));
  assert.deepEqual(
    bare(event('subscribe', { EventKey: 'qrscene_shop', Ticket: 't' })),
    visit('subscribe:qrscene_shop', { how: 'followed', key: 'shop' }),
  );
  assert.deepEqual(
    bare(event('SCAN', { EventKey: 'shop' })),
    visit('SCAN:shop', { how: 'scanned', key: 'shop' }),
  );
  assert.deepEqual(bare(event('unsubscribe', { EventKey: '' })), visit('unsubscribe', { how: 'left' }));
  assert.deepEqual(
    bare(event('CLICK', { EventKey: 'parcel' })),
    visit('CLICK:parcel', { how: 'menu', key: 'parcel', says: '我的快递到哪了' }),
  );
  assert.deepEqual(
    bare(event('CLICK', { EventKey: '__proto__' })),
    visit('CLICK:__proto__', { how: 'menu', key: '__proto__' }),
  );
  const viewed = only(read(event('VIEW', { EventKey: 'https://shop.example/' })));
  assert.deepEqual([viewed.kind, 'name' in viewed && viewed.name], ['other', 'VIEW']);
});

test('what can be answered is held for our first words, and says where they go; who left is not waited for', () => {
  for (const [fields, of, forMs] of [
    [text('1', '在吗'), account, 4_500],
    [text('1', '在吗'), uncertified, 5_500],
    [event('subscribe'), account, 4_500],
  ] as const) {
    const reading = read(fields, of);
    assert.ok(reading.verified);
    const heard = only(reading);
    assert.ok(heard.kind === 'message' || heard.kind === 'visit');
    assert.deepEqual(reading.holds, { reply: heard.reply, forMs });
    assert.deepEqual(replyIn(heard.reply), { id: heard.id, at: now });
    assert.equal(reading.response.body, 'success');
  }
  const silent = connector.account.parse({ ...settings, passive: false });
  for (const reading of [read(event('unsubscribe')), read(text('1', '在吗'), silent)])
    assert.equal(reading.verified && reading.holds, undefined);
});

test('whatever the words, the token, the time and the nonce, a push is read back; with one bit changed it is not', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    fc
      .array(fc.constantFrom(']]>', '<![CDATA[', '&amp;', '0', '00', ' ', '👍🏽', '\n', '</xml>'), {
        minLength: 1,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(words, fc.stringMatching(/^[A-Za-z0-9]{3,32}$/), fc.nat(), (said, token, bit) => {
      const of = connector.account.parse({ ...settings, token });
      const delivery = pushed(of, says(text('1', `.${said}`), now), now);
      const heard = only(connector.read(delivery, of, now));
      assert.ok(heard.kind === 'message');
      assert.equal(heard.text, `.${said.replaceAll('\r', '')}`);
      const signature = Buffer.from(delivery.query.msg_signature ?? '', 'hex');
      const at = bit % (signature.length * 8);
      signature[at >> 3] = (signature[at >> 3] ?? 0) ^ (1 << (at & 7));
      const query = { ...delivery.query, msg_signature: signature.toString('hex') };
      assert.equal(connector.read({ ...delivery, query }, of, now).verified, false);
    }),
  );
});

test('the parts of a plain signature may come in any order of bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), (parts) => {
      assert.equal(sortedSignature(parts), sortedSignature([...parts].reverse()));
    }),
  );
});

test('an answer is XML for who wrote, sealed and signed where the account seals', () => {
  const Content = '您好 ]]> 00123';
  for (const of of [account, plainly]) {
    const answer = sealAnswer(writeXml({ ToUserName: follower, MsgType: 'text', Content }), of, now);
    assert.deepEqual(answerIn(of, answer), { ToUserName: follower, MsgType: 'text', Content });
    assert.equal(readXml(answer) !== undefined && answer.includes('您好'), of.mode === 'plain');
  }
});

test('what is set up wrongly is said by its name', () => {
  const wrong: [object, RegExp][] = [
    [{ encodingAesKey: undefined }, /encodingAesKey/],
    [{ encodingAesKey: 'short' }, /encodingAesKey/],
    [{ token: '你好' }, /token/],
    [{ certified: false, passive: false }, /passive/],
    [{ baseUrl: 'ftp://a' }, /baseUrl/],
  ];
  for (const [more, named] of wrong) {
    const { error } = connector.account.safeParse({ ...settings, ...more });
    assert.match(JSON.stringify(error?.issues.map(({ path }) => path)), named);
  }
});
