import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { after, describe, test } from 'node:test';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { ChannelHost } from '../../core/ports/connector.js';
import { type Courier, type Outgoing, SendError } from '../../core/ports/courier.js';
import type { Delivery, Reading } from '../../core/ports/delivery.js';
import { connectorContract } from '../contract.js';
import { signature } from '../signature.js';
import { connector } from './index.js';

const secret = 'generic-secret';
const now = 1_700_000_000_000;
const account = connector.account.parse({ secret, mediaHosts: ['cdn.shop.example'] });

function signed(body: Buffer | string, more: Record<string, string> = {}, at = now, key = secret): Delivery {
  const timestamp = String(at / 1000);
  const headers = { 'x-cs-timestamp': timestamp, 'x-cs-signature': signature(key, timestamp, body), ...more };
  return { method: 'POST', query: {}, headers, body: Buffer.from(body) };
}
const message = (more: Record<string, unknown>) => ({ conversationId: 'c-1', messageId: 'm1', ...more });
const read = (value: unknown, headers?: Record<string, string>): Reading =>
  connector.read(signed(JSON.stringify(value), headers), account, now);
const eventsIn = (reading: Reading) => {
  assert.ok(reading.verified, reading.verified ? '' : reading.reason);
  return reading.events;
};

test('what the customer’s own systems say of them is read as facts, and once for each call', () => {
  const orders = [{ id: 'SY-1', title: '茶壶', status: '运输中', at: 1_699_999_000 }];
  const body = {
    type: 'identify',
    conversationId: 'c-1',
    name: '王女士',
    attributes: { 城市: '杭州' },
    orders,
  };
  const [one] = eventsIn(read(body));
  assert.ok(one?.kind === 'facts');
  assert.deepEqual([one.sender, one.profile.name], ['c-1', '王女士']);
  assert.equal(one.profile.systems?.orders?.[0]?.at, 1_699_999_000_000);
  const later = connector.read(signed(JSON.stringify(body), {}, now + 60_000), account, now + 60_000);
  assert.notEqual(eventsIn(later)[0]?.id, one.id);
  assert.equal(eventsIn(read(body))[0]?.id, one.id);
  assert.equal(read({ type: 'identify', orders }).verified, false);
  assert.equal(read({ ...body, orders: Array.from({ length: 21 }, () => orders[0]) }).verified, false);
});

const genuine = signed(JSON.stringify(message({ text: '退款' })));
connectorContract({
  connector,
  settings: { secret, callbackUrl: 'https://shop.example/replies' },
  now,
  deliver: (body) => signed(body),
  says: (messageId, text) => message({ messageId, text }),
  unheardOf: { type: 'dance.started', conversationId: 'c-1' },
  forged: {
    'a changed body': { ...genuine, body: Buffer.from(genuine.body.toString().replace('m1', 'm2')) },
    'a changed time': {
      ...genuine,
      headers: { ...genuine.headers, 'x-cs-timestamp': String(now / 1000 + 1) },
    },
    'no signature': { ...genuine, headers: { 'x-cs-timestamp': String(now / 1000) } },
    'a short signature': { ...genuine, headers: { ...genuine.headers, 'x-cs-signature': 'v1=00' } },
    'upper-case hex': {
      ...genuine,
      headers: {
        ...genuine.headers,
        'x-cs-signature': signature(secret, String(now / 1000), genuine.body).toUpperCase(),
      },
    },
    'a stale one': signed('{}', {}, now - 301_000),
    'one from the future': signed('{}', {}, now + 301_000),
    'somebody else’s key': signed('{}', {}, now, 'another-secret'),
    'a time that is no number': { ...genuine, headers: { ...genuine.headers, 'x-cs-timestamp': 'NaN' } },
    'a GET': { ...genuine, method: 'GET' },
  },
  echo: signed(JSON.stringify(message({ direction: 'out', text: '我们说的' }))),
});

