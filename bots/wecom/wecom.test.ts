import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decrypt, getSignature } from '@wecom/crypto';
import fc from 'fast-check';
import { samples } from '../../cards/samples.js';
import { renderWecom } from '../../cards/wecom/render.js';
import type { CardView } from '../../core/cards/card.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import { readXml, writeXml } from '../../core/text/xml.js';
import { botContract, type Recording, type Refusal } from '../contract.js';
import { inert, partsOf } from '../wecom-text.js';
import { passiveCard } from './card-xml.js';
import { wecomCredentials } from './credentials.js';
import { envelopeOf } from './envelope.js';
import wecom from './index.js';
import { login } from './login.js';
import { cdata, outer, sealed, xml } from './sealed.js';

const settings = {
  corpId: 'ww0123456789abcdef',
  agentId: '1000002',
  secret: 'secret-of-the-test',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const now = 1_700_000_000_000;
const credentials = wecomCredentials.parse(settings);
const read = (delivery: Delivery, at = now, of = credentials) => wecom.read(delivery, of, at);

const fixtures = new URL('./fixtures/', import.meta.url);
const recordings = readdirSync(fixtures).flatMap((file): Recording[] =>
  JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')),
);
const card: CardView = samples['desk waiting'] ?? assert.fail('no sample card');

const head = { ToUserName: settings.corpId, FromUserName: 'lin', CreateTime: '1700000000' };
const says = (id: string, text: string) =>
  xml({
    ...head,
    MsgType: 'text',
    Content: cdata(text),
    MsgId: id,
    AgentID: settings.agentId,
  });
const event = (name: string, more: Record<string, string> = {}) =>
  xml({ ...head, MsgType: 'event', Event: name, ...more, AgentID: settings.agentId });
const click = event('template_card_event', {
  EventKey: JSON.stringify({ operation: 'queue.list', arguments: {} }),
  TaskId: 'card-1',
  ResponseCode: 'RC-1',
});
const genuine = sealed(credentials, says('7019128375019283746', '在吗'), now);

const withQuery = (name: string, value: string): Delivery => ({
  ...genuine,
  query: { ...genuine.query, [name]: value },
});
const withBody = (text: string): Delivery => ({ ...genuine, body: Buffer.from(text) });
const other = { ...credentials, encodingAesKey: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws' };
const hostile = [
  '<!DOCTYPE xml [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
  `<!DOCTYPE xml [${Array.from({ length: 40 }, (_, at) => `<!ENTITY e${at} "${`&e${at - 1};`.repeat(10)}">`).join('')}]><xml><Content>&e39;</Content></xml>`,
  '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><xml><Content>&x;</Content></xml>',
  `<xml>${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}</xml>`,
  '<xml><__proto__><polluted>1</polluted></__proto__><constructor><prototype><polluted>1</polluted></prototype></constructor></xml>',
  '<xml><Content><![CDATA[never closed</Content></xml>',
  '<xml><Content>text<Content>nested</Content></Content><FromUserName/></xml>',
  `<xml>${'<A>1</A>'.repeat(30_000)}</xml>`,
  '<xml></xml><xml><MsgType>text</MsgType></xml>',
].map((text) => Buffer.from(text));

const text = { kind: 'text', to: { kind: 'direct', person: 'lin' }, text: '您好' } as const;
const redraw = { kind: 'redraw', messageId: 'card-1', card, edit: 'RC-1' } as const;
const errcode = (code: number, more: object = {}) => ({
  status: 200,
  body: JSON.stringify({
    errcode: code,
    errmsg: `words, hint: [1], from ip: 1.2.3.4, more info at https://x`,
    ...more,
  }),
});
const refusal = (
  about: string,
  code: number,
  expected: Refusal['expected'],
  out: Refusal['out'] = text,
): Refusal => ({ about, answer: errcode(code), out, expected });

const refusals: Refusal[] = [
  refusal('WeCom is busy', -1, { fate: 'later', retryAfterMs: 1000 }),
  refusal('asked too often', 45009, { fate: 'later', retryAfterMs: 60_000 }),
  refusal('too much of one thing at once', 45033, { fate: 'later' }),
  refusal('a token that is refused twice', 42001, { fate: 'later' }),
  refusal('nobody the app can see', 81013, { fate: 'refused' }),
  refusal('an address that is not trusted', 60020, { fate: 'refused' }),
  refusal('another app’s secret', 301002, { fate: 'refused' }),
  refusal('a code nobody has listed', 987654, { fate: 'refused' }),
  refusal('a file that is too old: words may be', 40007, { fate: 'refused', fallback: true }),
  refusal(
    'a card that could not be made: words may be',
    40058,
    { fate: 'refused', fallback: true },
    {
      kind: 'card',
      to: text.to,
      card,
    },
  ),
  refusal(
    'no callback address, so no buttons: words may be',
    43012,
    { fate: 'refused', fallback: true },
    {
      kind: 'card',
      to: text.to,
      card,
    },
  ),
  refusal('a code that is none', 42016, { fate: 'refused' }, redraw),
  {
    about: 'accepted, and yet nobody was there',
    answer: errcode(0, { invaliduser: 'lin', msgid: 'm-1' }),
    out: text,
    expected: { fate: 'refused' },
  },
  {
    about: 'a card without a code left to change it by',
    answer: errcode(0),
    out: { kind: 'redraw', messageId: 'card-1', card },
    expected: { fate: 'refused' },
  },
  {
    about: 'a group, where an app is not',
    answer: errcode(0),
    out: { ...text, to: { kind: 'chat', chat: 'c' } },
    expected: { fate: 'refused' },
  },
  {
    about: 'nothing to say',
    answer: errcode(0),
    out: { ...text, text: ' \n' },
    expected: { fate: 'refused' },
  },
  {
    about: 'a server in trouble',
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
];

botContract({
  bot: wecom,
  settings,
  now,
  deliver: { 'HTTP, sealed': (body) => sealed(credentials, body.toString('utf8'), now) },
  write: (payload) => Buffer.from(`${payload}`),
  hostile,
  recordings,
  says,
  click,
  unheardOf: event('teleported', { Where: '' }),
  forged: {
    'without a signature': { ...genuine, query: {} },
    'with an empty signature': withQuery('msg_signature', ''),
    'with another nonce': withQuery('nonce', '1'),
    'with another timestamp': withQuery('timestamp', '1700000001'),
    'signed with another token': sealed({ ...credentials, token: 'another' }, says('1', 'x'), now),
    'sealed with another key': sealed(other, says('1', 'x'), now),
    'sealed for another enterprise': sealed({ ...credentials, corpId: 'ww1' }, says('1', 'x'), now),
    'about another enterprise': sealed(credentials, says('1', 'x').replace(settings.corpId, 'ww1'), now),
    'eleven minutes old': sealed(credentials, says('1', 'x'), now - 11 * 60_000),
    'from eleven minutes ahead': sealed(credentials, says('1', 'x'), now + 11 * 60_000),
    'plain, though there is a key': withBody(says('1', 'x')),
    'the same body signed for nobody': withBody(outer(credentials, 'QUJD')),
    'no XML': withBody('{"encrypt":"x"}'),
    'no message inside': sealed(credentials, 'hello', now),
    'with a document type': withBody(`<!DOCTYPE xml>${genuine.body}`),
    'two ciphertexts': withBody(
      `${genuine.body}`.replace('</xml>', `<Encrypt>${'A'.repeat(64)}</Encrypt></xml>`),
    ),
    'a PUT': { ...genuine, method: 'PUT' },
    'a check that was not signed': { ...genuine, method: 'GET', query: { echostr: 'QUJD' } },
  },
  understood: answerIn,
  platform: (answer) => (request, response) => {
    if (!request.url?.startsWith('/cgi-bin/gettoken')) return answer(request, response);
    response.end(JSON.stringify({ errcode: 0, errmsg: 'ok', access_token: 't-1', expires_in: 7200 }));
  },
  refusals,
  card,
});

/** What WeCom makes of an answer, by its own library: the reply inside the envelope, or nothing. */
function answerIn({ status, body }: Response): unknown {
  assert.equal(status, 200);
  if (`${body}` === '') return null;
  const envelope = readXml(`${body}`);
  assert.ok(envelope);
  const [encrypted, signature, time, nonce] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map(
    (name) => `${Reflect.get(envelope, name)}`,
  );
  assert.ok(encrypted && time && nonce);
  assert.equal(getSignature(credentials.token, time, nonce, encrypted), signature);
  const { message, id } = decrypt(credentials.encodingAesKey, encrypted);
  assert.equal(id, settings.corpId);
  return message;
}

const vectors = {
  check: {
    credentials: {
      ...credentials,
      corpId: 'ww6a112864f8022910',
      token: 'kjr2TKI8umCBfVF3wAHk8JiPwma5VBme',
      encodingAesKey: '4Ma3YBrSBbX2aez8MJpXGBne5LSDwgGqHbhM9WPYIws',
    },
    query: {
      msg_signature: '1ba3cb09c0d2c2b3ed6900d37f91a6efae6cb011',
      timestamp: '1583940690',
      nonce: 'VHh7ymSeb0jc4lSb',
      echostr: '6KmUQuPVu7UhjyVqRdbo5SfcRqaHvbUlKSHFvBV2ZuR6TIlKsygcfeSd1GDplg1C5KSKr6UPHCaC/nIX3ZNt9w==',
    },
  },
  message: {
    credentials: {
      ...credentials,
      corpId: 'wx5823bf96d3bd56c7',
      agentId: 218,
      token: 'QDG6eK',
      encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
    },
    query: {
      msg_signature: '477715d11cdb4164915debcba66cb864d751f3e6',
      timestamp: '1409659813',
      nonce: '1372623149',
    },
    encrypted:
      'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
    expected: { id: '4561255354251345929', sender: 'mycreate', at: 1409659813000, text: 'hello' },
  },
  other: {
    credentials: {
      ...credentials,
      corpId: 'ww6a112864f8022910',
      token: 'kz7Yx62CH8SaLN',
      encodingAesKey: 'cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP',
    },
    query: {
      msg_signature: 'f265ae551b1932727204c3d707628d01376a6940',
      timestamp: '1583995625',
      nonce: '1584392382',
    },
    encrypted:
      'EUCt7xMcNiyASzZj0Hjc5yDjFQrCum6AfQ3ntHiUzjGQ51xieKmbvtrZ40/EcB2W/W8yH0n4Lqx48gJl/T9HD/R309I0P/r5pIZucK3lyEn48FYMr4YdE0QdL2jIJ3xkcXUr6uzefzCxG6lMvwpAJaOyVCzN7sRRw47njfxy5EIqU6R9ZBhlTzfdnhhOhK/nTwzrZX3SoGlXFA9OBeZ6ru1NWpXFk76x9DUMe0lcxPPiUqK8ctnQcYXSGUHVqC6DfG7E7mab0OmruNN8cBZY5d3dYOBA4OgaH55Q0AJmUpdT8vNiXpXx+6TxT3TIjySXpDrHVyrsb772aYywgg/Nu4kUmGkALwFZlzhjNegR7wDwb9lr4ERXsSSS8JZ8lbBmaQ3F2Tq584xoPj5rIhXAF734ynm4no1g+SdHiNqR328=',
    expected: { id: '2018405441', sender: 'foobar', at: 1583995625000, text: 'x123' },
  },
};

test('the published vectors, as whole deliveries: the address is checked, and messages are read', () => {
  const { check } = vectors;
  for (const query of [check.query, { ...check.query, echostr: check.query.echostr.replaceAll('+', ' ') }]) {
    const reading = read({ ...genuine, method: 'GET', query, body: Buffer.alloc(0) }, now, check.credentials);
    assert.deepEqual(
      [reading.verified, reading.response.body, reading.response.headers['content-type']],
      [true, '94966531020182955848408', 'text/plain'],
    );
  }
  for (const { credentials: of, query, encrypted, expected } of [vectors.message, vectors.other]) {
    const delivery = { ...genuine, query, body: Buffer.from(outer(of, encrypted)) };
    const reading = read(delivery, Number(query.timestamp) * 1000, of);
    assert.ok(reading.verified, reading.verified ? '' : reading.reason);
    const [said] = reading.events;
    assert.ok(said?.kind === 'message');
    const { id, sender, at, text: words } = said;
    assert.deepEqual({ id, sender, at, text: words }, expected);
    assert.equal(reading.response.body, '');
  }
});

test('a message can’t be had decrypted by asking for it as if it were the check of the address', () => {
  const { query, body } = genuine;
  const echostr = `${Reflect.get(readXml(`${body}`) ?? {}, 'Encrypt')}`;
  const reading = read({ ...genuine, method: 'GET', query: { ...query, echostr } });
  assert.equal(reading.verified, false);
});

test('a delivery is tried again for half a minute, sealed anew: the event stays the same one', () => {
  const first = read(sealed(credentials, click, now));
  const again = read(
    sealed(credentials, click, now, { random: Buffer.alloc(16, 7), nonce: 'n-2' }),
    now + 30_000,
  );
  assert.ok(first.verified && again.verified);
  assert.deepEqual(again.events, first.events);
});

test('two things a member does in one second are two', () => {
  const ids = ['/mine', '/queue', '/claim'].map((EventKey) => {
    const reading = read(sealed(credentials, event('click', { EventKey }), now));
    return reading.verified ? reading.events[0]?.id : undefined;
  });
  assert.equal(new Set(ids).size, 3);
});

test('the answer to a click: the card for who clicked, with the toast’s words, in the same bytes each time', () => {
  const delivery = sealed(credentials, click, now);
  const answer = { toast: { type: 'warning' as const, text: '这个会话已由 陈一 认领。' }, card };
  const response = wecom.answerClick(answer, delivery, credentials);
  assert.deepEqual(wecom.answerClick(answer, delivery, credentials), response);
  const plain = answerIn(response);
  assert.match(`${plain}`, /<ToUserName><!\[CDATA\[lin\]\]><\/ToUserName>/);
  assert.match(`${plain}`, /<MsgType><!\[CDATA\[update_template_card\]\]><\/MsgType>/);
  assert.match(
    `${plain}`,
    /<Desc><!\[CDATA\[⚠ 这个会话已由 陈一 认领。\]\]><\/Desc><DescColor>2<\/DescColor>/,
  );
  const others = ['x', 'y'].map((title) => {
    const { template, data, ...rest } = card;
    assert.ok(template === 'desk');
    const named = { ...rest, template, data: { ...data, customer: title } };
    return `${wecom.answerClick({ card: named }, delivery, credentials).body}`;
  });
  const seals = others.map((body) => Reflect.get(readXml(body) ?? {}, 'Nonce'));
  assert.notEqual(seals[0], seals[1], 'what looks random differs with what is said');
});

test('a card in XML says what its JSON says', () => {
  const view: CardView = samples.brief ?? assert.fail();
  const drawn = renderWecom(
    { ...view, page: 'https://desk.example/p?a=1&b=2' },
    { where: 'app', taskId: 't' },
  );
  assert.ok(drawn?.card_type === 'button_interaction');
  const written = writeXml({ TemplateCard: passiveCard(drawn) });
  assert.doesNotMatch(written, /task|undefined/i);
  const { TemplateCard: read }: { TemplateCard?: unknown } = readXml(written) ?? {};
  const found = Object(read);
  assert.equal(found.CardType, 'button_interaction');
  assert.equal(found.MainTitle.Title, drawn.main_title.title);
  assert.equal(found.QuoteArea.QuoteText, drawn.quote_area?.quote_text);
  assert.deepEqual(
    found.HorizontalContentList.map(({ KeyName, Value }: Record<string, string>) => [KeyName, Value]),
    drawn.horizontal_content_list?.map(({ keyname, value }) => [keyname, value]),
  );
  assert.deepEqual(
    found.ButtonList.map(({ Key }: Record<string, string>) => Key),
    drawn.button_list.map(({ key }) => key),
  );
  assert.deepEqual(
    found.ButtonSelection.OptionList.map(({ Id }: Record<string, string>) => Id),
    drawn.button_selection?.option_list.map(({ id }) => id),
  );
  assert.equal(found.CardAction.Url, 'https://desk.example/p?a=1&b=2');
});

test('property: XML says what it was given, whatever that is', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom(']]>', ']]', '>', '<![CDATA[', '</Content>', '&lt;', '<', '\n'))
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(words, (Content) => {
      const parsed = readXml(writeXml({ Content }));
      assert.equal(Reflect.get(parsed ?? {}, 'Content'), Content.replaceAll('\r', ''));
    }),
  );
});

