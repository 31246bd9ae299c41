import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ChannelSocketEars } from '../../core/ports/connector.js';
import type { Response } from '../../core/ports/delivery.js';
import type { ChatPage, ChatSession, ChatUpload, ServerFrame } from './chat/wire.js';
import { accountId, fakeSocket, type Room, request, room } from './room.js';
import { webService } from './service.js';

const identitySecret = 'widget-identity-secret';
const settings = { tokenKey: 'k'.repeat(40), identitySecret, origins: ['https://shop.example'] };
const proof = (userId: string) => createHmac('sha256', identitySecret).update(userId).digest('hex');

const open = (more: Record<string, unknown> = {}) => {
  const host = room({ ...settings, ...more });
  return { host, service: webService(host) };
};
type Desk = ReturnType<typeof open>;
const at = (path: string) => `/${accountId}/${path}`;
const parsed = (response: Response): unknown => JSON.parse(String(response.body));
const errorCode = (response: Response): string => {
  const { error } = parsed(response) as { error: { code: string } };
  return error.code;
};

async function session({ service }: Desk, body: unknown = {}, ip?: string): Promise<ChatSession> {
  const response = await service.handle(request(at('session'), { body, ip }));
  assert.equal(response.status, 200, String(response.body));
  return parsed(response) as ChatSession;
}
const say = ({ service }: Desk, token: string, id: string, text: string) =>
  service.handle(request(at('send'), { token, body: { type: 'message', id, text } }));

async function line({ service, host }: Desk, token: string, after = 0) {
  const socket = fakeSocket();
  const ears = await service.connect?.(request(at('socket')), socket);
  assert.ok(ears && 'heard' in ears);
  const tell = async (frame: unknown) => {
    ears.heard(typeof frame === 'string' ? frame : JSON.stringify(frame));
    await settled();
  };
  await tell({ type: 'hello', token, after });
  return { socket, tell, ears: ears satisfies ChannelSocketEars, host };
}
/** Lets every promise that can go on without the clock go on. */
const settled = async () => {
  for (let i = 0; i < 20; i++) await turn();
};
const textsIn = (frames: ServerFrame[]): string[] =>
  frames.flatMap((frame) => (frame.type === 'messages' ? frame.messages : [])).map(textOf);
const textOf = (message: ChatPage['messages'][number]): string =>
  message.content.type === 'text' ? message.content.text : `[${message.content.type}]`;
const fill = (host: Room, visitor: string, from: number, to: number) => {
  for (let n = from; n <= to; n++) host.put(visitor, { content: { type: 'text', text: String(n) } });
};

