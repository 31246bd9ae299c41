import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { samples } from '../../cards/samples.js';
import { conversationsLeft } from '../../core/cards/view-quota.js';
import { movableClock } from '../../core/clock.js';
import { silent } from '../../core/log.js';
import type { BotParts } from '../../core/ports/bot.js';
import { type Courier, type Outgoing, SendError } from '../../core/ports/courier.js';
import { valuesInMemory } from '../contract.js';
import { dingtalkCredentials } from './credentials.js';
import { durationMs } from './duration.js';
import { hostsOf } from './hosts.js';
import dingtalk from './index.js';
import { quotaOf } from './quota.js';
import { inert, pieces } from './text.js';

const settings = {
  clientId: 'dingappkey0001',
  clientSecret: 'client-secret',
  robotCode: 'dingappkey0001',
  cardTemplateId: 'one.schema',
};
const credentials = dingtalkCredentials.parse(settings);
const card = samples.waiting ?? assert.fail('no sample');
const person = { kind: 'direct', person: 'u001' } as const;
const group = { kind: 'chat', chat: 'cidAAA==' } as const;

interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
}
type Platform = (asked: Asked) => { status?: number; headers?: Record<string, string>; body: unknown };

/** A platform of paper: it writes down what it is asked, and answers as the test says. */
async function platform(
  t: TestContext,
  answer: Platform,
): Promise<{ courier: Courier; asked: Asked[]; parts: BotParts }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const body = text.startsWith('{') ? JSON.parse(text) : {};
      const one = { method: request.method ?? '', path: request.url ?? '', body };
      if (one.path.endsWith('/oauth2/accessToken')) {
        return response.end(JSON.stringify({ accessToken: 't-1', expireIn: 7200 }));
      }
      asked.push(one);
      const { status = 200, headers = {}, body: said } = answer(one);
      response.writeHead(status, headers);
      return response.end(Buffer.isBuffer(said) ? said : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const clock = movableClock(1_700_000_000_000);
  const baseUrl = `http://127.0.0.1:${address.port}`;
  const parts: BotParts = {
    clock,
    log: silent,
    shared: valuesInMemory(clock),
    baseUrl,
    line: () => undefined,
  };
  return { courier: dingtalk.courier(credentials, parts), asked, parts };
}

const sent = { processQueryKey: 'k-1', invalidStaffIdList: [], flowControlledStaffIdList: [] };
const failing = async (send: Promise<unknown>): Promise<SendError> => {
  const error = await send.then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SendError, `${error}`);
  return error;
};

test('a card carries our id, its words for the list of chats, and where its presses go', async (t) => {
  const done = { success: true, result: { outTrackId: 'x', deliverResults: [{ success: true }] } };
  const { courier, asked } = await platform(t, () => ({ body: done }));
  assert.deepEqual(await courier.send({ kind: 'card', to: group, card }, 'key-1'), {
    messageId: 'imdesk-key-1',
  });
  await courier.send({ kind: 'card', to: person, card: { ...card, owners: ['u001'] } }, 'key-2');
  const [inGroup, oneToOne] = asked.map(({ body }) => body);
  assert.deepEqual(
    [inGroup?.outTrackId, inGroup?.openSpaceId, inGroup?.callbackType, inGroup?.imGroupOpenDeliverModel],
    ['imdesk-key-1', 'dtv1.card//IM_GROUP.cidAAA==', 'STREAM', { robotCode: 'dingappkey0001' }],
  );
  assert.match(JSON.stringify(inGroup?.imGroupOpenSpaceModel), /15 位客户等待认领/);
  assert.equal(inGroup?.privateData, undefined);
  assert.deepEqual(
    [oneToOne?.openSpaceId, Object.keys(Object(oneToOne?.privateData))],
    ['dtv1.card//IM_ROBOT.u001', ['u001']],
  );
});

test('over HTTP a card says whose presses it sends where', async (t) => {
  const { parts, asked } = await platform(t, () => ({ body: { success: true } }));
  const http = dingtalkCredentials.parse({ ...settings, callbackRouteKey: 'imdesk', apiSecret: 's' });
  await dingtalk.courier(http, parts).send({ kind: 'card', to: person, card }, 'key-1');
  assert.deepEqual([asked[0]?.body.callbackType, asked[0]?.body.callbackRouteKey], ['HTTP', 'imdesk']);
});

