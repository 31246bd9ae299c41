/**
 * The main job in Feishu, over signed HTTP callbacks and over long connections: a customer's words become a card, the
 * card is worked with, and the answer goes back; whatever is repeated, reordered, refused or lost on the way.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { companyWorld, feishu, topicGroup } from './company.js';
import { buttonValue, clickPayload, post, seal } from './feishu-delivery.js';
import { type Product, startProduct } from './imdesk.js';
import { until } from './sandbox.js';
import { cardText, type SeenMessage } from './seat.js';

const minute = 60_000;
const hour = 60 * minute;
const replying = { method: 'POST', path: '/open-apis/im/v1/messages/*/reply' };
const posting = { method: 'POST', path: '/open-apis/im/v1/messages' };

const fault = (product: Product, on: object, kind: string, more: object = {}) =>
  product.sandbox.control('POST', 'faults', { on, kind, times: 1, ...more });

interface SeenDelivery {
  eventId: string;
  kind: string;
  type: string;
  attempt: number;
  outcome: string;
}
async function deliveries(product: Product, type: string): Promise<SeenDelivery[]> {
  const all = await product.sandbox.control<{ deliveries: SeenDelivery[] }>('GET', 'deliveries?since=0');
  return all.deliveries.filter((one) => one.type === type);
}

/** A customer who waits for a person, and the card of it. */
async function waiting(product: Product, name = '王女士') {
  const customer = await product.visit(name);
  await customer.says('转人工');
  const card = await product.seat('lin').card(topicGroup, name, '认领');
  await product.settled();
  return { customer, card };
}

/** The same, claimed by Lin. */
async function claimed(product: Product, name = '王女士') {
  const { customer, card } = await waiting(product, name);
  const lin = product.seat('lin');
  const click = await lin.clicks(card.id, { text: '认领' });
  assert.equal(click.toast?.type, 'success', JSON.stringify(click));
  await product.settled();
  return {
    customer,
    card,
    lin,
    topic: card.threadId ?? (await rootOf(product, card.id)).threadId ?? assert.fail(),
  };
}

async function rootOf(product: Product, id: string): Promise<SeenMessage> {
  return (await product.seat('lin').sees(topicGroup)).find((one) => one.id === id) ?? assert.fail(`no ${id}`);
}

/** What a customer was told by people, in order. */
async function heard(customer: {
  reads(): Promise<{ by: { kind: string }; content: object }[]>;
}): Promise<unknown[]> {
  const said = (await customer.reads()).filter(({ by }) => by.kind === 'agent');
  return said.map(({ content }) => ('text' in content ? content.text : content));
}

async function owners(product: Product): Promise<unknown[]> {
  return product.db.query(
    `select c.state, m.name as owner from conversations c
       left join members m on m.tenant_id = c.tenant_id and m.id = c.owner_id order by c.opened_at`,
  );
}

