import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { BotParts, Socket, SocketEars } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { Delivery } from '../../core/ports/delivery.js';
import { valuesInMemory } from '../contract.js';
import type { Timers } from '../keeper.js';
import { aibotCredentials } from './credentials.js';
import { type Frame, frameIn, frameText } from './frame.js';
import aibot from './index.js';
import { connect } from './socket.js';

const credentials = aibotCredentials.parse({ botId: 'aib1', secret: 'very-secret' });
const clock = movableClock(1_700_000_000_000);

/** Timers that run when the test says so. */
function timersByHand(): Timers & { fire(ms: number): void } {
  const waiting = new Set<{ ms: number; run: () => void }>();
  return {
    after(ms, run) {
      const timer = { ms, run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    fire(ms) {
      for (const timer of [...waiting].filter((one) => one.ms === ms)) {
        waiting.delete(timer);
        timer.run();
      }
    },
  };
}

/** A list that can be waited for until it holds enough. */
function heap<T>(): { items: T[]; add(item: T): void; until(count: number): Promise<T[]> } {
  const items: T[] = [];
  let more = () => {};
  return {
    items,
    add(item) {
      items.push(item);
      more();
    },
    async until(count) {
      while (items.length < count) await new Promise<void>((resolve) => (more = resolve));
      return items;
    },
  };
}

const acknowledged = ({ headers }: Frame, more: object = {}) =>
  JSON.stringify({ headers, errcode: 0, errmsg: 'ok', ...more });

/** WeCom's end of a connection: takes every frame, and answers as it is told. */
async function farEnd(
  t: TestContext,
  answer: (frame: Frame, socket: WebSocket) => string | undefined = (frame) => acknowledged(frame),
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const frames = heap<Frame>();
  const sockets = heap<WebSocket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('message', (bytes: Buffer) => {
      const frame = frameIn(bytes) ?? assert.fail('no frame');
      const text = answer(frame, socket);
      if (text !== undefined) socket.send(text);
      frames.add(frame);
    });
  });
  t.after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const parts: BotParts = {
    clock,
    log: silent,
    shared: valuesInMemory(clock),
    baseUrl: `ws://127.0.0.1:${address.port}/aibot`,
    line: () => undefined,
  };
  return { parts, frames, sockets };
}

const callbackText = (id: string, body: object = {}, cmd = 'aibot_msg_callback') =>
  JSON.stringify({
    cmd,
    headers: { req_id: `req-${id}` },
    body: {
      msgid: id,
      aibotid: 'aib1',
      chattype: 'single',
      from: { userid: 'lin' },
      msgtype: 'text',
      text: { content: id },
      ...body,
    },
  });
const eventText = (id: string, eventtype: string) =>
  callbackText(id, { msgtype: 'event', event: { eventtype } }, 'aibot_event_callback');

function listening() {
  const heard = heap<string>();
  const signs = heap<string>();
  const ears: SocketEars = {
    async heard(delivery: Delivery) {
      const frame = frameIn(delivery.body);
      heard.add(frame?.headers.req_id ?? '');
      return aibot.read(delivery, credentials, clock.now()).response;
    },
    alive: (sign) => signs.add(sign),
    closed: (reason, why) => signs.add(`closed${why ? ` ${why}` : ''}: ${reason}`),
  };
  return { heard, signs, ears };
}

