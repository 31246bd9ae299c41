import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { appId, appSecret, type Bench, eventually, startBench, world } from '../../testing.js';
import { decodeFrame, encodeFrame, header } from './frame.js';

/** A client written against the frame alone; `code` is what it acknowledges with. */
class Listener {
  readonly heard: string[] = [];
  readonly pongs: string[] = [];
  readonly socket: WebSocket;

  constructor(url: string, code = 200) {
    this.socket = new WebSocket(url);
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) return;
      const frame = decodeFrame(data);
      const payload = Buffer.from(frame.payload ?? []).toString('utf8');
      if (header(frame, 'type') === 'pong') this.pongs.push(payload);
      else {
        this.heard.push(payload);
        this.socket.send(encodeFrame({ ...frame, payload: Buffer.from(JSON.stringify({ code })) }));
      }
    });
  }

  ping(): void {
    this.socket.send(
      encodeFrame({ SeqID: 0, LogID: 0, service: 1, method: 0, headers: [{ key: 'type', value: 'ping' }] }),
    );
  }
}

describe('the long connection', () => {
  let bench: Bench;
  let open: Listener[] = [];
  beforeEach(async () => {
    bench = await startBench(world({ mode: 'socket' }));
  });
  afterEach(async () => {
    for (const { socket } of open) socket.terminate();
    open = [];
    await bench.close();
  });

  const endpoint = (secret = appSecret) =>
    bench.api('POST', '/callback/ws/endpoint', { AppID: appId, AppSecret: secret });
  const connect = async (code = 200): Promise<Listener> => {
    const { data } = await endpoint();
    const listener = new Listener(String(data.URL), code);
    open.push(listener);
    await new Promise((resolve, reject) => listener.socket.once('open', resolve).once('error', reject));
    return listener;
  };
  const say = (text: string) => bench.control('POST', 'say', { as: 'lin', bot: appId, text });
  const outcome = (wanted: string) =>
    eventually(async () => {
      const { deliveries } = await bench.control('GET', 'deliveries');
      const found = Array.isArray(deliveries) && deliveries.some((each) => each.outcome === wanted);
      return found ? true : undefined;
    });

  test('a wrong secret is refused with a data object; a ticket opens one connection', async () => {
    const wrong = await endpoint('wrong');
    assert.equal(wrong.code, 514);
    assert.deepEqual(wrong.body.data, {});
    const { data } = await endpoint();
    const first = new Listener(String(data.URL));
    open.push(first);
    await new Promise((resolve) => first.socket.once('open', resolve));
    const second = new Listener(String(data.URL));
    const status = await new Promise((resolve) =>
      second.socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    assert.equal(status, 403);
  });

  test('each event reaches exactly one of the connections; at most 50 are possible', async () => {
    for (let count = 0; count < 50; count += 1) await connect();
    assert.equal((await endpoint()).code, 1000040350);
    for (let count = 0; count < 20; count += 1) await say(`第 ${count} 句`);
    const total = () => open.reduce((sum, { heard }) => sum + heard.length, 0);
    await eventually(() => (total() >= 20 ? true : undefined));
    assert.equal(total(), 20);
    assert.ok(open.filter(({ heard }) => heard.length > 0).length > 1);
  });

  test('a ping is answered with the client’s configuration', async () => {
    const listener = await connect();
    listener.ping();
    const pong = await eventually(() => listener.pongs[0]);
    assert.equal(JSON.parse(pong).PingInterval, 1);
  });

  test('what was acknowledged with 500 comes again after 15 s; so does what found nobody', async () => {
    const failing = await connect(500);
    await say('再来一次');
    await outcome('code 500');
    failing.socket.terminate();
    await eventually(async () => {
      const { connections } = await bench.control('GET', 'connections');
      return Array.isArray(connections) && connections.length === 0 ? true : undefined;
    });
    await say('没人听');
    await outcome('app not online');
    const listener = await connect();
    await bench.control('POST', 'clock', { advanceMs: 15_000 });
    await eventually(() => (listener.heard.length === 2 ? true : undefined));
    assert.equal(
      JSON.parse(listener.heard[0] ?? '').header.event_id,
      JSON.parse(failing.heard[0] ?? '').header.event_id,
    );
  });

  test('a deaf connection still pongs, and hears nothing', async () => {
    const listener = await connect();
    const { id } = await bench.control('POST', 'faults', { on: { socket: true }, kind: 'deaf-socket' });
    await say('听得见吗');
    listener.ping();
    await eventually(() => listener.pongs[0]);
    assert.equal(listener.heard.length, 0);
    assert.match(JSON.stringify(await bench.control('GET', 'connections')), /"deaf":true/);
    await bench.control('DELETE', `faults/${id}`);
    await say('现在呢');
    await eventually(() => listener.heard[0]);
  });
});