test('a card that a repeat finds there has arrived', async (t) => {
  const { courier } = await platform(t, () => ({
    status: 400,
    body: { code: 'param.cardAlreadyExist', message: '' },
  }));
  assert.deepEqual(await courier.send({ kind: 'card', to: person, card }, 'key-1'), {
    messageId: 'imdesk-key-1',
  });
});

test('a redraw changes key by key, and gives owners theirs', async (t) => {
  const { courier, asked } = await platform(t, () => ({ body: { success: true, result: true } }));
  await courier.send({ kind: 'redraw', messageId: 'imdesk-1', card: { ...card, owners: ['u001'] } }, 'key');
  const [{ method, path, body } = assert.fail()] = asked;
  assert.deepEqual([method, path, body.outTrackId], ['PUT', '/v1.0/card/instances', 'imdesk-1']);
  assert.deepEqual(body.cardUpdateOptions, { updateCardDataByKey: true, updatePrivateDataByKey: true });
  assert.deepEqual(Object.keys(Object(body.privateData)), ['u001']);
});

test('without a template a card is said in words', async (t) => {
  const { parts } = await platform(t, () => ({ body: {} }));
  const bare = dingtalkCredentials.parse({ ...settings, cardTemplateId: undefined });
  const error = await failing(dingtalk.courier(bare, parts).send({ kind: 'card', to: person, card }, 'key'));
  assert.deepEqual([error.fate, error.fallback], ['refused', true]);
});

test('what was said in a group is taken back there, and one to one where that is', async (t) => {
  const { courier, asked } = await platform(t, () => ({ body: sent }));
  for (const to of [person, group]) {
    const { messageId } = await courier.send({ kind: 'text', to, text: '您好' }, 'key');
    await courier.send({ kind: 'recall', messageId }, 'recall');
  }
  const robotCode = 'dingappkey0001';
  assert.deepEqual(
    asked.filter(({ path }) => path.toLowerCase().includes('recall')),
    [
      {
        method: 'POST',
        path: '/v1.0/robot/otoMessages/batchRecall',
        body: { robotCode, processQueryKeys: ['k-1'] },
      },
      {
        method: 'POST',
        path: '/v1.0/robot/groupMessages/recall',
        body: { robotCode, processQueryKeys: ['k-1'], openConversationId: 'cidAAA==' },
      },
    ],
  );
});

test('a long text goes on where it was interrupted, and is not said to be refused when half of it was read', async (t) => {
  let refuse: { status: number; body: unknown } | undefined;
  let answered = 0;
  const { courier, asked } = await platform(t, () => {
    answered += 1;
    return answered === 2 && refuse ? refuse : { body: { ...sent, processQueryKey: `k-${answered}` } };
  });
  const text = Array.from({ length: 900 }, (_, at) => `第 ${at} 行：你好`).join('\n');
  const out = { kind: 'text', to: person, text } as const;
  refuse = { status: 403, body: { code: 'Forbidden.AccessDenied.QpsLimitForApi', message: '' } };
  assert.equal((await failing(courier.send(out, 'long'))).fate, 'later');
  await courier.send(out, 'long');
  const contents = asked.map(({ body }) => JSON.parse(String(body.msgParam)).content);
  assert.equal(contents[1], contents[2], 'the piece that was held back is tried again, and no other');
  assert.equal([contents[0], ...contents.slice(2)].join('\n'), text);

  answered = 0;
  refuse = { status: 400, body: { code: 'contain.notAllowed.text', message: '' } };
  assert.equal((await failing(courier.send(out, 'long-2'))).fate, 'unknown');
});

test('property: pieces fit, lose nothing but white space, and cut no character in two', () => {
  const mixed = fc
    .array(fc.constantFrom('你好', 'word ', '👩‍👩‍👧', '\n', '"\\\u0001', '。', 'x'.repeat(400)), {
      maxLength: 4000,
    })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(mixed, (text) => {
      const all = pieces(text);
      for (const piece of all) {
        assert.ok(Buffer.byteLength(JSON.stringify({ content: piece })) <= 15_000);
        assert.doesNotMatch(piece, /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/);
      }
      assert.equal(all.join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
    }),
    { numRuns: 40 },
  );
});