test('property: a changed body is never believed and never throws', () => {
  const from = genuine.body.indexOf('<Encrypt>') + 18;
  const change = fc.record({
    at: fc.integer({ min: from, max: from + 80 }),
    byte: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(change, ({ at, byte }) => {
      const body = Buffer.from(genuine.body);
      body.writeUInt8(body.readUInt8(at) ^ byte, at);
      assert.equal(read({ ...genuine, body }).verified, false);
    }),
  );
});

test('an entity is what was typed, however it is defined; and no name of an element does harm', () => {
  const declared = '<xml><!DOCTYPE x [<!ENTITY a "boom">]><Content>&a;</Content></xml>';
  assert.equal(Reflect.get(readXml(declared) ?? {}, 'Content') ?? '&a;', '&a;');
  for (const body of hostile) {
    const parsed = readXml(`${body}`);
    assert.ok(JSON.stringify(parsed ?? null).length < 400_000);
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('a text is cut at the ends of lines, and never through what is read as one', () => {
  const lines = Array.from({ length: 200 }, (_, at) => `第 ${at} 行：${'好'.repeat(at % 40)}`);
  const parts = partsOf(lines.join('\n'));
  assert.ok(parts.length > 1);
  assert.equal(parts.join('\n'), lines.join('\n'));
  assert.deepEqual(partsOf('👩‍👩‍👧‍👦'.repeat(4), 60), ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦']);
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
  );
  fc.assert(
    fc.property(anyText, fc.integer({ min: 8, max: 90 }), (said, max) => {
      const whole = said.toWellFormed();
      const cut = partsOf(whole, max);
      for (const part of cut) assert.ok(Buffer.byteLength(part) <= max && part.trim() !== '');
      assert.equal(cut.join('').replace(/\s/g, ''), whole.replace(/\s/g, ''));
    }),
  );
});

test('sends that keep to the limits are never among those that WeCom drops without a word', () => {
  const minute = 60_000;
  const courier = wecom.courier({ ...credentials, accountLimit: 3 }, Object.create({ shared: {} }));
  const long = { ...text, text: '好'.repeat(3 * 682) };
  const sent: number[] = [];
  const fullAt = new Map<string, number>();
  for (let at = 0; at < 2 * 60 * minute; at += 500) {
    const out = at % 7_000 === 0 ? long : text;
    const limits = courier.limits(out);
    const waits = limits.map(
      ({ scope, everyMs, burst }) => (fullAt.get(scope) ?? 0) - at - everyMs * (burst - 1),
    );
    if (Math.max(...waits) > 0) continue;
    for (const { scope, everyMs } of limits)
      fullAt.set(scope, Math.max(fullAt.get(scope) ?? 0, at) + everyMs);
    sent.push(...Array.from({ length: partsOf(out.text).length }, () => at));
  }
  const within = (from: number, ms: number) => sent.filter((at) => at >= from && at < from + ms).length;
  assert.ok(sent.length > 300);
  for (const at of sent) assert.ok(within(at, minute) <= 25 && within(at, 60 * minute) <= 1000, `${at}`);
  assert.ok(sent.length <= 3 * 200, 'the day’s number for three accounts');
});

test('nobody’s words become a link, a mention or a name that is filled in', () => {
  const markup = /<(?=\s*[/!@a-z])|\$(?=\w+=)/i;
  for (const said of [
    '<a href="https://evil.example">退款</a>',
    '<@all>',
    '<  A >',
    '$userName=lin$',
    '</a>',
  ])
    assert.doesNotMatch(inert(said), markup, said);
  for (const plain of ['1 < 2', '5$', 'a@b.example', '你好\n再见', '$ 100'])
    assert.equal(inert(plain), plain);
});

test('the login goes to WeCom’s own address for it, and everybody else’s to theirs', () => {
  const back = { redirect: 'https://desk.example/p?x=1', state: 'abc123' };
  const real = new URL(login.address(credentials, 'https://qyapi.weixin.qq.com', back));
  assert.equal(real.origin, 'https://open.weixin.qq.com');
  assert.equal(real.hash, '#wechat_redirect');
  assert.deepEqual(Object.fromEntries(real.searchParams), {
    appid: settings.corpId,
    redirect_uri: back.redirect,
    response_type: 'code',
    scope: 'snsapi_base',
    state: 'abc123',
    agentid: '1000002',
  });
  assert.match(login.address(credentials, 'http://127.0.0.1:8080', back), /^http:\/\/127\.0\.0\.1:8080\//);
  assert.throws(() => login.address(credentials, 'http://127.0.0.1', { ...back, state: 'a-b' }));
});

test('what is sealed here, WeCom’s own library opens', () => {
  const encrypted = envelopeOf(credentials).seal('<xml></xml>', Buffer.alloc(16, 1));
  assert.deepEqual(decrypt(credentials.encodingAesKey, encrypted).message, '<xml></xml>');
});

test('an EncodingAESKey is 43 letters and digits, an agentId a number however it is written', () => {
  assert.equal(credentials.agentId, 1000002);
  assert.equal(wecomCredentials.parse({ ...settings, agentId: 7 }).agentId, 7);
  for (const encodingAesKey of ['', 'x'.repeat(42), `${'x'.repeat(42)}!`])
    assert.equal(wecomCredentials.safeParse({ ...settings, encodingAesKey }).success, false);
});
