import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { BotParts, SocketEars } from '../../core/ports/bot.js';
import type { Delivery } from '../../core/ports/delivery.js';
import { valuesInMemory } from '../contract.js';
import { feishuCredentials } from './credentials.js';
import { decodeFrame, encodeFrame, type Frame, headerOf, pingFrame } from './frame.js';
import feishu from './index.js';

const credentials = feishuCredentials.parse({ appId: 'cli_0123456789abcdef', appSecret: 'app-secret' });
const clock = movableClock(1_700_000_000_000);
const payload = (id: string) =>
  Buffer.from(
    JSON.stringify({ schema: '2.0', header: { event_id: id, event_type: 'some.type' }, event: {} }),
  );

/** Feishu's end of a long connection. */
interface FarEnd {
  parts: BotParts;
  far: Promise<WebSocket>;
  frames: Frame[];
  answered(count: number): Promise<Frame[]>;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return address.port;
}

async function farEnd(t: TestContext, answer: (port: number) => object): Promise<FarEnd> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer(port))));
  const sockets = new WebSocketServer({ server });
  const port = await listening(server);
  const frames: Frame[] = [];
  let more = () => {};
  const far = new Promise<WebSocket>((resolve) =>
    sockets.on('connection', (socket) => {
      socket.on('message', (bytes: Buffer) => {
        frames.push(decodeFrame(bytes));
        more();
      });
      // In the same packet as the handshake's answer: nothing may be lost at the very beginning.
      socket.send(event('early'));
      resolve(socket);
    }),
  );
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const parts = {
    clock,
    log: silent,
    shared: valuesInMemory(clock),
    baseUrl: `http://127.0.0.1:${port}`,
    line: () => undefined,
  };
  const answered = async (count: number) => {
    while (frames.length < count) await new Promise<void>((resolve) => (more = resolve));
    return frames;
  };
  return { parts, far, frames, answered };
}

const endpoint = (port: number) => ({
  code: 0,
  msg: '',
  data: {
    URL: `ws://127.0.0.1:${port}/ws/v2?device_id=d&service_id=7`,
    ClientConfig: { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 20 },
  },
});

function event(id: string, body = payload(id), part: Record<string, string> = {}): Buffer {
  const headers = Object.entries({ type: 'event', message_id: id, sum: '1', seq: '0', ...part });
  const pairs = headers.map(([key, value]) => ({ key, value }));
  return encodeFrame({ seqId: 1n, logId: 2n, service: 7, method: 1, headers: pairs, payload: body });
}

const eventIds = (heard: Delivery[]) =>
  heard.map(({ body }) => JSON.parse(decodeFrame(body).payload?.toString() ?? '').header.event_id);

function ears(heard: Delivery[], signs: string[]): SocketEars {
  return {
    async heard(delivery) {
      heard.push(delivery);
      if (eventIds([delivery])[0] === 'unrecorded') throw new Error('the database is away');
      return feishu.read(delivery, credentials, clock.now()).response;
    },
    alive: (sign) => signs.push(sign),
    closed: () => signs.push('closed'),
  };
}

test('frames are heard from the first on, put together, acknowledged, and asked for again when not recorded', async (t) => {
  const { parts, far, answered } = await farEnd(t, endpoint);
  const heard: Delivery[] = [];
  const signs: string[] = [];
  const socket = await feishu.connect?.(credentials, parts, ears(heard, signs));
  const server = await far;

  server.send('no frame');
  server.send(Buffer.from([1, 2, 3]));
  const whole = payload('in-parts');
  server.send(event('p', whole.subarray(20), { sum: '2', seq: '1' }));
  server.send(event('p', whole.subarray(0, 20), { sum: '2', seq: '0' }));
  server.send(event('unrecorded'));

  const acks = await answered(3);
  assert.deepEqual(eventIds(heard), ['early', 'in-parts', 'unrecorded']);
  assert.deepEqual(
    acks.map((ack) => [headerOf(ack, 'message_id'), JSON.parse(ack.payload?.toString() ?? '').code]),
    [
      ['early', 200],
      ['p', 200],
      ['unrecorded', 500],
    ],
  );
  assert.deepEqual(signs, ['application', 'application', 'application', 'application']);
  await socket?.close();
  assert.equal(signs.at(-1), 'closed');
});

test('parts that stay incomplete are forgotten', async (t) => {
  const { parts, far, answered } = await farEnd(t, endpoint);
  const heard: Delivery[] = [];
  const socket = await feishu.connect?.(credentials, parts, ears(heard, []));
  const server = await far;
  server.send(event('p', payload('old').subarray(0, 20), { sum: '2', seq: '0' }));
  server.send(event('between'));
  await answered(2);
  clock.advance(11_000);
  server.send(event('p', payload('new').subarray(20), { sum: '2', seq: '1' }));
  server.send(event('p', payload('new').subarray(0, 20), { sum: '2', seq: '0' }));
  await answered(3);
  assert.deepEqual(eventIds(heard), ['early', 'between', 'new']);
  await socket?.close();
});

test('pings as often as it is told to, and says when it is answered', async (t) => {
  const { parts, far, answered } = await farEnd(t, endpoint);
  const signs: string[] = [];
  let heardPong = () => {};
  const pong = new Promise<void>((resolve) => {
    heardPong = resolve;
  });
  const socket = await feishu.connect?.(credentials, parts, {
    ...ears([], signs),
    alive: (sign) => sign === 'ping' && heardPong(),
  });
  assert.equal(socket?.pingEveryMs, 20_000);
  await answered(1);
  socket?.ping();
  const ping = (await answered(2)).at(-1);
  assert.deepEqual(ping && encodeFrame(ping), pingFrame(7));
  const config = Buffer.from('{"PingInterval":5}');
  const type = [{ key: 'type', value: 'pong' }];
  (await far).send(
    encodeFrame({ seqId: 0n, logId: 0n, service: 7, method: 0, headers: type, payload: config }),
  );
  await pong;
  assert.equal(socket?.pingEveryMs, 5_000);
  await socket?.close();
});

test('an address that is refused, or less safe than the one asked, is an error without the secret', async (t) => {
  const answers = [
    { code: 514, msg: 'auth failed', data: {} },
    { code: 1000040350, msg: 'exceeds connection limit' },
    { ...endpoint(1), data: { URL: 'http://127.0.0.1:1/?ticket=very-secret' } },
    {},
  ];
  for (const answer of answers) {
    const { parts } = await farEnd(t, () => answer);
    const connecting = feishu.connect?.(credentials, parts, ears([], [])) ?? assert.fail();
    await assert.rejects(connecting, (error: Error) => !/app-secret|very-secret/.test(error.message));
  }
});
