import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, test } from 'node:test';
import { valuesInMemory } from '../bots/contract.js';
import { dingtalkCredentials } from '../bots/dingtalk/credentials.js';
import dingtalk from '../bots/dingtalk/index.js';
import { type Keeper, type KeeperSettings, keepConnected, systemTimers } from '../bots/keeper.js';
import { samples } from '../cards/samples.js';
import type { CardView } from '../core/cards/card.js';
import { systemClock } from '../core/clock.js';
import { silent } from '../core/log.js';
import type { BotParts, ClickAnswer } from '../core/ports/bot.js';
import { type OutgoingMedia, type Place, SendError } from '../core/ports/courier.js';
import type { Inbound, InboundClick } from '../core/ports/inbound.js';
import { startSandbox, until } from './sandbox.js';

const app = 'dingappkey0001';
const names = ['lin', 'chen', 'zhao', 'qian', 'sun', 'li', 'zhou', 'wu', 'zheng'];
const group = 'cidDESK==';
const template = '00000000-0000-4000-8000-000000000001.schema';
const draft = '00000000-0000-4000-8000-000000000002.schema';
const file = readFileSync(new URL('../cards/dingtalk/templates/imdesk.json', import.meta.url), 'utf8');
const world = {
  dingtalk: {
    corpId: 'dingCORP',
    apps: [
      {
        appKey: app,
        appSecret: 'app-secret',
        name: '小智客服',
        mode: 'stream',
        redirectUrls: ['http://desk.example/'],
      },
    ],
    departments: [
      { id: 7, name: '客服部' },
      { id: 8, name: '售后组', parentId: 7 },
    ],
    people: [
      ...names.map((id) => ({ id, userId: `u-${id}`, name: `员工${id}`, departments: [8, 7] })),
      { id: 'gone', userId: 'u-gone', name: '离职员工', departed: true },
      { id: 'guest', name: '访客', external: true },
    ],
    groups: [{ openConversationId: group, name: '售后', people: [...names, 'guest'], robots: [app] }],
    templates: [
      { id: template, name: 'Imdesk', file, published: true },
      { id: draft, name: 'Imdesk', file, published: false },
    ],
  },
};
const sandbox = await startSandbox({ after }, world);
const settings = { clientId: app, clientSecret: 'app-secret', robotCode: app, corpId: 'dingCORP' };
const credentials = dingtalkCredentials.parse({ ...settings, cardTemplateId: template });
let used = 0;
const partsHere = (): BotParts => ({
  clock: systemClock,
  log: silent,
  shared: valuesInMemory(systemClock),
  used(calls) {
    used += calls;
  },
  baseUrl: sandbox.url,
  line: () => undefined,
});
const parts = partsHere();
const courier = dingtalk.courier(credentials, parts);
const direct = (person: string): Place => ({ kind: 'direct', person: `u-${person}` });
const view = (name: string): CardView => samples[name] ?? assert.fail(`no sample ${name}`);

afterEach(() => sandbox.control('DELETE', 'faults'));

interface Drawn {
  kind: string;
  text?: string;
  children?: Drawn[];
  items?: Drawn[][];
}
interface Shown {
  id: string;
  content: Record<string, unknown>;
  type: string;
  author: { kind: string };
  card?: { outTrackId: string; tree: Drawn[] };
}

const fault = (on: object, kind: string, more: object = {}) =>
  sandbox.control('POST', 'faults', { on: { platform: 'dingtalk', ...on }, kind, times: 1, ...more });
const sending = { method: 'POST', path: '/v1.0/robot/oToMessages/batchSend' };
const posting = { method: 'POST', path: '/v1.0/card/instances/createAndDeliver' };

async function inChat(as: string, chat: string): Promise<Shown[]> {
  const query = new URLSearchParams({ platform: 'dingtalk', as, chat });
  return (await sandbox.control<{ messages: Shown[] }>('GET', `messages?${query}`)).messages;
}