describe('the generic channel, inbound', () => {
  test('the signature is the published one', () => {
    assert.equal(
      signature('generic-secret', '1700000000', '{"id":"m1","text":"hi"}'),
      'v1=87a55cd2321b50b07bebbf2f06fe955ee743bbf90ebf218b54741e115a7b41b4',
    );
  });

  test('words, files and a place of one message become messages in that order', () => {
    const events = eventsIn(
      read(
        message({
          text: '看图',
          attachments: [
            { type: 'image', url: 'https://cdn.shop.example/a.png', name: 'a.png' },
            { type: 'file', base64: Buffer.from('hi').toString('base64'), mime: 'text/plain', name: 'b.txt' },
            { type: 'image', url: 'http://169.254.169.254/latest/meta-data' },
            { type: 'sticker', name: '比心' },
          ],
          location: { latitude: 31.2, longitude: 121.5, name: '上海' },
          quote: { messageId: 'k-9' },
        }),
      ),
    );
    assert.deepEqual(
      events.map((event) => event.kind === 'message' && [event.id, event.type, event.text, event.media]),
      [
        ['m1', 'text', '看图', undefined],
        ['m1#2', 'image', 'a.png', { handle: 'https://cdn.shop.example/a.png', name: 'a.png' }],
        ['m1#3', 'file', 'b.txt', { handle: 'data:text/plain;base64,aGk=', name: 'b.txt' }],
        ['m1#4', 'other', '[image] http://169.254.169.254/latest/meta-data', undefined],
        ['m1#5', 'other', '[比心]', undefined],
        ['m1#6', 'location', undefined, undefined],
      ],
    );
    assert.ok(events[0]?.kind === 'message');
    assert.deepEqual(events[0].quote, { id: 'k-9' });
  });

  test('a message without an id is the same message when it is repeated, and another with another key', () => {
    const body = { conversationId: 'c', text: '好的' };
    const ids = [read(body), read(body), read(body, { 'x-cs-idempotency-key': 'k2' })].map(
      (reading) => eventsIn(reading)[0]?.id,
    );
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
    assert.match(String(read(body).response.body), /"accepted":true,"messageId":"body-[0-9a-f]{40}"/);
  });

  test('an id that JSON has already rounded is refused rather than confused with another', () => {
    const reading = connector.read(
      signed('{"conversationId":"c","messageId":4912661846655238145,"text":"x"}'),
      account,
      now,
    );
    assert.equal(reading.verified, false);
    assert.match(String(reading.response.body), /messageId/);
  });

  test('a tapped choice is said; the handshake is answered; nobody or nothing is refused with the reason', () => {
    const [tap] = eventsIn(read(message({ postback: { payload: '查物流' } })));
    assert.ok(tap?.kind === 'message');
    assert.equal(tap.text, '查物流');
    const shaken = read({ type: 'url_verification', challenge: 'abc' });
    assert.equal(shaken.response.body, '{"challenge":"abc"}');
    assert.equal(read({ text: '谁' }).response.status, 400);
    assert.match(String(read(message({})).response.body), /nothing is said/);
  });

  test('their clock counts while it is plausible; seconds are understood', () => {
    const at = (ts: number) => {
      const [event] = eventsIn(read(message({ text: 'x', ts })));
      return event?.at;
    };
    assert.equal(at(now - 1000), now - 1000);
    assert.equal(at(now / 1000 - 1), now - 1000);
    assert.equal(at(9e15), now);
    assert.equal(at(-1), now);
  });
});

