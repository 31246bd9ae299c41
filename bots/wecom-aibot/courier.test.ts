import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { samples } from '../../cards/samples.js';
import type { CardView } from '../../core/cards/card.js';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { Socket } from '../../core/ports/bot.js';
import {
  type Courier,
  type Outgoing,
  type OutgoingMedia,
  type Place,
  SendError,
} from '../../core/ports/courier.js';
import { valuesInMemory } from '../contract.js';
import { aibotCredentials } from './credentials.js';
import { type Frame, frameIn } from './frame.js';
import { handleOf } from './handle.js';
import aibot from './index.js';
import { writeReply } from './reply.js';
import { saidIn } from './said.js';
import { answerIn, sealed } from './sealed.js';

const begun = 1_700_000_000_000;
const second = 1_000;
const minute = 60 * second;
const credentials = aibotCredentials.parse({
  botId: 'aib1',
  token: 'token-of-the-test',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  secret: 'very-secret',
});
const card: CardView = samples['desk waiting'] ?? Object.values(samples)[0] ?? assert.fail();
const quiet: CardView = {
  template: 'alert',
  data: { title: '提醒', tone: 'good', told: '已恢复', facts: [], buttons: [] },
  plain: '提醒：已恢复',
  locale: 'zh-CN',
};

type Answer = (frame: Frame) => { errcode: number; errmsg?: string; body?: object } | SendError;

/** A courier on a connection of which the test is the other end. */
function onLine(answer: Answer = () => ({ errcode: 0 })) {
  const clock = movableClock(begun);
  const frames: Frame[] = [];
  const world = { answer, connected: true };
  const line: Socket = {
    pingEveryMs: 30_000,
    ping() {},
    async request(text) {
      const frame = frameIn(text) ?? assert.fail('no frame');
      frames.push(frame);
      const found = world.answer(frame);
      if (found instanceof SendError) throw found;
      return JSON.stringify({ headers: frame.headers, errmsg: 'ok', ...found });
    },
    async close() {},
  };
  const shared = valuesInMemory(clock);
  const parts = { clock, log: silent, shared, baseUrl: 'wss://openws.example/' };
  const courier = aibot.courier(credentials, { ...parts, line: () => (world.connected ? line : undefined) });
  return { courier, frames, world, clock };
}

const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};
const lin: Place = { kind: 'direct', person: 'linxiaoman' };
const group: Place = { kind: 'chat', chat: 'wrGroup' };
const answering = (place: typeof lin | typeof group, at = begun): Place => ({
  ...place,
  reply: writeReply({ request: 'req-1', at }),
});
const saying = (to: Place, text = '您好') => ({ kind: 'text', to, text }) as const;
const plainly = (frames: readonly Frame[]) =>
  frames.map(({ cmd, headers: { req_id: reqId }, body }) => [cmd, reqId, body]);

test('an answer is a stream that is finished at once, under the message’s own req_id', async () => {
  const { courier, frames } = onLine();
  assert.deepEqual(await courier.send(saying(answering(lin)), 'key-1'), { messageId: 'key-1' });
  assert.deepEqual(plainly(frames), [
    [
      'aibot_respond_msg',
      'req-1',
      { msgtype: 'stream', stream: { id: 'key-1', finish: true, content: '您好' } },
    ],
  ]);
});

test('without a message to answer, or a day after it, words are pushed to the person or the group', async () => {
  const { courier, frames, clock } = onLine();
  await courier.send(saying(lin), 'key-1');
  await courier.send(saying(group), 'key-2');
  clock.advance(24 * 60 * minute);
  await courier.send(saying(answering(group)), 'key-3');
  const markdown = { msgtype: 'markdown', markdown: { content: '您好' } };
  assert.deepEqual(plainly(frames), [
    ['aibot_send_msg', 'key-1', { chatid: 'linxiaoman', chat_type: 1, ...markdown }],
    ['aibot_send_msg', 'key-2', { chatid: 'wrGroup', chat_type: 2, ...markdown }],
    ['aibot_send_msg', 'key-3', { chatid: 'wrGroup', chat_type: 2, ...markdown }],
  ]);
});

