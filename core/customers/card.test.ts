import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

import type { Profile } from '../ports/inbound.js';

type House = Awaited<ReturnType<typeof openHouse>>;
const day = 86_400_000;

const team = [
  { name: '林小满', role: 'agent' },
  { name: '陈亦舟', role: 'agent', serves: false },
  { name: '主管', role: 'supervisor', serves: false },
  { name: '小职员', role: 'employee' },
] as const;

async function desk(t: TestContext, options: { confidential?: boolean } = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, members: [...team], ...options });
  return { house, clock, lin: house.member('林小满') };
}

/** A customer who waits and is claimed; what their channel tells of them. */
async function served(house: House, name: string, profile: Profile = {}): Promise<string> {
  await house.fromCustomer([
    {
      kind: 'message',
      id: `first-${name}`,
      sender: name,
      at: house.clock.now(),
      type: 'text',
      text: '转人工',
      profile: { name, ...profile },
    },
  ]);
  await house.settled();
  const waiting = (await house.conversations()).find(({ state }) => state === 'waiting');
  await house.member('林小满').clicks('conversation.claim', { conversation: waiting?.id });
  await house.settled();
  return waiting?.id ?? '';
}

const facts = (house: House, sender: string, profile: Profile, id = `facts-${sender}`) =>
  house.fromCustomer([{ kind: 'facts', id, sender, at: house.clock.now(), profile }]);

function panelOf(house: House, name: string) {
  const shown = house.member(name).received();
  const last = shown.findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  const view = last && house.paper.cards.get(last.id);
  if (view?.template !== 'panel') throw new Error(`${name} was shown no panel`);
  return { id: last?.id ?? '', data: view.data, plain: view.plain };
}

const factsOf = (house: House, name: string) =>
  Object.fromEntries(panelOf(house, name).data.facts.map(({ label, value }) => [label, value]));

const orders = [
  { id: 'SY-100231', title: '听雨玻璃茶壶 ×1', status: '运输中', amount: '¥168.00' },
  { id: 'SY-100107', title: '明前龙井 ×2', status: '已完成', amount: '¥316.00' },
];

test('the card says who it is: orders, what the shop knows, pages, and numbers masked until asked for', async (t) => {
  const { house, lin } = await desk(t);
  await facts(house, '王女士', {
    phone: '138 0013 8000',
    email: 'Wang@Example.com',
    systems: { orders, attributes: { 会员等级: '雅客' } },
  });
  const conversation = await served(house, '王女士');
  const pages = [
    { url: 'https://shop.example/', title: '首页', at: house.clock.now() - 60_000 },
    { url: 'https://shop.example/tea', title: '明前龙井', at: house.clock.now() },
  ];
  await house.fromCustomer([{ kind: 'pages', id: 'p1', sender: '王女士', at: house.clock.now(), pages }]);
  await house.settled();
  await lin.types('/客户');
  await house.settled();
  const { data, plain } = panelOf(house, '林小满');
  assert.equal(data.title, '王女士');
  assert.deepEqual(
    data.rows.map(({ title }) => title),
    ['听雨玻璃茶壶 ×1', '明前龙井 ×2', '明前龙井', '首页'],
  );
  assert.match(data.rows[0]?.detail ?? '', /订单 SY-100231 · 运输中 · ¥168\.00/);
  const shown = factsOf(house, '林小满');
  assert.equal(shown.会员等级, '雅客');
  assert.equal(shown.电话, '138****8000');
  assert.equal(shown.邮箱, 'w***@example.com');
  assert.doesNotMatch(plain, /13800138000/);

  const { id } = panelOf(house, '林小满');
  await lin.clicks('customer.reveal', { conversation }, id);
  await house.settled();
  assert.equal(factsOf(house, '林小满').电话, '13800138000');
  const asked = await house.db.query<{ actor: string }>(
    `select actor from events where kind = 'customer.revealed'`,
  );
  assert.deepEqual(asked, [{ actor: house.memberId('林小满') }]);
  assert.doesNotMatch(JSON.stringify(await house.db.query('select * from customers')), /13800138000/);

  await house.member('主管').types('/customer A1');
  await house.settled();
  assert.equal(factsOf(house, '主管').电话, '13800138000');
  assert.deepEqual(await house.putAside(), []);
});

