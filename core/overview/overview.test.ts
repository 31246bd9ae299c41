import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { lastPanel, wordsOn } from '../../tests/panels.js';
import { movableClock } from '../clock.js';

const noon = Date.UTC(2026, 10, 25, 4);

interface Options {
  capacity?: number;
  processes?: number;
  confidential?: boolean;
  desk?: 'topic' | 'direct';
}

/** 林小满 has 王女士 in hand; 李先生 waits; two supervisors and an admin do not serve the queue. */
async function desk(t: TestContext, options: Options = {}) {
  const clock = movableClock(noon);
  const house = await openHouse(t, {
    clock,
    ...{ processes: options.processes, confidential: options.confidential, desk: options.desk },
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent', capacity: options.capacity },
      { name: '何静姝', role: 'supervisor', serves: false },
      { name: '沈工', role: 'supervisor', serves: false },
      { name: '老板', role: 'admin', serves: false },
      { name: '组长', role: 'supervisor' },
    ],
  });
  const wang = house.customer('王女士');
  await wang.says('我的茶壶碎了');
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  assert.ok(conversation?.code);
  const { id, code } = conversation;
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: id });
  clock.advance(60_000);
  await house.customer('李先生').says('转人工');
  await house.settled();
  const panelAfter = async (name: string, words: string) => {
    await house.member(name).types(words);
    await house.settled();
    return lastPanel(house.member(name).received());
  };
  const standing = async () => {
    const [row] = await house.db.query<{ state: string; owner_id: string | null; queue_id: string }>(
      'select state, owner_id, queue_id from conversations where id = $1',
      [id],
    );
    return row;
  };
  return { house, clock, wang, lin, id, code, panelAfter, standing };
}

test('a supervisor sees who waits first, who handles what, and how the day goes; an agent is refused', async (t) => {
  const { house, clock, wang, lin, panelAfter } = await desk(t);
  await lin.types('您好');
  await house.settled();
  clock.advance(8 * 60_000);
  await wang.says('在吗');
  await house.settled();
  clock.advance(7 * 60_000);
  const live = await panelAfter('何静姝', '/实况');
  assert.deepEqual(
    live?.data.rows.map(({ title }) => title.replace(/^\S+ /, '')),
    ['李先生', '王女士'],
  );
  assert.match(live?.data.rows[0]?.detail ?? '', /等待 15 分钟/);
  assert.match(live?.data.rows[1]?.detail ?? '', /林小满 · 客户已等 7 分钟/);
  const facts = Object.fromEntries(live?.data.facts.map(({ label, value }) => [label, value]) ?? []);
  assert.equal(facts.今日会话, '2');
  assert.equal(facts.最长等待, '15 分钟');
  assert.equal(facts.首响中位数, '1 分钟');
  const team = await panelAfter('何静姝', '/团队');
  const row = team?.data.rows.find(({ title }) => title.startsWith('林小满'));
  assert.match(row?.detail ?? '', /处理中 1\/20 · 今日接待 1 · 平均首响 1 分钟/);
  for (const words of ['/实况', '/团队']) {
    await house.member('陈亦舟').types(words);
    await house.settled();
    assert.match(house.member('陈亦舟').heard().at(-1) ?? '', /没有使用/);
  }
});

