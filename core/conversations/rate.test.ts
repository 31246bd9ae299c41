import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openHouse } from '../../tests/house.js';
import { movableClock } from '../clock.js';
import { fireTimers } from '../pipeline/sweep.js';
import { reasonIn, scoreIn } from './rating-words.js';

const hour = 3_600_000;

async function open(t: TestContext, cards = false) {
  const clock = movableClock(Date.UTC(2026, 10, 27, 2));
  const house = await openHouse(t, {
    clock,
    members: [
      { name: '林小满', role: 'agent' },
      { name: '主管甲', role: 'supervisor' },
      { name: '主管乙', role: 'supervisor', serves: false },
    ],
  });
  house.paper.connector.abilities.cards = cards;
  // Whoever writes again begins anew here: coming back to the same agent is tested where that is.
  await house.db.query(`update queues set settings = '{"reopenMinutes": 0}'`);
  const [lin, wang] = [house.member('林小满'), house.customer('王女士')];
  const advance = async (ms: number) => {
    clock.advance(ms);
    house.core.hints.give(await fireTimers(house.db, clock));
    await house.settled();
  };
  /** One service episode: asked for, answered by a person unless `silent`, and closed. */
  const served = async (how: { silent?: boolean; reason?: string } = {}) => {
    await wang.says('转人工');
    await house.settled();
    const conversation = (await house.conversations()).at(-1)?.id;
    await lin.clicks('conversation.claim', { conversation });
    if (!how.silent) await lin.types('您好，已经为您补发了。');
    await house.settled();
    await lin.clicks('conversation.close', { conversation, reason: how.reason ?? 'solved' });
    clock.advance(1_000);
    await house.settled();
    return conversation ?? '';
  };
  const says = async (words: string) => {
    await wang.says(words);
    await house.settled();
    return wang.heard().at(-1) ?? '';
  };
  const ratingOf = async (id: string) => {
    const [row] = await house.db.query<{
      rating: number | null;
      reason: string | null;
      remark: string | null;
    }>('select rating, rating_reason as reason, rating_remark as remark from conversations where id = $1', [
      id,
    ]);
    return row && { ...row };
  };
  const alertsOf = (name: string) =>
    house
      .member(name)
      .received()
      .flatMap(({ out }) => (out.kind === 'card' && out.card.template === 'alert' ? [out.card.data] : []));
  return { house, clock, wang, lin, advance, served, says, ratingOf, alertsOf };
}

const asked = /您对本次服务满意吗/;

for (const [words, score] of [
  ['5', 5],
  ['５分', 5],
  ['4分。', 4],
  ['五星', 5],
  ['打3分', 3],
  ['满意', 4],
  ['非常满意！', 5],
  ['不满意', 2],
  ['非常不满意', 1],
  ['一般', 3],
  ['Very satisfied', 5],
  ['6', undefined],
  ['0', undefined],
  ['55', undefined],
  ['5 件都坏了', undefined],
  ['我要退 5 分钟前的订单', undefined],
  ['满意吗', undefined],
  ['满意的话再说', undefined],
  ['', undefined],
] as const) {
  test(`「${words}」 is ${score === undefined ? 'no score' : score}`, () =>
    assert.equal(scoreIn(words), score));
}

test('no words whatever break the reading of scores and reasons', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (words) => {
      const score = scoreIn(words);
      assert.ok(score === undefined || (score >= 1 && score <= 5));
      reasonIn(words);
    }),
  );
});

for (const [words, score] of [
  ['5', 5],
  ['满意', 4],
] as const) {
  test(`「${words}」 right after the request is the rating, and begins nothing`, async (t) => {
    const { house, served, says, ratingOf, wang, alertsOf } = await open(t);
    const id = await served();
    assert.match(wang.heard().at(-1) ?? '', asked);
    assert.match(await says(words), /感谢您的评价/);
    assert.equal((await ratingOf(id))?.rating, score);
    assert.equal((await house.conversations()).length, 1);
    assert.deepEqual(alertsOf('主管甲'), []);
  });
}

