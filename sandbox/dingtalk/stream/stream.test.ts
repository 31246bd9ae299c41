import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { eventually } from '../../testing.js';
import { CARD_TOPIC, ROBOT_TOPIC } from '../push/deadlines.js';
import {
  appKey,
  appSecret,
  type DingtalkBench,
  dingtalkWorld,
  fetchJson,
  startDingtalk,
} from '../testing.js';
import type { Frame } from './frame.js';

/** A client by hand: what it got, and what it says back. */
class Line {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  /** The `data` of the acknowledgement, or nothing for none. */
  answer: (frame: Frame) => unknown = () => ({ response: null });
  closed = false;

  constructor(address: string) {
    this.socket = new WebSocket(address);
    this.socket.on('message', (text) => {
      const frame: Frame = JSON.parse(String(text));
      this.frames.push(frame);
      const data = this.answer(frame);
      if (data !== undefined) this.ack(frame, data);
    });
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('error', () => {});
  }

  ack(frame: Frame, data: unknown): void {
    const headers = { contentType: 'application/json', messageId: frame.headers.messageId };
    this.socket.send(JSON.stringify({ code: 200, message: 'OK', headers, data: JSON.stringify(data) }));
  }

  of(topic: string): Record<string, unknown>[] {
    return this.frames.filter(({ headers }) => headers.topic === topic).map(({ data }) => JSON.parse(data));
  }
}

