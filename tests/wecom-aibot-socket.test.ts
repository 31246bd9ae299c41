import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { WSClient } from '@wecom/aibot-node-sdk';
import { valuesInMemory } from '../bots/contract.js';
import { type KeeperSettings, keepConnected, systemTimers } from '../bots/keeper.js';
import { aibotCredentials } from '../bots/wecom-aibot/credentials.js';
import aibot from '../bots/wecom-aibot/index.js';
import { connect } from '../bots/wecom-aibot/socket.js';
import { samples } from '../cards/samples.js';
import type { CardView } from '../core/cards/card.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { BotParts, ClickAnswer, Socket } from '../core/ports/bot.js';
import { type Courier, type OutgoingMedia, type Place, SendError } from '../core/ports/courier.js';
import type { Inbound, InboundMessage } from '../core/ports/inbound.js';
import { startSandbox, until } from './sandbox.js';

const botId = 'aib0123456789abcdef';
const secret = 'secret-of-the-test';
const people = ['lin', 'chen', 'zhao', 'qian'];
const sandbox = await startSandbox(
  { after },
  {
    wecom: {
      corpId: 'ww0123456789abcdef',
      people: people.map((id) => ({ id, name: `员工${id}` })),
      aibots: [{ botId, name: '小智', mode: 'socket', secret }],
      groups: [
        { chatId: 'wrdesk', name: '客服群', people, aibots: [botId] },
        { chatId: 'wrbusy', name: '忙群', people, aibots: [botId] },
        { chatId: 'wrquiet', name: '静群', people, aibots: [botId] },
      ],
    },
  },
);
const baseUrl = `${sandbox.url.replace('http', 'ws')}/aibot`;
const credentials = aibotCredentials.parse({ botId, secret });
const card: CardView = samples['desk waiting'] ?? assert.fail();
const claimed: CardView = samples['desk claimed'] ?? assert.fail();

afterEach(() => sandbox.control('DELETE', 'faults'));

interface Shown {
  id: string;
  type: string;
  content: { content?: string; finish?: boolean };
  card?: { source?: { desc?: string }; button_list?: { text: string; key: string }[] };
  author: { kind: string };
}

async function seenIn(chat: string, as = 'lin'): Promise<Shown[]> {
  const { messages } = await sandbox.control<{ messages: Shown[] }>(
    'GET',
    `messages?platform=wecom&as=${as}&chat=${chat}`,
  );
  return messages.filter(({ author }) => author.kind === 'bot');
}
const say = (body: object) =>
  sandbox.control<{ messageId: string; chat: string }>('POST', 'say', { platform: 'wecom', ...body });
const mention = (text: string, chat = 'wrdesk', as = 'lin') => say({ as, chat, text, mention: [botId] });
const click = (as: string, message: string, text: string) =>
  sandbox.control<{ cardUpdated: boolean }>('POST', 'click', {
    platform: 'wecom',
    as,
    message,
    button: { text },
  });
const fault = (on: object, kind: string, more: object = {}) =>
  sandbox.control('POST', 'faults', { on: { platform: 'wecom', ...on }, kind, times: 1, ...more });
const connections = async () => {
  const { connections: all } = await sandbox.control<{ connections: { platform: string }[] }>(
    'GET',
    'connections',
  );
  return all.filter(({ platform }) => platform === 'wecom').length;
};

interface Desk {
  courier: Courier;
  heard: Inbound[];
  messages(): InboundMessage[];
  alarms: string[];
  gaps: number;
  attempts: number;
  /** Answers the next clicks. */
  answer: ClickAnswer;
  resume(): void;
  isHeld(): boolean;
}

