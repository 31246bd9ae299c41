import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

const seconds = 1_000;

/** 王女士 is 林小满's; 陈亦舟 and 周晓 serve the queue too. */
async function serving(t: TestContext, options: Parameters<typeof openHouse>[1] = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '周晓', role: 'agent' },
    ],
    ...options,
  });
  const wang = house.customer('王女士');
  await wang.says('壶盖裂了，能补发吗');
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const id = waiting?.id ?? '';
  const [lin, chen, zhou] = [house.member('林小满'), house.member('陈亦舟'), house.member('周晓')];
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.types('您好，明天给您补发');
  await house.settled();
  const ownerIs = async (name: string) =>
    assert.equal((await house.conversations())[0]?.owner_id, house.memberId(name));
  const offers = (to: string) => ({ conversation: id, to: house.memberId(to) });
  const events = async () =>
    (
      await house.db.query<{ kind: string }>(
        `select kind from events where kind like 'conversation.offer%' or kind = 'conversation.transferred' order by id`,
      )
    ).map(({ kind }) => kind.replace('conversation.', ''));
  const panelOf = (member: ReturnType<typeof house.member>) => {
    const card = member
      .received()
      .findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
    const view = card && house.paper.cards.get(card.id);
    return view?.template === 'panel' ? view.data : undefined;
  };
  return {
    house,
    clock,
    wang,
    id,
    code: waiting?.code ?? '',
    lin,
    chen,
    zhou,
    ownerIs,
    offers,
    events,
    panelOf,
  };
}

test('a colleague is shown how things stand, and it is theirs once they accept; then the giver’s words are notes', async (t) => {
  const { house, wang, lin, chen, code, ownerIs, panelOf, id } = await serving(t);
  await wang.says('太慢了，我很着急');
  await lin.types(`/transfer ${code} 陈亦舟 老客户，请优先`);
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /已邀请 陈亦舟 接手/);
  const shown = panelOf(chen);
  assert.ok(shown);
  assert.equal(shown.told, '老客户，请优先');
  const facts = Object.fromEntries(shown.facts.map(({ label, value }) => [label, value]));
  assert.match(facts.客户的问题 ?? '', /壶盖裂了/);
  assert.match(facts.已经答应 ?? '', /明天给您补发/);
  assert.equal(facts.客户情绪, '太慢 · 着急');
  assert.ok(shown.rows.some(({ text }) => text === '太慢了，我很着急'));
  await ownerIs('林小满');
  const heard = wang.heard().length;
  await chen.types('我来看看');
  await lin.types('请稍等');
  await house.settled();
  assert.deepEqual(wang.heard().slice(heard), ['请稍等'], 'the giver answers until then, the other does not');

  await chen.clicks('conversation.accept', { conversation: id });
  await house.settled();
  await ownerIs('陈亦舟');
  assert.match(lin.heard().at(-1) ?? '', /陈亦舟 已接手/);
  assert.match(panelOf(chen)?.status ?? '', /你已接手/);
  const brief = chen.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  assert.ok(brief?.out.kind === 'card' && JSON.stringify(brief.out.card.data).includes('交接说明'));
  await lin.types(`${code} 还有什么需要吗`);
  await chen.types('王女士您好');
  await house.settled();
  assert.equal(wang.heard().at(-1), '王女士您好');
  assert.ok(!wang.heard().includes('还有什么需要吗'));
  assert.deepEqual(await house.putAside(), []);
});

test('who declines says why, and it stays; a late answer is refused in words', async (t) => {
  const { house, lin, chen, id, offers, ownerIs, events, panelOf } = await serving(t);
  await lin.clicks('conversation.transfer', offers('陈亦舟'));
  await house.settled();
  await chen.clicks('conversation.decline', { conversation: id, reason: '手上有三个客户' });
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /陈亦舟 婉拒了.*手上有三个客户/);
  assert.match(panelOf(chen)?.status ?? '', /已失效/);
  const late = await chen.clicks('conversation.accept', { conversation: id });
  assert.match(late.toast?.text ?? '', /已失效/);
  await ownerIs('林小满');
  assert.deepEqual(await events(), ['offered', 'offerDeclined']);
});

test('nobody answers in time: it stays with the giver, who is told; once', async (t) => {
  const { house, clock, lin, chen, id, offers, ownerIs, events } = await serving(t);
  await house.settles({ offerSeconds: 60 });
  await lin.clicks('conversation.transfer', offers('陈亦舟'));
  await house.settled();
  clock.jump(59 * seconds);
  await house.rings();
  assert.deepEqual(await events(), ['offered']);
  clock.jump(2 * seconds);
  await house.rings();
  assert.match(lin.heard().at(-1) ?? '', /陈亦舟 没有及时答复/);
  await house.rings();
  const late = await chen.clicks('conversation.accept', { conversation: id });
  assert.match(late.toast?.text ?? '', /已失效/);
  await ownerIs('林小满');
  assert.deepEqual(await events(), ['offered', 'offerLapsed']);
});

test('a second offer takes the place of the first, whose time then says nothing', async (t) => {
  const { house, clock, lin, chen, zhou, id, offers, ownerIs } = await serving(t);
  await lin.clicks('conversation.transfer', offers('陈亦舟'));
  clock.jump(100 * seconds);
  await lin.clicks('conversation.transfer', offers('周晓'));
  await house.settled();
  assert.match((await chen.clicks('conversation.accept', { conversation: id })).toast?.text ?? '', /已失效/);
  clock.jump(30 * seconds);
  await house.rings();
  await zhou.types('/接手');
  await house.settled();
  await ownerIs('周晓');
});