test('a number is no rating once something else was said, or a conversation has begun, or a day has passed', async (t) => {
  const { house, served, says, ratingOf, advance } = await open(t);
  const first = await served();
  await says('我还想问一下发票');
  await says('5');
  assert.equal((await ratingOf(first))?.rating, null, 'another conversation had begun');
  await says('转人工');
  const [, second] = await house.conversations();
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: second?.id });
  await lin.types('好的');
  await house.settled();
  await lin.clicks('conversation.close', { conversation: second?.id });
  await advance(25 * hour);
  await says('5');
  assert.equal((await ratingOf(second?.id ?? ''))?.rating, null, 'a day has passed');
  assert.equal((await house.conversations()).length, 3);
});

test('who never spoke with a person, and whoever was spam, is not asked', async (t) => {
  const { served, wang } = await open(t);
  await served({ silent: true });
  assert.ok(!wang.heard().some((words) => asked.test(words)));
  await served({ reason: 'spam' });
  await served({ reason: 'duplicate' });
  assert.ok(!wang.heard().some((words) => asked.test(words)));
});

test('a request that nobody answered says after a day that it is over, and takes no score any more', async (t) => {
  const { house, served, advance, ratingOf, wang } = await open(t, true);
  const id = await served();
  assert.equal(wang.heard().at(-1), 'card:rating');
  await advance(24 * hour);
  const [row] = await house.db.query<{ state: string }>(
    `select content #>> '{card,state}' as state from messages where content ->> 'type' = 'rating'`,
  );
  assert.equal(row?.state, 'expired');
  await wang.clicks('conversation.rate', { conversation: id, score: 5 });
  await house.settled();
  assert.equal((await ratingOf(id))?.rating, null);
});

test('a low score asks for the reason, and the queue’s supervisors hear of both', async (t) => {
  const { house, served, says, ratingOf, alertsOf } = await open(t);
  const id = await served();
  assert.match(await says('不满意'), /原因：1 响应慢，2 没解决问题/);
  assert.deepEqual(alertsOf('主管甲'), [], 'it waits for the reason');
  assert.match(await says('2'), /意见我们收到了/);
  assert.deepEqual(await ratingOf(id), { rating: 2, reason: 'unsolved', remark: null });
  const [alert] = alertsOf('主管甲');
  assert.match(alert?.told ?? '', /王女士.*不满意/);
  assert.deepEqual(
    alert?.facts.map(({ value }) => value),
    ['林小满', '售后客服', '没解决问题'],
  );
  assert.deepEqual(alertsOf('主管乙'), [], 'who does not serve the queue is spared');
  assert.equal((await house.conversations()).length, 1);
  await says('2');
  assert.equal((await house.conversations()).length, 2, 'what comes after is something new');
});

test('words of one’s own are a remark; a question is a question; and silence is told of as well', async (t) => {
  const { house, served, says, ratingOf, alertsOf, advance } = await open(t);
  const first = await served();
  await says('1');
  await says('等了半个小时才有人理我');
  assert.deepEqual(await ratingOf(first), { rating: 1, reason: 'other', remark: '等了半个小时才有人理我' });
  const second = await served();
  await says('1');
  await says('那我的退款什么时候到？');
  assert.equal((await house.conversations()).length, 3, 'it begins a conversation');
  assert.deepEqual(await ratingOf(second), { rating: 1, reason: null, remark: null });
  assert.equal(alertsOf('主管甲').length, 1);
  await advance(6 * 60_000);
  assert.equal(alertsOf('主管甲').length, 2);
});

test('a supervisor gets back to the customer, and the conversation goes on as theirs; it is not rated twice', async (t) => {
  const { house, served, says, alertsOf, advance, wang } = await open(t);
  const id = await served();
  await says('1');
  await says('其他');
  const [alert] = alertsOf('主管甲');
  const button = alert?.buttons.find(({ operation }) => operation === 'conversation.followUp');
  assert.ok(button);
  const refused = await house.member('林小满').clicks(button.operation, { subject: button.subject });
  assert.equal(refused.toast?.type, 'warning', 'an agent can not');
  await house.member('主管甲').clicks(button.operation, { subject: button.subject });
  await advance(5_000);
  const [conversation] = await house.conversations();
  assert.deepEqual([conversation?.state, conversation?.owner_id], ['active', house.memberId('主管甲')]);
  await house.member('主管甲').types('非常抱歉，马上为您处理。');
  await house.settled();
  assert.equal(wang.heard().at(-1), '非常抱歉，马上为您处理。');
  const before = wang.heard().filter((words) => asked.test(words)).length;
  await house.member('主管甲').clicks('conversation.close', { conversation: id });
  await advance(5_000);
  assert.equal(wang.heard().filter((words) => asked.test(words)).length, before);
});