/** What the robot said to somebody, one to one. */
async function seenBy(person: string): Promise<Shown[]> {
  const list = await sandbox.control<{ chats: { id: string; kind: string }[] }>(
    'GET',
    `chats?platform=dingtalk&as=${person}`,
  );
  const chat = list.chats.find(({ kind }) => kind === 'p2p');
  return chat ? (await inChat(person, chat.id)).filter(({ author }) => author.kind === 'bot') : [];
}

function textsIn(tree: readonly Drawn[]): string[] {
  return tree.flatMap((one) => [
    ...(one.text === undefined ? [] : [one.text]),
    ...textsIn(one.children ?? []),
    ...(one.items ?? []).flatMap(textsIn),
  ]);
}
const wordsOf = (shown: Shown | undefined): string => textsIn(shown?.card?.tree ?? []).join('\n');

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('words go to one person or to a group, and are taken back', async () => {
  const sent = await courier.send({ kind: 'text', to: direct('lin'), text: 'A3 王女士：在吗' }, 'text-1');
  assert.deepEqual(
    (await seenBy('lin')).map(({ type, content }) => [type, content.content]),
    [['text', 'A3 王女士：在吗']],
  );
  await courier.send({ kind: 'recall', messageId: sent.messageId }, 'recall-1');
  assert.deepEqual(await seenBy('lin'), []);

  const inGroup = await courier.send(
    { kind: 'text', to: { kind: 'chat', chat: group }, text: '收到' },
    'text-2',
  );
  assert.equal((await inChat('lin', group)).at(-1)?.content.content, '收到');
  await courier.send({ kind: 'recall', messageId: inGroup.messageId }, 'recall-2');
  assert.deepEqual(await inChat('lin', group), []);
});

test('who is not there is refused, though the answer is a yes', async () => {
  const error = await failing(courier.send({ kind: 'text', to: direct('nobody'), text: '您好' }, 'nobody'));
  assert.equal(error.fate, 'refused');
});

test('a token that dies on the way is replaced, and the send goes out once', async () => {
  const out = { kind: 'text', to: direct('chen'), text: '一' } as const;
  await courier.send(out, 'before-expiry');
  await sandbox.control('POST', 'tokens/expire', { platform: 'dingtalk', app });
  await courier.send({ ...out, text: '二' }, 'after-expiry');
  await sandbox.control('POST', 'tokens/expire', { platform: 'dingtalk', app });
  assert.equal((await dingtalk.directory(credentials, parts).person('u-chen'))?.name, '员工chen');
  assert.deepEqual(
    (await seenBy('chen')).map(({ content }) => content.content),
    ['一', '二'],
  );
});

test('many callers without a token ask for one', async () => {
  const tokens = async () => {
    const { calls } = await sandbox.control<{ calls: { path: string }[] }>('GET', 'calls?since=0');
    return calls.filter(({ path }) => path === '/v1.0/oauth2/accessToken').length;
  };
  const before = await tokens();
  const directory = dingtalk.directory(credentials, partsHere());
  await Promise.all(names.map((name) => directory.person(`u-${name}`)));
  assert.equal(await tokens(), before + 1);
});

test('a limit is waited for, and a month that is used up is not', async () => {
  const out = { kind: 'text', to: direct('zhao'), text: '您好' } as const;
  await fault(sending, 'code', { status: 403, code: 90018 });
  const limited = await failing(courier.send(out, 'limited'));
  assert.deepEqual([limited.fate, limited.retryAfterMs], ['later', 1000]);
  await fault(sending, 'code', { status: 403, code: 90020 });
  const usedUp = await failing(courier.send(out, 'used-up'));
  assert.deepEqual([usedUp.fate, usedUp.code], ['refused', 'quota']);
  await courier.send(out, 'limited');
  assert.equal((await seenBy('zhao')).length, 1);
});