test('one takes over, whoever has it and the customer are told, and it is given back while nobody has spoken', async (t) => {
  const { house, clock, wang, lin, id, code, standing } = await desk(t);
  const he = house.member('何静姝');
  await he.types(`/接管 ${code}`);
  await house.settled();
  assert.equal((await standing())?.owner_id, house.memberId('何静姝'));
  assert.ok(wang.heard().at(-1)?.includes('何静姝'));
  assert.ok(lin.heard().some((words) => words.includes('何静姝') && words.includes(code)));
  assert.ok(he.heard().includes('card:brief'));
  const heard = wang.heard().length;
  await lin.types(`${code} 还是我来`);
  await house.settled();
  assert.equal(wang.heard().length, heard, 'who lost it speaks no more for it');

  await he.clicks('conversation.oversee', { conversation: id });
  await house.settled();
  const detail = lastPanel(he.received());
  assert.ok(detail?.data.buttons.some(({ operation }) => operation === 'conversation.giveBack'));
  assert.equal((await he.clicks('conversation.giveBack', { conversation: id })).toast?.type, 'success');
  await house.settled();
  assert.equal((await standing())?.owner_id, house.memberId('林小满'));
  assert.ok(wang.heard().at(-1)?.includes('林小满'));

  await he.clicks('conversation.takeOver', { conversation: id });
  await wang.says('喂');
  await house.settled();
  assert.match(
    (await he.clicks('conversation.giveBack', { conversation: id })).toast?.text ?? '',
    /不能撤销/,
  );
  await house.member('沈工').clicks('conversation.takeOver', { conversation: id });
  assert.match(
    (await he.clicks('conversation.giveBack', { conversation: id })).toast?.text ?? '',
    /不能撤销/,
    'not hers',
  );
  clock.advance(5 * 60_000 + 1);
  const late = await house.member('沈工').clicks('conversation.giveBack', { conversation: id });
  assert.match(late.toast?.text ?? '', /不能撤销/);
});

test('of supervisors who take over at once over two processes one wins, and the others hear who', async (t) => {
  const { house, id, standing } = await desk(t, { processes: 2 });
  const [row] = await house.db.query<{ epoch: number }>('select epoch from conversations where id = $1', [
    id,
  ]);
  const names = ['何静姝', '沈工', '老板'];
  const answers = await Promise.all(
    names.map((name) =>
      house.member(name).clicks('conversation.takeOver', { conversation: id, epoch: row?.epoch }),
    ),
  );
  await house.settled();
  const owner = (await standing())?.owner_id;
  const won = await house.db.query<{ actor: string }>(
    `select actor from invocations where operation = 'conversation.takeOver' and ok`,
  );
  assert.deepEqual(won, [{ actor: `member:${owner}` }]);
  const winner = names.find((name) => house.memberId(name) === owner) ?? '';
  for (const [at, { toast }] of answers.entries())
    if (names[at] !== winner && toast?.type === 'warning') assert.ok(toast.text.includes(winner), toast.text);
  assert.deepEqual(await house.putAside(), []);
});

test('a whisper reaches the owner and nobody else: no customer, no colleague, no topic, no later owner, no file, no search', async (t) => {
  const { house, wang, lin, id, code, panelAfter } = await desk(t, { desk: 'topic' });
  const secret = '可以破例全额退款';
  await house.member('何静姝').types(`/私语 ${code} ${secret}`);
  await house.settled();
  assert.ok(lin.heard().some((words) => words.includes(secret) && words.includes('私语')));
  const elsewhere = [...house.paper.toStaff, ...house.paper.toCustomers].filter(
    ({ out }) =>
      JSON.stringify(out).includes(secret) &&
      !('to' in out && out.to.kind === 'direct' && out.to.person === '林小满'),
  );
  assert.deepEqual(elsewhere, []);
  assert.ok(!wang.heard().some((words) => words.includes(secret)));

  for (const name of ['陈亦舟', '沈工', '老板', '组长']) {
    for (const words of [`/记录 ${code}`, '/查找 破例', '/查找 全额退款', `/导出 ${code}`])
      await panelAfter(name, words);
    for (const { out } of house.member(name).received()) {
      const text = out.kind === 'media' ? (await out.media.bytes()).toString() : '';
      const shown = JSON.stringify(out);
      assert.ok(!(shown + text).includes(secret), `${name} was shown ${shown}`);
    }
  }
  for (const name of ['林小满', '何静姝']) {
    const log = await panelAfter(name, `/记录 ${code}`);
    assert.ok(log && wordsOn(log.data).includes(secret), `${name} reads it in the log`);
  }
  await house
    .member('何静姝')
    .clicks('conversation.reassign', { conversation: id, to: `member:${house.memberId('陈亦舟')}` });
  await house.settled();
  assert.ok(!JSON.stringify(house.member('陈亦舟').received()).includes(secret));
  const nobody = await house
    .member('陈亦舟')
    .clicks('conversation.whisper', { conversation: id, words: '我也说' });
  assert.match(nobody.toast?.text ?? '', /没有权限/);
});