test('what can’t be answered any more is pushed; but never what may have arrived already', async () => {
  const { courier, frames, world } = onLine(({ cmd }) => ({
    errcode: cmd === 'aibot_respond_msg' ? 846605 : 0,
  }));
  await courier.send(saying(answering(lin)), 'key-1');
  await courier.send({ kind: 'card', to: answering(lin), card }, 'key-2');
  assert.deepEqual(
    frames.map(({ cmd }) => cmd),
    ['aibot_respond_msg', 'aibot_send_msg', 'aibot_respond_msg', 'aibot_send_msg'],
  );

  world.answer = () => new SendError('unknown', 'timeout', 'no answer');
  assert.equal((await failing(courier.send(saying(answering(lin)), 'key-3'))).fate, 'unknown');
  world.answer = ({ cmd }) => ({ errcode: cmd === 'aibot_respond_msg' ? 846605 : 0 });
  frames.length = 0;
  assert.equal((await failing(courier.send(saying(answering(lin)), 'key-3'))).fate, 'unknown');
  assert.deepEqual(
    frames.map(({ cmd }) => cmd),
    ['aibot_respond_msg'],
  );
  world.answer = () => ({ errcode: 846608, errmsg: 'stream message update expired' });
  await courier.send(saying(answering(lin)), 'key-3');
});

test('only words that answer a message may be repeated by themselves, and only where they are one stream', () => {
  const { courier } = onLine();
  const certain = (out: Parameters<Courier['certainty']>[0]) => courier.certainty(out).kind;
  assert.equal(certain(saying(answering(lin))), 'keyed');
  assert.equal(certain(saying(answering(lin), '好'.repeat(7_000))), 'unkeyed');
  assert.equal(certain(saying(lin)), 'unkeyed');
  assert.equal(certain({ kind: 'card', to: answering(lin), card }), 'unkeyed');
  assert.equal(byAddress(() => {}).courier.certainty(saying(answering(lin))).kind, 'unkeyed');
});

test('words too long for one message are said in several; when the rest fails, the beginning is not said again', async () => {
  const { courier, frames, world } = onLine();
  const long = `${'好'.repeat(5_000)}\n${'坏'.repeat(5_000)}`;
  await courier.send(saying(answering(lin), long), 'key-1');
  assert.deepEqual(
    frames.map(({ cmd, headers }) => [cmd, headers.req_id]),
    [
      ['aibot_respond_msg', 'req-1'],
      ['aibot_send_msg', 'key-1-2'],
    ],
  );
  world.answer = ({ cmd }) => ({ errcode: cmd === 'aibot_send_msg' ? 45009 : 0 });
  const error = await failing(courier.send(saying(answering(lin), long), 'key-2'));
  assert.deepEqual([error.fate, error.code], ['unknown', '45009']);
});

test('a card is posted under its key; one that can be neither pressed nor opened is said in words', async () => {
  const { courier, frames } = onLine();
  assert.deepEqual(await courier.send({ kind: 'card', to: answering(group), card }, 'key-1'), {
    messageId: 'key-1',
  });
  await courier.send({ kind: 'card', to: group, card: quiet }, 'key-2');
  const [drawn, said] = frames;
  const text = JSON.stringify(drawn?.body);
  assert.ok(text.includes('"msgtype":"template_card"') && text.includes('"task_id":"key-1"'));
  assert.deepEqual(said?.body, {
    chatid: 'wrGroup',
    chat_type: 2,
    msgtype: 'markdown',
    markdown: { content: '提醒：已恢复' },
  });
});

test('without the line nothing is sent, and it is tried again where the line is', async () => {
  const { courier, world } = onLine();
  world.connected = false;
  const error = await failing(courier.send(saying(lin), 'key-1'));
  assert.deepEqual([error.fate, error.code, courier.needsLine], ['later', 'no-line', true]);
});

test('refusals: a limit waits, a form falls back to words, a group without us does neither', async () => {
  const { courier, world } = onLine();
  const fates = async (errcode: number) => {
    world.answer = () => ({ errcode });
    const { fate, fallback, retryAfterMs } = await failing(courier.send(saying(lin), 'key-1'));
    return [fate, fallback, retryAfterMs];
  };
  assert.deepEqual(await fates(45009), ['later', false, minute]);
  assert.deepEqual(await fates(40008), ['refused', true, undefined]);
  assert.deepEqual(await fates(93006), ['refused', false, undefined]);
  assert.deepEqual(await fates(93008), ['refused', false, undefined]);
});

