import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type HouseOptions, openHouse } from '../../tests/house.js';

/** 林小满 serves 王女士 (A1) and 李先生 (B1), one to one with the bot; she claimed 李先生 last. */
async function servingTwo(t: TestContext, elsewhere?: HouseOptions['elsewhere']) {
  const house = await openHouse(t, {
    elsewhere,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'supervisor' },
    ],
  });
  const [wang, li] = [house.customer('王女士'), house.customer('李先生')];
  const [lin, chen] = [house.member('林小满'), house.member('陈亦舟')];
  for (const customer of [wang, li]) {
    await customer.says('转人工');
    await house.settled();
  }
  for (const { id } of await house.conversations()) {
    await lin.clicks('conversation.claim', { conversation: id });
    await house.settled();
  }
  return { house, wang, li, lin, chen };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How often a member was asked for whom their words were. */
const asksOf = (member: { heard(): string[] }) =>
  member.heard().filter((words) => words === 'card:choose').length;

test('words typed after another customer’s message was shown late are asked about, not sent to the one before', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  let show = () => {};
  const slow = new Promise<void>((resolve) => {
    show = resolve;
  });
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.text.includes('王女士：')) await slow;
  };
  await wang.says('能退款吗');
  while ((await house.db.query(`select 1 from outbox where state = 'sending'`)).length === 0) await pause(5);
  await lin.types('/to B1');
  while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0) await pause(5);
  show();
  await house.settled();
  const [sentToLi, sentToWang] = [li.heard().length, wang.heard().length];
  await lin.types('可以退的');
  await house.settled();
  assert.equal(li.heard().length, sentToLi, `李先生 heard ${li.heard().at(-1)}`);
  assert.equal(wang.heard().length, sentToWang);
  assert.ok(asksOf(lin) > 0);
});

test('what was shown late on one platform is news to who types on another', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t, [
    { platform: 'dingtalk', abilities: { desk: 'queue', topics: false } },
  ]);
  const there = house.member('林小满', 'dingtalk');
  let show = () => {};
  const slow = new Promise<void>((resolve) => {
    show = resolve;
  });
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.text.includes('王女士：')) await slow;
  };
  await wang.says('能退款吗');
  while ((await house.db.query(`select 1 from outbox where state = 'sending'`)).length === 0) await pause(5);
  await there.types('/to B1');
  while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0) await pause(5);
  show();
  await house.settled();
  assert.ok(lin.heard().some((words) => words.includes('能退款吗')));
  const heard = [li.heard().length, wang.heard().length];
  await there.types('可以退的');
  await house.settled();
  assert.deepEqual([li.heard().length, wang.heard().length], heard, 'nobody was told yet');
  assert.ok(asksOf(there) > 0);
});

test('words typed while a colleague asks to take over another customer are asked about', async (t) => {
  const { house, li, lin, chen } = await servingTwo(t);
  const zhao = house.customer('赵女士');
  await zhao.says('转人工');
  await house.settled();
  const waiting = (await house.conversations()).find(({ state }) => state === 'waiting');
  await chen.clicks('conversation.claim', { conversation: waiting?.id });
  await house.settled();
  await lin.types('稍等');
  await house.settled();
  assert.equal(li.heard().at(-1), '稍等');
  await chen.types('/转交 林小满');
  await house.settled();
  assert.equal(lin.heard().at(-1), 'card:panel');
  const heard = [li.heard().length, zhao.heard().length];
  await lin.types('您好，我来接手');
  await house.settled();
  assert.deepEqual([li.heard().length, zhao.heard().length], heard, 'nobody was told yet');
  assert.ok(asksOf(lin) > 0);
  await lin.types('/接手');
  await house.settled();
  assert.ok(lin.heard().some((words) => words.includes('（赵女士）转给了你')));
  await lin.types('赵女士您好');
  await house.settled();
  assert.equal(zhao.heard().at(-1), '赵女士您好', 'who takes over turns to whom they take');
  assert.equal(li.heard().length, heard[0]);
});

test('a quote of one message that holds two customers’ words is asked about', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  house.paper.mergesUpTo = 400;
  let show = () => {};
  const slow = new Promise<void>((resolve) => {
    show = resolve;
  });
  house.paper.before = () => slow;
  await wang.says('第一句');
  while ((await house.db.query(`select 1 from outbox where state = 'sending'`)).length === 0) await pause(5);
  await wang.says('壶盖裂了');
  await li.says('发票呢');
  const waiting = `select 1 from outbox where state = 'pending' and kind = 'relay'`;
  while ((await house.db.query(waiting)).length < 2) await pause(5);
  show();
  await house.settled();
  const merged = lin
    .received()
    .find(({ out }) => out.kind === 'text' && out.text.includes('壶盖') && out.text.includes('发票'));
  assert.ok(merged, 'both went as one message');
  const heard = [li.heard().length, wang.heard().length];
  await lin.types('好的', { quote: merged.id });
  await house.settled();
  assert.deepEqual([li.heard().length, wang.heard().length], heard, 'nobody was told yet');
  assert.ok(asksOf(lin) > 0);
});

