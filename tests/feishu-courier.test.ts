import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { feishuCredentials } from '../bots/feishu/credentials.js';
import feishu from '../bots/feishu/index.js';
import { type Keeper, type KeeperSettings, keepConnected, systemTimers } from '../bots/keeper.js';
import { samples } from '../cards/samples.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { BotParts } from '../core/ports/bot.js';
import { type OutgoingMedia, type Place, SendError } from '../core/ports/courier.js';
import type { Inbound } from '../core/ports/inbound.js';
import { startSandbox, until } from './sandbox.js';

const app = 'cli_0123456789abcdef';
const names = ['lin', 'chen', 'zhao', 'qian', 'sun', 'li', 'zhou', 'wu', 'zheng'];
const world = {
  feishu: {
    apps: [{ appId: app, appSecret: 'app-secret', encryptKey: '', name: '小智客服', mode: 'socket' }],
    people: names.map((id) => ({ id, name: `员工${id}`, openIds: { [app]: `ou_${id}` } })),
    chats: [{ id: 'oc_desk', name: '售后', kind: 'topic', people: names, apps: [app] }],
  },
};
const sandbox = await startSandbox({ after }, world);
const credentials = feishuCredentials.parse({ appId: app, appSecret: 'app-secret' });
const partsHere = (): BotParts => ({
  clock: systemClock,
  log: silent,
  shared: valuesInMemory(systemClock),
  baseUrl: sandbox.url,
  line: () => undefined,
});
const parts = partsHere();
const courier = feishu.courier(credentials, parts);
const direct = (person: string): Place => ({ kind: 'direct', person: `ou_${person}` });
const card = Object.values(samples)[0] ?? assert.fail('no sample card');

afterEach(() => sandbox.control('DELETE', 'faults'));

interface Shown {
  id: string;
  content: { text?: string };
  type: string;
  card?: object;
  author: { kind: string };
  threadId?: string;
  recalled?: boolean;
  mentions?: unknown[];
  quote?: { id: string };
}
interface Call {
  method: string;
  path: string;
  status: number;
}

const fault = (on: object, kind: string, more: object = {}) =>
  sandbox.control('POST', 'faults', { on, kind, times: 1, ...more });
const posting = { method: 'POST', path: '/open-apis/im/v1/messages' };

async function seenBy(person: string): Promise<Shown[]> {
  const { chats } = await sandbox.control<{ chats: { id: string; kind: string }[] }>(
    'GET',
    `chats?as=${person}`,
  );
  const chat = chats.find(({ kind }) => kind === 'p2p');
  if (!chat) return [];
  const query = `messages?as=${person}&chat=${chat.id}`;
  const { messages } = await sandbox.control<{ messages: Shown[] }>('GET', query);
  return messages.filter(({ author }) => author.kind === 'bot');
}

async function calls(path: string): Promise<Call[]> {
  const { calls: all } = await sandbox.control<{ calls: Call[] }>('GET', 'calls?since=0');
  return all.filter((call) => call.path.startsWith(path));
}

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('a send repeated with its key is one message', async () => {
  const out = { kind: 'text', to: direct('lin'), text: '您好' } as const;
  const first = await courier.send(out, 'key-once');
  const second = await courier.send(out, 'key-once');
  assert.deepEqual(second, first);
  assert.deepEqual(
    (await seenBy('lin')).map(({ id, content }) => [id, content.text]),
    [[first.messageId, '您好']],
  );
});

test('a token that dies on the way is replaced, and the send goes out once', async () => {
  const out = { kind: 'text', to: direct('chen'), text: '一' } as const;
  await courier.send(out, 'before-expiry');
  await sandbox.control('POST', 'tokens/expire', { app });
  await courier.send({ ...out, text: '二' }, 'after-expiry');
  assert.deepEqual(
    (await seenBy('chen')).map(({ content }) => content.text),
    ['一', '二'],
  );
});

test('many callers without a token ask for one', async () => {
  const before = (await calls('/open-apis/auth')).length;
  const directory = feishu.directory(credentials, partsHere());
  await Promise.all(names.map((name) => directory.person(`ou_${name}`)));
  assert.equal((await calls('/open-apis/auth')).length, before + 1);
});