const media = (of: Partial<OutgoingMedia>, size = 2000): OutgoingMedia => ({
  type: 'image',
  mime: 'image/png',
  name: '截图.png',
  url: 'https://desk.example/f',
  bytes: async () => Buffer.alloc(size, 7),
  ...of,
});
const uploading: Answer = ({ cmd }) => ({
  errcode: 0,
  body:
    cmd === 'aibot_upload_media_init'
      ? { upload_id: 'u-1' }
      : cmd === 'aibot_upload_media_finish'
        ? { media_id: 'media-1', type: 'file', created_at: '1' }
        : {},
});

test('a file goes up in pieces and is sent by its id, after the words that say whose it is', async () => {
  const { courier, frames } = onLine(uploading);
  const size = 1_200 * 1024;
  const pdf = media({ type: 'file', mime: 'application/pdf', name: '发票.pdf' }, size);
  await courier.send({ kind: 'media', to: answering(lin), media: pdf, caption: 'A3 王女士' }, 'key-1');
  const [words, init, ...others] = frames;
  assert.match(JSON.stringify(words?.body), /A3 王女士/);
  assert.deepEqual(
    [
      init?.cmd,
      { ...blank, ...Object(init?.body) }.total_size,
      { ...blank, ...Object(init?.body) }.total_chunks,
    ],
    ['aibot_upload_media_init', size, 3],
  );
  assert.deepEqual(
    others.slice(0, 3).map(({ body }) => ({ ...blank, ...Object(body) }).chunk_index),
    [0, 1, 2],
  );
  const pieces = others.slice(0, 3).map(({ body }) => ({ ...blank, ...Object(body) }).base64_data);
  assert.equal(Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).length, size);
  assert.deepEqual(others.at(-1)?.body, { msgtype: 'file', file: { media_id: 'media-1' } });
});
const blank = { total_size: 0, total_chunks: 0, chunk_index: -1, base64_data: '' };

test('what WeCom can not show as what it is goes as a file, and what it can not take is said in words', async () => {
  const { courier, frames } = onLine(uploading);
  const sentAs = async (of: Partial<OutgoingMedia>, size?: number) => {
    frames.length = 0;
    await courier.send({ kind: 'media', to: lin, media: media(of, size) }, 'key-1');
    return Reflect.get(Object(frames.at(-1)?.body), 'msgtype');
  };
  assert.equal(await sentAs({}), 'image');
  assert.equal(await sentAs({ mime: 'image/webp' }), 'file');
  assert.equal(await sentAs({}, 11 * 1024 * 1024), 'file');
  assert.equal(await sentAs({ type: 'voice', mime: 'audio/ogg' }), 'file');
  assert.equal(await sentAs({ type: 'voice', mime: 'audio/amr' }), 'voice');
  assert.equal(await sentAs({ type: 'video', mime: 'video/mp4' }), 'video');
  for (const size of [0, 5, 21 * 1024 * 1024]) {
    const error = await failing(courier.send({ kind: 'media', to: lin, media: media({}, size) }, 'key-1'));
    assert.deepEqual([error.fate, error.fallback], ['refused', true]);
  }
});

test('a piece that is lost is sent again; an upload that fails has had no effect, unless words came before it', async () => {
  const { courier, frames, world } = onLine(uploading);
  let lost = 2;
  world.answer = (frame) => {
    if (frame.cmd === 'aibot_upload_media_chunk' && lost-- > 0)
      return new SendError('unknown', 'timeout', 'no answer');
    return uploading(frame);
  };
  await courier.send({ kind: 'media', to: lin, media: media({}) }, 'key-1');
  const pieces = frames.filter(({ cmd }) => cmd === 'aibot_upload_media_chunk');
  assert.equal(pieces.length, 3);
  assert.equal(
    new Set(pieces.map(({ headers }) => headers.req_id)).size,
    3,
    'a late receipt confuses nobody',
  );

  world.answer = (frame) =>
    frame.cmd === 'aibot_upload_media_finish'
      ? new SendError('unknown', 'timeout', 'no answer')
      : uploading(frame);
  const plain = { kind: 'media', to: lin, media: media({}) } as const;
  assert.equal((await failing(courier.send(plain, 'key-2'))).fate, 'later');
  assert.equal((await failing(courier.send({ ...plain, caption: 'A3' }, 'key-3'))).fate, 'unknown');
});

