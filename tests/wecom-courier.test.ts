/** The WeCom app and the group robot, held against the sandbox's statement of WeCom. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { wecomCredentials } from '../bots/wecom/credentials.js';
import wecom from '../bots/wecom/index.js';
import webhook from '../bots/wecom-webhook/index.js';
import { samples } from '../cards/samples.js';
import type { CardView } from '../core/cards/card.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { BotParts, ClickAnswer } from '../core/ports/bot.js';
import { type OutgoingMedia, type Place, SendError } from '../core/ports/courier.js';
import type { Inbound, InboundClick } from '../core/ports/inbound.js';
import { startSandbox, until } from './sandbox.js';

const credentials = wecomCredentials.parse({
  corpId: 'ww0123456789abcdef',
  agentId: 1000002,
  secret: 'app-secret-of-the-test',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
});
const agent = '1000002';

/** Our side: hears what the sandbox delivers, and answers clicks as it is told to. */
const heard: Inbound[] = [];
let onClick: (click: InboundClick) => ClickAnswer = () => ({});
const ours = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '/', 'http://here');
  const delivery = {
    method: request.method ?? '',
    query: Object.fromEntries(url.searchParams),
    headers: {},
    body: Buffer.concat(chunks),
  };
  const reading = wecom.read(delivery, credentials, systemClock.now());
  const events = reading.verified ? reading.events : [];
  heard.push(...events);
  const [click] = events;
  const answer =
    click?.kind === 'click' ? wecom.answerClick(onClick(click), delivery, credentials) : reading.response;
  response.writeHead(answer.status, answer.headers).end(answer.body);
});
await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve));
after(() => {
  ours.closeAllConnections();
  ours.close();
});
const address = ours.address();
assert.ok(address && typeof address === 'object');
const callbackUrl = `http://127.0.0.1:${address.port}/bots/wecom/here`;

const people = ['lin', 'chen', 'zhao', 'qian', 'sun', 'li', 'zhou', 'wu', 'zheng', 'feng'];
const key = 'group-key-of-the-test';
const sandbox = await startSandbox(
  { after },
  {
    wecom: {
      corpId: credentials.corpId,
      departments: [{ id: 2, name: '客服部', parentId: 1 }],
      people: [
        ...people.map((id) => ({ id, userId: `User${id}`, name: `员工${id}`, departments: [2, 1] })),
        { id: 'stranger', name: '外人' },
        { id: 'gone', name: '郝新', departed: true },
      ],
      apps: [
        {
          agentId: credentials.agentId,
          secret: credentials.secret,
          name: '小智客服',
          callback: {
            url: callbackUrl,
            token: credentials.token,
            encodingAesKey: credentials.encodingAesKey,
          },
          trustedDomains: ['desk.example'],
          visible: [...people, 'gone'],
        },
      ],
      groups: [{ chatId: 'wr-desk', name: '客服群', people, webhooks: [{ key, name: '值班播报' }] }],
    },
  },
);
const partsHere = (): BotParts => ({
  clock: systemClock,
  log: silent,
  shared: valuesInMemory(systemClock),
  baseUrl: sandbox.url,
  line: () => undefined,
});
const parts = partsHere();
const courier = wecom.courier(credentials, parts);
const direct = (person: string): Place => ({ kind: 'direct', person: `user${person}` });
const sample = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);
const page = 'https://desk.example/p/1';

afterEach(async () => {
  onClick = () => ({});
  heard.length = 0;
  await sandbox.control('DELETE', 'faults');
});

interface Shown {
  id: string;
  type: string;
  content: { content?: string; name?: string };
  card?: { [field: string]: unknown };
  author: { kind: string };
  recalled?: boolean;
  mentions?: unknown[];
}

const fault = (path: string, kind: string, more: object = {}) =>
  sandbox.control('POST', 'faults', { on: { platform: 'wecom', path }, kind, times: 1, ...more });
const sending = '/cgi-bin/message/send';