for (const transport of ['http', 'socket'] as const) {
  const both = (name: string, run: (product: Product, t: TestContext) => Promise<void>) =>
    test(`${transport}: ${name}`, async (t) => run(await startProduct(t, { transport }), t));

  both(
    'a customer asks, an agent claims by the card, answers in its topic, and closes it',
    async (product) => {
      const { customer, card } = await waiting(product);
      const lin = product.seat('lin');
      const begun = performance.now();
      const click = await lin.clicks(card.id, { text: '认领' });
      assert.ok(performance.now() - begun < 3_000);
      assert.equal(click.toast?.type, 'success');
      assert.match(click.toast?.content ?? '', /已认领 A1/);
      assert.ok(click.cardUpdated);
      const after = await rootOf(product, card.id);
      assert.match(cardText(after), /林小满/);
      assert.doesNotMatch(cardText(after), /"认领"/);

      const topic = after.threadId ?? assert.fail('the card has no topic');
      await lin.says({ chat: topicGroup, thread: topic }, '您好，请问什么事？');
      await customer.hears('您好，请问什么事？');
      await customer.says('快递到哪了');
      await lin.hears(topicGroup, topic, '快递到哪了');
      await lin.says({ chat: topicGroup, thread: topic }, '//她昨天也来过');
      await lin.says({ chat: topicGroup, thread: topic }, '今天送到');
      await customer.hears('今天送到');
      await product.settled();
      assert.deepEqual(await heard(customer), ['您好，请问什么事？', '今天送到']);
      assert.deepEqual(await owners(product), [{ state: 'active', owner: '林小满' }]);
      assert.deepEqual(await product.db.query('select error from inbox where error is not null'), []);
    },
  );

  both('repeats of an event at 15 s, 5 min, 1 h and 6 h have one effect', async (product) => {
    const { customer, lin, topic } = await claimed(product);
    await fault(product, { delivery: 'event' }, 'timeout-after-effect', { times: 4 });
    await lin.says({ chat: topicGroup, thread: topic }, '今天送到');
    for (const [index, waitMs] of [15_000, 5 * minute, hour, 6 * hour].entries()) {
      await until(
        `attempt ${index + 1}`,
        async () => (await deliveries(product, 'im.message.receive_v1')).length > index,
      );
      await product.advance(waitMs);
    }
    await until('the last attempt is taken', async () =>
      (await deliveries(product, 'im.message.receive_v1')).some(
        ({ attempt, outcome }) => attempt === 5 && outcome === 'ok',
      ),
    );
    await product.settled();
    assert.deepEqual(await heard(customer), ['今天送到']);
  });

  both('an event that only the last repeat brings, six hours later, is not lost', async (product) => {
    const { customer, lin, topic } = await claimed(product);
    await fault(product, { delivery: 'event' }, 'drop-before-effect', { times: 4 });
    await lin.says({ chat: topicGroup, thread: topic }, '今天送到');
    for (const [index, waitMs] of [15_000, 5 * minute, hour, 6 * hour].entries()) {
      await until(
        `attempt ${index + 1}`,
        async () => (await deliveries(product, 'im.message.receive_v1')).length > index,
      );
      await product.advance(waitMs);
    }
    await customer.hears('今天送到');
    await product.settled();
    assert.deepEqual(await heard(customer), ['今天送到']);
  });

  both('doubled and reordered events arrive once each', async (product) => {
    const { customer, lin, topic } = await claimed(product);
    await fault(product, { delivery: 'event' }, 'duplicate');
    await lin.says({ chat: topicGroup, thread: topic }, '一');
    await customer.hears('一');
    await fault(product, { delivery: 'event' }, 'reorder');
    await lin.says({ chat: topicGroup, thread: topic }, '二');
    await lin.says({ chat: topicGroup, thread: topic }, '三');
    await customer.hears('二');
    await customer.hears('三');
    await product.settled();
    assert.deepEqual((await heard(customer)).sort(), ['一', '三', '二']);
  });

  both('a doubled click has one effect', async (product) => {
    const { card } = await waiting(product);
    await fault(product, { delivery: 'callback' }, 'duplicate');
    const click = await product.seat('lin').clicks(card.id, { text: '认领' });
    assert.match(click.toast?.content ?? '', /已认领 A1/);
    await product.settled();
    const claims = await product.db.query(`select kind from events where kind = 'conversation.claimed'`);
    assert.equal(claims.length, 1);
  });

  both('somebody who is no agent is told so, and nothing changes', async (product) => {
    const { card } = await waiting(product);
    await product.sandbox.control('PUT', 'world', companyWorld(transport, product.url, ['zhao']));
    const click = await product.seat('zhao').clicks(card.id, { text: '认领' });
    assert.equal(click.toast?.type, 'warning', JSON.stringify(click));
    await product.settled();
    assert.deepEqual(await owners(product), [{ state: 'waiting', owner: null }]);
    assert.match(cardText(await rootOf(product, card.id)), /"认领"/);
  });

  both('a click after a restart is answered like any other', async (product) => {
    const { card } = await waiting(product);
    await product.stop();
    const lost = await product.seat('lin').clicks(card.id, { text: '认领' });
    assert.ok(lost.errorCode, 'nobody can answer while it is down');
    await product.start();
    const click = await product.seat('lin').clicks(card.id, { text: '认领' });
    assert.match(click.toast?.content ?? '', /已认领 A1/);
    assert.ok(click.cardUpdated);
  });

  both('a card does not flip back when more happens while its click is being answered', async (product) => {
    const { customer, card } = await waiting(product);
    const lin = product.seat('lin');
    const [click] = await Promise.all([
      lin.clicks(card.id, { text: '认领' }),
      customer.says('在吗'),
      customer.says('有人吗'),
    ]);
    assert.ok(click.cardUpdated);
    await product.settled();
    const last = cardText(await rootOf(product, card.id));
    assert.match(last, /林小满/);
    assert.doesNotMatch(last, /"认领"/);
    assert.deepEqual(
      await product.db.query(
        `select c.id from cards c join conversations v on c.subject = 'conversation:' || v.id
          where c.retired_at is null and c.drawn_version < v.version`,
      ),
      [],
    );
  });

  both('a click that takes long is told so in time, and the card follows', async (product) => {
    const { customer, card } = await waiting(product);
    await product.db.query(
      `insert into mailboxes (tenant_id, name, rests_until)
       select m.tenant_id, 'member:' || m.id, $1 from members m where m.name = '林小满'`,
      [new Date(product.clock.now() + 30_000)],
    );
    const begun = performance.now();
    const answer = product.seat('lin').clicks(card.id, { text: '认领' });
    await customer.says('有人吗');
    const click = await answer;
    assert.ok(performance.now() - begun < 3_000);
    assert.equal(click.toast?.type, 'info', JSON.stringify(click));
    // What was drawn while the click waited for its answer would have been undone by it.
    const shows = async (words: string) => cardText(await rootOf(product, card.id)).includes(words);
    await until('the card shows what was said meanwhile', () => shows('有人吗'));
    assert.ok(await shows('"认领"'));
    await product.db.query(`delete from mailboxes`);
    await until('the card shows who claimed', () => shows('林小满'));
    assert.deepEqual(await owners(product), [{ state: 'active', owner: '林小满' }]);
  });

  both(
    "limits, dead tokens and lost answers: the customer's words are in the topic once, in order",
    async (product) => {
      const { customer, lin, topic } = await claimed(product);
      await fault(product, replying, 'status', {
        status: 429,
        code: 99991400,
        headers: { 'x-ogw-ratelimit-reset': '1' },
      });
      await customer.says('一号');
      await lin.hears(topicGroup, topic, '一号');
      await product.sandbox.control('POST', 'tokens/expire', { app: feishu.appId });
      await customer.says('二号');
      await lin.hears(topicGroup, topic, '二号');
      await fault(product, replying, 'timeout-after-effect', { ms: 100 });
      await customer.says('三号');
      await customer.says('四号');
      await lin.hears(topicGroup, topic, '四号');
      await product.settled();
      const said = (await lin.sees(topicGroup, topic)).map(({ content }) => content.text ?? '');
      const words = said.flatMap((text) => /[一二三四]号/.exec(text)?.[0] ?? []);
      assert.deepEqual(words, ['一号', '二号', '三号', '四号']);
    },
  );

  both(
    'a click on a card whose own sending is still in doubt is answered, and the card follows',
    async (product) => {
      await fault(product, posting, 'timeout-after-effect', { ms: 1_500 });
      const customer = await product.visit('王女士');
      await customer.says('转人工');
      const lin = product.seat('lin');
      const card = await lin.card(topicGroup, '王女士', '认领');
      const click = await lin.clicks(card.id, { text: '认领' });
      assert.equal(click.toast?.type, 'success', JSON.stringify(click));
      await product.settled();
      assert.equal((await lin.sees(topicGroup)).length, 1);
      const last = cardText(await rootOf(product, card.id));
      assert.match(last, /林小满/, 'what was sent the first time is what stands there');
    },
  );

  both('a card that is refused becomes words', async (product) => {
    await fault(product, posting, 'code', { code: 230099 });
    const customer = await product.visit('李先生');
    await customer.says('转人工');
    const lin = product.seat('lin');
    await until('the desk is told in words', async () =>
      (await lin.sees(topicGroup)).some(({ content }) => content.text?.includes('李先生')),
    );
    await product.settled();
    assert.equal((await lin.sees(topicGroup)).length, 1);
  });
}