test('however busy it is, a chat gets no more than WeCom takes, and nor does the bot', () => {
  const { courier } = onLine();
  const most = (scope: RegExp, withinMs: number, out: Outgoing) =>
    courier
      .limits(out)
      .filter((limit) => scope.test(limit.scope))
      .reduce((sum, { everyMs, burst }) => sum + burst + Math.floor(withinMs / everyMs), 0);
  const file: Outgoing = { kind: 'media', to: group, media: media({}), caption: 'A3' };
  // The words before a file count in the chat too: each file that has some is two messages.
  assert.equal(most(/^chat:wrGroup\/.*minute/, minute, file), 30);
  assert.equal(most(/^chat:wrGroup\/.*hour/, 60 * minute, file), 1000);
  assert.ok(most(/^upload\/minute/, minute, file) <= 30 && most(/^upload\/hour/, 60 * minute, file) <= 1000);
  assert.deepEqual(
    courier.limits(saying(answering(lin))),
    courier.limits(saying(lin)),
    'an answer and a push count alike',
  );
});

async function serving(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

/** A courier of a bot whose address WeCom calls. */
function byAddress(change: (parts: { baseUrl: string }) => void = () => {}) {
  const clock = movableClock(begun);
  const shared = valuesInMemory(clock);
  const parts = { clock, log: silent, shared, baseUrl: 'https://qyapi.example', line: () => undefined };
  change(parts);
  return { courier: aibot.courier(credentials, parts), clock, shared };
}

test('the first answer goes into the stream, the second to the message’s address, and there is no third', async (t) => {
  const posted: string[] = [];
  const url = await serving(t, async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    posted.push(`${request.method} ${request.url} ${body}`);
    response.end('{"errcode":0,"errmsg":"ok"}');
  });
  const { courier, shared, clock } = byAddress((parts) => {
    parts.baseUrl = url;
  });
  const to = (stream = '1700000000-abc'): Place => ({
    ...lin,
    reply: writeReply({ stream, url: `${url}/cgi-bin/aibot/response?response_code=RC`, at: begun }),
  });
  assert.equal(courier.needsLine, false);
  await courier.send(saying(to(), '七天'), 'key-1');
  await courier.send(saying(to(), '七天'), 'key-1');
  assert.deepEqual(posted, [], 'a repeat finds that it was said');
  const said = (await shared.get('said:abc')) ?? assert.fail('nothing was left for who asks');
  const asked = sealed(
    credentials,
    Buffer.from('{"msgtype":"stream","stream":{"id":"1700000000-abc"}}'),
    begun + 3 * second,
  );
  const polled = answerIn(aibot.answerPoll?.(said, asked, credentials) ?? assert.fail(), credentials);
  assert.deepEqual(polled, {
    msgtype: 'stream',
    stream: { id: '1700000000-abc', finish: true, content: '七天' },
  });
  await courier.send(saying(to(), '还有'), 'key-2');
  assert.deepEqual(posted, [
    'POST /cgi-bin/aibot/response?response_code=RC {"msgtype":"markdown","markdown":{"content":"还有"}}',
  ]);
  const third = await failing(courier.send(saying(to(), '最后'), 'key-3'));
  assert.deepEqual([third.fate, third.code, posted.length], ['refused', 'reply-used', 1]);

  clock.advance(2 * minute);
  await courier.send(saying(to('1700000000-late'), '久等了'), 'key-4');
  assert.equal(posted.length, 2, 'a stream that may have been ended is told nothing');
  assert.equal(await shared.get('said:late'), undefined);
  clock.advance(60 * minute);
  assert.equal((await failing(courier.send(saying(to('1-over')), 'key-5'))).code, 'reply-over');
});

test('a card is shown beside the stream that announces it', async () => {
  const { courier, shared } = byAddress();
  const to: Place = { ...lin, reply: writeReply({ stream: '1-abc', at: begun }) };
  await courier.send({ kind: 'card', to, card }, 'key-1');
  const said = saidIn((await shared.get('said:abc')) ?? '');
  assert.ok(said.content !== '' && said.card?.task_id === 'key-1');
});