describe('the gateway of Stream', () => {
  let bench: DingtalkBench;
  let lines: Line[] = [];

  before(async () => {
    bench = await startDingtalk(dingtalkWorld({}, { connectionSeconds: 3_600 }));
  });
  after(() => bench.close());
  beforeEach(() => {
    lines = [];
  });
  afterEach(async () => {
    for (const { socket } of lines) socket.terminate();
    await bench.control('DELETE', 'faults');
    await eventually(async () => ((await connections()).length === 0 ? true : undefined));
  });

  const connections = async () => {
    const { connections: all } = await bench.control('GET', 'connections');
    return Array.isArray(all) ? all : [];
  };
  const open = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    fetchJson(`${bench.url}/v1.0/gateway/connections/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({
        ...{ clientId: appKey, clientSecret: appSecret },
        subscriptions: [
          { type: 'CALLBACK', topic: ROBOT_TOPIC },
          { type: 'CALLBACK', topic: CARD_TOPIC },
        ],
        ...more,
      }),
    });
  const connect = async (more: Record<string, unknown> = {}): Promise<Line> => {
    const { body } = await open(more);
    const before = (await connections()).length;
    const line = new Line(`${body.endpoint}?ticket=${body.ticket}`);
    lines.push(line);
    await eventually(async () => ((await connections()).length > before ? true : undefined));
    return line;
  };
  const say = (text: string) => bench.does('say', { as: 'lin', bot: appKey, text });
  const outcomes = async () => {
    const { deliveries } = await bench.control('GET', 'deliveries?since=0');
    const ours = Array.isArray(deliveries) ? deliveries : [];
    return ours.filter(({ type }) => type === ROBOT_TOPIC).map(({ outcome }) => String(outcome));
  };

  test('takes right credentials only, and speaks XML to whoever does not ask for JSON', async () => {
    const { status, body } = await open({ clientSecret: 'wrong' });
    assert.deepEqual([status, body.code, body.message], [401, 'authFailed', '鉴权失败']);
    assert.equal((await open({ subscriptions: [{ type: 'EVENT', topic: 'user_add_org' }] })).status, 400);
    assert.match(String((await open({}, { accept: '*/*' })).body.text), /^<response><endpoint>ws:/);
  });

  test('takes each ticket once, within 90 seconds', async () => {
    const refused = async (address: string) => {
      const line = new Line(address);
      await eventually(() => line.closed || undefined);
    };
    const first = (await open()).body;
    const line = new Line(`${first.endpoint}?ticket=${first.ticket}`);
    lines.push(line);
    await eventually(() => line.socket.readyState === WebSocket.OPEN || undefined);
    await refused(`${first.endpoint}?ticket=${first.ticket}`);
    const old = (await open()).body;
    await bench.control('POST', 'clock', { advanceMs: 90_001 });
    await refused(`${old.endpoint}?ticket=${old.ticket}`);
  });

  test('pushes only what was subscribed to', async () => {
    const line = await connect({ subscriptions: [{ type: 'CALLBACK', topic: CARD_TOPIC }] });
    await say('没有人听');
    await eventually(
      async () =>
        (await outcomes()).some((outcome) => outcome.includes('no connection subscribed')) || undefined,
    );
    assert.deepEqual(line.of(ROBOT_TOPIC), []);
  });

  test('gives each push to one of several connections, so that a second client takes a share', async () => {
    const [ours, stranger] = [await connect(), await connect()];
    for (let n = 0; n < 24; n += 1) await say(`${n}`);
    await eventually(() => ours.of(ROBOT_TOPIC).length + stranger.of(ROBOT_TOPIC).length === 24 || undefined);
    assert.ok(ours.of(ROBOT_TOPIC).length > 0 && stranger.of(ROBOT_TOPIC).length > 0);
    const ids = [...ours.of(ROBOT_TOPIC), ...stranger.of(ROBOT_TOPIC)].map(({ msgId }) => msgId);
    assert.equal(new Set(ids).size, 24);
  });

  test('sends an event again that was not acknowledged with SUCCESS', async () => {
    const line = await connect({ subscriptions: [{ type: 'EVENT', topic: '*' }] });
    const statuses = ['LATER', undefined, 'SUCCESS'];
    line.answer = () => ({ status: statuses.shift() });
    await bench.control('PUT', 'world', { dingtalk: { people: [{ id: 'new', name: '新人' }] } });
    await eventually(() => line.frames.length === 1 || undefined);
    const told = async () => {
      const { deliveries } = await bench.control('GET', 'deliveries?since=0');
      const ours = Array.isArray(deliveries) ? deliveries : [];
      return ours.filter(({ type }) => type === 'user_add_org').map(({ outcome }) => outcome);
    };
    await eventually(async () => (await told()).length === 1 || undefined);
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    await eventually(async () => (await told()).length === 2 || undefined);
    await bench.control('POST', 'clock', { advanceMs: 5 * 60_001 });
    await eventually(async () => (await told()).length === 3 || undefined);
    assert.deepEqual(await told(), ['LATER', 'neither SUCCESS nor LATER', 'ok']);
    const [first, second] = line.frames;
    assert.equal(first?.headers.eventId, second?.headers.eventId);
    assert.notEqual(first?.headers.messageId, second?.headers.messageId);
  });

  test('sends a robot message once, unless the world says that it comes again', async () => {
    const line = await connect();
    line.answer = () => undefined;
    const timeouts = async (count: number) =>
      eventually(async () =>
        (await outcomes()).filter((outcome) => outcome === 'timeout').length >= count ? true : undefined,
      );
    await say('一次');
    await timeouts(1);
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    assert.equal(line.of(ROBOT_TOPIC).length, 1);
    await bench.control('PUT', 'world', { dingtalk: { redeliverRobotMessages: true } });
    const { messageId } = await say('两次');
    await timeouts(2);
    await bench.control('POST', 'clock', { advanceMs: 60_001 });
    await eventually(() => line.of(ROBOT_TOPIC).length === 3 || undefined);
    const ids = line.of(ROBOT_TOPIC).map(({ msgId }) => msgId);
    assert.deepEqual(ids.slice(1), [messageId, messageId]);
    const [late] = line.frames;
    if (late) line.ack(late, { response: null });
    await eventually(
      async () =>
        (await outcomes()).some((outcome) => /^late: acknowledged after \d+ ms/.test(outcome)) || undefined,
    );
    await bench.control('PUT', 'world', { dingtalk: { redeliverRobotMessages: false } });
  });

  test('tells an old connection to leave, is silent on it for ten seconds, then closes it', async () => {
    const line = await connect();
    await bench.control('POST', 'clock', { advanceMs: 3_600_001 });
    await eventually(() => line.of('disconnect')[0]);
    await say('在间隙里');
    await eventually(
      async () => (await outcomes()).some((outcome) => outcome === 'no connection is open') || undefined,
    );
    assert.deepEqual(line.of(ROBOT_TOPIC), []);
    assert.equal(line.closed, false);
    await bench.control('POST', 'clock', { advanceMs: 10_001 });
    await eventually(() => line.closed || undefined);
  });

  test('drops and deafens lines when that is ordered', async () => {
    const line = await connect();
    await bench.control('POST', 'faults', {
      on: { platform: 'dingtalk', socket: true },
      ...{ kind: 'deaf-socket', times: 1 },
    });
    const before = (await outcomes()).filter((outcome) => outcome === 'timeout').length;
    await say('听不见');
    await eventually(
      async () => (await outcomes()).filter((outcome) => outcome === 'timeout').length > before || undefined,
    );
    assert.deepEqual(line.of(ROBOT_TOPIC), []);
    await say('又听见了');
    await eventually(() => line.of(ROBOT_TOPIC)[0]);
    await bench.control('POST', 'faults', {
      on: { platform: 'dingtalk', socket: true },
      ...{ kind: 'drop-socket', times: 1 },
    });
    await eventually(() => line.closed || undefined);
  });
});
