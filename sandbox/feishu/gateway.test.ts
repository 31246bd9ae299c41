import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { appId, appSecret, type Bench, startBench } from '../testing.js';

describe('the door of the open API', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.close());

  const advance = (ms: number) => bench.control('POST', 'clock', { advanceMs: ms });
  const info = (authorization?: string) =>
    bench.api('GET', '/open-apis/bot/v3/info', undefined, authorization);

  test('a wrong secret, a missing token and a foreign one each have their code', async () => {
    const path = '/open-apis/auth/v3/tenant_access_token/internal';
    const ask = (body: Record<string, unknown>) => bench.api('POST', path, body);
    assert.equal((await ask({ app_id: appId, app_secret: 'wrong' })).code, 10015);
    assert.equal((await ask({ app_id: 'cli_none', app_secret: appSecret })).code, 10003);
    assert.equal((await ask({ app_id: appId })).code, 99992402);
    const bare = await fetch(`${bench.url}/open-apis/bot/v3/info`);
    assert.equal((await bare.json()).code, 99991661);
    assert.equal((await info('Bearer a-app')).code, 99991671);
    assert.equal((await info('Bearer t-unknown')).code, 99991663);
  });

  test('a token lives two hours; in its last half hour a second one is issued and both are good', async () => {
    const first = await bench.token();
    await advance(89 * 60_000);
    assert.equal(await bench.token(), first);
    await advance(2 * 60_000);
    const second = await bench.token();
    assert.notEqual(second, first);
    assert.equal((await info(`Bearer ${first}`)).code, 0);
    assert.equal((await info(`Bearer ${second}`)).code, 0);
    await advance(30 * 60_000);
    assert.equal((await info(`Bearer ${first}`)).code, 99991663);
    assert.equal((await info(`Bearer ${second}`)).code, 0);
  });

  test('expired on request, every token is invalid at once', async () => {
    const token = await bench.token();
    await bench.control('POST', 'tokens/expire', { app: appId });
    assert.equal((await info(`Bearer ${token}`)).code, 99991663);
  });

  test('50 calls a second pass, the next is told to wait', async () => {
    const token = `Bearer ${await bench.token()}`;
    await bench.control('POST', 'clock', { now: Date.now() });
    const answers = [];
    for (let count = 0; count < 51; count += 1) answers.push(await info(token));
    const limited = answers.at(-1);
    assert.ok(answers.slice(0, 50).every(({ code }) => code === 0));
    assert.equal(limited?.status, 429);
    assert.equal(limited?.code, 99991400);
    assert.equal(limited?.headers.get('x-ogw-ratelimit-reset'), '1');
    assert.equal(limited?.headers.get('x-ogw-ratelimit-limit'), '50');
    await advance(1_000);
    assert.equal((await info(token)).code, 0);
  });

  test('1000 calls a minute pass, however well spread', async () => {
    const token = `Bearer ${await bench.token()}`;
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(Array.from({ length: 50 }, () => info(token)));
      await advance(1_001);
    }
    const limited = await info(token);
    assert.equal(limited.code, 99991400);
    assert.ok(Number(limited.headers.get('x-ogw-ratelimit-reset')) > 1);
  });

  test('five messages a second reach one chat, five PATCHes a second one card', async () => {
    const send = () => bench.send('oc_group', 'interactive', { schema: '2.0' });
    const sent = await Promise.all(Array.from({ length: 6 }, send));
    assert.deepEqual(
      sent.map(({ code }) => code).sort((a, b) => a - b),
      [0, 0, 0, 0, 0, 230020],
    );
    assert.equal((await bench.send('oc_topics', 'text', { text: 'x' })).code, 0);
    const path = `/open-apis/im/v1/messages/${sent[0]?.data.message_id}`;
    const patched = await Promise.all(
      Array.from({ length: 6 }, () => bench.api('PATCH', path, { content: '{"schema":"2.0"}' })),
    );
    assert.equal(patched.filter(({ code }) => code === 230020).length, 1);
  });

  test('what is unknown or not built is 404, a wrong method 405, a body that is no JSON is refused', async () => {
    const unknown = await bench.api('POST', '/open-apis/ephemeral/v1/send', {});
    assert.equal(unknown.status, 404);
    assert.equal(unknown.code, 99991201);
    assert.equal((await bench.api('PUT', '/open-apis/bot/v3/info', {})).status, 405);
    const response = await fetch(`${bench.url}/open-apis/im/v1/messages?receive_id_type=chat_id`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await bench.token()}` },
      body: '{"receive_id"',
    });
    assert.equal((await response.json()).code, 9499);
  });

  test('faults come as ordered: status, code, silence after the effect, and a cut before it', async () => {
    const on = { method: 'POST', path: '/open-apis/im/**' };
    const fault = (more: Record<string, unknown>) =>
      bench.control('POST', 'faults', { on, times: 1, ...more });
    const heard = async () => {
      const { messages } = await bench.control('GET', 'messages?as=lin&chat=oc_group');
      return Array.isArray(messages) ? messages.length : 0;
    };
    const send = () => bench.send('oc_group', 'text', { text: 'x' }, { uuid: 'once' });
    await fault({ kind: 'status', status: 502 });
    assert.equal((await send()).status, 502);
    await fault({ kind: 'code', status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '7' } });
    const limited = await send();
    assert.equal(limited.headers.get('x-ogw-ratelimit-reset'), '7');
    assert.equal(limited.code, 99991400);
    await fault({ kind: 'drop-before-effect' });
    await assert.rejects(send());
    assert.equal(await heard(), 0);
    await fault({ kind: 'timeout-after-effect', ms: 10 });
    await assert.rejects(send());
    assert.equal(await heard(), 1);
    assert.equal((await send()).code, 0);
    assert.equal(await heard(), 1);
  });

  test('the log of calls shows bodies but no secrets', async () => {
    await bench.send('oc_group', 'text', { text: '您好' });
    const log = JSON.stringify(await bench.control('GET', 'calls'));
    assert.match(log, /您好/);
    assert.doesNotMatch(log, new RegExp(appSecret));
  });
});
