/** Whatever arrives at whichever address: refused in JSON without any effect, or, where it is genuine, cleaned and kept. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import WebSocket from 'ws';
import { signature } from '../connectors/signature.js';
import { apiAccount, businessAccount, pageOrigin, secrets, webAccount } from '../tests/company.js';
import { clickPayload, seal, textPayload } from '../tests/feishu-delivery.js';
import { type Product, startProduct } from '../tests/imdesk.js';
import { until } from '../tests/sandbox.js';
import type { Visitor } from '../tests/visitor.js';
import { exchange, type RawAnswer, type RawRequest } from '../tests/wire.js';

const bodyWithinMs = 400;
const day = 86_400_000;

/** One address that takes bodies, and how a genuine one is made for it. */
interface Door {
  name: string;
  path: string;
  bytesMax: number;
  genuine(value: Buffer, now: number): { headers: Record<string, string>; body: Buffer };
  /** Words that this door understands, with an id of their own. */
  words(id: string, text: string): Buffer;
  /** The same, made by somebody who must not be believed. */
  forged: Record<string, (value: Buffer, now: number) => { headers: Record<string, string>; body: Buffer }>;
}

const json = { 'content-type': 'application/json' };

function apiSigned(value: Buffer, at: number, secret = secrets.apiSecret) {
  const timestamp = String(Math.floor(at / 1000));
  const signed = signature(secret, timestamp, value);
  return { headers: { ...json, 'x-cs-timestamp': timestamp, 'x-cs-signature': signed }, body: value };
}

function doorsOf(visitor: Visitor, stranger: Visitor): Door[] {
  const bearer = (token: string) => ({ ...json, origin: pageOrigin, authorization: `Bearer ${token}` });
  const sealedBy = (value: Buffer, now: number) => {
    const { headers, body } = seal(value, now);
    return { headers: { ...headers }, body };
  };
  return [
    {
      name: 'the Feishu callback',
      path: '/bots/feishu/shanyu',
      bytesMax: 1_048_576,
      genuine: sealedBy,
      words: (id, text) => textPayload({ id, person: 'lin', text }, Date.now()),
      forged: {
        'wrongly signed': (value, now) => {
          const { headers, body } = sealedBy(value, now);
          return { headers: { ...headers, 'x-lark-signature': '0'.repeat(64) }, body };
        },
        'not signed': (value, now) => ({ headers: json, body: sealedBy(value, now).body }),
        'not encrypted': (value) => ({ headers: json, body: value }),
        'signed for another body': (value, now) => {
          const { headers } = sealedBy(Buffer.from('{}'), now);
          return { headers, body: sealedBy(value, now).body };
        },
        stale: (value, now) => sealedBy(value, now - day),
        'from tomorrow': (value, now) => sealedBy(value, now + day),
      },
    },
    {
      name: 'the api webhook',
      path: `/channels/api/${apiAccount}`,
      bytesMax: 1_048_576,
      genuine: apiSigned,
      words: (id, text) => Buffer.from(JSON.stringify({ conversationId: 'buyer-1', messageId: id, text })),
      forged: {
        'wrongly signed': (value, now) => apiSigned(value, now, 'another-secret'),
        'not signed': (value) => ({ headers: json, body: value }),
        'signed for another body': (value, now) => ({ ...apiSigned(Buffer.from('{}'), now), body: value }),
        stale: (value, now) => apiSigned(value, now - 301_000),
      },
    },
    {
      name: 'the widget, sending',
      path: `/channels/web/${webAccount}/send`,
      bytesMax: 64 * 1024,
      genuine: (value) => ({ headers: bearer(visitor.token), body: value }),
      words: (id, text) => Buffer.from(JSON.stringify({ type: 'message', id, text })),
      forged: {
        'without a token': (value) => ({ headers: { ...json, origin: pageOrigin }, body: value }),
        'with a token that was altered': (value) => ({
          headers: bearer(visitor.token.replace(/^./, (first) => (first === 'e' ? 'f' : 'e'))),
          body: value,
        }),
        'with a token for another account': (value) => ({ headers: bearer(stranger.token), body: value }),
        'from a foreign page': (value) => ({
          headers: { ...bearer(visitor.token), origin: 'https://evil.example' },
          body: value,
        }),
      },
    },
  ];
}