/** Holds the bot's connection, as the gateway does, while something is done with it. */
async function connected<T>(
  act: (desk: Desk) => Promise<T>,
  settings: Partial<KeeperSettings> = {},
): Promise<T> {
  let held: Socket | undefined;
  const parts: BotParts = {
    clock: systemClock,
    log: silent,
    shared: valuesInMemory(systemClock),
    baseUrl,
    line: () => held,
  };
  const keeper = keepConnected(
    {
      name: 'test',
      async open(ears) {
        desk.attempts += 1;
        const socket = await connect(credentials, parts, {
          ...ears,
          closed(reason, why) {
            if (held === socket) held = undefined;
            ears.closed(reason, why);
          },
        });
        held = socket;
        return socket;
      },
      async heard(delivery) {
        const reading = aibot.read(delivery, credentials, systemClock.now());
        assert.ok(reading.verified);
        desk.heard.push(...reading.events);
        const isClick = reading.events[0]?.kind === 'click';
        return isClick ? aibot.answerClick(desk.answer, delivery, credentials) : reading.response;
      },
      onGap: () => {
        desk.gaps += 1;
      },
      onTaken: (reason) => desk.alarms.push(reason),
      clock: systemClock,
      timers: systemTimers,
      log: silent,
      random: Math.random,
    },
    { size: 1, retryFirstMs: 50, retryLastMs: 200, roundMs: 50, provenMs: 0, ...settings },
  );
  const desk: Desk = {
    courier: aibot.courier(credentials, parts),
    heard: [],
    messages: () => desk.heard.filter((event) => event.kind === 'message'),
    alarms: [],
    gaps: 0,
    attempts: 0,
    answer: {},
    resume: () => keeper.resume(),
    isHeld: () => held !== undefined,
  };
  try {
    await until('the connection is open', desk.isHeld);
    return await act(desk);
  } finally {
    await keeper.stop();
  }
}

/** Where a message is to be answered. */
function answering(said: InboundMessage): Place {
  const { chat, sender, reply } = said;
  return chat?.kind === 'group'
    ? { kind: 'chat', chat: chat.id, reply }
    : { kind: 'direct', person: sender, reply };
}
const unanswered = ({ reply: _, ...said }: InboundMessage): Place => answering(said);

async function heardFrom({ messages }: Desk, saying: Promise<unknown>): Promise<InboundMessage> {
  const before = messages().length;
  await saying;
  await until('it is heard', () => messages().length > before);
  return messages()[before] ?? assert.fail();
}

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('a mention in a group is heard, and answered in one streamed message', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('退货要几天？'));
    assert.deepEqual(
      [said.text, said.chat],
      ['退货要几天？', { id: 'wrdesk', kind: 'group', addressed: true }],
    );
    await desk.courier.send({ kind: 'text', to: answering(said), text: '七天，以签收为准。' }, 'answer-1');
    await desk.courier.send({ kind: 'text', to: answering(said), text: '还有别的吗？' }, 'answer-2');
    const shown = await seenIn('wrdesk');
    assert.deepEqual(
      shown.map(({ type, content }) => [type, content.content, content.finish]),
      [
        ['stream', '七天，以签收为准。', true],
        ['stream', '还有别的吗？', true],
      ],
    );
  });
});

test('who opens the chat is greeted; one to one everything is heard, and pictures and files can be fetched', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const image = { base64: png.toString('base64'), name: '截图.png' };
  await connected(async (desk) => {
    const { chat } = await sandbox.control<{ chat: string }>('POST', 'enter', {
      platform: 'wecom',
      as: 'chen',
      app: botId,
    });
    await until('the greeting is there', async () => (await seenIn(chat, 'chen')).length === 1);
    assert.match((await seenIn(chat, 'chen'))[0]?.content.content ?? '', /你好/);

    const said = await heardFrom(desk, say({ as: 'chen', bot: botId, text: '在吗' }));
    assert.deepEqual([said.chat?.kind, said.chat?.addressed, said.text], ['direct', true, '在吗']);
    assert.match(said.sender, /^wo[\w-]{30}$/, 'people are known by an id in cipher');
    const picture = await heardFrom(desk, say({ as: 'chen', bot: botId, image }));
    const file = await heardFrom(
      desk,
      say({
        as: 'chen',
        bot: botId,
        file: { base64: Buffer.from('%PDF-1.4 x').toString('base64'), name: '发票.pdf' },
      }),
    );
    const fetching = (from: InboundMessage) => {
      assert.ok(from.media && 'handle' in from.media && from.type !== 'text');
      return desk.courier.fetchMedia?.(from.id, from.media.handle, from.type === 'image' ? 'image' : 'file');
    };
    assert.deepEqual(await fetching(picture), { bytes: png, name: '截图.png' });
    assert.deepEqual(await fetching(file), { bytes: Buffer.from('%PDF-1.4 x'), name: '发票.pdf' });

    const media: OutgoingMedia = {
      type: 'image',
      mime: 'image/png',
      name: 'a.png',
      url: 'https://desk.example/f',
      bytes: async () => png,
    };
    const large = Buffer.alloc(1_200 * 1024, 7);
    const pdf = {
      ...media,
      type: 'file',
      mime: 'application/pdf',
      name: '合同.pdf',
      bytes: async () => large,
    } as const;
    await desk.courier.send({ kind: 'media', to: answering(said), media, caption: 'A3 王女士' }, 'image-1');
    await desk.courier.send({ kind: 'media', to: unanswered(said), media: pdf }, 'file-1');
    const shown = await seenIn(chat, 'chen');
    assert.deepEqual(
      shown.slice(1).map(({ type }) => type),
      ['stream', 'image', 'file'],
    );
  });
});

