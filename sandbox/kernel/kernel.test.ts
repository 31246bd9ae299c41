import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eventually, startBench } from '../testing.js';
import { MovableClock } from './clock.js';
import { Faults, faultShape, globMatches } from './faults.js';
import { readMultipart } from './multipart.js';
import { Rates } from './rates.js';

test('tasks whose time was jumped over run in their order, those called off never', () => {
  let real = 1_000;
  const clock = new MovableClock(() => real);
  const ran: string[] = [];
  clock.at(5_000, () => ran.push('second'));
  clock.at(3_000, () => ran.push('first'));
  clock.at(4_000, () => ran.push('never'))();
  clock.at(9_000, () => ran.push('later'));
  clock.moveTo(6_000);
  assert.deepEqual(ran, ['first', 'second']);
  real += 500;
  assert.equal(clock.now(), 6_500);
  clock.close();
});

test('no window of a second ever holds more than the limit', () => {
  const waits = fc.array(fc.nat({ max: 400 }), { maxLength: 200 });
  fc.assert(
    fc.property(waits, (gaps) => {
      let now = 0;
      const rates = new Rates({ now: () => now, at: () => () => {} });
      const taken: number[] = [];
      for (const gap of gaps) {
        now += gap;
        if (rates.take('x', [{ times: 5, perMs: 1_000 }]).allowed) taken.push(now);
      }
      for (const at of taken)
        assert.ok(taken.filter((other) => other > at - 1_000 && other <= at).length <= 5);
    }),
  );
});

test('globs: one star within a segment, two across', () => {
  assert.ok(globMatches('/open-apis/im/**', '/open-apis/im/v1/messages/om_1/reply'));
  assert.ok(globMatches('/open-apis/im/v1/messages/*', '/open-apis/im/v1/messages/om_1'));
  assert.ok(!globMatches('/open-apis/im/v1/messages/*', '/open-apis/im/v1/messages/om_1/reply'));
  assert.ok(!globMatches('/a.c', '/abc'));
});

test('every multipart body comes apart as it was put together', async () => {
  const part = fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.uint8Array({ maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (given) => {
      const form = new FormData();
      for (const [name, bytes] of given) form.append(name, new Blob([new Uint8Array(bytes)]), 'file');
      const response = new Response(form);
      const type = response.headers.get('content-type') ?? '';
      const body = Buffer.from(await response.arrayBuffer());
      const parts = readMultipart(type, body);
      assert.deepEqual(
        parts?.map(({ name, body: bytes }) => [name, [...bytes]]),
        given.map(([name, bytes]) => [name, [...bytes]]),
      );
      assert.equal(readMultipart(type, body.subarray(0, body.length - 5)), undefined);
    }),
    { numRuns: 50 },
  );
});

test('a served clock is followed, and then not moved by hand', async () => {
  let served = 2_000_000_000_000;
  const server = createServer((_request, response) => response.end(JSON.stringify({ now: served })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  const clockUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const bench = await startBench({ clockUrl });
  const reaches = (time: number) =>
    eventually(async () => {
      const now = Number((await bench.control('GET', 'clock')).now);
      return now >= time && now < time + 60_000 ? now : undefined;
    });
  await reaches(served);
  served += 3_600_000;
  await reaches(served);
  await assert.rejects(bench.control('POST', 'clock', { advanceMs: 1 }), /followed-clock/);
  await bench.close();
  server.close();
});

describe('the stream of what happens', () => {
  test('goes on after Last-Event-ID, tells each person only their own, and says when too much was missed', async () => {
    const bench = await startBench();
    const read = async (query: string, headers: Record<string, string>, until: (text: string) => boolean) => {
      const abort = new AbortController();
      const response = await fetch(`${bench.url}/control/stream?${query}`, { headers, signal: abort.signal });
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString('utf8');
        if (until(text)) break;
      }
      abort.abort();
      return text;
    };
    const say = (as: string, text: string) =>
      bench.control('POST', 'say', { as, bot: 'cli_0123456789abcdef', text });
    const first = await say('lin', '一');
    const second = await say('lin', '二');
    const foreign = await say('wei', '别人的');
    const all = await read('as=lin&after=0', {}, (text) => text.includes(String(second.messageId)));
    assert.match(all, /"type":"reload"/);
    assert.doesNotMatch(all, new RegExp(String(foreign.messageId)));
    const id = new RegExp(`id: (\\d+)\\ndata: [^\\n]*${first.messageId}`).exec(all)?.[1] ?? '';
    const rest = await read('as=lin', { 'last-event-id': id }, (text) =>
      text.includes(String(second.messageId)),
    );
    assert.doesNotMatch(rest, new RegExp(`reload|${first.messageId}`));
    await bench.close();
  });
});

test('a trouble that names a platform meets nobody on another, and is used up by its own only', () => {
  const faults = new Faults();
  const order = { on: { platform: 'wecom', path: '/cgi-bin/**' }, kind: 'latency', times: 1 };
  faults.add(faultShape(order, ''));
  const call = { method: 'POST', path: '/cgi-bin/message/send', app: undefined };
  assert.equal(faults.of('dingtalk').forCall(call), undefined);
  assert.equal(faults.of('dingtalk').list().length, 0);
  assert.equal(faults.of('wecom').forCall(call)?.kind, 'latency');
  assert.equal(faults.of('wecom').forCall(call), undefined);
});
