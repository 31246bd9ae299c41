/** What operators and load balancers ask, and how a process ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import WebSocket from 'ws';
import { pageOrigin, topicGroup, webAccount } from '../tests/company.js';
import { startProduct } from '../tests/imdesk.js';
import { until } from '../tests/sandbox.js';

const get = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, body: await answer.text(), type: answer.headers.get('content-type') ?? '' };
};

/** Shuts a database to everybody, or opens it again. */
async function shut(database: string, away: boolean): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  await admin.query(`alter database ${database} with allow_connections ${!away}`);
  if (away)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      database,
    ]);
  await admin.end();
}

test('while the database is away the process lives and is not ready, and comes back by itself', async (t) => {
  const product = await startProduct(t);
  const [row] = await product.db.query<{ name: string }>('select current_database() as name');
  const database = row?.name ?? assert.fail();
  assert.deepEqual(await get(`${product.url}/readyz`).then(({ status, body }) => [status, body]), [
    200,
    '{"ready":true}',
  ]);
  const customer = await product.visit('王女士');

  await shut(database, true);
  try {
    await until('it is not ready', async () => (await get(`${product.url}/readyz`)).status === 503);
    assert.match((await get(`${product.url}/readyz`)).body, /"reason":"the database does not answer"/);
    assert.equal((await get(`${product.url}/healthz`)).status, 200);
    assert.equal((await get(`${product.url}/metrics`)).status, 200);
    const refused = await customer.posts({ id: 'm-away', text: '转人工' });
    assert.equal(refused.status, 500, 'what cannot be recorded is not acknowledged');
    assert.doesNotMatch(await refused.text(), /postgres|at .*\.js/);
  } finally {
    await shut(database, false);
  }
  await until('it is ready again', async () => (await get(`${product.url}/readyz`)).status === 200);
  await customer.says('转人工', 'm-away');
  await product.seat('lin').card(topicGroup, '王女士');
});

test('metrics are Prometheus text, name what matters, and hold no address of anybody', async (t) => {
  const product = await startProduct(t);
  await fetch(`${product.callbackUrl}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await (await product.visit('王女士')).says('在吗');
  await product.settled();
  const { status, body, type } = await get(`${product.url}/metrics`);
  assert.equal(status, 200);
  assert.match(type, /^text\/plain; version=0\.0\.4/);
  const sample = /^[a-zA-Z_:][\w:]*(\{(\w+="(\\.|[^"\\])*",?)*\})? (-?[\d.]+(e[+-]?\d+)?|[+-]?Inf|NaN)$/i;
  for (const line of body.split('\n').filter(Boolean)) assert.match(line, /^# (HELP|TYPE) [\w:]+ .+$|^[^#]/);
  const samples = body.split('\n').filter((line) => line && !line.startsWith('#'));
  for (const line of samples) assert.match(line, sample);
  const names = new Set(samples.map((line) => line.replace(/[{ ].*$/, '')));
  for (const name of [
    'imdesk_http_request_seconds_count',
    'imdesk_refused_deliveries_total',
    'imdesk_inbox_unread',
    'imdesk_outbox_open',
    'imdesk_outbox_unknown',
    'imdesk_conversations_waiting',
  ]) {
    assert.ok(names.has(name), `${name} of ${[...names].join(', ')}`);
  }
  assert.match(body, /imdesk_refused_deliveries_total\{route="bot"\} 1/);
  assert.match(body, /imdesk_inbox_unread 0/);
  assert.ok(!body.includes(webAccount));
});

test('a stop takes nothing new, says goodbye to sockets, and loses nothing', async (t) => {
  const product = await startProduct(t);
  const customer = await product.visit('王女士');
  const socket = new WebSocket(`${product.url.replace('http', 'ws')}/channels/web/${webAccount}/socket`, {
    origin: pageOrigin,
  });
  const goodbye = new Promise<number>((resolve) => socket.once('close', resolve));
  const ready = new Promise((resolve) => socket.once('message', resolve));
  socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token: customer.token, after: 0 })));
  await ready;

  const begun = performance.now();
  const stopped = product.stop();
  const during = await Promise.allSettled([
    customer.posts({ id: 'm-last', text: '转人工' }),
    get(`${product.url}/readyz`),
  ]);
  await stopped;
  assert.ok(performance.now() - begun < 5_000, `${performance.now() - begun} ms`);
  assert.equal(await goodbye, 1001);
  const [said, asked] = during;
  if (asked.status === 'fulfilled') assert.equal(asked.value.status, 503);
  const accepted = said.status === 'fulfilled' && said.value.ok;
  await assert.rejects(fetch(`${product.url}/healthz`), 'nobody listens any more');

  await product.start();
  if (!accepted) await customer.says('转人工', 'm-last');
  await product.seat('lin').card(topicGroup, '王女士');
  await product.settled();
  assert.equal((await customer.reads()).filter(({ by }) => by.kind === 'customer').length, 1);
});

test('a process that is asked to end says so first, and serves until those in front have heard it', async (t) => {
  const product = await startProduct(t, { env: { DRAIN_SECONDS: '3' } });
  const customer = await product.visit('王女士');
  const stopped = product.stop();
  const asked = await get(`${product.url}/readyz`);
  assert.deepEqual([asked.status, asked.body], [503, '{"ready":false,"reason":"stopping"}']);
  const taken = await customer.posts({ id: 'm-drain', text: '转人工' });
  assert.ok(taken.ok, await taken.text());
  assert.equal(taken.headers.get('connection'), 'close', 'the next request takes another connection');
  await product.seat('lin').card(topicGroup, '王女士');
  await stopped;
  await assert.rejects(fetch(`${product.url}/healthz`), 'nobody listens any more');
});

test('what was recorded while nothing was handled any more is handled after the next start', async (t) => {
  const product = await startProduct(t);
  const customer = await product.visit('王女士');
  await customer.says('你好');
  await product.settled();
  await product.stop();
  // As a process leaves it that dies between recording and handling.
  await product.db.query(
    `insert into inbox (tenant_id, mailbox, id, entry, received_at)
     select tenant_id, mailbox, gen_random_uuid(), jsonb_set(jsonb_set(entry, '{event,text}', '"转人工"'), '{event,id}', '"left-behind"'), $1
       from inbox where entry ->> 'kind' = 'customer' order by number limit 1`,
    [new Date(product.clock.now() - 10_000)],
  );
  await product.start();
  await product.seat('lin').card(topicGroup, '王女士');
});

test('a customer who waits for news does not hold up a stop', async (t) => {
  const product = await startProduct(t);
  const customer = await product.visit('王女士');
  const waiting = fetch(`${product.url}/channels/web/${webAccount}/messages?after=99&wait=25`, {
    headers: { authorization: `Bearer ${customer.token}`, origin: pageOrigin },
  }).catch(() => undefined);
  await get(`${product.url}/healthz`);
  const begun = performance.now();
  await product.stop();
  assert.ok(performance.now() - begun < 5_000, `${performance.now() - begun} ms`);
  await waiting;
});