test('a press changes the copy of who pressed, and tells them on it', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('/队列'));
    const { messageId } = await desk.courier.send({ kind: 'card', to: answering(said), card }, 'card-1');
    const posted = (await seenIn('wrdesk')).at(-1) ?? assert.fail();
    assert.ok(
      posted.card?.button_list?.some(({ text }) => text === '认领'),
      JSON.stringify(posted.card),
    );

    desk.answer = { card: claimed, toast: { type: 'success', text: '已认领' } };
    assert.equal((await click('lin', posted.id, '认领')).cardUpdated, true);
    const pressed = desk.heard.at(-1);
    assert.ok(pressed?.kind === 'click');
    assert.deepEqual(
      [pressed.messageId, pressed.operation, pressed.chat?.id, pressed.sender === said.sender],
      [messageId, 'conversation.claim', 'wrdesk', true],
    );
    const copy = async (as: string) =>
      (await seenIn('wrdesk', as)).find(({ id }) => id === posted.id)?.card ?? assert.fail();
    assert.match(JSON.stringify(await copy('lin')), /已认领/);
    assert.doesNotMatch(JSON.stringify(await copy('chen')), /已认领/);

    desk.answer = { card: claimed, toast: { type: 'warning', text: '已由员工lin认领' } };
    assert.equal((await click('chen', posted.id, '认领')).cardUpdated, true);
    assert.match(JSON.stringify(await copy('chen')), /已由员工lin认领/);
    const settled: CardView = samples['desk closed'] ?? assert.fail();
    desk.answer = { card: settled, toast: { type: 'info', text: '已结束' } };
    assert.equal((await click('zhao', posted.id, '认领')).cardUpdated, true, 'also to one without buttons');
  });
});

test('somebody else takes the connection: one alarm and no fight; asked to, we take it back and say what was missed', async () => {
  await connected(async (desk) => {
    const other = new WSClient({ botId, secret, wsUrl: baseUrl, logger: silentLogger });
    await new Promise<void>((resolve) => other.connect().once('authenticated', () => resolve()));
    await until('the alarm is raised', () => desk.alarms.length === 1);
    assert.equal(desk.isHeld(), false);
    const before = desk.attempts;
    assert.equal((await failing(desk.courier.send(pushing('hello'), 'k'))).code, 'no-line');
    const theirs = new Promise((resolve) => other.once('message.text', resolve));
    await mention('谁在听？');
    await theirs;
    assert.deepEqual([desk.attempts, await connections(), other.isConnected], [before, 1, true]);

    const thrownOut = new Promise((resolve) => other.once('event.disconnected_event', resolve));
    desk.resume();
    await thrownOut;
    await until('the connection is ours again', desk.isHeld);
    const said = await heardFrom(desk, mention('现在呢？'));
    assert.equal(said.text, '现在呢？');
    assert.deepEqual([desk.gaps, desk.alarms.length, desk.attempts], [1, 1, before + 1]);
    other.disconnect();
  });
});
const silentLogger = { debug() {}, info() {}, warn() {}, error() {} };
const pushing = (text: string) => ({ kind: 'text', to: { kind: 'chat', chat: 'wrdesk' }, text }) as const;

