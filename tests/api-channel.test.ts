/** The api channel end to end: a shop's own server on one side, Imdesk with its agents on the other. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type TestContext, test } from 'node:test';
import { apiAccount, secrets, topicGroup } from './company.js';
import { type Product, startProduct } from './imdesk.js';
import { until } from './sandbox.js';

interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
  body: { type?: string; direction?: string; conversationId?: string; messageId?: string; text?: string };
}

/** The shop's server: it keeps what it is sent, and answers what it was told to, then 200. */
async function openShop(t: TestContext) {
  const received: Received[] = [];
  const answers: number[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString('utf8');
    received.push({ headers: request.headers, raw, body: JSON.parse(raw) });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/imdesk`, received, answers };
}

/** As the README of the channel says it is signed, written down a second time. */
const signatureOf = (timestamp: string, raw: string): string =>
  `v1=${createHmac('sha256', secrets.apiSecret).update(`${timestamp}.${raw}`).digest('hex')}`;

async function says(product: Product, message: object): Promise<Response> {
  const raw = JSON.stringify(message);
  const timestamp = String(Math.floor(product.clock.now() / 1000));
  return fetch(`${product.url}/channels/api/${apiAccount}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-cs-timestamp': timestamp,
      'x-cs-signature': signatureOf(timestamp, raw),
    },
    body: raw,
  });
}

const buyer = 'shop-7:buyer-42';
const user = { id: '42', name: '王女士' };

/** A shop and the product, and somebody who claimed its buyer's conversation. */
async function inConversation(t: TestContext) {
  const shop = await openShop(t);
  const product = await startProduct(t, { callbackUrl: shop.url });
  await says(product, { conversationId: buyer, messageId: 'm-1', user, text: '转人工' });
  const lin = product.seat('lin');
  const card = await lin.card(topicGroup, '王女士', '认领');
  await product.settled();
  await lin.clicks(card.id, { text: '认领' });
  await product.settled();
  const topic =
    (await lin.sees(topicGroup)).find(({ id }) => id === card.id)?.threadId ?? assert.fail('no topic');
  shop.received.length = 0;
  return { shop, product, lin, topic };
}

test('a buyer asks, the robot answers by a signed callback, and an agent takes over', async (t) => {
  const shop = await openShop(t);
  const product = await startProduct(t, { callbackUrl: shop.url });
  const asked = await says(product, {
    conversationId: buyer,
    messageId: 'm-1',
    user,
    text: '下单后多久发货',
  });
  assert.equal(asked.status, 202);
  assert.deepEqual(await asked.json(), { accepted: true, messageId: 'm-1' });
  await until('the robot answers', () => shop.received.some(({ body }) => body.text?.includes('24 小时')));
  for (const { headers, raw, body } of shop.received) {
    assert.equal(headers['x-cs-signature'], signatureOf(String(headers['x-cs-timestamp']), raw));
    assert.ok(headers['x-cs-idempotency-key']);
    assert.deepEqual([body.type, body.direction, body.conversationId], ['message', 'out', buyer]);
  }

  await says(product, { conversationId: buyer, messageId: 'm-2', user, text: '转人工' });
  const lin = product.seat('lin');
  const card = await lin.card(topicGroup, '王女士', '认领');
  await product.settled();
  assert.ok((await lin.clicks(card.id, { text: '认领' })).cardUpdated);
  await product.settled();
  const topic =
    (await lin.sees(topicGroup)).find(({ id }) => id === card.id)?.threadId ?? assert.fail('no topic');
  await lin.says({ chat: topicGroup, thread: topic }, '您好，我来帮您');
  await until('the agent is heard', () => shop.received.some(({ body }) => body.text === '您好，我来帮您'));
  await says(product, { conversationId: buyer, messageId: 'm-3', user, text: '好的，谢谢' });
  await lin.hears(topicGroup, topic, '好的，谢谢');
});

test('a message that is delivered again is the same message, and answered alike', async (t) => {
  const { product, lin, topic } = await inConversation(t);
  const message = { conversationId: buyer, messageId: 'm-2', user, text: '在吗' };
  const answers = [await says(product, message), await says(product, message), await says(product, message)];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 202],
  );
  await lin.hears(topicGroup, topic, '在吗');
  await product.settled();
  const heard = (await lin.sees(topicGroup, topic)).filter(({ content }) => content.text?.includes('在吗'));
  assert.equal(heard.length, 1);
});

test('a callback that fails is sent again with the same key and bytes, and what is behind it waits', async (t) => {
  const { shop, product, lin, topic } = await inConversation(t);
  shop.answers.push(500, 503);
  await lin.says({ chat: topicGroup, thread: topic }, '一');
  await lin.says({ chat: topicGroup, thread: topic }, '二');
  await until('both arrive', () => shop.received.length >= 4);
  await product.settled();
  assert.deepEqual(
    shop.received.map(({ body }) => body.text),
    ['一', '一', '一', '二'],
  );
  const tries = shop.received.slice(0, 3);
  assert.equal(new Set(tries.map(({ headers }) => headers['x-cs-idempotency-key'])).size, 1);
  assert.equal(new Set(tries.map(({ raw }) => raw)).size, 1);
});

test('a shop that says 410 is not asked again, and the agent sees that it did not arrive', async (t) => {
  const { shop, product, lin, topic } = await inConversation(t);
  shop.answers.push(410);
  await lin.says({ chat: topicGroup, thread: topic }, '还在吗');
  await until(
    'it was refused',
    async () => (await product.db.query(`select 1 from messages where delivery = 'failed'`)).length === 1,
  );
  await product.settled();
  assert.equal(shop.received.length, 1);
  const told = (await lin.sees(topicGroup, '*')).map(
    ({ content, card }) => `${content.text ?? ''}${JSON.stringify(card ?? '')}`,
  );
  assert.ok(
    told.some((one) => /没有发送成功.*还在吗/s.test(one)),
    told.join('\n'),
  );
  await lin.says({ chat: topicGroup, thread: topic }, '再试一次');
  await until('the next one goes out', () => shop.received.some(({ body }) => body.text === '再试一次'));
});
