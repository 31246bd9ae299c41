import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import { appId, type Bench, eventually, startBench, world } from '../../testing.js';
import { encrypt, sign } from './crypto.js';

const encryptKey = 'test key';

test("the sheet's own vectors for cipher and signature", () => {
  const body = '{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}';
  assert.equal(
    new lark.AESCipher(encryptKey).decrypt('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk='),
    'hello world',
  );
  const iv = Buffer.from('P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=', 'base64').subarray(0, 16);
  assert.equal(encrypt('hello world', encryptKey, iv), 'P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=');
  assert.equal(
    sign('1700000000', 'nonce-1', encryptKey, body),
    '002a272a435d056759149cce18e88064ff320d38d91a09432445c344c4296949',
  );
});

interface Received {
  headers: IncomingMessage['headers'];
  body: string;
}

describe('events over HTTP', () => {
  let bench: Bench;
  let eventUrl = '';
  let app: Server;
  let received: Received[] = [];
  let status = 200;
  let answerWith: (plain: Record<string, unknown>) => unknown = () => ({});
  const cipher = new lark.AESCipher(encryptKey);
  const plainOf = (each: Received): Record<string, unknown> =>
    JSON.parse(cipher.decrypt(JSON.parse(each.body).encrypt));
  const events = () => received.filter((each) => plainOf(each).type !== 'url_verification');

  before(async () => {
    app = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const each = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(each);
      const plain = plainOf(each);
      const isChallenge = plain.type === 'url_verification';
      response.writeHead(isChallenge ? 200 : status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isChallenge ? { challenge: plain.challenge } : answerWith(plain)));
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const address: AddressInfo | string | null = app.address();
    const port = typeof address === 'object' ? address?.port : 0;
    eventUrl = `http://127.0.0.1:${port}/events`;
    bench = await startBench(world({ encryptKey, verificationToken: 'a token', eventUrl }));
  });
  after(async () => {
    await bench.close();
    await new Promise((resolve) => app.close(resolve));
  });
  beforeEach(async () => {
    // Otherwise these tests together would say more than five things a second in one group.
    await bench.control('POST', 'clock', { advanceMs: 1_001 });
    received = [];
    status = 200;
    answerWith = () => ({});
  });

  test('the address is verified, once, by an encrypted challenge', async () => {
    const urls = await eventually(async () => {
      const answer = await bench.control('GET', 'connections');
      return JSON.stringify(answer.urls).includes('"verified":true') ? answer.urls : undefined;
    });
    assert.equal(Array.isArray(urls) && urls.length, 1);
  });

  test("the SDK's dispatcher believes the signature and reads the event", async () => {
    const heard: unknown[] = [];
    const dispatcher = new lark.EventDispatcher({ encryptKey, loggerLevel: lark.LoggerLevel.fatal }).register(
      {
        'im.message.receive_v1': (event) => {
          heard.push(event.message.content);
        },
      },
    );
    await bench.control('POST', 'say', { as: 'lin', bot: appId, text: '在吗' });
    const each = await eventually(() => events()[0]);
    const data = Object.assign(Object.create({ headers: each.headers }), JSON.parse(each.body));
    await dispatcher.invoke(data);
    assert.deepEqual(heard, ['{"text":"在吗"}']);
    each.headers['x-lark-request-nonce'] = 'forged';
    await dispatcher.invoke(Object.assign(Object.create({ headers: each.headers }), JSON.parse(each.body)));
    assert.equal(heard.length, 1);
  });

  test('a refused event comes again at 15 s, 5 min, 1 h and 6 h with the same id, and never after', async () => {
    status = 500;
    await bench.control('POST', 'say', { as: 'lin', bot: appId, text: '坏了' });
    for (const [index, waitMs] of [15_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000].entries()) {
      await settled(index + 1);
      await bench.control('POST', 'clock', { advanceMs: waitMs - 2_000 });
      assert.equal(events().length, index + 1);
      await bench.control('POST', 'clock', { advanceMs: 2_000 });
      await eventually(() => (events().length === index + 2 ? true : undefined));
    }
    await settled(5);
    await bench.control('POST', 'clock', { advanceMs: 48 * 60 * 60_000 });
    assert.equal(events().length, 5);
    const ids = new Set(events().map((each) => JSON.stringify(plainOf(each).header)));
    assert.equal(ids.size, 1);
  });

  /** Waits until the n-th attempt since the last test is written down as failed. */
  const settled = (attempt: number) =>
    eventually(async () => {
      const { deliveries } = await bench.control('GET', 'deliveries');
      const last = Array.isArray(deliveries) ? deliveries.at(-1) : undefined;
      return last?.attempt === attempt && last.outcome === 'HTTP 500' ? true : undefined;
    });

  test('no answer in time is 200341, no address 200340, nobody at the address 200342', async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    const click = async () => {
      const given = { as: 'lin', message: sent.data.message_id, button: { text: '好' } };
      return (await bench.control('POST', 'click', given)).errorCode;
    };
    await bench.control('POST', 'faults', {
      on: { delivery: 'callback' },
      kind: 'timeout-after-effect',
      times: 1,
    });
    assert.equal(await click(), 200341);
    await bench.control('PUT', 'world', world());
    assert.equal(await click(), 200340);
    await bench.control('PUT', 'world', world({ eventUrl: 'http://127.0.0.1:1/' }));
    assert.equal(await click(), 200342);
    await bench.control('PUT', 'world', world({ encryptKey, verificationToken: 'a token', eventUrl }));
    assert.equal(await click(), undefined);
  });

  test('a nameless field in a form shows 200530 when it is submitted', async () => {
    const button = {
      tag: 'button',
      name: 'go',
      form_action_type: 'submit',
      text: { tag: 'plain_text', content: '提交' },
    };
    const form = { tag: 'form', name: 'f', elements: [{ tag: 'input' }, button] };
    const sent = await bench.send('oc_group', 'interactive', { schema: '2.0', body: { elements: [form] } });
    const clicked = await bench.control('POST', 'click', {
      as: 'lin',
      message: sent.data.message_id,
      button: { name: 'go' },
    });
    assert.equal(clicked.errorCode, 200530);
  });

  test('204 is no success for an event and 200671 for a click', async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    status = 204;
    const click = { as: 'lin', message: sent.data.message_id, button: { text: '好' } };
    const clicked = await bench.control('POST', 'click', click);
    assert.equal(clicked.errorCode, 200671);
  });

  test('a click that is answered with rubbish, a bad card or a 1.0 card shows its code, and changes nothing', async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    const click = async (answer: unknown) => {
      answerWith = () => answer;
      const given = { as: 'lin', message: sent.data.message_id, button: { text: '好' } };
      return (await bench.control('POST', 'click', given)).errorCode;
    };
    const raw = (data: unknown) => ({ card: { type: 'raw', data } });
    assert.equal(await click([]), 200672);
    assert.equal(await click({ toasts: {} }), 200672);
    assert.equal(await click({ toast: { type: 'loud', content: 'x' } }), 200672);
    assert.equal(await click(raw({ schema: '2.0', body: { elements: [{ tag: 'note' }] } })), 200673);
    assert.equal(await click(raw({ elements: [] })), 200830);
    const read = await bench.api(
      'GET',
      `/open-apis/im/v1/messages/${sent.data.message_id}?card_msg_content_type=user_card_content`,
    );
    assert.ok(JSON.stringify(read.data).includes('"content\\":\\"好'));
  });

  test('a PATCH while the click waits is undone by the answer; the token works only after it, and twice', async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    const id = String(sent.data.message_id);
    let token = '';
    const during: number[] = [];
    let release: () => void = () => {};
    const inside = new Promise<void>((resolve) => {
      release = resolve;
    });
    answerWith = (plain) => {
      token = String(/"token":"(c-[^"]+)"/.exec(JSON.stringify(plain.event))?.[1]);
      release();
      return {};
    };
    await bench.control('POST', 'faults', { on: { delivery: 'callback' }, kind: 'delay', ms: 150, times: 1 });
    const clicking = bench.control('POST', 'click', { as: 'lin', message: id, button: { text: '好' } });
    during.push(
      (
        await bench.api('PATCH', `/open-apis/im/v1/messages/${id}`, {
          content: JSON.stringify(titled('太早')),
        })
      ).code,
    );
    await inside;
    await clicking;
    assert.deepEqual(during, [0]);
    assert.doesNotMatch(await cardOf(id), /太早/);
    const update = (title: string) =>
      bench.api('POST', '/open-apis/interactive/v1/card/update', { token, card: titled(title) });
    assert.equal((await update('第一次')).code, 0);
    assert.match(await cardOf(id), /第一次/);
    assert.equal((await update('第二次')).code, 0);
    assert.equal((await update('第三次')).code, 300040);
    assert.match(await cardOf(id), /第二次/);
  });

  test("a click's token dies after 30 minutes and is no other app's", async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    let token = '';
    answerWith = (plain) => {
      token = String(/"token":"(c-[^"]+)"/.exec(JSON.stringify(plain.event))?.[1]);
      return {};
    };
    await bench.control('POST', 'click', {
      as: 'lin',
      message: sent.data.message_id,
      button: { text: '好' },
    });
    await bench.control('POST', 'clock', { advanceMs: 30 * 60_000 + 1_000 });
    const late = await bench.api('POST', '/open-apis/interactive/v1/card/update', {
      token,
      card: titled('晚了'),
    });
    assert.equal(late.code, 300030);
    const wrong = await bench.api('POST', '/open-apis/interactive/v1/card/update', {
      token: 'om_1',
      card: titled('错'),
    });
    assert.equal(wrong.code, 300020);
  });

  test('after 14 days a card answers no click and takes no PATCH', async () => {
    const sent = await bench.send('oc_group', 'interactive', clickable);
    const id = String(sent.data.message_id);
    await bench.control('POST', 'clock', { advanceMs: 14 * 24 * 60 * 60_000 + 1_000 });
    const clicked = await bench.control('POST', 'click', { as: 'lin', message: id, button: { text: '好' } });
    assert.equal(clicked.errorCode, 200080);
    assert.equal(events().length, 0);
    const patched = await bench.api('PATCH', `/open-apis/im/v1/messages/${id}`, {
      content: JSON.stringify(titled('旧')),
    });
    assert.equal(patched.code, 230031);
  });

  const cardOf = async (id: string): Promise<string> => {
    const path = `/open-apis/im/v1/messages/${id}?card_msg_content_type=user_card_content`;
    return JSON.stringify((await bench.api('GET', path)).data);
  };
});

const titled = (title: string) => ({
  schema: '2.0',
  header: { title: { tag: 'plain_text', content: title } },
});
const clickable = {
  schema: '2.0',
  body: {
    elements: [
      {
        tag: 'button',
        text: { tag: 'plain_text', content: '好' },
        behaviors: [{ type: 'callback', value: { yes: true } }],
      },
    ],
  },
};