async function shownTo(person: string, kind = 'p2p'): Promise<Shown[]> {
  const where = `platform=wecom&as=${person}`;
  const { chats } = await sandbox.control<{ chats: { id: string; kind: string }[] }>('GET', `chats?${where}`);
  const chat = chats.find((one) => one.kind === kind);
  if (!chat) return [];
  const query = `messages?${where}&chat=${chat.id}`;
  const { messages } = await sandbox.control<{ messages: Shown[] }>('GET', query);
  return messages.filter(({ author }) => author.kind === 'bot');
}
const wordsTo = async (person: string, kind?: string) =>
  (await shownTo(person, kind)).map(({ content }) => content.content);

async function calls(path: string): Promise<{ code: number; body: unknown }[]> {
  const { calls: all } = await sandbox.control<{ calls: { path: string; code: number; body: unknown }[] }>(
    'GET',
    'calls?since=0',
  );
  return all.filter((call) => call.path.startsWith(path));
}

const press = (as: string, message: string, button: object, form?: object) =>
  sandbox.control<{ cardUpdated: boolean; error?: string }>('POST', 'click', {
    platform: 'wecom',
    as,
    message,
    button,
    ...(form && { form }),
  });

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('a long text arrives whole, in as many messages as it takes, and is taken back whole', async () => {
  const lines = Array.from({ length: 90 }, (_, at) => `第 ${at} 行：王女士说扫地机器人不出水了`);
  const sent = await courier.send({ kind: 'text', to: direct('lin'), text: lines.join('\n') }, 'long');
  assert.equal((await wordsTo('lin')).join('\n'), lines.join('\n'));
  await courier.send({ kind: 'recall', messageId: sent.messageId }, 'recall');
  assert.ok((await shownTo('lin')).every(({ recalled }) => recalled));
});

test('the second part of a text goes on where the first got to', async () => {
  const out = { kind: 'text', to: direct('lin'), text: `${'一'.repeat(600)}\n${'二'.repeat(600)}` } as const;
  const before = (await shownTo('lin')).length;
  await fault(sending, 'latency', { ms: 1 });
  await fault(sending, 'code', { code: 45009, status: 200 });
  const error = await failing(courier.send(out, 'in-parts'));
  assert.deepEqual([error.fate, error.retryAfterMs], ['later', 60_000]);
  assert.equal((await shownTo('lin')).length, before + 1);
  await courier.send(out, 'in-parts');
  assert.deepEqual(
    (await wordsTo('lin')).slice(before).map((words) => words?.[0]),
    ['一', '二'],
  );
});

test('a customer’s words are a link for nobody, and no name is filled in', async () => {
  const hostile = '<a href="https://evil.example">退款</a> $userName=UserLin$ <@all>';
  await courier.send({ kind: 'text', to: direct('chen'), text: hostile }, 'hostile');
  const [shown] = await wordsTo('chen');
  assert.equal(shown?.replaceAll('\u200b', ''), hostile);
  assert.doesNotMatch(shown ?? '', /<a|<\/a|<@|\$userName/);
});

test('a token that dies on the way is replaced, and the send goes out once', async () => {
  const out = { kind: 'text', to: direct('zhao'), text: '一' } as const;
  await courier.send(out, 'before-expiry');
  await sandbox.control('POST', 'tokens/expire', { platform: 'wecom', app: agent });
  await courier.send({ ...out, text: '二' }, 'after-expiry');
  assert.deepEqual(await wordsTo('zhao'), ['一', '二']);
});

test('many callers without a token ask for one; a wrong secret is not tried again and again', async () => {
  const asked = async () => (await calls('/cgi-bin/gettoken')).length;
  const before = await asked();
  const directory = wecom.directory(credentials, partsHere());
  await Promise.all(people.map((id) => directory.person(`user${id}`)));
  assert.equal(await asked(), before + 1);
  const wrong = wecom.courier({ ...credentials, secret: 'guessed' }, partsHere());
  for (const attempt of ['1', '2', '3']) {
    const error = await failing(wrong.send({ kind: 'text', to: direct('lin'), text: '您好' }, attempt));
    assert.equal(error.fate, 'refused');
    assert.ok(!error.message.includes('guessed'));
  }
  assert.equal(await asked(), before + 2);
});