test('words are sent as plain text, and none of them makes the client do things', () => {
  assert.equal(
    inert('**粗** <b>x</b> @所有人 [a](https://x.example)'),
    '**粗** <b>x</b> @所有人 [a](https://x.example)',
  );
  assert.doesNotMatch(inert('dtmd://dingtalkclient/sendMessage?content=%2Fclose'), /dtmd:/);
});

const media = (of: object): Outgoing => ({
  kind: 'media',
  to: person,
  media: {
    type: 'file',
    mime: 'application/pdf',
    name: '发票.pdf',
    url: 'https://desk.example/f',
    bytes: async () => Buffer.from('%PDF'),
    ...of,
  },
});

test('what DingTalk can show is uploaded and shown; anything else is a link', async (t) => {
  const { courier, asked } = await platform(t, ({ path }) => ({
    body: path.startsWith('/media/upload') ? { errcode: 0, errmsg: 'ok', media_id: '@m' } : sent,
  }));
  const shown = async (out: Outgoing) => {
    asked.length = 0;
    await courier.send(out, 'key');
    const [last] = asked.slice(-1);
    return [asked.length - 1, last?.body.msgKey, JSON.parse(String(last?.body.msgParam))];
  };
  assert.deepEqual(await shown(media({})), [
    1,
    'sampleFile',
    { mediaId: '@m', fileName: '发票.pdf', fileType: 'pdf' },
  ]);
  assert.deepEqual(await shown(media({ type: 'image', mime: 'image/png', name: 'a.png' })), [
    1,
    'sampleImageMsg',
    { photoURL: '@m' },
  ]);
  const amr = async () => Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(32 * 50, 0x3c)]);
  assert.deepEqual(await shown(media({ type: 'voice', mime: 'audio/amr', name: 'a.amr', bytes: amr })), [
    1,
    'sampleAudio',
    { mediaId: '@m', duration: '1000' },
  ]);
  const link = { content: '📎 a.webp\nhttps://desk.example/f' };
  assert.deepEqual(await shown(media({ type: 'image', mime: 'image/webp', name: 'a.webp' })), [
    0,
    'sampleText',
    link,
  ]);
  const odd = media({
    type: 'voice',
    mime: 'audio/amr',
    name: 'a.webp',
    bytes: async () => Buffer.from('?'),
  });
  assert.deepEqual(await shown(odd), [0, 'sampleText', link]);
  const huge = media({
    type: 'voice',
    mime: 'audio/amr',
    name: 'a.webp',
    bytes: async () => Buffer.alloc(3_000_000),
  });
  assert.deepEqual(await shown(huge), [0, 'sampleText', link]);
});

test('an upload that is refused is a link too; one that is held back waits', async (t) => {
  let answer: object = { errcode: 40006, errmsg: '不合法的文件大小' };
  const { courier, asked } = await platform(t, ({ path }) => ({
    body: path.startsWith('/media') ? answer : sent,
  }));
  await courier.send(media({}), 'key-1');
  assert.match(String(asked.at(-1)?.body.msgParam), /https:\/\/desk\.example\/f/);
  answer = { errcode: '88', errmsg: 'x', sub_code: '90018', sub_msg: 'qps' };
  assert.equal((await failing(courier.send(media({}), 'key-2'))).fate, 'later');
});

test('a video has a cover, and says how long it plays', async (t) => {
  const { courier, asked } = await platform(t, ({ path }) => ({
    body: path.startsWith('/media/upload')
      ? { errcode: 0, errmsg: 'ok', media_id: path.includes('image') ? '@pic' : '@mov' }
      : sent,
  }));
  const mvhd = Buffer.alloc(108);
  mvhd.write('mvhd', 4, 'latin1');
  mvhd.writeUInt32BE(1000, 20);
  mvhd.writeUInt32BE(61_500, 24);
  await courier.send(
    media({ type: 'video', mime: 'video/mp4', name: 'a.mp4', bytes: async () => mvhd }),
    'key',
  );
  assert.deepEqual(JSON.parse(String(asked.at(-1)?.body.msgParam)), {
    videoMediaId: '@mov',
    videoType: 'mp4',
    picMediaId: '@pic',
    duration: '62',
  });
});