test('a limit says how long to wait', async () => {
  await fault(posting, 'status', { status: 429, code: 99991400, headers: { 'x-ogw-ratelimit-reset': '3' } });
  const out = { kind: 'text', to: direct('zhao'), text: '您好' } as const;
  const error = await failing(courier.send(out, 'limited'));
  assert.deepEqual([error.fate, error.retryAfterMs], ['later', 3000]);
  await courier.send(out, 'limited');
  assert.equal((await seenBy('zhao')).length, 1);
});

test('an answer that is lost leaves the fate open; the same key again makes one message', async () => {
  const out = { kind: 'text', to: direct('qian'), text: '您好' } as const;
  for (const kind of ['timeout-after-effect', 'drop-before-effect']) {
    await fault(posting, kind, { ms: 100 });
    assert.equal((await failing(courier.send(out, kind))).fate, 'unknown');
    await courier.send(out, kind);
  }
  assert.equal((await seenBy('qian')).length, 2);
});

test('a card that is refused may be said in words', async () => {
  await fault(posting, 'code', { code: 230099 });
  const error = await failing(courier.send({ kind: 'card', to: direct('sun'), card }, 'bad-card'));
  assert.deepEqual([error.fate, error.fallback], ['refused', true]);
});

test('a topic: its root is a card, what is said below stays in it, and the card is redrawn and recalled', async () => {
  const desk: Place = { kind: 'chat', chat: 'oc_desk' };
  const root = await courier.send({ kind: 'card', to: desk, card }, 'root');
  const topic: Place = { kind: 'topic', root: root.messageId, chat: 'oc_desk' };
  const below = await courier.send({ kind: 'text', to: topic, text: '客户：在吗' }, 'below');
  const quoting = await courier.send(
    { kind: 'text', to: topic, text: '在', quote: below.messageId },
    'quoting',
  );
  assert.ok(below.thread);
  assert.equal(quoting.thread, below.thread);

  await courier.send({ kind: 'redraw', messageId: root.messageId, card }, 'redraw');
  const recall = { kind: 'recall', messageId: quoting.messageId } as const;
  await courier.send(recall, 'recall');
  await courier.send(recall, 'recall');
  const query = `messages?as=lin&chat=oc_desk&thread=${below.thread}`;
  const { messages } = await sandbox.control<{ messages: Shown[] }>('GET', query);
  assert.deepEqual(
    messages.map(({ id }) => id),
    [root.messageId, below.messageId, quoting.messageId],
  );
  assert.deepEqual([messages[1]?.content.text, messages[2]?.recalled], ['客户：在吗', true]);

  const error = await failing(
    courier.send({ kind: 'redraw', messageId: quoting.messageId, card }, 'redraw-2'),
  );
  assert.deepEqual([error.fate, error.fallback], ['refused', false]);
});

test('what quotes a message that is gone is said without the quote', async () => {
  const first = await courier.send({ kind: 'text', to: direct('li'), text: '一' }, 'quoted');
  await courier.send({ kind: 'recall', messageId: first.messageId }, 'recall-quoted');
  const out = { kind: 'text', to: direct('li'), text: '二', quote: first.messageId } as const;
  const second = await courier.send(out, 'quoting-gone');
  assert.equal((await seenBy('li')).at(-1)?.id, second.messageId);
});

test('a customer’s words mention nobody', async () => {
  const hostile = '<at user_id="all"></at> @_all <b>系统</b> [退款](https://evil.example) &lt;at&gt;';
  await courier.send({ kind: 'text', to: direct('zhou'), text: hostile }, 'hostile');
  const [shown] = await seenBy('zhou');
  assert.deepEqual(shown?.mentions ?? [], []);
  assert.equal(shown?.content.text?.replaceAll('\u200b', ''), hostile);
  assert.doesNotMatch(shown?.content.text ?? '', /<at|<b>|\]\(|@_all|&lt;/);
});

test('pictures and files arrive as what they are, and what was sent to us can be fetched', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const media = (of: Partial<OutgoingMedia>): OutgoingMedia => ({
    type: 'image',
    mime: 'image/png',
    name: '截图.png',
    url: 'https://desk.example/f',
    bytes: async () => png,
    ...of,
  });
  const to = direct('wu');
  await courier.send({ kind: 'media', to, media: media({}) }, 'image');
  const file = media({ type: 'file', mime: 'application/pdf', name: '发票.pdf' });
  await courier.send({ kind: 'media', to, media: file }, 'file');
  assert.deepEqual(
    (await seenBy('wu')).map(({ type }) => type),
    ['image', 'file'],
  );
  const empty = media({ bytes: async () => Buffer.alloc(0) });
  const error = await failing(courier.send({ kind: 'media', to, media: empty }, 'empty'));
  assert.deepEqual([error.fate, error.fallback], ['refused', true]);

  const heard = await hearing({}, async ({ messages }) => {
    await sandbox.control('POST', 'say', {
      as: 'wu',
      bot: app,
      image: { base64: png.toString('base64'), name: 'a.png' },
    });
    await until('the picture is heard', () => messages().length === 1);
    return messages()[0];
  });
  assert.ok(heard?.kind === 'message' && heard.media && 'handle' in heard.media);
  const fetched = await courier.fetchMedia?.(`${heard.id}#2`, heard.media.handle, 'image');
  assert.deepEqual(fetched?.bytes, png);
});