test('a close ends an offer, and so does leaving; the customer of who left waits for anybody', async (t) => {
  const { house, lin, chen, zhou, id, offers } = await serving(t);
  await lin.clicks('conversation.transfer', offers('陈亦舟'));
  await house.settled();
  const left = {
    kind: 'directory' as const,
    id: 'left',
    sender: '林小满',
    at: house.clock.now(),
    change: 'left' as const,
  };
  await house.fromStaff([left]);
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'waiting');
  assert.match((await chen.clicks('conversation.accept', { conversation: id })).toast?.text ?? '', /已失效/);
  await zhou.clicks('conversation.claim', { conversation: id });
  await zhou.clicks('conversation.transfer', offers('陈亦舟'));
  await zhou.clicks('conversation.close', { conversation: id });
  assert.match((await chen.clicks('conversation.accept', { conversation: id })).toast?.text ?? '', /已失效/);
  assert.match((await chen.clicks('conversation.decline', { conversation: id })).toast?.text ?? '', /已失效/);
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'closed');
});

test('accepting, declining, closing and the time’s end at once: exactly one comes true', async (t) => {
  const { house, clock, lin, chen, id, offers, events } = await serving(t, { processes: 2 });
  for (let round = 0; round < 4; round++) {
    await lin.clicks('conversation.transfer', offers('陈亦舟'));
    await house.settled();
    clock.jump(121 * seconds);
    await Promise.all([
      chen.clicks('conversation.accept', { conversation: id }),
      chen.clicks('conversation.accept', { conversation: id }),
      chen.clicks('conversation.decline', { conversation: id }),
      house.rings(),
      ...(round === 3 ? [lin.clicks('conversation.close', { conversation: id })] : []),
    ]);
    await house.settled();
    const [now] = await house.conversations();
    if (now?.owner_id === house.memberId('陈亦舟') && now.state === 'active')
      await chen.clicks('conversation.transfer', { conversation: id, to: house.memberId('林小满') });
    await house.settled();
    await lin.clicks('conversation.accept', { conversation: id });
    await house.settled();
  }
  const [left] = await house.db.query<{ offered: number; owners: number }>(
    `select count(offered_to)::int as offered, count(owner_id)::int as owners from conversations`,
  );
  assert.deepEqual(left, { offered: 0, owners: 1 });
  // Each offer ends in one way: taken, declined, lapsed, or with the close.
  const kinds = await events();
  const offered = kinds.filter((kind) => kind === 'offered').length;
  const ended = kinds.filter((kind) => kind !== 'offered').length;
  assert.ok(offered - ended >= 0 && offered - ended <= 1, kinds.join());
  assert.deepEqual(await house.putAside(), []);
});

test('who takes nothing now is asked only when the giver is sure', async (t) => {
  const { house, lin, chen, code, offers, panelOf } = await serving(t);
  await chen.types('/状态 小憩 15');
  await house.settled();
  const { toast } = await lin.clicks('conversation.transfer', offers('陈亦舟'));
  assert.match(toast?.text ?? '', /陈亦舟 现在小憩/);
  await house.settled();
  assert.ok(!chen.heard().includes('card:panel'));
  const sure = panelOf(lin);
  assert.match(sure?.title ?? '', /仍要转交给 陈亦舟/);
  const [button] = sure?.buttons ?? [];
  assert.ok(button);
  await lin.clicks(button.operation, button.arguments);
  await house.settled();
  assert.ok(chen.heard().includes('card:panel'));
  await chen.types('/婉拒 在吃饭');
  await house.settled();
  await lin.types(`/转交 ${code} 陈亦舟！ 抱歉打扰`);
  await house.settled();
  assert.equal(panelOf(chen)?.told, '抱歉打扰');
});

test('given to another queue it waits there at once, with the time it has waited, and a note', async (t) => {
  const { house, clock, wang, lin, chen, code, id } = await serving(t);
  const other = await house.addQueue('售前咨询', ['陈亦舟']);
  await house.addQueue('人事保密', ['周晓'], { confidential: true });
  await wang.says('另外想买一套新的');
  await house.settled();
  clock.jump(90 * seconds);
  await lin.types(`/转交 ${code} 人事保密`);
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /没有找到/, 'a confidential queue is nobody’s to know of');
  await lin.types(`/转交 ${code} 售前 想买新的`);
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /已转到售前咨询/);
  assert.match(wang.heard().at(-1) ?? '', /已为您转到售前咨询，当前第 1 位/);
  const [row] = await house.db.query<{ queue_id: string; state: string; waited: number }>(
    `select queue_id, state, extract(epoch from $1::timestamptz - waiting_since)::int as waited from conversations`,
    [new Date(clock.now())],
  );
  assert.deepEqual([row?.queue_id, row?.state], [other, 'waiting']);
  assert.ok((row?.waited ?? 0) >= 90, 'since she wrote, not since now');
  assert.ok(chen.heard().includes('card:desk'));
  await lin.clicks('conversation.claim', { conversation: id });
  await chen.clicks('conversation.claim', { conversation: id });
  await house.settled();
  const brief = chen.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  assert.ok(brief?.out.kind === 'card');
  for (const words of ['想买新的', '交接说明'])
    assert.ok(JSON.stringify(brief.out.card.data).includes(words), words);
});

test('what is confidential is not handed to another queue', async (t) => {
  const { house, lin, id } = await serving(t, { confidential: true });
  const other = await house.addQueue('售前咨询', ['林小满']);
  const { toast } = await lin.clicks('conversation.transfer', { conversation: id, to: other });
  assert.match(toast?.text ?? '', /只能在本队列内/);
  await lin.clicks('conversation.transfer', { conversation: id, to: house.queueId });
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'waiting');
});