test('recordings tell how long they play, or nothing', () => {
  const page = (granule: number) => {
    const head = Buffer.alloc(27);
    head.write('OggS', 0, 'latin1');
    head.writeBigInt64LE(BigInt(granule), 6);
    return head;
  };
  const opus = Buffer.alloc(19);
  opus.write('OpusHead', 0, 'latin1');
  opus.writeUInt16LE(312, 10);
  const ogg = Buffer.concat([page(0), opus, page(48_000 * 3 + 312)]);
  assert.equal(durationMs('audio/ogg; codecs=opus', ogg), 3000);
  assert.equal(durationMs('audio/ogg', Buffer.concat([page(0), opus])), undefined);
  fc.assert(
    fc.property(
      fc.constantFrom('audio/ogg', 'audio/amr', 'video/mp4', 'x'),
      fc.uint8Array({ maxLength: 80 }),
      (mime, array) => {
        for (const head of ['', '#!AMR\n', 'OggSOpusHead', 'mvhd']) {
          const ms = durationMs(mime, Buffer.concat([Buffer.from(head), array]));
          assert.ok(ms === undefined || (Number.isInteger(ms) && ms > 0));
        }
      },
    ),
  );
});

test('a file is fetched from where DingTalk says, a few steps on, but not from anywhere', async (t) => {
  let target = '';
  const { courier, parts } = await platform(t, ({ path }) => {
    if (path.endsWith('/messageFiles/download')) return { body: { downloadUrl: target } };
    if (path === '/onward') return { status: 302, headers: { location: '/file' }, body: '' };
    if (path === '/round') return { status: 302, headers: { location: '/round' }, body: '' };
    if (path === '/away')
      return { status: 302, headers: { location: 'http://169.254.169.254/latest' }, body: '' };
    return path === '/file' ? { body: Buffer.from('bytes') } : { status: 404, body: '' };
  });
  const fetched = async (url: string) => {
    target = url;
    return (await courier.fetchMedia?.('m', 'code', 'file'))?.bytes.toString();
  };
  assert.equal(await fetched(`${parts.baseUrl}/file`), 'bytes');
  assert.equal(await fetched(`${parts.baseUrl}/onward`), 'bytes');
  for (const url of ['/round', '/away', '/gone']) {
    assert.equal((await failing(fetched(`${parts.baseUrl}${url}`))).fate, 'refused', url);
  }
  for (const url of [
    'file:///etc/passwd',
    'ftp://x.example/a',
    'http://10.0.0.1/a',
    'http://[::1]/a',
    'http://localhost/a',
    'no',
  ]) {
    assert.equal((await failing(fetched(url))).code, 'file-address', url);
  }
});

test('redraws keep to a part of the month, however little that is', () => {
  const redraw: Outgoing = { kind: 'redraw', messageId: 'imdesk-1', card };
  const monthly = (of: object) =>
    dingtalk
      .courier(dingtalkCredentials.parse({ ...settings, ...of }), {
        clock: movableClock(0),
        log: silent,
        shared: valuesInMemory(movableClock(0)),
        baseUrl: 'http://127.0.0.1:9',
        line: () => undefined,
      })
      .limits(redraw)
      .find(({ scope }) => scope === 'month-redraw') ?? assert.fail();
  const month = 30 * 24 * 3_600_000;
  const standard = monthly({});
  assert.ok(month / standard.everyMs + standard.burst < 0.5 * 5000);
  assert.ok(monthly({ edition: 'professional' }).everyMs < standard.everyMs / 30);
  assert.equal(monthly({ monthlyCalls: 10_000 }).everyMs, standard.everyMs / 2);
});

test('a month of the standard edition is enough for some hundreds of conversations', () => {
  const standard = quotaOf(credentials);
  assert.deepEqual([standard.calls, standard.pushes], [5000, 3000]);
  const count = conversationsLeft({ calls: 0, pushes: 0 }, standard);
  assert.ok(count > 300 && count < 600, `${count}`);
  const own = quotaOf(dingtalkCredentials.parse({ ...settings, edition: 'professional', monthlyPushes: 9 }));
  assert.deepEqual([own.calls, own.pushes], [200_000, 9]);
});

test('the official address has siblings; any other has everything', () => {
  assert.deepEqual(hostsOf('https://api.dingtalk.com/'), {
    api: 'https://api.dingtalk.com',
    oapi: 'https://oapi.dingtalk.com',
    login: 'https://login.dingtalk.com',
  });
  const own = 'http://127.0.0.1:8081';
  assert.deepEqual(hostsOf(own), { api: own, oapi: own, login: own });
});