describe('a visit', () => {
  test('begins as somebody new, and goes on as the same one', async () => {
    const desk = open({ suggestions: ['怎么退货'] });
    const first = await session(desk, { locale: 'zh-CN', page: { url: 'https://shop.example/' } });
    assert.match(first.customer.id, /^v-[0-9a-f-]{36}$/);
    assert.equal(first.customer.identified, false);
    assert.deepEqual(first.config.suggestions, ['怎么退货']);
    await say(desk, first.token, 'a', '在吗');
    const again = await session(desk, { visitorToken: first.token });
    assert.equal(again.customer.id, first.customer.id);
    assert.deepEqual(again.history.map(textOf), ['在吗']);
    assert.equal(again.history[0]?.client, 'a');
  });

  test('cannot be begun as somebody chosen: ids, altered and foreign tokens lead to somebody new', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    const other = await session(open({ tokenKey: 'z'.repeat(40) }));
    for (const visitorToken of [
      customer.id,
      `${token}x`,
      token.replace(/^../, 'AA'),
      other.token,
      'a.b.c',
      '',
    ]) {
      const next = await session(desk, { visitorToken, visitorId: customer.id });
      assert.notEqual(next.customer.id, customer.id);
    }
  });

  test('of a proven user is theirs on any device; a wrong proof is refused and says why', async () => {
    const desk = open();
    const identity = { userId: 'user-42', name: '王女士', signature: proof('user-42') };
    const one = await session(desk, { identity });
    const two = await session(desk, { identity });
    assert.deepEqual([one.customer.id, two.customer.id], ['u-user-42', 'u-user-42']);
    assert.equal(identity.signature, '61e5e43bebb75c975f8ba2e62ada52f38081d76e2c94ae2b5617c02452b77667');
    for (const signature of [proof('user-43'), '', 'zz', identity.signature.slice(2)]) {
      const refused = await desk.service.handle(
        request(at('session'), { body: { identity: { ...identity, signature } } }),
      );
      assert.equal(refused.status, 401);
      assert.equal(errorCode(refused), 'identity');
      assert.match(String(refused.body), /make it on your server/);
    }
  });

  test('an unproven name is a claim and nobody’s identity; it says so to the staff', async () => {
    const desk = open();
    const { token, customer } = await session(desk, { identity: { userId: 'user-42', name: '张总' } });
    assert.match(customer.id, /^v-/);
    await say(desk, token, 'a', '给我退款');
    const [event] = desk.host.received;
    assert.ok(event?.kind === 'message');
    assert.equal(event.profile?.name, '张总（自称）');
  });

  test('of a user who logged out is not continued by whoever sits there next; nor is their history moved', async () => {
    const desk = open();
    const anonymous = await session(desk);
    await say(desk, anonymous.token, 'a', '匿名时说的');
    const user = await session(desk, {
      visitorToken: anonymous.token,
      identity: { userId: 'u1', signature: proof('u1') },
    });
    assert.deepEqual(user.history, []);
    const later = await session(desk, { visitorToken: user.token });
    assert.match(later.customer.id, /^v-/);
    assert.deepEqual(later.history, []);
  });

  test('of a proven user ends after twelve hours, and is renewed by the proof', async () => {
    const desk = open();
    const identity = { userId: 'u1', signature: proof('u1') };
    const { token } = await session(desk, { identity });
    const { socket } = await line(desk, token);
    desk.host.clock.advance(12 * 3_600_000 + 1);
    assert.equal((await say(desk, token, 'a', '还在吗')).status, 401);
    desk.service.live.sweep();
    assert.ok(socket.closed);
    const { token: renewed } = await session(desk, { identity });
    assert.equal((await say(desk, renewed, 'a', '还在吗')).status, 202);
  });
});

describe('who is let in', () => {
  test('only pages of the account’s origins, and pages that say who they are', async () => {
    const desk = open({ origins: ['https://shop.example', 'https://*.shop.example', 'http://127.0.0.1:*'] });
    const from = (origin: string) =>
      desk.service.handle(request(at('session'), { body: {}, headers: { origin }, ip: origin }));
    for (const origin of ['https://shop.example', 'https://www.shop.example', 'http://127.0.0.1:5173']) {
      const response = await from(origin);
      assert.equal(response.status, 200, origin);
      assert.equal(response.headers['access-control-allow-origin'], origin);
    }
    for (const origin of [
      'https://evil.example',
      'https://shop.example.evil.example',
      'https://evilshop.example',
      'http://shop.example',
      'https://shop.example:8443',
      'https://a.b/.shop.example',
      'null',
    ]) {
      const response = await from(origin);
      assert.equal(response.status, 403, origin);
      assert.equal(errorCode(response), 'origin');
      const socket = await desk.service.connect?.(
        request(at('socket'), { headers: { origin } }),
        fakeSocket(),
      );
      assert.ok(socket && 'status' in socket && socket.status === 403);
    }
    const { origin, ...nameless } = request(at('session'), { body: {} }).headers;
    assert.ok(origin);
    const nobody = await desk.service.handle({ ...request(at('session'), { body: {} }), headers: nameless });
    assert.equal(nobody.status, 403);
  });

  test('a preflight is answered for allowed pages only', async () => {
    const { service } = open();
    const ask = (origin: string) =>
      service.handle(request(at('send'), { method: 'OPTIONS', headers: { origin } }));
    assert.equal((await ask('https://shop.example')).status, 204);
    assert.equal((await ask('https://evil.example')).status, 403);
  });

  test('unknown accounts, routes and verbs are named as such', async () => {
    const { service } = open();
    assert.equal((await service.handle(request('/nobody/session', { body: {} }))).status, 404);
    assert.equal((await service.handle(request(at('constructor'), { body: {} }))).status, 404);
    assert.equal((await service.handle(request(at('session')))).status, 405);
    assert.equal((await service.handle(request('/'))).status, 404);
  });

  test('nobody reads or speaks with another’s token, another account’s, or none', async () => {
    const desk = open();
    const { token } = await session(desk);
    const foreign = (await session(open({ tokenKey: 'z'.repeat(40) }))).token;
    for (const bad of [undefined, foreign, `${token.slice(0, -3)}AAA`, 'x'.repeat(3000)]) {
      const response = await desk.service.handle(request(at('messages'), { token: bad }));
      assert.equal(response.status, 401);
      const socket = fakeSocket();
      const ears = await desk.service.connect?.(request(at('socket')), socket);
      assert.ok(ears && 'heard' in ears);
      ears.heard(JSON.stringify({ type: 'hello', token: bad ?? '', after: 0 }));
      await settled();
      assert.equal(socket.closed, 4401);
    }
  });
});

