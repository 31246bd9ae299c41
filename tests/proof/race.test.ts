import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chances } from '../chance.js';
import { openHouse } from '../house.js';

const agents = Array.from({ length: 50 }, (_, number) => ({
  name: `客服${number + 1}`,
  role: 'agent' as const,
}));

test('fifty agents click 认领 at once over three processes: one owns it, everybody else is told who', async (t) => {
  const house = await openHouse(t, { members: agents, processes: 3 });
  const wang = house.customer('王女士');
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const clicks = agents.map(async ({ name }) => {
    const member = house.member(name);
    const card = member.received().at(-1);
    assert.equal(card?.out.kind === 'card' && card.out.card.template, 'desk', `${name} sees who waits`);
    return {
      name,
      answer: await member.clicks('conversation.claim', { conversation: waiting?.id }, card?.id),
    };
  });
  const answers = await Promise.all(clicks);
  await house.settled();

  const [claimed] = await house.conversations();
  const owner = agents.find(({ name }) => house.memberId(name) === claimed?.owner_id)?.name;
  assert.ok(owner, 'somebody owns it');
  const outcomes = await house.db.query<{ actor: string; ok: boolean; say: string }>(
    `select actor, ok, outcome ->> 'say' as say from invocations where operation = 'conversation.claim'`,
  );
  assert.equal(outcomes.length, 50, 'one audit row for each click');
  assert.equal(new Set(outcomes.map((one) => one.actor)).size, 50);
  assert.deepEqual(
    outcomes.filter((one) => one.ok).map((one) => one.actor),
    [`member:${claimed?.owner_id}`],
  );
  for (const { name, answer } of answers) {
    // Who was answered in time saw the truth at once; the others were told to wait, and their card shows it now.
    const said = answer.toast?.text ?? '';
    if (said !== '处理中，请稍候…')
      assert.ok(said.includes(name === owner ? '已认领' : `由 ${owner} 认领`), `${name}: ${said}`);
    const card = house
      .member(name)
      .received()
      .find(({ out }) => out.kind === 'card' && out.card.template === 'desk');
    const shown = answer.card ?? house.paper.cards.get(card?.id ?? '');
    assert.equal(shown?.template === 'desk' && shown.data.state, 'active', `${name} still sees it waiting`);
    assert.ok(shown?.plain.includes(owner), `${name} is not shown who has it`);
  }
  assert.equal(wang.heard().filter((words) => words.includes(owner)).length, 1, 'the customer is told once');
  const briefs = house.paper.toStaff.filter(
    ({ out }) => out.kind === 'card' && out.card.template === 'brief',
  );
  assert.equal(briefs.length, 1);
  assert.deepEqual(await house.putAside(), []);
});

test('an agent with room for three claims twelve at once over three processes: three are theirs, nine still wait', async (t) => {
  const house = await openHouse(t, {
    members: [{ name: '林小满', role: 'agent', capacity: 3 }],
    processes: 3,
  });
  const lin = house.member('林小满');
  for (let number = 0; number < 12; number++) await house.customer(`客户${number}`).says('转人工');
  await house.settled();
  const waiting = await house.conversations();
  assert.equal(waiting.length, 12);
  assert.equal(new Set(waiting.map((one) => one.code)).size, 12, 'every one has a code of its own');
  await Promise.all(waiting.map(({ id }) => lin.clicks('conversation.claim', { conversation: id })));
  await house.settled();
  const states = (await house.conversations()).map((one) => one.state).sort();
  assert.deepEqual(states, [...Array(3).fill('active'), ...Array(9).fill('waiting')]);
  const [refused] = await house.db.query<{ count: number }>(
    `select count(*)::int as count from invocations where not ok and outcome ->> 'say' like '%上限%'`,
  );
  assert.equal(refused?.count, 9);
  assert.deepEqual(await house.putAside(), []);
});

test('thirty deliveries of one click are one claim, and all are answered alike', async (t) => {
  const house = await openHouse(t, { processes: 3 });
  const lin = house.member('林小满');
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const card = lin.received().at(-1);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () =>
      lin.clicks('conversation.claim', { conversation: waiting?.id }, card?.id, 'click-1'),
    ),
  );
  await house.settled();
  assert.deepEqual([...new Set(answers.map((answer) => answer.toast?.type))], ['success']);
  const [audit] = await house.db.query<{ count: number }>('select count(*)::int as count from invocations');
  assert.equal(audit?.count, 1);
  assert.equal(lin.heard().filter((words) => words === 'card:brief').length, 1);
});

test('two hundred agents on three platforms, a hundred rounds: one owner each, nobody over their capacity, one audit row each', async (t) => {
  const platforms = ['feishu', 'dingtalk', 'wecom'] as const;
  const everybody = Array.from({ length: 200 }, (_, number) => `客服${number + 1}`);
  const { number } = chances(20_261_125);
  const house = await openHouse(t, {
    desk: 'topic',
    processes: 3,
    elsewhere: [
      { platform: 'dingtalk', abilities: { desk: 'queue', topics: false }, place: 'group' },
      { platform: 'wecom', abilities: { desk: 'queue', topics: false, toasts: false }, place: 'none' },
    ],
    members: everybody.map((name) => ({ name, role: 'agent', capacity: 1 })),
  });
  const claimsOn = (name: string, conversation: string) => {
    const platform = platforms[number(platforms.length)];
    const member = house.member(name, platform === 'feishu' ? undefined : platform);
    return member.clicks('conversation.claim', { conversation });
  };
  const standing = (id: string) =>
    house.db.query<{ state: string }>('select state from conversations where id = $1', [id]);
  const withoutOne = () =>
    house.db.query<{ name: string }>(
      `select name from members where not exists (
         select 1 from conversations where owner_id = members.id and state = 'active') order by name limit 1`,
    );
  let clicks = 0;
  for (let round = 0; round < 100; round++) {
    await house.customer(`客户${round}`).says('转人工');
    await house.settled();
    const [waiting] = await house.db.query<{ id: string }>(
      `select id from conversations where state = 'waiting'`,
    );
    assert.ok(waiting, `round ${round}: somebody waits`);
    // All of them at first and half-way, a crowd drawn by chance in between.
    const crowd = everybody.filter(() => round % 50 === 0 || number(10) === 0);
    await Promise.all(crowd.map((name) => claimsOn(name, waiting.id)));
    await house.settled();
    clicks += crowd.length;
    const [after] = await standing(waiting.id);
    if (after?.state === 'active') continue;
    // Everybody in the crowd had one already: somebody else takes it, or the next round would find two.
    const [free] = await withoutOne();
    await claimsOn(free?.name ?? '', waiting.id);
    await house.settled();
    clicks += 1;
  }
  const owners = await house.db.query<{ count: number }>(
    `select count(*)::int as count from conversations where state = 'active' group by owner_id`,
  );
  assert.equal(owners.length, 100, 'a hundred conversations, a hundred owners');
  assert.deepEqual(new Set(owners.map(({ count }) => count)), new Set([1]), 'nobody has more than they may');
  const [audit] = await house.db.query<{ rows: number; won: number }>(
    `select count(*)::int as rows, count(*) filter (where ok)::int as won
       from invocations where operation = 'conversation.claim'`,
  );
  assert.deepEqual(audit, { rows: clicks, won: 100 });
  assert.deepEqual(await house.putAside(), []);
});
