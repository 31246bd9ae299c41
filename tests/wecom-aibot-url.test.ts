import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { aibotCredentials } from '../bots/wecom-aibot/credentials.js';
import aibot from '../bots/wecom-aibot/index.js';
import { samples } from '../cards/samples.js';
import type { CardView } from '../core/cards/card.js';
import { movableClock, systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { ClickAnswer } from '../core/ports/bot.js';
import { type Courier, type Place, SendError } from '../core/ports/courier.js';
import type { Delivery, Response } from '../core/ports/delivery.js';
import type { InboundMessage } from '../core/ports/inbound.js';
import { startSandbox, until } from './sandbox.js';

const botId = 'aib0123456789abcdef';
const credentials = aibotCredentials.parse({
  botId,
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
});
const clock = movableClock(systemClock.now());
const shared = valuesInMemory(clock);
const heard: InboundMessage[] = [];
const refused: string[] = [];
const world: { answer: ClickAnswer } = { answer: {} };

/** What core does with a delivery, as far as it matters to the bot. */
async function receive(delivery: Delivery): Promise<Response> {
  const reading = aibot.read(delivery, credentials, clock.now());
  if (!reading.verified) {
    refused.push(reading.reason);
    return reading.response;
  }
  if (reading.polls !== undefined) {
    const said = await shared.get(`said:${reading.polls}`);
    return aibot.answerPoll?.(said, delivery, credentials) ?? assert.fail();
  }
  if (reading.events[0]?.kind === 'click') return aibot.answerClick(world.answer, delivery, credentials);
  for (const event of reading.events) if (event.kind === 'message') heard.push(event);
  return reading.response;
}

const address = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const url = new URL(request.url ?? '/', 'http://bot.example');
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const query = Object.fromEntries(url.searchParams);
  const answer = await receive({
    method: request.method ?? '',
    query,
    headers,
    body: Buffer.concat(parts),
  });
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
await new Promise<void>((resolve) => address.listen(0, '127.0.0.1', resolve));
after(() => {
  address.closeAllConnections();
  address.close();
});
const bound = address.address();
assert.ok(bound !== null && typeof bound === 'object');
const url = `http://127.0.0.1:${bound.port}/bots/wecom-aibot/x`;

const people = ['lin', 'chen', 'zhao', 'qian', 'sun'];
const { token, encodingAesKey } = credentials;
const sandbox = await startSandbox(
  { after },
  {
    wecom: {
      corpId: 'ww0123456789abcdef',
      people: people.map((id) => ({ id, name: `员工${id}` })),
      aibots: [{ botId, name: '小慧', mode: 'url', callback: { url, token, encodingAesKey } }],
      groups: [{ chatId: 'wrdesk', name: '客服群', people, aibots: [botId] }],
    },
  },
);
const courier: Courier = aibot.courier(credentials, {
  clock,
  log: silent,
  shared,
  baseUrl: sandbox.url,
  line: () => undefined,
});
const card: CardView = samples['desk waiting'] ?? assert.fail();
const claimed: CardView = samples['desk claimed'] ?? assert.fail();

afterEach(() => sandbox.control('DELETE', 'faults'));

interface Shown {
  id: string;
  type: string;
  content: { content?: string; finish?: boolean };
  card?: object;
  author: { kind: string };
}
async function seenIn(chat: string, as = 'lin'): Promise<Shown[]> {
  const { messages } = await sandbox.control<{ messages: Shown[] }>(
    'GET',
    `messages?platform=wecom&as=${as}&chat=${chat}`,
  );
  return messages.filter(({ author }) => author.kind === 'bot');
}
const lastIn = async (chat: string, as?: string) => (await seenIn(chat, as)).at(-1);

/** Says something to the bot, and waits until it was heard. */
async function say(body: object): Promise<{ said: InboundMessage; chat: string }> {
  const before = heard.length;
  const { chat } = await sandbox.control<{ chat: string }>('POST', 'say', { platform: 'wecom', ...body });
  await until('it is heard', () => heard.length > before);
  return { said: heard[before] ?? assert.fail(), chat };
}
const mention = async (text: string) =>
  (await say({ as: 'lin', chat: 'wrdesk', text, mention: [botId] })).said;

function answering({ chat, sender, reply }: InboundMessage): Place {
  return chat?.kind === 'group'
    ? { kind: 'chat', chat: chat.id, reply }
    : { kind: 'direct', person: sender, reply };
}

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('the address is verified', async () => {
  await until('WeCom has checked it', async () => {
    const { urls } = await sandbox.control<{ urls: { app: string; verified: boolean }[] }>(
      'GET',
      'connections',
    );
    return urls.some(({ app, verified }) => app === botId && verified);
  });
});

test('a mention is answered in the message that has begun at once; the next answer is a message of its own', async () => {
  const said = await mention('退货要几天？');
  assert.deepEqual([said.text, said.chat?.kind], ['退货要几天？', 'group']);
  await until('it is being looked up', async () => (await lastIn('wrdesk'))?.content.content === '正在查询…');
  await courier.send({ kind: 'text', to: answering(said), text: '七天。\n以签收为准。' }, 'answer-1');
  await until('the answer is there', async () => (await lastIn('wrdesk'))?.content.finish === true);
  assert.equal((await lastIn('wrdesk'))?.content.content, '七天。  \n以签收为准。');
  await courier.send({ kind: 'text', to: answering(said), text: '还有别的吗？' }, 'answer-2');
  const shown = await seenIn('wrdesk');
  assert.deepEqual(
    shown.map(({ type }) => type),
    ['stream', 'markdown'],
  );
  const third = await failing(courier.send({ kind: 'text', to: answering(said), text: '？' }, 'answer-3'));
  assert.equal(third.fate, 'refused');
  assert.deepEqual(refused, []);
});

test('a card stands beside the stream; a press changes the copy of who pressed', async () => {
  const said = await mention('/队列');
  await courier.send({ kind: 'card', to: answering(said), card }, 'card-1');
  await until('the card is there', async () => (await lastIn('wrdesk'))?.card !== undefined);
  const posted = (await lastIn('wrdesk')) ?? assert.fail();
  world.answer = { card: claimed, toast: { type: 'success', text: '已认领' } };
  const pressed = await sandbox.control<{ cardUpdated: boolean }>('POST', 'click', {
    platform: 'wecom',
    as: 'lin',
    message: posted.id,
    button: { text: '认领' },
  });
  assert.equal(pressed.cardUpdated, true);
  const copy = async (as: string) => JSON.stringify((await lastIn('wrdesk', as))?.card);
  assert.match(await copy('lin'), /已认领/);
  assert.doesNotMatch(await copy('chen'), /已认领/);
});

test('a delivery that comes twice is answered alike, and one that is altered is refused', async () => {
  const before = heard.length;
  await sandbox.control('POST', 'faults', {
    on: { platform: 'wecom', delivery: 'event' },
    kind: 'timeout-after-effect',
    times: 1,
  });
  const { chat } = await say({ as: 'chen', bot: botId, text: '在吗' });
  await until('it came again', () => heard.length === before + 2);
  assert.deepEqual(heard[before], heard[before + 1]);
  await courier.send({ kind: 'text', to: answering(heard[before] ?? assert.fail()), text: '在' }, 'twice');
  await until('the answer is there', async () => (await lastIn(chat, 'chen'))?.content.content === '在');
  assert.equal((await seenIn(chat, 'chen')).length, 1);
  const forged = await fetch(`${url}?msg_signature=0&timestamp=${Math.floor(clock.now() / 1000)}&nonce=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"encrypt":"AAAA"}',
  });
  assert.equal(forged.status, 401);
  assert.equal(heard.length, before + 2);
});

test('a picture is fetched with the bot’s own key; a file can’t be sent, and is said in words instead', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const image = { base64: png.toString('base64'), name: '截图.png' };
  const { said } = await say({ as: 'zhao', bot: botId, image });
  assert.ok(said.media && 'handle' in said.media);
  const fetched = await courier.fetchMedia?.(said.id, said.media.handle, 'image');
  assert.deepEqual(fetched, { bytes: png, name: '截图.png' });
  const media = {
    type: 'image',
    mime: 'image/png',
    name: 'a.png',
    url: 'https://desk.example/a',
    bytes: async () => png,
  } as const;
  const error = await failing(courier.send({ kind: 'media', to: answering(said), media }, 'media-1'));
  assert.deepEqual([error.fate, error.fallback], ['refused', true]);
});

test('what nobody answers is not looked up for ever, and an answer that comes later still arrives', async () => {
  const { said, chat } = await say({ as: 'qian', bot: botId, text: '我的申请呢？' });
  await until('it is being looked up', async () => (await lastIn(chat, 'qian')) !== undefined);
  const { now } = await sandbox.control<{ now: number }>('POST', 'clock', { advanceMs: 100_000 });
  clock.set(now);
  await until('it has ended', async () => (await lastIn(chat, 'qian'))?.content.finish === true);
  assert.match((await lastIn(chat, 'qian'))?.content.content ?? '', /^已收到/);
  await courier.send({ kind: 'text', to: answering(said), text: '已批准。' }, 'late-1');
  const shown = await seenIn(chat, 'qian');
  assert.deepEqual(shown.map(({ type, content }) => [type, content.content]).at(-1), [
    'markdown',
    '已批准。',
  ]);
});

test('unasked nothing can be said', async () => {
  const to = { kind: 'chat', chat: 'wrdesk' } as const;
  const error = await failing(courier.send({ kind: 'text', to, text: '大家好' }, 'unasked'));
  assert.deepEqual([error.fate, error.code], ['refused', 'no-reply']);
});