describe('messages', () => {
  test('two visitors may use the same id; the same visitor’s repeat is one message', async () => {
    const desk = open();
    const [one, two] = [await session(desk), await session(desk)];
    for (const { token } of [one, two, one])
      assert.equal((await say(desk, token, 'same', '在吗')).status, 202);
    assert.deepEqual(
      desk.host.received.map((event) => event.id),
      [`${one.customer.id}:same`, `${two.customer.id}:same`],
    );
  });

  test('a socket hands over everything once and in order, from where it was left', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    fill(desk.host, customer.id, 1, 250);
    const first = await line(desk, token);
    assert.deepEqual(
      textsIn(first.socket.frames),
      Array.from({ length: 250 }, (_, n) => String(n + 1)),
    );
    first.ears.closed();
    fill(desk.host, customer.id, 251, 255);
    const second = await line(desk, token, 250);
    fill(desk.host, customer.id, 256, 260);
    await settled();
    assert.deepEqual(
      textsIn(second.socket.frames),
      Array.from({ length: 10 }, (_, n) => String(n + 251)),
    );
    assert.equal(textsIn(first.socket.frames).length, 250, 'a closed socket hears nothing');
  });

  test('a changed message comes again; what was recalled comes without what it said', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    const { id } = desk.host.put(customer.id, { content: { type: 'text', text: '密码是 123' } });
    const { socket } = await line(desk, token);
    desk.host.put(customer.id, { id, content: { type: 'text', text: '密码是 123' }, recalledAt: 1 });
    await settled();
    assert.deepEqual(textsIn(socket.frames), ['密码是 123', '[recalled]']);
    assert.ok(!JSON.stringify(socket.frames.at(-1)).includes('123'));
    assert.ok(!JSON.stringify(socket.frames).includes('member-1'), 'ids of staff stay in the house');
  });

  test('a visitor takes back what they wrote themself, and can name nothing else', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    const { tell } = await line(desk, token);
    await tell({ type: 'message', id: 'm-1', text: '密码是 123' });
    await tell({ type: 'withdraw', id: 'w-1', message: 'm-1' });
    const recall = desk.host.received.at(-1);
    assert.ok(recall?.kind === 'recall' && recall.sender === customer.id);
    assert.equal(recall.messageId, `${customer.id}:m-1`);
    const before = desk.host.received.length;
    await tell({ type: 'withdraw', id: 'w-2', message: 'other:m-1' });
    assert.equal(desk.host.received.length, before);
  });

  test('one visitor’s news do not reach another', async () => {
    const desk = open();
    const [one, two] = [await session(desk), await session(desk)];
    const theirs = await line(desk, two.token);
    fill(desk.host, one.customer.id, 1, 3);
    desk.host.news(one.customer.id, 'typing');
    await settled();
    assert.deepEqual(
      theirs.socket.frames.map(({ type }) => type),
      ['ready'],
    );
  });

  test('a message is acknowledged once it is kept, and not before', async () => {
    const desk = open();
    const { socket, tell } = await line(desk, (await session(desk)).token);
    desk.host.failNext = true;
    await tell({ type: 'message', id: 'a', text: '在吗' });
    const refused = socket.frames.at(-1);
    assert.ok(refused?.type === 'error');
    assert.deepEqual([refused.id, refused.code], ['a', 'not_recorded']);
    await tell({ type: 'message', id: 'a', text: '在吗' });
    assert.ok(socket.frames.some((frame) => frame.type === 'ack' && frame.id === 'a'));
    assert.equal(desk.host.received.length, 1);
  });

  test('rating, asking for a person, reading and typing are told as what they are', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    const { tell, socket } = await line(desk, token);
    await tell({ type: 'rate', id: 'r', conversation: 'c1', score: 5, remark: '很快' });
    await tell({ type: 'person', id: 'p' });
    await tell({ type: 'read', refs: ['k-1'] });
    await tell({ type: 'typing', typing: true });
    await tell({ type: 'ping' });
    const [rate, ask, read] = desk.host.received;
    assert.ok(rate?.kind === 'click' && ask?.kind === 'click' && read?.kind === 'receipt');
    assert.deepEqual(
      [rate.operation, rate.arguments, rate.form],
      ['conversation.rate', { conversation: 'c1', score: 5 }, { remark: '很快' }],
    );
    assert.deepEqual([ask.operation, ask.arguments], ['conversation.askPerson', {}]);
    assert.deepEqual(read.messageIds, ['k-1']);
    assert.deepEqual(desk.host.typed, [`${customer.id} true`]);
    assert.equal(socket.frames.at(-1)?.type, 'pong');
  });

  test('a quote names one’s own message or ours, never another visitor’s', async () => {
    const desk = open();
    const [one, two] = [await session(desk), await session(desk)];
    for (const [id, quote] of [
      ['a', `${two.customer.id}:x`],
      ['b', `${one.customer.id}:x`],
      ['c', 'k-1'],
    ] as const) {
      await desk.service.handle(
        request(at('send'), { token: one.token, body: { type: 'message', id, text: 't', quote } }),
      );
    }
    assert.deepEqual(
      desk.host.received.map((event) => event.kind === 'message' && event.quote?.id),
      [undefined, `${one.customer.id}:x`, 'k-1'],
    );
  });

  test('history pages backwards; without sockets the next page waits for news', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    fill(desk.host, customer.id, 1, 120);
    const { history, earlier, after } = await session(desk, { visitorToken: token });
    assert.deepEqual([history.length, earlier, after], [40, true, 120]);
    const back = await desk.service.handle(
      request(at('messages'), { token, query: { before: String(history[0]?.revision) } }),
    );
    const page = parsed(back) as ChatPage;
    assert.deepEqual([page.messages.length, page.more, page.messages.at(-1)?.revision], [50, true, 80]);
    const waiting = desk.service.handle(
      request(at('messages'), { token, query: { after: '120', wait: '25' } }),
    );
    await settled();
    fill(desk.host, customer.id, 121, 121);
    assert.deepEqual((parsed(await waiting) as ChatPage).messages.map(textOf), ['121']);
  });
});

