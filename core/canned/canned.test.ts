import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';

type House = Awaited<ReturnType<typeof openHouse>>;

async function deskWith(t: TestContext, customers: string[], options: Parameters<typeof openHouse>[1] = {}) {
  const house = await openHouse(t, options);
  const lin = house.member('林小满');
  const ids = new Map<string, string>();
  for (const name of customers) {
    await house.customer(name).says('转人工');
    await house.settled();
    const waiting = (await house.conversations()).find(({ state }) => state === 'waiting');
    ids.set(name, waiting?.id ?? '');
    await lin.clicks('conversation.claim', { conversation: waiting?.id });
    await house.settled();
  }
  return { house, lin, id: (name: string) => ids.get(name) ?? '' };
}

/** The panel a member was shown last. */
function panelOf(house: House, name: string) {
  const shown = house
    .member(name)
    .received()
    .filter(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  const last = shown.at(-1);
  const view = last && house.paper.cards.get(last.id);
  if (view?.template !== 'panel') throw new Error(`${name} was shown no panel`);
  return { id: last?.id ?? '', data: view.data };
}

test('a text kept ready is sent by its name, with its variables filled in, as an ordinary reply', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士']);
  await lin.types('/r 新增 退款 {客户}您好，我是{客服}，已为您申请退款（{编号}）。');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /已保存常用语「退款」/);
  await lin.types('/r 退款');
  await house.settled();
  assert.equal(house.customer('王女士').heard().at(-1), '王女士您好，我是林小满，已为您申请退款（A1）。');
  assert.match(lin.heard().at(-1) ?? '', /已发给 王女士/);
  assert.deepEqual(await house.putAside(), []);
});

test('a variable that is none is shown when saving, and nothing is kept', async (t) => {
  const { house, lin } = await deskWith(t, []);
  await lin.types('/r 新增 您好 {称呼}您好');
  await house.settled();
  assert.match(lin.heard().at(-1) ?? '', /没有保存：\{称呼\} 不是可用的变量。可以使用：\{客户\}/);
  assert.equal((await house.db.query('select 1 from canned_replies')).length, 0);
});

test('a text that needs an order is not sent to who has none', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士']);
  await lin.types('/r 新增 物流 您的订单 {订单} 已发出');
  await house.settled();
  const heard = house.customer('王女士').heard().length;
  await lin.types('/r 物流');
  await house.settled();
  assert.equal(house.customer('王女士').heard().length, heard);
  assert.ok(lin.heard().some((words) => /还没有「订单」的信息/.test(words)));
});

test('the panel of a brief sends to that customer, whoever the agent is turned to', async (t) => {
  const { house, lin, id } = await deskWith(t, ['王女士', '李先生']);
  await lin.types('/r 新增 您好 {客户}您好');
  await lin.types(`/to B1`);
  await house.settled();
  await lin.clicks('canned.list', { conversation: id('王女士') });
  await house.settled();
  const listed = panelOf(house, '林小满');
  const [row] = listed.data.rows;
  assert.equal(row?.text, '王女士您好');
  const send = row?.buttons[0];
  await lin.clicks(send?.operation ?? '', send?.arguments ?? {}, listed.id);
  await house.settled();
  assert.ok(house.customer('王女士').heard().includes('王女士您好'));
  assert.ok(
    !house
      .customer('李先生')
      .heard()
      .some((words) => /您好$/.test(words)),
  );
});

test('a text too long to be read in the list is read whole before it is sent', async (t) => {
  const { house, lin, id } = await deskWith(t, ['王女士']);
  const words = '请按说明书操作。'.repeat(20);
  await lin.types(`/r 新增 说明 {客户}，${words}`);
  await lin.clicks('canned.list', { conversation: id('王女士') });
  await house.settled();
  const listed = panelOf(house, '林小满');
  const use = listed.data.rows[0]?.buttons[0];
  assert.equal(use?.operation, 'canned.list');
  await lin.clicks(use?.operation ?? '', use?.arguments ?? {}, listed.id);
  await house.settled();
  const chosen = panelOf(house, '林小满');
  assert.equal(chosen.data.told, `王女士，${words}`);
  assert.match(chosen.data.status, /A1 王女士/);
  const send = chosen.data.buttons[0];
  await lin.clicks(send?.operation ?? '', send?.arguments ?? {}, chosen.id);
  await house.settled();
  assert.equal(house.customer('王女士').heard().at(-1), `王女士，${words}`);
});