test('a connection that is replaced for its age is replaced by ourselves: no alarm, and nothing is unheard', async () => {
  await connected(
    async (desk) => {
      await until('it was replaced twice', () => desk.attempts >= 3);
      const said = await heardFrom(desk, mention('换了几次了？'));
      // The connection goes on being replaced: like the outbox, say it again under its key until it has a receipt.
      const out = { kind: 'text', to: answering(said), text: '三次' } as const;
      const sent = () =>
        desk.courier.send(out, 'replaced').then(
          () => true,
          (error: unknown) => {
            assert.ok(error instanceof SendError && error.fate !== 'refused', `${error}`);
            return false;
          },
        );
      await until('it is said', sent);
      const shown = (await seenIn('wrdesk')).filter(({ content }) => content.content === out.text);
      assert.equal(shown.length, 1, 'once');
      assert.deepEqual([desk.alarms, desk.gaps], [[], 0]);
      await until('there is one connection', async () => (await connections()) === 1);
    },
    { maxAgeMs: 300 },
  );
});

test('an answer whose receipt was lost with the line is one message, however often it is said', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('运费谁出？'));
    const out = { kind: 'text', to: answering(said), text: '商家承担。' } as const;
    const shown = async () =>
      (await seenIn('wrdesk')).filter(({ content }) => content.content === out.text).length;
    await fault({ path: 'aibot_respond_msg', method: 'WS' }, 'timeout-after-effect');
    const lost = failing(desk.courier.send(out, 'lost-1'));
    await until('it arrived', async () => (await shown()) === 1);
    await fault({ socket: true }, 'drop-socket');
    assert.equal((await lost).fate, 'unknown');
    await until('the connection is open again', desk.isHeld);
    await desk.courier.send(out, 'lost-1');
    assert.equal(await shown(), 1);
    assert.deepEqual([desk.alarms, desk.gaps], [[], 1], 'what the network did is no alarm');
  });
});

test('a message that can’t be answered any more is answered by a push; where nobody spoke to us there is none', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('在吗'));
    await fault({ path: 'aibot_respond_msg', method: 'WS' }, 'code', { code: 846605 });
    await desk.courier.send({ kind: 'text', to: answering(said), text: '在' }, 'pushed-1');
    const shown = (await seenIn('wrdesk')).at(-1);
    assert.deepEqual([shown?.type, shown?.content.content], ['markdown', '在']);
    const to = { kind: 'chat', chat: 'wrquiet' } as const;
    const error = await failing(desk.courier.send({ kind: 'text', to, text: '大家好' }, 'pushed-2'));
    assert.deepEqual([error.fate, error.fallback], ['refused', false]);
  });
});

test('thirty messages a minute are the limit of a chat; what is over waits', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('刷屏', 'wrbusy'));
    let sent = 0;
    const error = await failing(
      (async () => {
        for (; sent < 40; sent += 1)
          await desk.courier.send({ kind: 'text', to: unanswered(said), text: `${sent}` }, `busy-${sent}`);
      })(),
    );
    assert.deepEqual([sent, error.fate, error.code, error.retryAfterMs], [30, 'later', '45009', 60_000]);
  });
});

test('a customer’s words stay words', async () => {
  await connected(async (desk) => {
    const said = await heardFrom(desk, mention('看看'));
    const hostile = '<@all> [退款](https://evil.example)\n# 系统通知\n**同意**';
    await desk.courier.send({ kind: 'text', to: answering(said), text: hostile }, 'hostile');
    const content = (await seenIn('wrdesk')).at(-1)?.content.content ?? '';
    assert.doesNotMatch(content, /<@|\]\(|^#|(?<!\\)\*/m);
    for (const word of ['退款', 'https://evil.example', '系统通知', '同意'])
      assert.ok(content.includes(word));
  });
});

test('the wrong secret opens nothing, and is not said', async () => {
  const wrong = aibotCredentials.parse({ botId, secret: 'another-secret' });
  const parts = {
    clock: systemClock,
    log: silent,
    shared: valuesInMemory(systemClock),
    baseUrl,
    line: () => undefined,
  };
  const ears = { heard: () => assert.fail(), alive() {}, closed() {} };
  await assert.rejects(
    connect(wrong, parts, ears),
    (error: Error) => !error.message.includes('another-secret'),
  );
});