test('a card whose answer was lost is there once, however often it is sent again', async () => {
  const out = { kind: 'card', to: direct('qian'), card: view('brief') } as const;
  for (const kind of ['timeout-after-effect', 'drop-before-effect']) {
    await fault(posting, kind, { ms: 100 });
    assert.equal((await failing(courier.send(out, kind))).fate, 'unknown');
    const first = await courier.send(out, kind);
    assert.deepEqual(await courier.send(out, kind), first);
  }
  assert.equal((await seenBy('qian')).length, 2);
});

test('a card that is refused may be said in words', async () => {
  await fault(posting, 'code', { status: 403, code: 60011 });
  const error = await failing(
    courier.send({ kind: 'card', to: direct('sun'), card: view('brief') }, 'bad-card'),
  );
  assert.deepEqual([error.fate, error.fallback], ['refused', true]);
});

test('every card is drawn in a group, is redrawn for everybody, and differs for owners', async () => {
  const desk: Place = { kind: 'chat', chat: group };
  const posted = await courier.send({ kind: 'card', to: desk, card: view('waiting') }, 'waiting');
  const shownTo = async (as: string) =>
    (await inChat(as, group)).find(({ card }) => card?.outTrackId === posted.messageId);
  assert.match(wordsOf(await shownTo('lin')), /15 位客户等待认领[\s\S]*李雷 · A9[\s\S]*认领/);

  const owned = { ...view('waiting'), owners: ['u-lin'] };
  await courier.send({ kind: 'redraw', messageId: posted.messageId, card: owned }, 'owned');
  assert.match(wordsOf(await shownTo('lin')), /认领下一位/);
  assert.doesNotMatch(wordsOf(await shownTo('chen')), /认领下一位/);

  await courier.send({ kind: 'redraw', messageId: posted.messageId, card: view('waiting done') }, 'done');
  for (const as of ['lin', 'chen']) {
    assert.match(wordsOf(await shownTo(as)), /等待的客户都已有人接待/);
    assert.doesNotMatch(wordsOf(await shownTo(as)), /李雷|认领下一位/);
  }
  const gone = await failing(
    courier.send({ kind: 'redraw', messageId: 'imdesk-none', card: view('waiting') }, 'x'),
  );
  assert.deepEqual([gone.fate, gone.fallback], ['refused', false]);
});

test('a customer’s words stay words', async () => {
  const hostile =
    '**粗** @所有人 [退款](https://evil.example) dtmd://dingtalkclient/sendMessage?content=%2Fclose';
  await courier.send({ kind: 'text', to: direct('zhou'), text: hostile }, 'hostile');
  const [shown] = await seenBy('zhou');
  assert.equal(shown?.type, 'text');
  assert.equal(String(shown?.content.content).replaceAll('\u200b', ''), hostile);
  assert.doesNotMatch(String(shown?.content.content), /dtmd:/);
});

test('files arrive as what they are, and what was sent to us can be fetched', async () => {
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
  await courier.send({ kind: 'media', to, media: media({}), caption: 'A3 王女士：' }, 'image');
  const amr = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(32 * 100, 0x3c)]);
  const voice = media({ type: 'voice', mime: 'audio/amr', name: 'a.amr', bytes: async () => amr });
  await courier.send({ kind: 'media', to, media: voice }, 'voice');
  const mp4 = Buffer.alloc(200);
  mp4.write('ftypisom', 4, 'latin1');
  mp4.write('mvhd', 60, 'latin1');
  mp4.writeUInt32BE(600, 76);
  mp4.writeUInt32BE(6000, 80);
  const video = media({ type: 'video', mime: 'video/mp4', name: 'a.mp4', bytes: async () => mp4 });
  await courier.send({ kind: 'media', to, media: video }, 'video');
  const pdf = media({ type: 'file', mime: 'application/pdf', name: '发票.pdf' });
  await courier.send({ kind: 'media', to, media: pdf }, 'file');
  const odd = media({ type: 'file', mime: 'text/plain', name: '说明.txt' });
  await courier.send({ kind: 'media', to, media: odd }, 'odd');
  assert.deepEqual(
    (await seenBy('wu')).map(({ type, content }) => [
      type,
      content.content ?? content.fileName ?? content.duration,
    ]),
    [
      ['text', 'A3 王女士：'],
      ['image', undefined],
      ['audio', '2000'],
      ['video', '10'],
      ['file', '发票.pdf'],
      ['text', '📎 说明.txt\nhttps://desk.example/f'],
    ],
  );

  const heard = await hearing({}, async ({ messages }) => {
    const image = { base64: png.toString('base64'), name: 'a.png' };
    await sandbox.control('POST', 'say', { platform: 'dingtalk', as: 'wu', bot: app, text: '看', image });
    await until('the picture is heard', () => messages().length === 2);
    return messages()[1];
  });
  assert.ok(heard?.kind === 'message' && heard.media && 'handle' in heard.media);
  const fetched = await courier.fetchMedia?.(heard.id, heard.media.handle, 'image');
  assert.deepEqual(fetched?.bytes, png);
});

