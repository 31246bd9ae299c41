import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { movableClock } from '../clock.js';
import type { Role } from '../operations/operation.js';
import { makeCode } from './code.js';

const hour = 3_600_000;

async function open(
  t: TestContext,
  members: { name: string; role: Role }[] = [{ name: '张三', role: 'employee' }],
) {
  const clock = movableClock(Date.UTC(2026, 10, 27, 2));
  const house = await openHouse(t, { clock, members });
  const code = () =>
    makeCode({ db: house.db, vault: house.core.vault, now: clock.now() }, house.tenantId).then(
      (made) => made ?? '',
    );
  const roleOf = async (name: string) =>
    (await house.db.query<{ role: Role }>('select role from members where name = $1', [name]))[0]?.role;
  const types = async (name: string, words: string) => {
    await house.member(name).types(words);
    await house.settled();
    return house.member(name).heard().at(-1) ?? '';
  };
  return { house, clock, code, roleOf, types };
}

/** The panel a member sees now. */
function panelOf(house: Awaited<ReturnType<typeof open>>['house'], name: string) {
  const last = house
    .member(name)
    .received()
    .findLast(({ out }) => out.kind === 'card' && out.card.template === 'panel');
  const view = last && house.paper.cards.get(last.id);
  assert.ok(last && view?.template === 'panel', `${name} sees no panel`);
  return { id: last.id, ...view.data, plain: view.plain };
}

