import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { BotParts, Socket, SocketEars } from '../../core/ports/bot.js';
import type { Delivery } from '../../core/ports/delivery.js';
import { valuesInMemory } from '../contract.js';
import { keepConnected, type Timers } from '../keeper.js';
import { dingtalkCredentials } from './credentials.js';
import dingtalk from './index.js';

const now = 1_700_000_000_000;
const credentials = dingtalkCredentials.parse({
  clientId: 'dingappkey0001',
  clientSecret: 'client-secret',
  robotCode: 'dingappkey0001',
});

const frame = (messageId: string, more: object = {}, topic = '/v1.0/im/bot/messages/get') =>
  JSON.stringify({
    specVersion: '1.0',
    type: 'CALLBACK',
    headers: { topic, messageId, contentType: 'application/json', time: String(now) },
    data: '{}',
    ...more,
  });
const system = (topic: string, data: object) =>
  frame('s', { type: 'SYSTEM', data: JSON.stringify(data) }, topic);

/** DingTalk's end: an address to ask for, and the sockets that came to it. */
interface FarEnd {
  parts: BotParts;
  asked: Record<string, unknown>[];
  tickets: (string | null)[];
  sockets: WebSocket[];
  said: Record<string, unknown>[];
  /** Resolves once so much has been said to it, and so many sockets have come. */
  until(isSo: () => boolean): Promise<void>;
}

type Answer = (port: number, response: ServerResponse) => void;
const endpoint: Answer = (port, response) =>
  response.end(JSON.stringify({ endpoint: `ws://127.0.0.1:${port}/connect`, ticket: 't /+&' }));