test('who thanks first and rates then has rated', async (t) => {
  const { house, served, says, ratingOf } = await open(t);
  await house.db.query(`update queues set settings = '{"reopenMinutes": 10}'`);
  const id = await served();
  await says('谢谢');
  assert.match(await says('5'), /感谢/);
  assert.equal((await ratingOf(id))?.rating, 5);
  assert.deepEqual(
    (await house.conversations()).map(({ state }) => state),
    ['closed'],
  );
});

test('whoever gets back to a customer does not get into what they began in a confidential queue since', async (t) => {
  const { house, served, says, alertsOf, advance } = await open(t);
  await served();
  await says('1');
  await says('其他');
  const button = alertsOf('主管甲')[0]?.buttons.find(
    ({ operation }) => operation === 'conversation.followUp',
  );
  await advance(25 * hour);
  await says('我想举报一个人');
  await house.db.query(
    `insert into queues (tenant_id, id, name, confidential, created_at)
     select tenant_id, gen_random_uuid(), '举报', true, created_at from queues limit 1`,
  );
  await house.db.query(
    `update conversations set queue_id = (select id from queues where confidential) where state <> 'closed'`,
  );
  const answer = await house.member('主管甲').clicks(button?.operation ?? '', { subject: button?.subject });
  await house.settled();
  assert.equal(answer.toast?.type, 'warning');
  const owners = (await house.conversations()).filter(({ state }) => state !== 'closed');
  assert.deepEqual(
    owners.map(({ owner_id }) => owner_id),
    [null],
  );
});

test('outside hours people are not promised, but told when they are back', async (t) => {
  const { house, says } = await open(t);
  // It is Friday, ten in the morning in Shanghai.
  const hours = [{ days: [6, 7], from: '09:00', to: '18:00' }];
  await house.db.query('update queues set settings = $1', [JSON.stringify({ hours })]);
  const told = await says('转人工');
  assert.match(told, /周六、周日 09:00-18:00.*明天 09:00 恢复/);
  assert.doesNotMatch(told, /第 \d+ 位/);
  await house.db.query('update queues set settings = $1', [
    JSON.stringify({ hours, texts: { closed: '我们周末见。' } }),
  ]);
  assert.match(await says('转人工'), /^我们周末见。人工服务将在 明天 09:00 恢复。$/);
  assert.equal((await house.conversations())[0]?.state, 'waiting', 'what they write waits');
});

test('who comes without a word is welcomed, once', async (t) => {
  const { house, wang } = await open(t);
  const visit = (id: string, how: 'followed' | 'entered' | 'left') =>
    house.fromCustomer([{ kind: 'visit', id, sender: '王女士', at: 0, how, profile: { name: '王女士' } }]);
  await visit('v1', 'followed');
  await house.settled();
  assert.match(wang.heard().join('\n'), /^您好，我是山屿茶器的小屿/);
  await visit('v2', 'entered');
  await house.settled();
  assert.equal(wang.heard().length, 1);
  await visit('v3', 'left');
  await visit('v4', 'followed');
  await house.settled();
  assert.equal(wang.heard().length, 2, 'who left and came back is new again');
});

test('a queue that asks for skills gives its conversations only to who has them', async (t) => {
  const house = await openHouse(t, {
    assigns: true,
    members: [
      { name: '甲', role: 'agent' },
      { name: '乙', role: 'agent' },
    ],
  });
  await house.db.query(`update queues set settings = '{"skills": ["英语"]}'`);
  await house.customer('王女士').says('转人工');
  await house.settled();
  assert.equal((await house.conversations())[0]?.owner_id, null);
  await house.db.query(`update members set skills = '{英语,退款}' where name = '乙'`);
  await house.customer('李先生').says('转人工');
  await house.settled();
  assert.equal((await house.conversations())[1]?.owner_id, house.memberId('乙'));
});