test('whoever types the one-time code one to one becomes the first administrator, once', async (t) => {
  const { house, code, roleOf, types } = await open(t, [
    { name: '张三', role: 'employee' },
    { name: '李四', role: 'employee' },
  ]);
  const given = await code();
  assert.match(given, /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
  assert.match(await types('张三', `/设置 ${given.toLowerCase()}`), /管理员/);
  assert.equal(await roleOf('张三'), 'admin');
  assert.match(panelOf(house, '张三').title, /设置/);
  assert.match(await types('李四', `/setup ${given}`), /已经有管理员/);
  assert.equal(await roleOf('李四'), 'employee');
  assert.equal(await code(), '', 'there is no second code while there is an administrator');
});

test('of two who type codes at the same moment one becomes administrator', async (t) => {
  const { house, code, roleOf } = await open(t, [
    { name: '张三', role: 'employee' },
    { name: '李四', role: 'employee' },
  ]);
  const given = await code();
  await Promise.all(['张三', '李四'].map((name) => house.member(name).types(`/设置 ${given}`)));
  await house.settled();
  assert.deepEqual([await roleOf('张三'), await roleOf('李四')].sort(), ['admin', 'employee']);
});

test('a code is over after a day, and once another one was made', async (t) => {
  const { clock, code, roleOf, types } = await open(t);
  const first = await code();
  const second = await code();
  assert.match(await types('张三', `/设置 ${first}`), /不对、已用过或已过期/);
  clock.advance(25 * hour);
  assert.match(await types('张三', `/设置 ${second}`), /不对、已用过或已过期/);
  assert.equal(await roleOf('张三'), 'employee');
});

test('who guesses is stopped for an hour, and the right code waits as long', async (t) => {
  const { clock, code, roleOf, types } = await open(t);
  for (let tries = 0; tries < 5; tries++) await types('张三', '/设置 AAAA-AAAA');
  const given = await code();
  assert.match(await types('张三', `/设置 ${given}`), /次数太多/);
  assert.equal(await roleOf('张三'), 'employee');
  clock.advance(hour + 1);
  assert.match(await types('张三', `/设置 ${given}`), /管理员/);
});

test('a code that was typed in a group is void, since others have read it', async (t) => {
  const { house, code, roleOf, types } = await open(t);
  const given = await code();
  const chat = { id: 'group', kind: 'group' as const, addressed: true };
  await house.fromStaff([
    { kind: 'message', id: 'g1', sender: '张三', at: 0, type: 'text', text: `/设置 ${given}`, chat },
  ]);
  await house.settled();
  await types('张三', `/设置 ${given}`);
  assert.equal(await roleOf('张三'), 'employee');
});

test('neither the code nor its tries stand anywhere to be read', async (t) => {
  const { house, code, types } = await open(t);
  const given = await code();
  await types('张三', `/设置 ${given}`);
  for (const table of ['invocations', 'events', 'outbox', 'setup_codes', 'cards']) {
    const rows = await house.db.query<{ row: string }>(`select t::text as row from ${table} t`);
    assert.ok(!rows.some(({ row }) => row.includes(given) || row.includes(given.replace('-', ''))), table);
  }
  const [call] = await house.db.query<{ input: object }>(
    `select input from invocations where operation = 'setup.open'`,
  );
  assert.deepEqual(call?.input, { code: '***' });
});

test('roles are given by an administrator, in a word, and the last one stays', async (t) => {
  const { house, roleOf, types } = await open(t, [
    { name: '管理员甲', role: 'admin' },
    { name: '张三', role: 'employee' },
  ]);
  assert.equal(await types('管理员甲', '/角色 张三 客服'), '张三 现在是客服。');
  assert.equal(await roleOf('张三'), 'agent');
  assert.match(house.member('张三').heard().at(-1) ?? '', /你在 Imdesk 的角色现在是客服/);
  assert.match(await types('管理员甲', '/角色 管理员甲 客服'), /唯一的管理员/);
  assert.match(await types('管理员甲', '/role 王五 agent'), /没有找到成员/);
  assert.match(await types('管理员甲', '/角色 张三 老板'), /没有「老板」/);
  assert.match(await types('张三', '/角色 张三 管理员'), /没有使用/);
  assert.equal(await roleOf('张三'), 'agent');
});

test('a queue is made, filled, given its hours and bound to a group, by words alone', async (t) => {
  const { house, types } = await open(t, [
    { name: '管理员甲', role: 'admin' },
    { name: '张三', role: 'agent' },
  ]);
  assert.match(await types('管理员甲', '/设置 新建队列 售前'), /「售前」已建立/);
  assert.match(await types('管理员甲', '/设置 新建队列 售前'), /已经有/);
  assert.equal(await types('管理员甲', '/设置 加入 售前 张三'), '已把 张三 加入「售前」。');
  assert.equal(
    await types('管理员甲', '/设置 时间 售前 周一至周五 9:00-18:00'),
    '队列「售前」的服务时间：周一至周五 09:00-18:00（Asia/Shanghai）。',
  );
  assert.match(await types('管理员甲', '/设置 时间 售前 下午'), /没看懂/);
  assert.match(await types('管理员甲', '/绑定 售前'), /在要显示队列的群里/);
  const chat = { id: 'oc_1', kind: 'group' as const, addressed: true };
  await house.fromStaff([
    { kind: 'message', id: 'b1', sender: '管理员甲', at: 0, type: 'text', text: '/绑定 售前', chat },
  ]);
  await house.fromStaff([
    { kind: 'message', id: 'b2', sender: '张三', at: 0, type: 'text', text: '/绑定 售后客服', chat },
  ]);
  await house.settled();
  const desks = await house.db.query<{ name: string; place: string; chat: string | null }>(
    'select q.name, d.place, d.chat from desks d join queues q on q.id = d.queue_id order by q.created_at',
  );
  assert.deepEqual(
    desks.map((row) => ({ ...row })),
    [
      { name: '售后客服', place: 'direct', chat: null },
      { name: '售前', place: 'topic', chat: 'oc_1' },
    ],
    'an agent binds nothing',
  );
  assert.match(await types('管理员甲', '/绑定 售前 单聊'), /改为单聊/);
  assert.match(await types('管理员甲', '/设置 移出 售前 张三'), /移出/);
  assert.match(await types('管理员甲', '/设置 删除队列 售前'), /已删除/);
  assert.match(await types('管理员甲', '/设置 删除队列 售后客服'), /不能删除/);
});

test('the panel says what is lacking, and each of its buttons leads on', async (t) => {
  const { house, types } = await open(t, [
    { name: '管理员甲', role: 'admin' },
    { name: '张三', role: 'employee' },
  ]);
  const admin = house.member('管理员甲');
  await types('管理员甲', '/设置');
  const home = panelOf(house, '管理员甲');
  assert.equal(home.rows.length, 6);
  for (const row of home.rows) {
    const [open] = row.buttons;
    if (!open) continue;
    const answer = await admin.clicks(open.operation, open.arguments, home.id);
    assert.ok(answer.card?.template === 'panel' && answer.card.data.title !== '', row.title);
  }
  await admin.clicks('setup.show', { part: 'queues' }, home.id);
  const made = await admin.clicks('queue.create', { name: '售前' }, home.id);
  assert.equal(made.toast?.type, 'success');
  assert.ok(made.card?.template === 'panel');
  const queue = made.card.data.rows.find(({ title }) => title === '售前');
  assert.match(queue?.text ?? '', /没有显示的位置/);
  const member = await admin.clicks('setup.show', { part: 'member', id: house.memberId('张三') }, home.id);
  assert.ok(member.card?.template === 'panel');
  const promote = member.card.data.buttons.find(({ label }) => label === '客服');
  assert.ok(promote);
  const promoted = await admin.clicks(promote.operation, promote.arguments, home.id);
  assert.ok(promoted.card?.template === 'panel' && promoted.card.data.tag === '客服');
});

test('somebody who was an administrator sees nothing of it any more on the card they still have', async (t) => {
  const { house, types } = await open(t, [
    { name: '管理员甲', role: 'admin' },
    { name: '管理员乙', role: 'admin' },
  ]);
  await types('管理员乙', '/设置');
  const card = panelOf(house, '管理员乙');
  await types('管理员甲', '/角色 管理员乙 客服');
  const answer = await house.member('管理员乙').clicks('setup.show', { part: 'members' }, card.id);
  assert.equal(answer.toast?.type, 'warning');
  assert.ok(answer.card?.template === 'panel' && answer.card.data.rows.length === 0);
});

test('people are found in the directory before they have said a word, and added', async (t) => {
  const { house, clock, types } = await open(t, [{ name: '管理员甲', role: 'admin' }]);
  house.paper.search = async (words) => [{ id: 'ou_wang', name: `王${words}`, department: '客服部' }];
  await types('管理员甲', '/设置 成员 小明');
  const panel = panelOf(house, '管理员甲');
  const [found] = panel.rows;
  assert.deepEqual([found?.title, found?.detail], ['王小明', '通讯录 · 客服部']);
  const [add] = found?.buttons ?? [];
  assert.ok(add);
  await house.member('管理员甲').clicks(add.operation, add.arguments, panel.id);
  // A card that was pressed is held until its answer has arrived.
  clock.advance(5_000);
  await house.settled();
  assert.equal(await types('管理员甲', '/角色 王小明 客服'), '王小明 现在是客服。');
  for (const table of ['cards', 'inbox', 'tasks', 'invocations', 'outbox']) {
    const rows = await house.db.query<{ row: string }>(`select t::text as row from ${table} t`);
    assert.ok(!rows.some(({ row }) => row.includes('ou_wang')), `${table} names a person in plain words`);
  }
});

test('the robot’s name and the house’s clock change without a restart, in every process', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 27, 2));
  const house = await openHouse(t, { clock, processes: 2, members: [{ name: '管理员甲', role: 'admin' }] });
  await house.member('管理员甲').types('/设置 名字 小茶');
  await house.member('管理员甲').types('/设置 时区 Europe/Berlin');
  await house.settled();
  for (const core of house.cores) {
    const deadline = performance.now() + 5_000;
    while ((await core.tenants.get(house.tenantId)).robotName !== '小茶') {
      assert.ok(performance.now() < deadline, 'a process still knows the old name');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await house.member('管理员甲').types('/设置 时区 Mars/Olympus');
  await house.settled();
  assert.match(house.member('管理员甲').heard().at(-1) ?? '', /没有「Mars\/Olympus」/);
});

test('what looks like a secret is not taken from a chat', async (t) => {
  const { house, types } = await open(t, [{ name: '管理员甲', role: 'admin' }]);
  const words = await types('管理员甲', '/设置 新建渠道 paper 官网 secret=abcdef123456');
  assert.match(words, /密钥不能发在聊天里/);
  assert.deepEqual(
    await house.db.query(`select 1 from invocations where input::text like '%abcdef123456%'`),
    [],
  );
  assert.deepEqual(
    await house.db.query(`select 1 from accounts where name = '官网' and created_at > now()`),
    [],
  );
});