test('words typed while another customer’s message is just being shown are asked about', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  let show = () => {};
  const slow = new Promise<void>((resolve) => {
    show = resolve;
  });
  await wang.says('在吗');
  await house.settled();
  await lin.types('/to B1');
  await house.settled();
  // It stands before her eyes, and the platform has not confirmed it yet.
  house.paper.after = async (out) => {
    if (out.kind === 'text' && out.text.includes('王女士：')) await slow;
  };
  await house.db.query(`update conversations set customer_wrote_at = null`);
  await wang.says('能退款吗');
  while ((await house.db.query(`select 1 from outbox where state = 'sending'`)).length === 0) await pause(5);
  await house.db.query(`update conversations set customer_wrote_at = null`);
  const sentToLi = li.heard().length;
  await lin.types('可以退的');
  while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0) await pause(5);
  show();
  await house.settled();
  assert.equal(li.heard().length, sentToLi, `李先生 heard ${li.heard().at(-1)}`);
  assert.ok(asksOf(lin) > 0);
});

test('words for a code that has just closed reach nobody else, and their author is told', async (t) => {
  const { house, li, lin, chen } = await servingTwo(t);
  await chen.types('/close A1');
  await house.settled();
  const heard = li.heard().length;
  await lin.types('A1 您的退款已到账');
  await house.settled();
  assert.equal(li.heard().length, heard);
  assert.match(lin.heard().at(-1) ?? '', /已结束/);
});

test('a quote of a word from the bot itself says for nobody: she is asked', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  await lin.types('A1 您好');
  await house.settled();
  const told = lin.received().findLast(({ out }) => out.kind === 'text' && out.text.includes('已发给'));
  const heard = [wang.heard().length, li.heard().length];
  await lin.types('请再试一次', { quote: told?.id ?? '' });
  await house.settled();
  assert.deepEqual([wang.heard().length, li.heard().length], heard);
  assert.equal(lin.heard().at(-1), 'card:choose');
});

test('a quote of one customer with the code of another in front is asked about', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  await wang.says('在吗');
  await house.settled();
  const relay = lin.received().at(-1);
  const heard = [wang.heard().length, li.heard().length];
  await lin.types('B1 好的', { quote: relay?.id ?? '' });
  await house.settled();
  assert.deepEqual([wang.heard().length, li.heard().length], heard);
  await lin.types('A1 好的', { quote: relay?.id ?? '' });
  await house.settled();
  assert.equal(wang.heard().at(-1), '好的', 'where they agree, the code is not sent along');
});

test('the pictures of a rich text go where its words go', async (t) => {
  const { house, wang, li, lin } = await servingTwo(t);
  await wang.says('在吗');
  await house.settled();
  const relay = lin.received().at(-1);
  const post = async (id: string, text: string, quote?: { id: string }) => {
    const chat = { id: 'p2p', kind: 'direct' as const, addressed: true };
    const common = { kind: 'message' as const, sender: '林小满', at: house.clock.now(), chat };
    await house.fromStaff([
      { ...common, id, type: 'text', text, quote },
      { ...common, id: `${id}#2`, type: 'image', media: { handle: 'img' } },
    ]);
    await house.settled();
  };
  const before = li.heard().length;
  await post('quoted', '请看图', { id: relay?.id ?? '' });
  assert.deepEqual(wang.heard().slice(-2), ['请看图', 'media']);
  await post('coded', 'A1 再看这张');
  assert.deepEqual(wang.heard().slice(-2), ['再看这张', 'media']);
  await post('commanded', '/to A1 还有一张');
  assert.deepEqual(wang.heard().slice(-2), ['还有一张', 'media']);
  const heard = wang.heard().length;
  await post('noted', '// A1 内部截图');
  await post('note', '/note A1 内部截图');
  assert.deepEqual(
    [wang.heard().length, li.heard().length],
    [heard, before],
    'a note’s picture stays inside',
  );
  const notes = await house.db.query(
    `select 1 from messages where audience = 'staff' and content ->> 'type' = 'image'`,
  );
  assert.equal(notes.length, 2);
});

test('/close without a code asks when it is in doubt whom it would end', async (t) => {
  const { house, wang, lin } = await servingTwo(t);
  await wang.says('我还有问题');
  await house.settled();
  await lin.types('/close');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /请加上编号/);
  assert.deepEqual(
    (await house.conversations()).map((one) => one.state),
    ['active', 'active'],
  );
});

test('what a colleague says one to one about another’s conversation is a note that its owner sees', async (t) => {
  const { house, wang, lin, chen } = await servingTwo(t);
  const heard = wang.heard().length;
  await chen.types('A1 这位客户可以给九折');
  await house.settled();
  assert.equal(wang.heard().length, heard);
  assert.match(chen.heard().at(-1) ?? '', /记为备注，没有发给客户/);
  assert.match(lin.heard().at(-1) ?? '', /陈亦舟：这位客户可以给九折/);
});

test('two first messages of a stranger keep their order', async (t) => {
  const house = await openHouse(t);
  for (let round = 0; round < 10; round++) {
    const stranger = house.customer(`客户${round}`);
    await Promise.all(['一', '二', '三'].map((words) => stranger.says(words)));
  }
  await house.settled();
  const said = await house.db.query<{ words: string[] }>(
    `select array_agg(content ->> 'text' order by number) as words from messages
      where author_kind = 'customer' group by conversation_id`,
  );
  assert.equal(said.length, 10);
  for (const { words } of said) assert.deepEqual(words, ['一', '二', '三']);
});