test('an address that answers "later" may be used again, and nothing leaves for anywhere else', async (t) => {
  let errcode = 45009;
  const url = await serving(t, (_, response) => response.end(JSON.stringify({ errcode })));
  const { courier, clock } = byAddress((parts) => {
    parts.baseUrl = url;
  });
  clock.advance(2 * minute);
  const to = (address: string): Place => ({
    ...lin,
    reply: writeReply({ stream: '1-a', url: address, at: begun }),
  });
  assert.equal((await failing(courier.send(saying(to(`${url}/x`)), 'key-1'))).fate, 'later');
  errcode = 0;
  await courier.send(saying(to(`${url}/x`)), 'key-1');
  for (const address of [
    'https://evil.example/x',
    `${url.replace('127.0.0.1', 'localhost')}/x`,
    'no address',
  ])
    assert.equal((await failing(courier.send(saying(to(address)), 'key-2'))).code, 'reply-elsewhere');
  const moved = await serving(t, (_, response) => response.writeHead(302, { location: url }).end());
  const there = byAddress((parts) => {
    parts.baseUrl = moved;
  });
  there.clock.advance(2 * minute);
  assert.equal((await failing(there.courier.send(saying(to(`${moved}/x`)), 'key-3'))).fate, 'unknown');
});

/** As WeCom encrypts a file: all of it, padded to 32 bytes. */
function encrypted(bytes: Buffer, key: Buffer): Buffer {
  const pad = 32 - (bytes.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([bytes, Buffer.alloc(pad, pad)])), cipher.final()]);
}

test('a file is fetched, decrypted with its own key or the bot’s, and named', async (t) => {
  const ownKey = randomBytes(32);
  const botKey = Buffer.from(`${credentials.encodingAesKey}=`, 'base64');
  const file = Buffer.from('some bytes of a file, more than a block');
  const names: Record<string, string> = {
    '/own': "attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8.pdf",
    '/bot': 'attachment; filename="..%2F..%2Fetc%2Fpasswd"',
    '/odd': 'attachment; filename="100%.txt"',
  };
  const url = await serving(t, (request, response) => {
    const path = request.url ?? '';
    const statuses: Record<string, number> = { '/gone': 404, '/busy': 503, '/moved': 302 };
    const bodies: Record<string, Buffer> = {
      '/short': Buffer.from('not a block'),
      '/huge': Buffer.alloc(40 * 1024 * 1024),
    };
    const key = path === '/own' ? ownKey : botKey;
    response
      .writeHead(statuses[path] ?? 200, { 'content-disposition': names[path] ?? '', location: '/own' })
      .end(bodies[path] ?? encrypted(file, key));
  });
  const { courier } = onLine();
  const fetching = (path: string, key?: Buffer) => {
    const handle = handleOf({ url: `${url}${path}`, ...(key && { key: key.toString('base64') }) });
    return courier.fetchMedia?.('m-1', handle, 'file') ?? assert.fail();
  };
  assert.deepEqual(await fetching('/own', ownKey), { bytes: file, name: '发票.pdf' });
  assert.deepEqual(await fetching('/bot'), { bytes: file, name: 'passwd' });
  assert.deepEqual(await fetching('/odd'), { bytes: file, name: '100%.txt' });
  assert.deepEqual(await fetching('/plain'), { bytes: file });
  const fates: [string, Buffer | undefined, string][] = [
    ['/gone', undefined, 'refused'],
    ['/busy', undefined, 'later'],
    ['/moved', ownKey, 'later'],
    ['/short', undefined, 'refused'],
    ['/own', randomBytes(32), 'refused'],
    ['/own', randomBytes(16), 'refused'],
    ['/huge', undefined, 'refused'],
  ];
  for (const [path, key, fate] of fates) assert.equal((await failing(fetching(path, key))).fate, fate, path);
  for (const handle of ['', '{"url":"file:///etc/passwd"}', '{"url":"ftp://x.example/a"}'])
    assert.equal(
      (await failing(courier.fetchMedia?.('m-1', handle, 'file') ?? assert.fail())).fate,
      'refused',
    );
});