describe('files', () => {
  test('what one visitor uploaded, only they can send', async () => {
    const desk = open();
    const [one, two] = [await session(desk), await session(desk)];
    const headers = { 'x-file-name': encodeURIComponent('..\\..\\截图.png') };
    const response = await desk.service.handle(
      request(at('upload'), { token: one.token, body: Buffer.from('png'), headers }),
    );
    assert.equal(response.status, 201);
    const upload = parsed(response) as ChatUpload;
    assert.deepEqual([upload.type, upload.name], ['image', '截图.png']);
    const send = (token: string, media: string) =>
      desk.service.handle(request(at('send'), { token, body: { type: 'message', id: 'f', media } }));
    assert.equal(errorCode(await send(two.token, upload.media)), 'media_foreign');
    assert.equal(errorCode(await send(one.token, one.token)), 'media_foreign');
    assert.equal((await send(one.token, upload.media)).status, 202);
    const [event] = desk.host.received;
    assert.ok(event?.kind === 'message' && event.type === 'image' && event.media && 'mediaId' in event.media);
  });

  test('what the house does not store is refused politely', async () => {
    const desk = open();
    const { token } = await session(desk);
    const upload = (body: Buffer) => desk.service.handle(request(at('upload'), { token, body }));
    assert.equal(errorCode(await upload(Buffer.from('MZ virus'))), 'media_refused');
    assert.equal(errorCode(await upload(Buffer.alloc(0))), 'empty');
    assert.ok(desk.service.bodyLimit(at('upload')) > 10 * desk.service.bodyLimit(at('send')));
  });
});