const failing = async (send: Promise<unknown> | undefined): Promise<SendError> => {
  const error = await send?.then(
    () => assert.fail('it was answered'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};
const asking = (socket: Socket, reqId: string, content = 'x') =>
  socket.request?.(frameText('aibot_respond_msg', reqId, { content })) ?? assert.fail('no request');

test('subscribes, hears, greets, pings and closes', async (t) => {
  const { parts, frames, sockets } = await farEnd(t);
  const { heard, signs, ears } = listening();
  const socket = await connect(credentials, parts, ears);
  assert.deepEqual(
    [frames.items[0]?.cmd, frames.items[0]?.body],
    ['aibot_subscribe', { bot_id: 'aib1', secret: 'very-secret' }],
  );
  const [far] = sockets.items;
  far?.send('no frame');
  far?.send(Buffer.from([1, 2]));
  far?.send(callbackText('m-1'));
  far?.send(eventText('e-1', 'enter_chat'));
  assert.deepEqual(await heard.until(2), ['req-m-1', 'req-e-1']);
  const greeting = (await frames.until(2)).at(-1);
  assert.deepEqual(
    [greeting?.cmd, greeting?.headers.req_id],
    ['aibot_respond_welcome_msg', 'req-e-1'],
    'the message is answered when there is an answer, the greeting at once',
  );
  await signs.until(4);
  assert.equal(socket.pingEveryMs, 30_000);
  socket.ping();
  assert.equal((await signs.until(5)).at(-1), 'ping');
  assert.equal((await frames.until(3)).at(-1)?.cmd, 'ping');
  await socket.close();
  assert.match((await signs.until(6)).at(-1) ?? '', /^closed: 1000/);
  assert.equal((await failing(asking(socket, 'r'))).fate, 'later');
});

test('who is thrown out by another connection says so, once, and says nothing more', async (t) => {
  const { parts, sockets } = await farEnd(t);
  const { heard, signs, ears } = listening();
  const socket = await connect(credentials, parts, ears);
  sockets.items[0]?.send(eventText('e-1', 'disconnected_event'));
  await signs.until(3);
  const [far] = sockets.items;
  if (far?.readyState !== far?.CLOSED) await new Promise((resolve) => far?.once('close', resolve));
  assert.deepEqual(
    signs.items.filter((sign) => sign.startsWith('closed')),
    ['closed taken: another connection was opened for this bot'],
  );
  assert.deepEqual(heard.items, []);
  assert.equal((await failing(asking(socket, 'r'))).fate, 'later');
  await socket.close();
});

test('a subscription that is refused, or that nobody answers, opens nothing; and nothing gives the secret away', async (t) => {
  const refusing = await farEnd(t, (frame) =>
    acknowledged(frame, { errcode: 853000, errmsg: 'invalid bot_id or secret' }),
  );
  const failure = (opening: Promise<unknown>, words: RegExp) =>
    assert.rejects(opening, (error: Error) => {
      assert.match(error.message, words);
      return !error.message.includes('very-secret');
    });
  await failure(connect(credentials, refusing.parts, listening().ears), /853000/);
  await closed((await refusing.sockets.until(1))[0]);

  const mute = await farEnd(t, () => undefined);
  const timers = timersByHand();
  const opening = connect(credentials, mute.parts, listening().ears, timers);
  const failed = failure(opening, /in time/);
  await mute.frames.until(1);
  timers.fire(10_000);
  await failed;
  await closed((await mute.sockets.until(1))[0]);

  const hangingUp = await farEnd(t, (_, socket) => void socket.close(1008));
  await failure(connect(credentials, hangingUp.parts, listening().ears), /lost/);
  const { secret: _, ...keyed } = credentials;
  await failure(connect(keyed, mute.parts, listening().ears), /secret/);
  await failure(
    connect(credentials, { ...mute.parts, baseUrl: 'https://qyapi.example' }, listening().ears),
    /wss:/,
  );
});
const closed = async (socket: WebSocket | undefined): Promise<void> => {
  if (socket && socket.readyState !== socket.CLOSED)
    await new Promise((resolve) => socket.once('close', resolve));
};

test('a server that takes the call and says nothing does not hold us for ever', async (t) => {
  const server = createServer();
  const called = new Promise<void>((resolve) => server.once('connection', () => resolve()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { parts } = await farEnd(t);
  const baseUrl = `ws://127.0.0.1:${address.port}`;
  const timers = timersByHand();
  const opening = connect(credentials, { ...parts, baseUrl }, listening().ears, timers);
  const failed = assert.rejects(opening, /closed before/);
  await called;
  timers.fire(10_000);
  await failed;
});

test('answers to one message leave one by one, each with its own receipt', async (t) => {
  const held: [Frame, WebSocket][] = [];
  const { parts, frames } = await farEnd(t, (frame, socket) => {
    if (frame.cmd !== 'aibot_respond_msg') return acknowledged(frame);
    held.push([frame, socket]);
    return undefined;
  });
  const socket = await connect(credentials, parts, listening().ears);
  const receipts = ['one', 'two'].map((content) => asking(socket, 'r-1', content));
  const beside = asking(socket, 'r-2', 'beside');
  await frames.until(3);
  assert.deepEqual(
    held.map(([{ body }]) => body),
    [{ content: 'one' }, { content: 'beside' }],
    'the second waits for the first; another message’s does not',
  );
  const answer = (index: number, errcode: number) => {
    const [frame, far] = held[index] ?? assert.fail();
    far.send(acknowledged(frame, { errcode }));
  };
  answer(1, 7);
  answer(0, 0);
  await frames.until(4);
  answer(2, 42014);
  const codes = (await Promise.all([...receipts, beside])).map((text) => JSON.parse(text).errcode);
  assert.deepEqual(codes, [0, 42014, 7]);
  await socket.close();
});

test('a receipt that comes too late is never taken for the next one’s', async (t) => {
  const timers = timersByHand();
  const held: [Frame, WebSocket][] = [];
  const { parts, frames } = await farEnd(t, (frame, socket) => {
    if (frame.cmd !== 'aibot_respond_msg') return acknowledged(frame);
    held.push([frame, socket]);
    return undefined;
  });
  const { signs, ears } = listening();
  const socket = await connect(credentials, parts, ears, timers);
  const receipt = async () => {
    const [frame, far] = held[0] ?? assert.fail();
    const signsBefore = signs.items.length;
    far.send(acknowledged(frame));
    await signs.until(signsBefore + 1);
  };
  const first = asking(socket, 'r-1', 'one');
  await frames.until(2);
  const waiting = asking(socket, 'r-1', 'two');
  timers.fire(10_000);
  const unanswered = await failing(first);
  assert.deepEqual([unanswered.fate, unanswered.code], ['unknown', 'timeout']);
  assert.equal((await failing(waiting)).code, 'hanging', 'it never left');
  assert.equal((await failing(asking(socket, 'r-1', 'three'))).code, 'hanging');

  const again = asking(socket, 'r-1', 'one');
  await frames.until(3);
  await receipt();
  assert.equal(JSON.parse(await again).errcode, 0, 'either receipt says that it arrived');
  assert.equal((await failing(asking(socket, 'r-1', 'three'))).code, 'hanging', 'one is still owed');
  await receipt();
  const third = asking(socket, 'r-1', 'three');
  await frames.until(4);
  await receipt();
  assert.equal(JSON.parse(await third).errcode, 0);
  await socket.close();
});

test('when the line is lost, what was on its way may have arrived, and what waited has not left', async (t) => {
  const { parts, frames, sockets } = await farEnd(t, (frame) =>
    frame.cmd === 'aibot_respond_msg' ? undefined : acknowledged(frame),
  );
  const socket = await connect(credentials, parts, listening().ears);
  const sent = asking(socket, 'r-1', 'one');
  const waiting = asking(socket, 'r-1', 'two');
  await frames.until(2);
  sockets.items[0]?.terminate();
  assert.deepEqual([(await failing(sent)).fate, (await failing(waiting)).fate], ['unknown', 'later']);
  await socket.close();
});

test('what could not be recorded is offered again, since WeCom says nothing twice', async (t) => {
  const timers = timersByHand();
  const { parts, sockets } = await farEnd(t);
  const { heard, ears } = listening();
  let away = 2;
  const socket = await connect(
    credentials,
    parts,
    {
      ...ears,
      async heard(delivery) {
        const response = await ears.heard(delivery);
        if (away-- > 0) throw new Error('the database is away');
        return response;
      },
    },
    timers,
  );
  sockets.items[0]?.send(callbackText('m-1'));
  await heard.until(1);
  await turn();
  timers.fire(1_000);
  await heard.until(2);
  await turn();
  timers.fire(5_000);
  assert.deepEqual(await heard.until(3), ['req-m-1', 'req-m-1', 'req-m-1']);
  await socket.close();
});
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a frame too large to be one is not taken', async (t) => {
  const { parts, sockets } = await farEnd(t);
  const { heard, signs, ears } = listening();
  await connect(credentials, parts, ears);
  sockets.items[0]?.send(callbackText('m-1', { text: { content: 'x'.repeat(5 * 1024 * 1024) } }));
  assert.match((await signs.until(2)).at(-1) ?? '', /^closed: 1006|^closed: 1009/);
  assert.deepEqual(heard.items, []);
});