test('people are known by name and department; who left is known to have left', async () => {
  const directory = dingtalk.directory(credentials, parts);
  assert.deepEqual(await directory.person('u-lin'), {
    name: '员工lin',
    departments: ['售后组', '客服部'],
    departed: false,
  });
  assert.deepEqual(await directory.person('u-gone'), { departed: true });
});

test('whoever comes back from the login page is a member, and nobody twice', async () => {
  const { login = assert.fail('no login') } = dingtalk;
  const comesBack = async (as: string) => {
    const address = login.address(credentials, sandbox.url, {
      redirect: 'http://desk.example/page',
      state: 's-1',
    });
    const cookie = `sandbox-as-dingtalk=${as}`;
    const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
    const back = new URL(response.headers.get('location') ?? assert.fail(await response.text()));
    assert.equal(back.searchParams.get('state'), 's-1');
    return Object.fromEntries(back.searchParams);
  };
  const query = await comesBack('lin');
  assert.equal(await login.person(credentials, parts, query, 'http://desk.example/page'), 'u-lin');
  assert.equal(
    await login.person(credentials, parts, query, 'http://desk.example/page'),
    undefined,
    'a code that is spent',
  );
  assert.equal(
    await login.person(credentials, parts, { code: 'forged' }, 'http://desk.example/page'),
    undefined,
  );
  assert.equal(await login.person(credentials, parts, {}, 'http://desk.example/page'), undefined);
  const wrong = { ...credentials, clientSecret: 'other' };
  assert.equal(
    (await failing(login.person(wrong, partsHere(), { code: 'x' }, 'http://desk.example/page'))).fate,
    'refused',
  );
});

test('the check says whether cards can be sent, and sends nobody anything', async () => {
  const { check = assert.fail('no check') } = dingtalk;
  const of = (cardTemplateId: string | undefined) => check({ ...credentials, cardTemplateId }, parts);
  const before = await inChat('lin', group);
  assert.deepEqual(await of(template), { ok: true, problems: [] });
  assert.deepEqual(await of(template), { ok: true, problems: [] }, 'and again');
  const problems = async (id: string | undefined) => (await of(id)).problems.join();
  assert.match(await problems(draft), /not published/);
  assert.match(await problems('none.schema'), /import it/);
  assert.match(await problems(undefined), /not set up/);
  const strange = await check({ ...credentials, clientSecret: 'other' }, partsHere());
  assert.match(strange.problems.join(), /clientId and clientSecret/);
  assert.doesNotMatch(strange.problems.join(), /app-secret|other/);
  assert.deepEqual(await inChat('lin', group), before);
});