describe('the generic channel, outbound', async () => {
  const heard: { headers: IncomingMessage['headers']; body: string }[] = [];
  let respond = (response: ServerResponse): void => void response.writeHead(200).end('{}');
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      respond(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : 0;
  const host = `127.0.0.1:${port}`;

  const courierWith = (settings: Record<string, unknown>): Courier =>
    connector.courier(
      { tenantId: 't', id: 'a', name: 'A', settings: connector.account.parse({ secret, ...settings }) },
      quietHost(),
    );
  const courier = courierWith({
    callbackUrl: `http://${host}/replies`,
    privateHosts: [host],
    timeoutMs: 400,
  });
  const text: Outgoing = { kind: 'text', to: { kind: 'direct', person: 'c-1' }, text: '您好' };
  const fails = async (sent: Promise<unknown>): Promise<SendError> => {
    const error = await sent.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof SendError, String(error));
    return error;
  };

  test('a reply is signed, addressed, and byte for byte the same when repeated', async () => {
    heard.length = 0;
    const choices = [{ label: '查物流', say: '查物流' }];
    await courier.send({ ...text, quote: 'm1', choices }, 'k-1');
    const sent = await courier.send({ ...text, quote: 'm1', choices }, 'k-1');
    assert.deepEqual(sent, { messageId: 'k-1' });
    const [first, second] = heard;
    assert.ok(first && second);
    assert.equal(first.body, second.body);
    assert.deepEqual(JSON.parse(first.body), {
      type: 'message',
      direction: 'out',
      messageId: 'k-1',
      conversationId: 'c-1',
      quote: { messageId: 'm1' },
      text: '您好',
      choices: [{ label: '查物流', payload: '查物流' }],
    });
    assert.equal(first.headers['x-cs-idempotency-key'], 'k-1');
    assert.equal(
      first.headers['x-cs-signature'],
      signature(secret, String(first.headers['x-cs-timestamp']), first.body),
    );
  });

  test('a file goes out as a signed link; a recall names the message', async () => {
    heard.length = 0;
    const media = {
      type: 'image',
      mime: 'image/png',
      name: '图.png',
      url: 'https://desk.example/f/1?sig=x',
    } as const;
    await courier.send(
      { kind: 'media', to: text.to, media: { ...media, bytes: async () => Buffer.alloc(0) } },
      'k-2',
    );
    await courier.send({ kind: 'recall', messageId: 'k-2' }, 'k-3');
    await courier.send({ kind: 'edit', messageId: 'k-1', text: '改好了' }, 'k-4');
    assert.deepEqual(JSON.parse(heard[2]?.body ?? ''), {
      type: 'edit',
      direction: 'out',
      messageId: 'k-1',
      text: '改好了',
    });
    assert.deepEqual(JSON.parse(heard[0]?.body ?? '').attachments, [media]);
    assert.deepEqual(JSON.parse(heard[1]?.body ?? ''), {
      type: 'recall',
      direction: 'out',
      messageId: 'k-2',
    });
  });

  for (const [status, fate] of [
    [410, 'refused'],
    [400, 'refused'],
    [302, 'refused'],
    [429, 'later'],
    [409, 'unknown'],
    [500, 'unknown'],
    [503, 'unknown'],
  ] as const) {
    test(`an answer of ${status} means ${fate}`, async () => {
      respond = (response) =>
        void response.writeHead(status, { 'retry-after': '7', location: 'http://10.0.0.1/' }).end();
      const error = await fails(courier.send(text, 'k'));
      assert.equal(error.fate, fate);
      if (status === 429) assert.equal(error.retryAfterMs, 7000);
    });
  }

  test('silence and a broken connection leave the fate unknown; a closed door does not', async () => {
    respond = () => {};
    assert.equal((await fails(courier.send(text, 'k'))).fate, 'unknown');
    respond = (response) => response.destroy();
    assert.equal((await fails(courier.send(text, 'k'))).fate, 'unknown');
    const closed = courierWith({ callbackUrl: 'http://127.0.0.1:1/', privateHosts: ['127.0.0.1:1'] });
    assert.equal((await fails(closed.send(text, 'k'))).fate, 'later');
  });

  test('an address inside the house is never called unless the account lists it', async () => {
    heard.length = 0;
    for (const callbackUrl of [
      `http://${host}/`,
      `https://${host}/`,
      `https://localhost:${port}/`,
      `https://0x7f000001:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
      'https://169.254.169.254/',
      'http://shop.example/',
      `https://user:pass@${host}/`,
    ]) {
      const error = await fails(courierWith({ callbackUrl }).send(text, 'k'));
      assert.deepEqual([error.fate, error.code], ['refused', 'address'], callbackUrl);
    }
    assert.equal(heard.length, 0);
    assert.equal((await fails(courierWith({}).send(text, 'k'))).code, 'no_callback');
  });

  test('a file is fetched only from listed hosts, up to its size, and not past a redirect elsewhere', async () => {
    const fetching = courierWith({ mediaHosts: [host], privateHosts: [host], mediaMaxBytes: 1024 });
    const fetchIt = (handle: string) => {
      assert.ok(fetching.fetchMedia);
      return fetching.fetchMedia('m1', handle, 'image');
    };
    respond = (response) => void response.writeHead(200).end('picture');
    assert.equal((await fetchIt(`http://${host}/a`)).bytes.toString(), 'picture');
    assert.equal((await fetchIt('data:text/plain;base64,aGk=')).bytes.toString(), 'hi');
    respond = (response) => void response.writeHead(200).end('x'.repeat(5000));
    assert.equal((await fails(fetchIt(`http://${host}/a`))).code, 'too_large');
    respond = (response) =>
      void response.writeHead(302, { location: `http://localhost:${port}/secret` }).end();
    assert.equal((await fails(fetchIt(`http://${host}/a`))).code, 'address');
    respond = (response) => void response.writeHead(302, { location: '/a' }).end();
    assert.equal((await fails(fetchIt(`http://${host}/a`))).code, 'redirects');
    assert.equal((await fails(fetchIt('https://elsewhere.example/a'))).code, 'address');
  });
});

function quietHost(): ChannelHost {
  const refuse = async () => Promise.reject(new Error('the generic channel asks the host for nothing'));
  return {
    clock: movableClock(now),
    ids: { next: () => 'id' },
    log: silent,
    account: refuse,
    receive: refuse,
    transcript: refuse,
    earlier: refuse,
    standing: refuse,
    storeMedia: refuse,
    mediaLink: () => '',
    shared: () => Object.create(null),
    onNews: () => () => {},
    typing() {},
  };
}