async function farEnd(t: TestContext, answer: Answer = endpoint, greeting?: string): Promise<FarEnd> {
  const asked: Record<string, unknown>[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      asked.push({ ...JSON.parse(body), accept: request.headers.accept, path: request.url });
      answer(port, response);
    });
  });
  const accepting = new WebSocketServer({ server });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const { port } = address;
  const [tickets, sockets, said]: [(string | null)[], WebSocket[], Record<string, unknown>[]] = [[], [], []];
  let news = () => {};
  accepting.on('connection', (socket, request) => {
    tickets.push(new URL(request.url ?? '', 'ws://x').searchParams.get('ticket'));
    sockets.push(socket);
    socket.on('message', (bytes: Buffer) => {
      said.push(JSON.parse(bytes.toString()));
      news();
    });
    // In the same packet as the handshake's answer: nothing may be lost at the very beginning.
    if (greeting) socket.send(greeting);
    news();
  });
  t.after(() => {
    for (const socket of accepting.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const clock = movableClock(now);
  return {
    parts: {
      clock,
      log: silent,
      shared: valuesInMemory(clock),
      baseUrl: `http://127.0.0.1:${port}`,
      line: () => undefined,
    },
    ...{ asked, tickets, sockets, said },
    async until(isSo) {
      while (!isSo()) await new Promise<void>((resolve) => (news = resolve));
    },
  };
}

function ears(heard: string[], signs: string[] = []): SocketEars {
  return {
    async heard(delivery: Delivery) {
      const { messageId } = JSON.parse(delivery.body.toString()).headers;
      heard.push(messageId);
      if (messageId === 'unrecorded') throw new Error('the database is away');
      return dingtalk.read(delivery, credentials, now).response;
    },
    alive: (sign) => signs.push(sign),
    closed: (reason) => signs.push(`closed: ${reason}`),
  };
}

const connecting = (parts: BotParts, of: SocketEars): Promise<Socket> =>
  dingtalk.connect?.(credentials, parts, of) ?? assert.fail();

test('asks for everything it has a use for, and comes with the ticket as it was given', async (t) => {
  const { parts, asked, tickets } = await farEnd(t);
  const socket = await connecting(parts, ears([]));
  assert.deepEqual(asked, [
    {
      path: '/v1.0/gateway/connections/open',
      accept: 'application/json',
      clientId: 'dingappkey0001',
      clientSecret: 'client-secret',
      ua: 'imdesk/1',
      subscriptions: [
        { type: 'EVENT', topic: '*' },
        { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get' },
        { type: 'CALLBACK', topic: '/v1.0/card/instances/callback' },
      ],
    },
  ]);
  assert.deepEqual(tickets, ['t /+&']);
  await socket.close();
});

test('frames are heard from the first on and acknowledged; what is no frame harms nobody', async (t) => {
  const { parts, sockets, said, until } = await farEnd(t, endpoint, frame('early'));
  const [heard, signs]: [string[], string[]] = [[], []];
  const socket = await connecting(parts, ears(heard, signs));
  const [far] = sockets;
  for (const bad of ['', 'no frame', '{', 'null', '[]', '{"type":"CALLBACK"}', `${'['.repeat(9000)}`])
    far?.send(bad);
  far?.send(Buffer.from([1, 2, 3]));
  far?.send(frame('not-json', { data: '{"half":' }));
  far?.send(frame('unrecorded'));
  far?.send(frame('event', { type: 'EVENT' }, '*'));
  await until(() => said.length === 4);
  assert.deepEqual(heard, ['early', 'not-json', 'unrecorded', 'event']);
  const acks = said.map(({ code, headers, data }) => [Reflect.get(Object(headers), 'messageId'), code, data]);
  assert.deepEqual(acks.sort(), [
    ['early', 200, '{"response":null}'],
    ['event', 200, '{"status":"SUCCESS"}'],
    ['not-json', 200, '{"response":null}'],
    ['unrecorded', 500, '{"response":null}'],
  ]);
  assert.deepEqual(signs, Array(4).fill('application'));
  await socket.close();
  assert.match(signs.at(-1) ?? '', /^closed: 1000/);
});

test('an event that could not be recorded is asked for again', async (t) => {
  const { parts, sockets, said, until } = await farEnd(t);
  const socket = await connecting(parts, ears([]));
  sockets[0]?.send(frame('unrecorded', { type: 'EVENT' }, '*'));
  await until(() => said.length === 1);
  assert.deepEqual([said[0]?.code, said[0]?.data], [200, '{"status":"LATER","message":"not recorded"}']);
  await socket.close();
});

test('a ping is given back, and one of ours is noticed when it comes back', async (t) => {
  const { parts, sockets, said, until } = await farEnd(t);
  const signs: string[] = [];
  let told = () => {};
  const ponged = new Promise<void>((resolve) => {
    told = resolve;
  });
  const alive: SocketEars['alive'] = (sign) => {
    signs.push(sign);
    told();
  };
  const socket = await connecting(parts, { ...ears([], signs), alive });
  socket.ping();
  await ponged;
  sockets[0]?.send(system('ping', { opaque: 'o-1' }));
  await until(() => said.length === 1);
  assert.equal(said[0]?.data, '{"opaque":"o-1"}');
  assert.deepEqual(signs, ['ping', 'ping']);
  assert.ok(socket.pingEveryMs <= 60_000);
  await socket.close();
});

test('a server that is about to leave is told of once, and is listened to until it is gone', async (t) => {
  const { parts, sockets, said, until } = await farEnd(t);
  const [heard, signs]: [string[], string[]] = [[], []];
  await connecting(parts, ears(heard, signs));
  const [far] = sockets;
  far?.send(system('disconnect', { reason: 'connection is expired' }));
  far?.send(frame('late'));
  await until(() => said.length === 1);
  assert.deepEqual([heard, signs], [['late'], ['closed: the server asked to leave']]);
  const gone = new Promise((resolve) => far?.once('close', resolve));
  far?.close(1000);
  await gone;
  assert.equal(signs.length, 1);
});

/** Rounds of the keeper that the test itself brings about. */
function handTimers(): Timers & { round(): void } {
  const waiting = new Set<() => void>();
  return {
    after(_ms, run) {
      waiting.add(run);
      return () => waiting.delete(run);
    },
    round() {
      for (const run of [...waiting]) {
        waiting.delete(run);
        run();
      }
    },
  };
}

test('kept open, a leaving connection is replaced before it is gone, and a dropped one once', async (t) => {
  const { parts, sockets, until } = await farEnd(t);
  const clock = movableClock(now);
  const timers = handTimers();
  const gaps: [number, number][] = [];
  const keeper = keepConnected(
    {
      name: 'test',
      open: (of) => connecting(parts, of),
      heard: async (delivery) => dingtalk.read(delivery, credentials, now).response,
      onGap: (from, to) => gaps.push([from, to]),
      ...{ clock, timers, log: silent, random: () => 0 },
    },
    { retryFirstMs: 1000, provenMs: 0 },
  );
  const openTo = async (count: number) => {
    await until(() => sockets.length === count);
    while (keeper.hearing() < 2) await new Promise((resolve) => setImmediate(resolve));
  };
  await openTo(2);
  const [first, second] = sockets;
  first?.send(system('disconnect', { reason: 'connection is expired' }));
  while (keeper.hearing() === 2) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1000);
  timers.round();
  await openTo(3);
  assert.equal(first?.readyState, first?.OPEN, 'the old one is still there');
  assert.deepEqual(gaps, []);

  second?.terminate();
  while (keeper.hearing() === 2) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1000);
  timers.round();
  await openTo(4);
  clock.advance(60_000);
  timers.round();
  assert.equal(sockets.length, 4, 'one attempt for each that was lost');
  const stopping = keeper.stop();
  first?.close();
  await stopping;
});

test('an address that is refused, or less safe than the one asked, is an error without the secret', async (t) => {
  const say =
    (status: number, value: unknown): Answer =>
    (_port, response) => {
      response.writeHead(status).end(typeof value === 'string' ? value : JSON.stringify(value));
    };
  const answers: [Answer, RegExp][] = [
    [
      say(400, { code: 'invalidClientIdOrSecret', message: '无效的clientId或者clientSecret' }),
      /400 invalidClientIdOrSecret/,
    ],
    [say(200, { endpoint: 'http://127.0.0.1:1/connect', ticket: 'very-secret' }), /http: instead of ws:/],
    [say(200, { endpoint: 'nowhere', ticket: 'very-secret' }), /none/],
    [say(200, {}), /gave no address/],
    [say(503, '<xml/>'), /503/],
  ];
  for (const [answer, words] of answers) {
    const { parts } = await farEnd(t, answer);
    const failed = await connecting(parts, ears([])).catch((error: unknown) => error);
    assert.ok(failed instanceof Error && words.test(failed.message), `${failed}`);
    assert.doesNotMatch(failed.message, /client-secret|very-secret/);
  }
});

test('a handshake that is refused is an error, and leaves nothing behind', async (t) => {
  const refusing = createServer((_, response) => response.writeHead(401).end());
  refusing.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'));
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve));
  t.after(() => refusing.close());
  const address = refusing.address();
  assert.ok(address && typeof address === 'object');
  const { parts, asked } = await farEnd(t, (_port, response) =>
    response.end(JSON.stringify({ endpoint: `ws://127.0.0.1:${address.port}/connect`, ticket: 't' })),
  );
  await assert.rejects(connecting(parts, ears([])), /401/);
  assert.equal(asked.length, 1);
});