test('an order that changes in the shop is on the open card and the brief at once', async (t) => {
  const { house, lin } = await desk(t);
  await served(house, '王女士');
  await lin.types('/客户');
  await house.settled();
  await facts(house, '王女士', { systems: { orders } }, 'f1');
  await house.settled();
  assert.equal(panelOf(house, '林小满').data.rows[0]?.title, '听雨玻璃茶壶 ×1');
  await facts(
    house,
    '王女士',
    { systems: { orders: [{ ...orders[0], id: 'SY-9', title: '新订单' }] } },
    'f2',
  );
  await house.settled();
  assert.deepEqual(
    panelOf(house, '林小满').data.rows.map(({ title }) => title),
    ['新订单'],
  );
  const brief = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  const view = house.paper.cards.get(brief?.id ?? '');
  assert.ok(view?.template === 'brief' && view.data.profile.some(({ value }) => value.includes('SY-9')));
  assert.deepEqual(
    view.data.actions.slice(0, 2).map(({ label }) => label),
    ['常用语', '客户资料'],
  );
});

test('who only looks at pages is no customer; what their systems say of them is kept until they write', async (t) => {
  const { house, lin } = await desk(t);
  const pages = [{ url: 'https://shop.example/', at: house.clock.now() }];
  await house.fromCustomer([{ kind: 'pages', id: 'p', sender: '路人', at: house.clock.now(), pages }]);
  await facts(house, '李先生', { name: '李先生', systems: { orders } });
  await house.settled();
  assert.deepEqual(await house.db.query('select name from customers'), [{ name: '李先生' }]);
  assert.deepEqual(await house.conversations(), []);
  await served(house, '李先生');
  await lin.types('/r 新增 物流 订单 {订单} {订单状态}');
  await lin.types('/r 物流');
  await house.settled();
  assert.equal(house.customer('李先生').heard().at(-1), '订单 SY-100231 运输中');
});

test('the last ten pages are kept', async (t) => {
  const { house } = await desk(t);
  await served(house, '王女士');
  for (let index = 0; index < 4; index++) {
    const pages = Array.from({ length: 4 }, (_, at) => ({
      url: `https://shop.example/${index * 4 + at}`,
      at: house.clock.now() + index * 4 + at - 100,
    }));
    await house.fromCustomer([
      { kind: 'pages', id: `p${index}`, sender: '王女士', at: house.clock.now(), pages },
    ]);
  }
  await house.settled();
  const kept = await house.db.query<{ url: string }>('select url from customer_pages order by number');
  assert.deepEqual(
    kept.map(({ url }) => Number(url.split('/').at(-1))),
    [6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  );
});

test('staff correct what is known; a channel does not overwrite what they called somebody', async (t) => {
  const { house, lin } = await desk(t);
  const conversation = await served(house, '访客');
  const edit = { conversation, name: '王雨桐', phone: '13900139000', email: '', remark: '老客户，说话慢些' };
  assert.match((await lin.clicks('customer.edit', edit)).toast?.text ?? '', /已保存/);
  const audit = await house.db.query('select input from invocations');
  assert.doesNotMatch(JSON.stringify(audit), /13900139000/);
  await house.customer('访客').says('在吗');
  await house.settled();
  await lin.types('/客户');
  await house.settled();
  const { data } = panelOf(house, '林小满');
  assert.deepEqual(
    [data.title, data.told, factsOf(house, '林小满').官网],
    ['王雨桐', '老客户，说话慢些', '访客'],
  );
  const wrong = await lin.clicks('customer.edit', { ...edit, email: 'nobody' });
  assert.match(wrong.toast?.text ?? '', /邮箱/);
  await lin.clicks('customer.edit', { conversation, name: '', phone: '-', remark: '-' });
  await lin.types('/客户');
  await house.settled();
  assert.deepEqual([panelOf(house, '林小满').data.told, factsOf(house, '林小满').电话], ['', undefined]);
});

test('/标签 puts tags on and takes them off, and those in use are offered', async (t) => {
  const { house, lin } = await desk(t);
  await served(house, '王女士');
  await lin.types('/标签 VIP 欠费');
  await lin.types('/tag A1 -欠费');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /王女士 的标签：VIP$/);
  const other = await served(house, '李先生');
  await lin.clicks('customer.show', { conversation: other, view: 'tags' });
  await house.settled();
  const { data, id } = panelOf(house, '林小满');
  const [offered] = data.rows;
  assert.equal(offered?.title, 'VIP');
  const [put] = offered?.buttons ?? [];
  await lin.clicks(put?.operation ?? '', put?.arguments ?? {}, id);
  await house.settled();
  assert.equal(panelOf(house, '林小满').data.status, 'VIP');
});