test('what is reassigned goes to a colleague with room at once, or waits in a queue; words on their way become notes', async (t) => {
  const { house, wang, lin, id, code, standing } = await desk(t, { capacity: 0 });
  const he = house.member('何静姝');
  const give = (to: string) => he.clicks('conversation.reassign', { conversation: id, to });
  const chen = `member:${house.memberId('陈亦舟')}`;
  assert.match((await give(chen)).toast?.text ?? '', /已达上限/);
  assert.match((await give(`member:${house.memberId('沈工')}`)).toast?.text ?? '', /不能接手/);
  assert.match((await give(`member:${house.memberId('林小满')}`)).toast?.text ?? '', /本来就由/);
  assert.match((await give('member:x')).toast?.text ?? '', /填写有误/);
  await house.db.query(`update members set capacity = 5`);
  await Promise.all([give(chen), lin.types(`${code} 马上好`)]);
  await house.settled();
  assert.equal((await standing())?.owner_id, house.memberId('陈亦舟'));
  const said = wang.heard();
  const sent = said.indexOf('马上好');
  assert.ok(
    sent < 0 || sent < said.findIndex((words) => words.includes('陈亦舟')),
    'never after the change of hands',
  );

  const other = house.ids.next();
  await house.db.query(
    `insert into queues (tenant_id, id, name, created_at) values ($1, $2, '售前', now())`,
    [house.tenantId, other],
  );
  assert.equal((await give(`queue:${other}`)).toast?.type, 'success');
  await house.settled();
  assert.deepEqual(await standing(), { state: 'waiting', owner_id: null, queue_id: other });
  assert.match((await give(`queue:${other}`)).toast?.text ?? '', /已经在/);
  assert.equal((await he.clicks('conversation.giveBack', { conversation: id })).toast?.type, 'success');
  await house.settled();
  const back = await standing();
  assert.deepEqual(
    [back?.state, back?.owner_id, back?.queue_id],
    ['active', house.memberId('陈亦舟'), house.queueId],
  );
  await house.db.query('update queues set confidential = true where id = $1', [other]);
  assert.equal(
    (await give(`queue:${other}`)).toast?.type,
    'warning',
    'nothing gets in among what is confidential',
  );
  assert.deepEqual(await house.putAside(), []);
});

test('into a confidential queue nobody sees, counts or reaches who does not serve it, whatever their role', async (t) => {
  const { house, id, code, panelAfter } = await desk(t, { confidential: true });
  const operations = [
    'oversee',
    'log',
    'export',
    'takeOver',
    'whisper',
    'reassign',
    'giveBack',
    'offerReassign',
  ];
  const to = `queue:${house.queueId}`;
  for (const name of ['何静姝', '沈工', '老板']) {
    const outsider = house.member(name);
    for (const operation of operations) {
      const { toast } = await outsider.clicks(`conversation.${operation}`, {
        conversation: id,
        words: '看看',
        to,
      });
      assert.equal(toast?.type, 'warning', `${name} ${operation}`);
    }
    for (const operation of ['oversee', 'sendOff', 'reassignAll']) {
      const { toast } = await outsider.clicks(`member.${operation}`, {
        member: house.memberId('林小满'),
        to,
      });
      assert.equal(toast?.type, 'warning', `${name} ${operation}`);
    }
    for (const words of [
      '/查找 碎了',
      `/查找 ${code}`,
      '/查找 王',
      `/记录 ${code}`,
      `/导出 ${code}`,
      `/接管 ${code}`,
      `/私语 ${code} 嗨`,
    ])
      await panelAfter(name, words);
    const live = await panelAfter(name, '/实况');
    assert.deepEqual([live?.data.rows, live?.data.tag], [[], '等待 0']);
    assert.equal(live?.data.facts[0]?.value, '0', 'not even counted');
    const team = await panelAfter(name, '/团队');
    assert.deepEqual(team?.data.rows, []);
    const seen = JSON.stringify(outsider.received().map(({ out }) => out));
    assert.ok(
      !seen.includes('王女士') && !seen.includes('茶壶') && !seen.includes('林小满'),
      `${name} was shown ${seen}`,
    );
  }
  assert.equal((await house.db.query('select 1 from whispers')).length, 0);
  const leader = await panelAfter('组长', '/实况');
  assert.ok(leader && wordsOn(leader.data).includes('王女士'), 'who serves it may');
  assert.equal(
    (await house.member('组长').clicks('conversation.takeOver', { conversation: id })).toast?.type,
    'success',
  );
});