const deep = '['.repeat(10_000) + ']'.repeat(10_000);
const invalidUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x3a]);
const odd = `\u0000前\u0007中\ud800后\u001b[31m\udc00`;

function assertRefused(answer: RawAnswer, what: string, ...statuses: number[]): void {
  assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.body}`);
  if (statuses.length > 0)
    assert.ok(statuses.includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
  const parsed: unknown = JSON.parse(answer.body);
  const error = typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : undefined;
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  assert.ok(typeof message === 'string' && message.length > 5, `${what}: ${answer.body}`);
  assertTellsNothing(answer.body, what);
}

function assertTellsNothing(text: string, what: string): void {
  for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret), `${what} tells a secret`);
  assert.doesNotMatch(text, /\bat .+\.(js|ts):\d+|node_modules|postgres:\/\//, what);
}

const post = (
  product: Product,
  door: Door,
  one: { headers: Record<string, string>; body: Buffer },
  more: Partial<RawRequest> = {},
) => exchange(product.url, { path: door.path, headers: one.headers, body: [one.body], ...more });

/** Runs what must have no effect, then shows that a genuine delivery at the same door is taken. */
async function withoutEffect(
  product: Product,
  door: Door,
  id: string,
  run: () => Promise<void>,
): Promise<void> {
  await product.settled();
  const before = await product.received();
  await run();
  await product.settled();
  assert.deepEqual(await product.received(), before, `${door.name}: something was recorded`);
  const genuine = door.genuine(door.words(id, '在吗'), product.clock.now());
  const answer = await post(product, door, genuine);
  assert.ok(answer.status >= 200 && answer.status < 300, `${door.name}: ${answer.status} ${answer.body}`);
  assert.equal(
    (await product.received()).ledger,
    before.ledger + 1,
    `${door.name}: the genuine one was not recorded`,
  );
}

test('bad input', async (t: TestContext) => {
  const product = await startProduct(t, { bodyWithinMs });
  const doors = doorsOf(await product.visit('王女士'), await product.visit('李先生', businessAccount));
  const now = () => product.clock.now();

  for (const door of doors) {
    await t.test(`${door.name}: forged and stale deliveries are refused`, () =>
      withoutEffect(product, door, 'after-forged', async () => {
        for (const [how, forge] of Object.entries(door.forged)) {
          assertRefused(
            await post(product, door, forge(door.words(`forged ${how}`.replaceAll(' ', '-'), '嗨'), now())),
            how,
            401,
            403,
          );
        }
      }),
    );

    await t.test(`${door.name}: bodies that are no message are refused`, () =>
      withoutEffect(product, door, 'after-unreadable', async () => {
        const bodies: Record<string, Buffer> = {
          empty: Buffer.alloc(0),
          'not JSON': Buffer.from('hello'),
          'half of JSON': Buffer.from('{"text":"he'),
          'invalid UTF-8': invalidUtf8,
          'a number': Buffer.from('42'),
          null: Buffer.from('null'),
          'ten thousand deep': Buffer.from(deep),
          __proto__: Buffer.from(
            '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
          ),
        };
        for (const [what, body] of Object.entries(bodies)) {
          assertRefused(await post(product, door, { ...door.genuine(body, now()), body }), `raw ${what}`);
          assertRefused(await post(product, door, door.genuine(body, now())), `signed ${what}`);
        }
        assert.equal(Reflect.get({}, 'polluted'), undefined);
      }),
    );

    await t.test(`${door.name}: too large, cut off, compressed, of another type or method`, () =>
      withoutEffect(product, door, 'after-shapes', async () => {
        const good = door.genuine(door.words('never', '在吗'), now());
        const declared = { ...good.headers, 'content-length': String(door.bytesMax + 1) };
        assertRefused(
          await exchange(product.url, { path: door.path, headers: declared }),
          'declared too large',
          413,
        );
        const chunked = { ...good.headers, 'transfer-encoding': 'chunked', 'content-length': '' };
        const { 'content-length': _, ...headers } = chunked;
        const piece = `${(door.bytesMax + 1).toString(16)}\r\n${' '.repeat(door.bytesMax + 1)}\r\n`;
        const lines = Object.entries({ host: 'x', ...headers }).map(
          ([name, value]) => `${name}: ${value}\r\n`,
        );
        const streamed = await exchange(product.url, {
          path: door.path,
          head: `POST ${door.path} HTTP/1.1\r\n${lines.join('')}\r\n`,
          body: [piece],
        });
        if (streamed.status !== 0) assertRefused(streamed, 'streamed too large', 413);

        const longer = { ...good.headers, 'content-length': String(good.body.length + 10) };
        const cut = await exchange(product.url, {
          path: door.path,
          headers: longer,
          body: [good.body],
          hangUp: true,
        });
        if (cut.status !== 0) assertRefused(cut, 'cut off', 400);

        const zipped = { ...good.headers, 'content-encoding': 'gzip' };
        assertRefused(
          await post(product, door, { headers: zipped, body: gzipSync(good.body) }),
          'compressed',
          415,
        );
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
        ]) {
          const typed = { ...good.headers, 'content-type': type };
          assertRefused(await post(product, door, { headers: typed, body: good.body }), type, 415);
        }
        for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
          assertRefused(await post(product, door, good, { method }), method, 404, 405);
        }
      }),
    );

    await t.test(`${door.name}: a body that comes a byte now and then is given up in time`, () =>
      withoutEffect(product, door, 'after-slow', async () => {
        const good = door.genuine(door.words('slow', '在吗'), now());
        const bytes = [...good.body].map((byte) => Buffer.from([byte]));
        const answer = await exchange(product.url, {
          path: door.path,
          headers: good.headers,
          body: bytes,
          pauseMs: 25,
        });
        assertRefused(answer, 'slow', 408);
        assert.ok(answer.ms < bodyWithinMs + 2_000, `${answer.ms} ms`);
      }),
    );

    await t.test(
      `${door.name}: what is odd in a genuine message is cleaned, and the message kept`,
      async () => {
        const before = await product.received();
        const answer = await post(product, door, door.genuine(door.words('odd', odd), now()));
        assert.ok(answer.status < 300, `${answer.status} ${answer.body}`);
        assert.equal((await product.received()).ledger, before.ledger + 1);
        const [row] = await product.db.query<{ entry: object }>(
          `select entry from inbox where entry ->> 'kind' in ('customer', 'member') order by received_at desc, number desc limit 1`,
        );
        const kept = JSON.stringify(row?.entry);
        assert.match(kept, /前.*中.*后/);
        assert.doesNotMatch(kept, /\\u0000|\\ud800|\\udc00|\\u001b/);
      },
    );
  }

  await t.test('deep and strange fields beside a genuine message do no harm', async () => {
    const [feishu, api, web] = doors;
    assert.ok(feishu && api && web);
    const beside = `"extra":${deep},"__proto__":{"polluted":true},"constructor":{"prototype":{}}`;
    const before = (await product.received()).ledger;
    for (const door of [api, web]) {
      const value = Buffer.from(door.words('deep', '在吗').toString().replace(/\}$/, `,${beside}}`));
      const answer = await post(product, door, door.genuine(value, now()));
      assert.ok(answer.status < 300, `${door.name}: ${answer.status} ${answer.body}`);
    }
    const plain = feishu.words('deep', '在吗').toString();
    const value = Buffer.from(plain.replace(/\}$/, `,${beside}}`));
    assert.equal((await post(product, feishu, feishu.genuine(value, now()))).status, 200);
    assert.equal((await product.received()).ledger, before + 3);
    assert.equal(Reflect.get({}, 'polluted'), undefined);

    const unknown = Buffer.from(`{"type":"from-the-future","id":"f-1","x":${deep}}`);
    const answer = await post(product, web, web.genuine(unknown, now()));
    assert.ok(answer.status < 500, `${answer.status} ${answer.body}`);
  });

  await t.test(
    'a click with deep and strange values is answered, and nothing in it is believed',
    async () => {
      const deepValue = `{"operation":"conversation.claim","arguments":{"conversation":${deep},"__proto__":{"x":1}}}`;
      for (const [index, value] of [
        deepValue,
        'null',
        '"x"',
        '[1]',
        '3',
        '{"operation":"__proto__"}',
      ].entries()) {
        const id = `click-${index}`;
        const click = clickPayload(
          { id, person: 'lin', message: 'om_1', chat: 'oc_x', value: 'VALUE' },
          now(),
        );
        const { headers, body } = seal(Buffer.from(click.toString().replace('"VALUE"', value)), now());
        const answer = await exchange(product.url, { path: '/bots/feishu/shanyu', headers, body: [body] });
        assert.equal(answer.status, 200, `${id}: ${answer.body}`);
        assertTellsNothing(answer.body, id);
      }
      assert.deepEqual(await product.db.query(`select 1 from conversations where owner_id is not null`), []);
    },
  );

  await t.test('uploads: no token, too large, empty, slow', async () => {
    const [, , web] = doors;
    assert.ok(web);
    const path = web.path.replace(/send$/, 'upload');
    const { headers } = web.genuine(Buffer.alloc(0), now());
    const stored = async () => (await product.db.query('select 1 from media')).length;
    assertRefused(
      await exchange(product.url, { path, body: ['x'], headers: { origin: pageOrigin } }),
      'no token',
      401,
    );
    assertRefused(await exchange(product.url, { path, headers }), 'empty', 400);
    const large = { ...headers, 'content-length': String(21 * 1024 * 1024) };
    assertRefused(await exchange(product.url, { path, headers: large }), 'too large', 413);
    const slow = { ...headers, 'content-length': '1000' };
    assertRefused(
      await exchange(product.url, { path, headers: slow, body: ['a', 'b'], pauseMs: 50 }),
      'slow',
      408,
    );
    const named = { ...headers, 'x-file-name': '%00..%2F..%2Fetc%2Fpasswd%ff' };
    const answer = await exchange(product.url, { path, headers: named, body: ['plain words'] });
    assert.ok(answer.status < 500, answer.body);
    assert.doesNotMatch(answer.body, /etc\/|\\u0000/);
    assert.ok((await stored()) <= 1);
  });

  await t.test('unknown addresses, whatever they are made of', async () => {
    await product.settled();
    const before = await product.received();
    const paths = [
      ...[
        '/nothing',
        '/bots',
        '/bots/feishu',
        '/bots/feishu/nobody',
        '/bots/dingtalk/shanyu',
        '/bots/__proto__/constructor',
      ],
      ...[
        '/bots/feishu/%00',
        '/bots/feishu/%zz',
        '/bots/feishu/%ff%fe',
        '/bots/feishu/shanyu/more',
        `/bots/feishu/${'x'.repeat(5_000)}`,
      ],
      ...[
        '/channels',
        '/channels/api',
        '/channels/api/%00',
        `/channels/api/${webAccount}`,
        '/channels/none/x',
        '/channels/__proto__/x',
      ],
      ...[
        `/channels/web/${apiAccount}/send`,
        '/channels/web/x/send',
        '/channels/web/%00/send',
        `/channels/web/${webAccount}/constructor`,
      ],
      ...[
        '/media/',
        '/media/x',
        '/media/a.b',
        '/media/%00',
        '/media/%zz',
        '/healthz/x',
        '/readyz',
        '/..%2f..%2fetc/passwd',
        '//x//y',
      ],
    ];
    for (const path of paths) {
      assertRefused(await exchange(product.url, { path, headers: json, body: ['{}'] }), path, 404, 405);
    }
    for (const path of [
      '/media/x',
      '/media/%00',
      '/media/%zz',
      '/channels/web/x/messages',
      '/nothing?x=%zz',
    ]) {
      assertRefused(await exchange(product.url, { method: 'GET', path }), path, 404);
    }
    assert.deepEqual(await product.received(), before);
  });

  await t.test('what HTTP itself does not allow is refused in JSON', async () => {
    const huge = { 'x-large': 'x'.repeat(20_000) };
    assertRefused(
      await exchange(product.url, { path: '/healthz', method: 'GET', headers: huge }),
      'huge headers',
      431,
    );
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`h${index}`, 'x'.repeat(10)]),
    );
    assertRefused(
      await exchange(product.url, { path: '/healthz', method: 'GET', headers: many }),
      'many headers',
      431,
    );
    const heads = [
      'HELLO\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /\r\n x\r\n\r\n',
      'POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n',
    ];
    for (const head of heads)
      assertRefused(await exchange(product.url, { path: '', head }), JSON.stringify(head), 400);
    const both =
      'POST /bots/feishu/shanyu HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
    assertRefused(await exchange(product.url, { path: '', head: both }), 'two lengths', 400);
  });

  await t.test('sockets: foreign pages, no or a false token, odd frames, too much', async () => {
    await product.settled();
    const before = await product.received();
    const address = (path: string) => `${product.url.replace('http', 'ws')}${path}`;
    const closeOf = (path: string, origin: string, frames: (string | Buffer)[]): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(address(path), { origin });
        socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
        socket.on('error', () => {});
        socket.on('open', () => {
          for (const frame of frames) socket.send(frame);
        });
        socket.on('close', (code) => resolve(code));
      });
    const here = `/channels/web/${webAccount}/socket`;
    assert.equal(await closeOf('/nothing', pageOrigin, []), 404);
    assert.equal(await closeOf(`/channels/api/${apiAccount}/socket`, pageOrigin, []), 404);
    assert.equal(await closeOf('/channels/web/x/socket', pageOrigin, []), 4404);
    assert.equal(await closeOf(here, 'https://evil.example', []), 4403);
    assert.equal(await closeOf(here, pageOrigin, ['not JSON']), 4400);
    assert.equal(await closeOf(here, pageOrigin, [deep]), 4400);
    assert.equal(
      await closeOf(here, pageOrigin, [JSON.stringify({ type: 'hello', token: 'x.y', after: 0 })]),
      4401,
    );
    assert.equal(await closeOf(here, pageOrigin, [Buffer.from('binary')]), 1003);
    assert.equal(await closeOf(here, pageOrigin, ['x'.repeat(70 * 1024)]), 1009);
    const visitor = await product.visit('赵先生');
    const hello = JSON.stringify({ type: 'hello', token: visitor.token, after: 0 });
    const garbage = Array.from({ length: 12 }, () => '{"type":"message","__proto__":{}}');
    assert.equal(await closeOf(here, pageOrigin, [hello, ...garbage]), 4400);
    assert.deepEqual(await product.received(), before);
  });

  await t.test('nothing of it was logged as a failure of ours, and no log holds a secret', async () => {
    for (const line of product.logged) {
      assertTellsNothing(line.replaceAll(/"stack":"[^"]*"/g, ''), line);
      assert.doesNotMatch(line, /"level":(50|60)/, line);
    }
    await until('everything genuine is handled', async () => {
      const [left] = await product.db.query<{ count: number }>(
        'select count(*)::int from inbox where read_at is null',
      );
      return left?.count === 0;
    });
    assert.deepEqual(await product.db.query('select error from inbox where error is not null'), []);
  });
});