test('two records of one person are merged by hand, show as one, and come apart again as they were', async (t) => {
  const { house, lin } = await desk(t);
  const first = await served(house, '王女士', { phone: '13800138000' });
  await facts(house, '王女士', { systems: { orders } });
  await lin.types('/close A1 已解决');
  await house.settled();
  const second = await served(house, '王雨桐', { phone: '+8613800138000' });
  await lin.types('/tag 新来的');
  await lin.clicks('customer.show', { conversation: second, view: 'merge' });
  await house.settled();
  const [alike] = panelOf(house, '林小满').data.rows;
  assert.deepEqual([alike?.title, alike?.detail], ['王女士', '电话相同']);
  const [same] = alike?.buttons ?? [];
  assert.match((await lin.clicks(same?.operation ?? '', same?.arguments ?? {})).toast?.text ?? '', /已合并/);
  await house.settled();
  const of = async (id: string) =>
    (
      await house.db.query<{ name: string }>(
        'select c.name from conversations v join customers c on c.id = v.customer_id where v.id = $1',
        [id],
      )
    )[0]?.name;
  assert.deepEqual([await of(first), await of(second)], ['王女士', '王女士']);
  await lin.types('/客户');
  await house.settled();
  const merged = panelOf(house, '林小满').data;
  assert.equal(merged.status, '新来的');
  assert.ok(merged.rows.some(({ title }) => title === '听雨玻璃茶壶 ×1'));
  assert.ok(merged.rows.some(({ buttons }) => buttons[0]?.arguments.conversation === first));
  const split = merged.buttons.find(({ operation }) => operation === 'customer.split');
  assert.match((await lin.clicks('customer.split', split?.arguments ?? {})).toast?.text ?? '', /已拆开/);
  await house.settled();
  assert.deepEqual([await of(first), await of(second)], ['王女士', '王雨桐']);
  assert.equal((await lin.clicks('customer.split', split?.arguments ?? {})).toast?.type, 'warning');
  assert.deepEqual(await house.putAside(), []);
});

test('the same proven id in two identities is one person by itself; the same name never is', async (t) => {
  const { house } = await desk(t);
  await facts(house, 'a', { name: '王女士', unionId: 'union-1' });
  await facts(house, 'b', { name: '王女士' });
  await facts(house, 'c', { name: '小王', unionId: 'union-1' });
  await house.settled();
  const rows = await house.db.query<{ count: number }>(
    'select count(*)::int as count from identities group by customer_id order by 1',
  );
  assert.deepEqual(
    rows.map(({ count }) => count),
    [1, 2],
  );
});