test('http: the same click again, with the same event_id, gets the same answer', async (t) => {
  const product = await startProduct(t);
  const { card } = await waiting(product);
  const value = buttonValue(card.card, 'conversation.claim');
  const press = (id: string, person: string) => {
    const now = product.clock.now();
    const click = { id, person, message: card.id, chat: topicGroup, value };
    return post(product.callbackUrl, seal(clickPayload(click, now), now));
  };
  const first = await press('click-1', 'lin');
  const again = await press('click-1', 'lin');
  assert.equal(first.status, 200);
  const said = await first.text();
  assert.match(said, /已认领 A1/);
  assert.equal(await again.text(), said);

  const late = await (await press('click-2', 'chen')).text();
  assert.match(late, /林小满/, 'a click on what the card showed before is answered with the truth');
  assert.doesNotMatch(late, /"toast":\{"type":"success"/);
  await product.settled();
  assert.deepEqual(await owners(product), [{ state: 'active', owner: '林小满' }]);
});

test('socket: what was said while connections dropped is heard once they are back', async (t) => {
  const product = await startProduct(t, { transport: 'socket' });
  const { customer, lin, topic } = await claimed(product);
  await fault(product, { socket: true }, 'drop-socket');
  await lin.says({ chat: topicGroup, thread: topic }, '今天送到');
  await until('the gateway hears again', async () => (await fetch(`${product.url}/readyz`)).ok);
  await product.advance(15_000);
  await customer.hears('今天送到');
  await product.settled();
  assert.deepEqual(await heard(customer), ['今天送到']);
});

test('socket: what went to a deaf connection is heard when the platform repeats it', async (t) => {
  const product = await startProduct(t, { transport: 'socket' });
  const { customer, lin, topic } = await claimed(product);
  await fault(product, { socket: true }, 'deaf-socket');
  const said = ['一', '二', '三', '四', '五', '六'];
  for (const text of said) await lin.says({ chat: topicGroup, thread: topic }, text);
  // Those that went to the deaf one are repeated, and may meet it again.
  for (const [index, waitMs] of [15_000, 5 * minute, hour, 6 * hour].entries()) {
    await until(`attempt ${index + 1} has ended`, async () => {
      const ends = new Map<string, SeenDelivery>();
      for (const one of await deliveries(product, 'im.message.receive_v1')) ends.set(one.eventId, one);
      const over = [...ends.values()].filter(({ outcome, attempt }) => outcome === 'ok' || attempt > index);
      return over.length === said.length;
    });
    await product.advance(waitMs);
  }
  await product.settled();
  assert.deepEqual((await heard(customer)).sort(), [...said].sort());
});