test('an answer that is lost leaves a text’s fate open; a card under its key again is one card', async () => {
  const text = { kind: 'text', to: direct('qian'), text: '您好' } as const;
  await fault(sending, 'timeout-after-effect', { ms: 50 });
  assert.equal((await failing(courier.send(text, 'lost'))).fate, 'unknown');
  assert.equal(courier.certainty(text).kind, 'unkeyed');

  const card = { kind: 'card', to: direct('qian'), card: sample('desk waiting') } as const;
  assert.equal(courier.certainty(card).kind, 'keyed');
  await fault(sending, 'timeout-after-effect', { ms: 50 });
  assert.equal((await failing(courier.send(card, 'card-lost'))).fate, 'unknown');
  assert.deepEqual(await courier.send(card, 'card-lost'), { messageId: 'card-lost' });
  assert.deepEqual(
    (await shownTo('qian')).map(({ type }) => type),
    ['text', 'template_card'],
  );
});

test('a card can be redrawn once for its send and once for each click; the clicker’s answer is the card itself', async () => {
  const waiting = sample('desk waiting');
  const sent = await courier.send({ kind: 'card', to: direct('sun'), card: waiting }, 'card-sun');
  assert.equal(sent.messageId, 'card-sun');
  assert.ok(sent.edit);
  const [message] = await shownTo('sun');
  assert.ok(message);

  const refusedWith = {
    toast: { type: 'warning' as const, text: '这个会话已由 陈一 认领。' },
    card: sample('desk late'),
  };
  onClick = () => refusedWith;
  const pressed = await press('sun', message.id, { text: '认领' });
  assert.deepEqual([pressed.cardUpdated, pressed.error], [true, undefined]);
  const [click] = heard;
  assert.ok(click?.kind === 'click');
  assert.deepEqual(
    [click.operation, click.sender, click.messageId, Object.keys(click.arguments)],
    ['conversation.claim', 'usersun', 'card-sun', ['conversation']],
  );
  const source = async () => (await shownTo('sun'))[0]?.card?.source;
  assert.deepEqual(await source(), { desc: '⚠ 这个会话已由 陈一 认领。', desc_color: 2 });

  const redraw = (name: string, edit: string | undefined) =>
    courier.send(
      { kind: 'redraw', messageId: 'card-sun', card: sample(name), ...(edit && { edit }) },
      'again',
    );
  await redraw('desk claimed', sent.edit);
  assert.deepEqual(await source(), { desc: '陈一 处理中', desc_color: 3 });
  // The same code once more: it was spent by us, so there is nothing left to do.
  await redraw('desk late', sent.edit);
  assert.deepEqual(await source(), { desc: '陈一 处理中', desc_color: 3 });
  await redraw('desk closed', click.edit);
  const closed = (await shownTo('sun'))[0]?.card;
  assert.deepEqual(
    [closed?.replace_text, closed?.source],
    ['已处理', { desc: '已结束 · 已解决', desc_color: 0 }],
  );
  assert.equal((await failing(redraw('desk late', undefined))).code, 'no-edit-code');
  assert.equal((await failing(redraw('desk late', 'no-such-code'))).fate, 'refused');
});

test('what is chosen in a card arrives with the press, and what is not chosen as nothing', async () => {
  await courier.send({ kind: 'card', to: direct('li'), card: { ...sample('queue'), page } }, 'queue-li');
  await courier.send({ kind: 'card', to: direct('li'), card: sample('desk claimed') }, 'close-li');
  const [queue, close] = await shownTo('li');
  assert.ok(queue && close);
  await press('li', queue.id, { text: '认领' });
  const rows = sample('queue');
  assert.ok(rows.template === 'queue');
  const chosen = rows.data.rows[2]?.conversation;
  await press('li', queue.id, { text: '认领' }, { conversation: chosen });
  await press('li', close.id, { text: '结束会话' });
  await press('li', close.id, { text: '结束会话' }, { reason: 'unsolved' });
  assert.deepEqual(
    heard.map((event) => event.kind === 'click' && [event.operation, event.form]),
    [
      ['conversation.claim', { conversation: rows.data.rows[0]?.conversation }],
      ['conversation.claim', { conversation: chosen }],
      ['conversation.close', { reason: '' }],
      ['conversation.close', { reason: 'unsolved' }],
    ],
  );
});