test('people are known by name; strangers are nobody', async () => {
  const directory = feishu.directory(credentials, parts);
  assert.deepEqual((await directory.person('ou_lin'))?.name, '员工lin');
  assert.equal((await directory.person('ou_nobody'))?.name, undefined);
});

interface Hearing {
  keeper: Keeper;
  messages(): Inbound[];
  /** Deliveries by the connection they came over, in the order the connections were opened. */
  perConnection: number[];
  gaps: [number, number][];
}

/** Keeps real connections, quicker to suspect than in life, while something is done. */
async function hearing<T>(
  settings: Partial<KeeperSettings>,
  act: (hearing: Hearing) => Promise<T>,
): Promise<T> {
  const perConnection: number[] = [];
  const gaps: [number, number][] = [];
  const heard = new Map<string, Inbound>();
  const keeper = keepConnected(
    {
      name: 'test',
      clock: systemClock,
      timers: systemTimers,
      log: silent,
      random: Math.random,
      async open(ears) {
        const index = perConnection.push(0) - 1;
        const counting = {
          ...ears,
          heard: (delivery: Parameters<typeof ears.heard>[0]) => {
            perConnection[index] = (perConnection[index] ?? 0) + 1;
            return ears.heard(delivery);
          },
        };
        return (await feishu.connect?.(credentials, parts, counting)) ?? assert.fail();
      },
      async heard(delivery) {
        const reading = feishu.read(delivery, credentials, systemClock.now());
        assert.ok(reading.verified);
        for (const event of reading.events) if (event.kind === 'message') heard.set(event.id, event);
        return reading.response;
      },
      onGap: (from, to) => gaps.push([from, to]),
    },
    { roundMs: 50, retryFirstMs: 100, retryLastMs: 1000, provenMs: 0, ...settings },
  );
  try {
    await until('both connections are open', () => keeper.hearing() === 2);
    return await act({ keeper, messages: () => [...heard.values()], perConnection, gaps });
  } finally {
    await keeper.stop();
  }
}

const say = (as: string, text: string) => sandbox.control('POST', 'say', { as, bot: app, text });

test('both warm connections share what is delivered, and each delivery is heard once', async () => {
  await hearing({}, async ({ messages, perConnection }) => {
    for (let index = 0; index < 24; index += 1) await say('zheng', `第 ${index} 句`);
    await until('all is heard', () => messages().length === 24);
    assert.equal(perConnection[0] && perConnection[1] && perConnection[0] + perConnection[1], 24);
  });
});

test('connections that are dropped come back, as many as before, without a storm', async () => {
  await hearing({}, async ({ keeper, messages, perConnection, gaps }) => {
    await fault({ socket: true, app }, 'drop-socket');
    await until('both are lost', () => keeper.hearing() === 0);
    await until('both are back', () => keeper.hearing() === 2);
    assert.equal(perConnection.length, 4, 'one attempt for each that was lost');
    const { connections } = await sandbox.control<{ connections: unknown[] }>('GET', 'connections');
    assert.equal(connections.length, 2);
    assert.equal(gaps.length, 1);
    await say('zheng', '还在吗');
    await until('it hears again', () => messages().length > 0);
  });
});

test('a deaf connection is noticed by what its sibling hears, and replaced', async () => {
  await hearing({ deafMs: 100, missed: 3 }, async ({ keeper, perConnection, gaps }) => {
    const { connections } = await sandbox.control<{ connections: object[] }>('GET', 'connections');
    assert.equal(connections.length, 2);
    await fault({ socket: true, app }, 'deaf-socket');
    await until('a third one is open', async () => {
      await say('zheng', '听得到吗');
      return perConnection.length > 2 && keeper.hearing() === 2;
    });
    assert.deepEqual(gaps, []);
  });
});