test('all of forty conversations are given on, each for itself as far as there is room, and taken back save where somebody spoke', async (t) => {
  const { house } = await desk(t, { capacity: 30, processes: 2 });
  const names = Array.from({ length: 40 }, (_, at) => `客户${at + 1}`);
  for (const name of names) await house.customer(name).says('转人工');
  await house.settled();
  const [lin, chen] = [house.memberId('林小满'), house.memberId('陈亦舟')];
  await house.db.query(
    `update conversations set state = 'active', owner_id = $1, claimed_at = waiting_since where state = 'waiting'
        and customer_id in (select id from customers where name like '客户%')`,
    [lin],
  );
  const he = house.member('何静姝');
  await he.types('/团队');
  await house.settled();
  const team = lastPanel(he.received());
  const args = { member: lin, to: `member:${chen}` };
  const answers = await Promise.all(
    [1, 2, 3].map(() => he.clicks('member.reassignAll', args, team?.id, 'the-same-click')),
  );
  assert.ok(
    answers.every(({ toast }) => toast?.text.includes('41 个')),
    JSON.stringify(answers.map(({ toast }) => toast)),
  );
  await house.settled();
  const owned = async () =>
    Object.fromEntries(
      (
        await house.db.query<{ name: string; count: number }>(
          `select m.name, count(*)::int as count from conversations c join members m on m.id = c.owner_id group by 1`,
        )
      ).map(({ name, count }) => [name, count]),
    );
  assert.deepEqual(await owned(), { 林小满: 11, 陈亦舟: 30 });
  const progress = lastPanel(he.received());
  const shown = house.paper.cards.get(progress?.id ?? '');
  assert.ok(shown?.template === 'panel');
  assert.equal(shown.data.tag, '41/41');
  assert.match(shown.data.told, /成功 30 个，未办成 11 个/);
  assert.ok(shown.data.rows.every(({ detail }) => detail.includes('已达上限')));
  const told = he.heard().filter((words) => words.includes('已转给'));
  assert.equal(told.length, 0, 'no line for each of them');

  const [spoken] = await house.db.query<{ name: string }>(
    `select k.name from conversations c join customers k on k.id = c.customer_id where c.owner_id = $1 limit 1`,
    [chen],
  );
  await house.customer(spoken?.name ?? '').says('还在吗');
  await house.settled();
  const undo = shown.data.buttons.find(({ operation }) => operation === 'member.undoReassignAll');
  assert.ok(undo);
  await he.clicks(undo.operation, undo.arguments);
  await house.settled();
  assert.deepEqual(await owned(), { 林小满: 40, 陈亦舟: 1 });
  const audit = await house.db.query(`select 1 from invocations where operation = 'conversation.reassign'`);
  assert.equal(audit.length, 41, 'one row for each, however often it was asked for');
  assert.deepEqual(await house.putAside(), []);
});

test('a supervisor sends somebody off duty who has gone home', async (t) => {
  const { house } = await desk(t);
  const he = house.member('何静姝');
  assert.equal(
    (await he.clicks('member.sendOff', { member: house.memberId('林小满') })).toast?.type,
    'success',
  );
  const [row] = await house.db.query<{ status: string }>(`select status from members where name = '林小满'`);
  assert.equal(row?.status, 'off');
  assert.match(
    (await he.clicks('member.sendOff', { member: house.memberId('沈工') })).toast?.text ?? '',
    /没有找到/,
  );
});