test('a click that is answered without a card leaves the card as it is, buttons and all', async () => {
  await courier.send({ kind: 'card', to: direct('zhou'), card: sample('waiting') }, 'card-zhou');
  const [message] = await shownTo('zhou');
  assert.ok(message);
  onClick = () => ({ toast: { type: 'info', text: '处理中，请稍候…' } });
  assert.equal((await press('zhou', message.id, { text: '认领下一位' })).cardUpdated, false);
  assert.deepEqual((await shownTo('zhou'))[0]?.card, message.card);
});

test('pictures and files arrive as what they are, and what WeCom does not take as a link', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const media = (of: Partial<OutgoingMedia>): OutgoingMedia => ({
    type: 'image',
    mime: 'image/png',
    name: '截图.png',
    url: 'https://desk.example/f/1',
    bytes: async () => png,
    ...of,
  });
  const to = direct('wu');
  const caption = 'A3 王女士：';
  await courier.send({ kind: 'media', to, media: media({}), caption }, 'image');
  await courier.send({ kind: 'media', to, media: media({ mime: 'image/webp', name: 'a.webp' }) }, 'webp');
  const voice = media({ type: 'voice', mime: 'audio/mpeg', name: '录音.mp3' });
  await courier.send({ kind: 'media', to, media: voice }, 'voice');
  const empty = media({ bytes: async () => Buffer.alloc(0), name: '空.pdf', type: 'file' });
  await courier.send({ kind: 'media', to, media: empty, caption }, 'empty');
  const shown = await shownTo('wu');
  assert.deepEqual(
    shown.map(({ type, content }) => [type, content.content ?? content.name]),
    [
      ['text', caption],
      ['image', '截图.png'],
      ['file', 'a.webp'],
      ['file', '录音.mp3'],
      ['text', `${caption}空.pdf\nhttps://desk.example/f/1`],
    ],
  );

  const image = { base64: png.toString('base64'), name: 'a.png' };
  await sandbox.control('POST', 'say', { platform: 'wecom', as: 'wu', bot: agent, image });
  await until('the picture is heard', () => heard.some(({ kind }) => kind === 'message'));
  const [said] = heard;
  assert.ok(said?.kind === 'message' && said.media && 'handle' in said.media);
  const fetched = await courier.fetchMedia?.(said.id, said.media.handle, 'image');
  assert.deepEqual(fetched?.bytes, png);
  assert.equal(
    (await failing(courier.fetchMedia?.(said.id, 'none', 'image') ?? assert.fail())).fate,
    'refused',
  );
});

test('who is outside the app’s sight is refused by name, and stops nobody else', async () => {
  const out = { kind: 'text', to: { kind: 'direct', person: 'stranger' }, text: '您好' } as const;
  const error = await failing(courier.send(out, 'stranger'));
  assert.deepEqual([error.fate, error.code], ['refused', '81013']);
  assert.match(error.message, /可见范围/);
});

test('people are known by name and department; who left is told apart from who was never there', async () => {
  const directory = wecom.directory(credentials, parts);
  assert.deepEqual(await directory.person('userlin'), {
    name: '员工lin',
    departments: ['客服部', '全公司'],
    departed: false,
  });
  assert.equal(await directory.person('nobody'), undefined);
  assert.equal(await directory.person('stranger'), undefined);
});

test('a page learns who is looking at it, once for each code', async () => {
  const back = { redirect: 'https://desk.example/p/1', state: 'abc123' };
  const login = wecom.login ?? assert.fail();
  const at = login.address(credentials, sandbox.url, back);
  const response = await fetch(at, { redirect: 'manual', headers: { cookie: 'sandbox-as-wecom=lin' } });
  const went = new URL(response.headers.get('location') ?? assert.fail(await response.text()));
  assert.equal(went.searchParams.get('state'), 'abc123');
  const query = Object.fromEntries(went.searchParams);
  assert.equal(await login.person(credentials, parts, query, back.redirect), 'userlin');
  assert.equal(await login.person(credentials, parts, query, back.redirect), undefined);
  assert.equal(await login.person(credentials, parts, {}, back.redirect), undefined);
});