test('calls are counted as the platform counts them', async () => {
  const quota = async () => {
    const { dingtalk: one } = await sandbox.control<{ dingtalk: { usage: { calls: number } } }>(
      'GET',
      'world',
    );
    return one.usage.calls;
  };
  const [theirs, ours] = [await quota(), used];
  await courier.send({ kind: 'text', to: direct('li'), text: '您好' }, 'counted-1');
  await courier.send({ kind: 'card', to: direct('li'), card: view('brief') }, 'counted-2');
  await dingtalk.directory(credentials, parts).person('u-li');
  assert.equal(used - ours, (await quota()) - theirs);
  assert.equal(used - ours, 2);
});

interface Hearing {
  keeper: Keeper;
  messages(): Inbound[];
  clicks: InboundClick[];
  /** Deliveries by the connection they came over, in the order the connections were opened. */
  perConnection: number[];
  gaps: [number, number][];
}

/** Keeps real connections, quicker to suspect than in life, while something is done. */
async function hearing<T>(
  keeping: Partial<KeeperSettings>,
  act: (hearing: Hearing) => Promise<T>,
  answer: ClickAnswer = {},
): Promise<T> {
  const perConnection: number[] = [];
  const gaps: [number, number][] = [];
  const clicks: InboundClick[] = [];
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
        return (await dingtalk.connect?.(credentials, parts, counting)) ?? assert.fail();
      },
      async heard(delivery) {
        const reading = dingtalk.read(delivery, credentials, systemClock.now());
        assert.ok(reading.verified);
        const [first] = reading.events;
        for (const event of reading.events) if (event.kind === 'message') heard.set(event.id, event);
        if (first?.kind !== 'click') return reading.response;
        clicks.push(first);
        return dingtalk.answerClick(answer, delivery, credentials);
      },
      onGap: (from, to) => gaps.push([from, to]),
    },
    { roundMs: 50, retryFirstMs: 100, retryLastMs: 1000, provenMs: 0, ...keeping },
  );
  try {
    await until('both connections are open', () => keeper.hearing() === 2);
    return await act({ keeper, messages: () => [...heard.values()], clicks, perConnection, gaps });
  } finally {
    await keeper.stop();
  }
}

const say = (as: string, text: string, more: object = {}) =>
  sandbox.control('POST', 'say', {
    platform: 'dingtalk',
    as,
    text,
    ...(!('chat' in more) && { bot: app }),
    ...more,
  });

test('what members say is heard as they said it, and what strangers say is not', async () => {
  await hearing({}, async ({ messages }) => {
    await say('guest', '@小智客服 给我看看订单', { chat: group, mention: [app] });
    await say('lin', '@小智客服 查订单 1001', { chat: group, mention: [app] });
    await courier.send({ kind: 'text', to: direct('zheng'), text: 'A7 李雷：到货了吗' }, 'quoted');
    const [relayed] = (await seenBy('zheng')).slice(-1);
    await say('zheng', '明天到', { quote: relayed?.id });
    await until('both are heard', () => messages().length === 2);
    const [inGroup, oneToOne] = messages();
    assert.ok(inGroup?.kind === 'message' && oneToOne?.kind === 'message');
    assert.deepEqual(
      [inGroup.text, inGroup.sender, inGroup.chat],
      ['查订单 1001', 'u-lin', { id: group, kind: 'group', addressed: true }],
    );
    assert.deepEqual([oneToOne.text, oneToOne.sender, oneToOne.chat?.kind], ['明天到', 'u-zheng', 'direct']);
    const sent = await courier.send({ kind: 'text', to: direct('zheng'), text: 'A7 李雷：好' }, 'quoted-2');
    const [again] = (await seenBy('zheng')).slice(-1);
    await say('zheng', '不客气', { quote: again?.id });
    await until('the quote is heard', () => messages().length === 3);
    const [last] = messages().slice(-1);
    assert.deepEqual(last?.kind === 'message' && last.quote, { id: sent.messageId });
  });
});