describe('floods and oddities', () => {
  test('too many messages are told to wait, and go through after that', async () => {
    const desk = open({ perMinute: { messages: 5 } });
    const { token } = await session(desk);
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await say(desk, token, `m${n}`, '?'));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [202, 202, 202, 202, 202, 429],
    );
    assert.equal(answers[5]?.headers['retry-after'], '12');
    const other = await session(desk);
    assert.equal((await say(desk, other.token, 'a', '我没刷屏')).status, 202);
    desk.host.clock.advance(12_000);
    assert.equal((await say(desk, token, 'm5', '?')).status, 202);
  });

  test('sessions and sockets of one address, and windows of one visitor, are limited', async () => {
    const desk = open({ perMinute: { sessions: 3 } });
    const { token } = await session(desk);
    const statuses = [];
    for (let n = 0; n < 3; n++)
      statuses.push((await desk.service.handle(request(at('session'), { body: {} }))).status);
    assert.deepEqual(statuses, [200, 200, 429]);
    const lines = [];
    for (let n = 0; n < 9; n++) lines.push(await line(desk, token));
    assert.deepEqual(lines.map(({ socket }) => socket.closed).filter(Boolean), [4429]);
    lines[0]?.ears.closed();
    assert.equal((await line(desk, token)).socket.closed, undefined);
    for (let n = 0; n < 200; n++) await desk.service.connect?.(request(at('socket')), fakeSocket());
    const refused = await desk.service.connect?.(request(at('socket')), fakeSocket());
    assert.ok(refused && 'status' in refused && refused.status === 429);
    const elsewhere = await desk.service.connect?.(
      request(at('socket'), { ip: '203.0.113.9' }),
      fakeSocket(),
    );
    assert.ok(elsewhere && 'heard' in elsewhere);
  });

  test('the silent, the slow and the nameless are closed; a slow one resumes without a gap', async () => {
    const desk = open();
    const { token, customer } = await session(desk);
    const slow = await line(desk, token);
    slow.socket.buffered = 2 * 1024 * 1024;
    fill(desk.host, customer.id, 1, 3);
    await settled();
    assert.equal(slow.socket.closed, 4430);
    assert.deepEqual(textsIn((await line(desk, token)).socket.frames), ['1', '2', '3']);
    const nameless = fakeSocket();
    await desk.service.connect?.(request(at('socket')), nameless);
    desk.host.clock.advance(11_000);
    desk.service.live.sweep();
    assert.equal(nameless.closed, 4408);
    const silent = await line(desk, token);
    desk.host.clock.advance(76_000);
    desk.service.live.sweep();
    assert.equal(silent.socket.closed, 4408);
  });

  test('odd frames harm nobody', async () => {
    const desk = open();
    const { token } = await session(desk);
    for (const odd of [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      '{"type":"message","id":"__proto__","text":{"a":1}}',
      '{"__proto__":{"type":"message"},"type":"message","id":"x:y","text":"t"}',
      '{"type":"message","id":"a","text":"   "}',
      JSON.stringify({ type: 'message', id: 'a', text: '长'.repeat(4001) }),
      '{"type":"read","refs":[]}',
      '{"type":"rate","id":"r","conversation":"c","score":null}',
    ]) {
      const { socket, tell } = await line(desk, token);
      await tell(odd);
      assert.equal(socket.frames.at(-1)?.type, 'error', odd.slice(0, 40));
      assert.equal(socket.closed, undefined);
      const posted = await desk.service.handle(request(at('send'), { token, body: Buffer.from(odd) }));
      assert.ok(posted.status >= 400 && posted.status < 500, odd.slice(0, 40));
      socket.close(1000, '');
      desk.host.clock.advance(76_000);
      desk.service.live.sweep();
    }
    assert.equal(desk.host.received.length, 0);
    assert.equal(Reflect.get({}, 'type'), undefined);
  });

  test('a frame too large, a wrong first frame and a stream of nonsense end the socket', async () => {
    const desk = open();
    const { token } = await session(desk);
    const large = await line(desk, token);
    await large.tell('x'.repeat(40_000));
    assert.equal(large.socket.closed, 4413);
    const nonsense = await line(desk, token);
    for (let n = 0; n < 10; n++) await nonsense.tell('{}');
    assert.equal(nonsense.socket.closed, 4400);
    const first = fakeSocket();
    const ears = await desk.service.connect?.(request(at('socket')), first);
    assert.ok(ears && 'heard' in ears);
    ears.heard('{"type":"message","id":"a","text":"t"}');
    await settled();
    assert.equal(first.closed, 4400);
  });

  test('broken encoding is mended, not refused', async () => {
    const desk = open();
    const { token } = await session(desk);
    const body = Buffer.concat([
      Buffer.from('{"type":"message","id":"a","text":"'),
      Buffer.from([0xff, 0xe4, 0xbd]),
      Buffer.from('好\\u0000\\ud800"}'),
    ]);
    assert.equal((await desk.service.handle(request(at('send'), { token, body }))).status, 202);
    const [event] = desk.host.received;
    assert.ok(event?.kind === 'message');
    assert.match(event.text ?? '', /^\ufffd+好\ufffd$/);
  });
});