test('who is blocked is kept from the desk, told once, and served again when it is over or lifted', async (t) => {
  const { house, clock, lin } = await desk(t);
  await served(house, '王女士');
  await lin.types('/屏蔽 1天 反复辱骂');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /已屏蔽至/);
  const states = async () => (await house.conversations()).map(({ state }) => state);
  assert.deepEqual(await states(), ['closed']);
  const wang = house.customer('王女士');
  const [toLin, toWang] = [lin.heard().length, wang.heard().length];
  await wang.says('转人工');
  await wang.says('听见没有');
  await wang.clicks('conversation.askPerson', {});
  await house.settled();
  assert.deepEqual(await states(), ['closed']);
  assert.equal(lin.heard().length, toLin);
  assert.deepEqual(wang.heard().slice(toWang).length, 1);
  assert.match(wang.heard().at(-1) ?? '', /已经收到并保存/);
  assert.equal(
    (await house.db.query(`select 1 from messages where content ->> 'text' = '听见没有'`)).length,
    1,
  );

  const head = house.member('主管');
  assert.ok(head.heard().includes('card:alert'));
  await head.types('/屏蔽 名单');
  await house.settled();
  const { data, id } = panelOf(house, '主管');
  assert.match(
    `${data.rows[0]?.title} ${data.rows[0]?.detail} ${data.rows[0]?.text}`,
    /王女士 至 .* 林小满 反复辱骂/,
  );
  const lift = data.rows[0]?.buttons[0];
  await head.clicks(lift?.operation ?? '', lift?.arguments ?? {}, id);
  await wang.says('转人工');
  await house.settled();
  assert.deepEqual(await states(), ['closed', 'waiting']);
  await lin.types('/claim');
  await house.settled();
  await lin.types('/block 1d');
  await house.settled();
  clock.jump(day + 1);
  await wang.says('转人工');
  await house.settled();
  assert.deepEqual(await states(), ['closed', 'closed', 'waiting']);
  assert.deepEqual(await house.putAside(), []);
});

const verbs = ['show', 'reveal', 'edit', 'tag', 'merge', 'split', 'block'].map((name) => `customer.${name}`);

test('a confidential queue’s customers are nobody’s to see outside it, and an employee’s nowhere', async (t) => {
  const { house, lin } = await desk(t, { confidential: true });
  const conversation = await served(house, '王女士', { phone: '13800138000' });
  await lin.types('/block 1d 保密的事');
  await house.settled();
  const nobody = '01890000-0000-7000-8000-000000000000';
  const [customer] = await house.db.query<{ id: string }>('select id from customers');
  for (const name of ['陈亦舟', '主管', '小职员']) {
    for (const operation of [...verbs, 'customer.unblock']) {
      const args = {
        conversation,
        tags: 'x',
        merge: nobody,
        customer: customer?.id,
        span: '1d',
        reply: nobody,
      };
      const answer = await house.member(name).clicks(operation, args);
      assert.equal(answer.toast?.type, 'warning', `${name} ${operation}`);
    }
    for (const words of ['/customer A1', '/tag A1 VIP', '/block A1 1d', '/block list'])
      await house.member(name).types(words);
  }
  await house.settled();
  for (const name of ['陈亦舟', '主管', '小职员']) {
    const seen = JSON.stringify([
      ...house
        .member(name)
        .received()
        .map(({ out }) => out),
      ...house
        .member(name)
        .received()
        .map(({ id }) => house.paper.cards.get(id)),
    ]);
    assert.doesNotMatch(seen, /王女士|13800138000|保密的事/, name);
  }
});

test('an agent who does not serve the queue knows nothing of its customers', async (t) => {
  const { house } = await desk(t);
  const conversation = await served(house, '王女士', { phone: '13800138000' });
  for (const operation of verbs) {
    const answer = await house.member('陈亦舟').clicks(operation, { conversation, tags: 'x' });
    assert.equal(answer.toast?.type, 'warning', operation);
  }
});