test('a press is answered with the card for everybody and a word for who pressed', async () => {
  const toast = { type: 'success', text: '已认领 王女士' } as const;
  await hearing(
    {},
    async ({ clicks }) => {
      const posted = await courier.send(
        { kind: 'card', to: { kind: 'chat', chat: group }, card: view('waiting') },
        'pressed',
      );
      const shownTo = async (as: string) =>
        (await inChat(as, group)).find(({ card }) => card?.outTrackId === posted.messageId);
      const message = (await shownTo('lin'))?.id;
      const click = { platform: 'dingtalk', as: 'lin', message, button: { text: '认领下一位' } };
      const result = await sandbox.control<{ toast?: { content: string }; cardUpdated: boolean }>(
        'POST',
        'click',
        click,
      );
      assert.deepEqual([result.cardUpdated, result.toast?.content], [true, '已认领 王女士']);
      assert.match(wordsOf(await shownTo('lin')), /等待的客户都已有人接待[\s\S]*已认领 王女士/);
      assert.doesNotMatch(wordsOf(await shownTo('chen')), /已认领 王女士/);
      assert.deepEqual(
        clicks.map(({ sender, messageId, operation, chat }) => [sender, messageId, operation, chat?.id]),
        [['u-lin', posted.messageId, 'queue.claimNext', group]],
      );
      await courier.send(
        { kind: 'redraw', messageId: posted.messageId, card: view('waiting renewed') },
        'after',
      );
      assert.doesNotMatch(wordsOf(await shownTo('lin')), /已认领 王女士/);
    },
    { toast, card: view('waiting done') },
  );
});

test('a form sends what was filled in', async () => {
  await hearing({}, async ({ clicks }) => {
    const posted = await courier.send({ kind: 'card', to: direct('sun'), card: view('brief') }, 'form');
    const shown = (await seenBy('sun')).find(({ card }) => card?.outTrackId === posted.messageId);
    const click = { platform: 'dingtalk', as: 'sun', message: shown?.id, button: { text: '结束会话' } };
    await assert.rejects(
      sandbox.control('POST', 'click', { ...click, form: { summary: 'x' } }),
      /请选择结束原因/,
    );
    await sandbox.control('POST', 'click', { ...click, form: { reason: 'solved', summary: '已换货' } });
    assert.deepEqual(
      clicks.map(({ operation, form }) => [operation, form]),
      [['conversation.close', { reason: 'solved', summary: '已换货' }]],
    );
  });
});

test('both warm connections share what is delivered, and each delivery is heard once', async () => {
  await hearing({}, async ({ messages, perConnection }) => {
    for (let index = 0; index < 24; index += 1) await say('zheng', `第 ${index} 句`);
    await until('all is heard', () => messages().length === 24);
    assert.equal((perConnection[0] ?? 0) + (perConnection[1] ?? 0), 24);
  });
});

test('connections that are dropped come back, as many as before, without a storm', async () => {
  await hearing({}, async ({ keeper, messages, perConnection, gaps }) => {
    await fault({ socket: true, app }, 'drop-socket');
    await until('both are lost', () => keeper.hearing() === 0);
    await until('both are back', () => keeper.hearing() === 2);
    assert.equal(perConnection.length, 4, 'one attempt for each that was lost');
    const { connections } = await sandbox.control<{ connections: { platform: string }[] }>(
      'GET',
      'connections',
    );
    assert.equal(connections.filter(({ platform }) => platform === 'dingtalk').length, 2);
    assert.equal(gaps.length, 1);
    await say('zheng', '还在吗');
    await until('it hears again', () => messages().length > 0);
  });
});

test('a deaf connection is noticed by what its sibling hears, and replaced', async () => {
  await hearing({ deafMs: 100, missed: 3 }, async ({ keeper, perConnection, gaps }) => {
    await fault({ socket: true, app }, 'deaf-socket');
    await until('a third one is open', async () => {
      await say('zheng', '听得到吗');
      return perConnection.length > 2 && keeper.hearing() === 2;
    });
    assert.deepEqual(gaps, []);
  });
});