test('the check publishes the menu, whose entries are commands; and says in words what is wrong', async () => {
  assert.deepEqual(await wecom.check?.(credentials, parts), { ok: true, problems: [] });
  for (const entry of ['/claim', '/mine', '/queue', '/help'])
    await sandbox.control('POST', 'menu', { platform: 'wecom', as: 'feng', app: agent, key: entry });
  await until('all are heard', () => heard.length === 4);
  assert.deepEqual(
    heard.map((event) => event.kind === 'command' && [event.sender, event.text]),
    ['/claim', '/mine', '/queue', '/help'].map((text) => ['userfeng', text]),
  );
  const wrong = await wecom.check?.({ ...credentials, secret: 'guessed' }, partsHere());
  assert.match(`${wrong?.problems}`, /secret/);
  const nowhere = await wecom.check?.(credentials, { ...partsHere(), baseUrl: 'http://127.0.0.1:2' });
  assert.equal(nowhere?.ok, false);
});

test('whatever a member can say is heard', async () => {
  const say = (what: object) =>
    sandbox.control('POST', 'say', { platform: 'wecom', as: 'zheng', bot: agent, ...what });
  await say({ text: 'A3 您好' });
  await say({ location: { latitude: 30.27, longitude: 120.15, name: '西湖' } });
  await say({ link: { title: '换货政策', url: 'https://acme.example/policy' } });
  await until('all are heard', () => heard.length === 3);
  assert.deepEqual(
    heard.map((event) => event.kind === 'message' && [event.type, event.text, event.sender]),
    [
      ['text', 'A3 您好', 'userzheng'],
      ['location', '西湖', 'userzheng'],
      ['text', '换货政策\nhttps://acme.example/policy', 'userzheng'],
    ],
  );
});

test('who leaves, or comes to see the app, is told', async () => {
  await sandbox.control('PUT', 'world', {
    wecom: { people: [{ id: 'feng', userId: 'Userfeng', name: '员工feng', departed: true }] },
  });
  const isLeft = (event: Inbound) =>
    event.kind === 'directory' && event.sender === 'userfeng' && event.change === 'left';
  await until('it is told', () => heard.some(isLeft));
  assert.ok(heard.some(isLeft));
});

test('the group robot says notices, draws cards to read, and stops before WeCom stops it', async () => {
  const robot = webhook.courier({ key }, partsHere());
  const group: Place = { kind: 'chat', chat: 'wr-desk' };
  await robot.send({ kind: 'text', to: group, text: '<@all> 有客户等待超时' }, 'notice');
  await robot.send({ kind: 'card', to: group, card: { ...sample('alert'), page } }, 'alert');
  await robot.send({ kind: 'card', to: group, card: sample('alert') }, 'alert-words');
  const [notice, alert, words] = await shownTo('lin', 'group');
  assert.deepEqual(notice?.mentions ?? [], []);
  assert.equal(notice?.content.content?.replaceAll('\u200b', ''), '<@all> 有客户等待超时');
  assert.deepEqual(
    [alert?.card?.card_type, alert?.card?.card_action],
    ['text_notice', { type: 1, url: page }],
  );
  assert.equal(words?.content.content, sample('alert').plain);
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const media = { mime: 'image/png', name: 'a.png', url: 'https://desk.example/f', bytes: async () => png };
  await robot.send({ kind: 'media', to: group, media: { ...media, type: 'image' } }, 'image');
  await robot.send(
    { kind: 'media', to: group, media: { ...media, type: 'file', mime: 'application/pdf' } },
    'file',
  );
  assert.deepEqual(
    (await shownTo('lin', 'group')).slice(3).map(({ type }) => type),
    ['image', 'file'],
  );
  const [limit] = robot.limits({ kind: 'text', to: group, text: 'x' });
  assert.ok(limit && limit.burst + 60_000 / limit.everyMs < 20);
  const wrong = webhook.courier({ key: 'none' }, partsHere());
  assert.equal((await failing(wrong.send({ kind: 'text', to: group, text: 'x' }, 'k'))).fate, 'refused');
});