test('while it is in doubt who is meant, /r sends nothing and lets the customer be chosen', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士', '李先生']);
  await lin.types('/r 新增 您好 {客户}您好呀');
  await house.customer('王女士').says('在吗');
  await house.customer('李先生').says('在吗');
  await house.settled();
  await lin.types('/r 您好');
  await house.settled();
  for (const name of ['王女士', '李先生'])
    assert.ok(
      !house
        .customer(name)
        .heard()
        .some((words) => /您好呀/.test(words)),
      name,
    );
  const { data, id } = panelOf(house, '林小满');
  const sends = data.buttons.filter(({ operation }) => operation === 'canned.send');
  assert.deepEqual(
    sends.map(({ label }) => label),
    ['发给 A1 王女士', '发给 B1 李先生'],
  );
  await lin.clicks('canned.send', sends[1]?.arguments ?? {}, id);
  await house.settled();
  assert.equal(house.customer('李先生').heard().at(-1), '李先生您好呀');
});

test('a quote says for whom: the canned reply goes to the customer who is quoted', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士', '李先生']);
  await lin.types('/r 新增 您好 {客户}您好呀');
  await house.customer('王女士').says('请问在吗');
  await house.settled();
  const quote = lin.received().findLast(({ out }) => out.kind === 'text' && out.text.includes('请问在吗'));
  await lin.types('/to B1');
  await lin.types('/r 您好', { quote: quote?.id });
  await house.settled();
  assert.equal(house.customer('王女士').heard().at(-1), '王女士您好呀');
  assert.ok(
    !house
      .customer('李先生')
      .heard()
      .some((words) => /您好呀/.test(words)),
  );
});

test('a conversation that went to somebody else gets nothing from an old panel', async (t) => {
  const { house, lin, id } = await deskWith(t, ['王女士'], {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  await lin.types('/r 新增 您好 您好呀');
  await lin.types('/transfer A1 陈亦舟');
  await house.settled();
  await house.member('陈亦舟').clicks('conversation.accept', { conversation: id('王女士') });
  await house.settled();
  const [kept] = await house.db.query<{ id: string }>('select id from canned_replies');
  const answer = await lin.clicks('canned.send', { conversation: id('王女士'), reply: kept?.id });
  assert.equal(answer.toast?.type, 'warning');
  await house.settled();
  assert.ok(!house.customer('王女士').heard().includes('您好呀'));
});

test('own texts are one’s own; a team’s are written by who manages it, and used by all of it', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士'], {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '主管', role: 'supervisor' },
      { name: '小职员', role: 'employee' },
    ],
  });
  const words = { name: '结束语', words: '感谢您的来访' };
  const given = { ...words, scope: house.queueId };
  assert.equal((await lin.clicks('canned.save', given)).toast?.type, 'warning');
  assert.equal((await house.member('小职员').clicks('canned.save', words)).toast?.type, 'warning');
  assert.equal((await house.member('主管').clicks('canned.save', given)).toast?.type, 'success');
  await house.member('陈亦舟').types('/r 新增 我的话 只有我用');
  await house.settled();
  const rows = await house.db.query<{ id: string; name: string }>('select id, name from canned_replies');
  const idOf = (name: string) => rows.find((row) => row.name === name)?.id;
  await lin.types('/r');
  await house.settled();
  assert.deepEqual(
    panelOf(house, '林小满').data.rows.map(({ title }) => title),
    ['结束语'],
  );
  for (const reply of [idOf('结束语'), idOf('我的话')])
    assert.equal((await lin.clicks('canned.delete', { reply })).toast?.type, 'warning');
  await lin.types('/r 结束语');
  await house.settled();
  assert.equal(house.customer('王女士').heard().at(-1), '感谢您的来访');
  assert.equal(
    (await house.member('主管').clicks('canned.delete', { reply: idOf('结束语') })).toast?.type,
    'success',
  );
});

test('a confidential queue’s texts are not shown outside it', async (t) => {
  const { house } = await deskWith(t, [], {
    confidential: true,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '主管', role: 'supervisor' },
      { name: '外人', role: 'supervisor', serves: false },
    ],
  });
  await house
    .member('主管')
    .clicks('canned.save', { name: '薪资', words: '工资于 10 日发放', scope: house.queueId });
  const outsider = house.member('外人');
  await outsider.types('/r');
  await house.settled();
  assert.deepEqual(panelOf(house, '外人').data.rows, []);
  const answer = await outsider.clicks('canned.save', { name: '插话', words: '…', scope: house.queueId });
  assert.equal(answer.toast?.type, 'warning');
});

test('what is used most stands first, for each for themselves, and saving the same name changes it', async (t) => {
  const { house, lin } = await deskWith(t, ['王女士']);
  for (const name of ['甲', '乙', '丙']) await lin.types(`/r 新增 ${name} ${name}的内容`);
  await house.settled();
  for (const name of ['乙', '乙', '丙']) {
    await lin.types(`/r ${name}`);
    await house.settled();
  }
  await lin.types('/r 新增 乙 改过的内容');
  await lin.types('/r');
  await house.settled();
  const { rows } = panelOf(house, '林小满').data;
  assert.deepEqual(
    rows.map(({ title, text }) => `${title} ${text}`),
    ['乙 改过的内容', '丙 丙的内容', '甲 甲的内容'],
  );
});
