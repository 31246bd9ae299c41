import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';
import { SendError } from '../ports/courier.js';

const answer = '现货商品 48 小时内发出。';

/** The robot knows an answer, which the channel takes as `fate` says; then a person takes over, and time passes. */
async function takenOverMeanwhile(t: Parameters<typeof openHouse>[0], fate: 'later' | 'unknown') {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock });
  await house.knows('下单后多久发货？', answer);
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  const tried: string[] = [];
  let isDown = true;
  house.paper.before = async (out) => {
    if (!('to' in out) || out.to.kind !== 'direct' || out.to.person !== '王女士' || out.kind !== 'text')
      return;
    tried.push(out.text);
    if (isDown && fate === 'later')
      throw new SendError('later', '429', 'too many requests', { retryAfterMs: 30_000 });
  };
  house.paper.after = async (out) => {
    if (isDown && fate === 'unknown' && 'to' in out && out.to.kind === 'direct' && out.to.person === '王女士')
      throw new SendError('unknown', '503', 'no answer', { retryAfterMs: 30_000 });
  };
  const until = async (sql: string) => {
    while ((await house.db.query(sql)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await wang.says('下单后多久发货');
  await until(`select 1 from outbox where kind = 'deliver' and attempts > 0 and not_before is not null`);
  await wang.says('转人工');
  await until(`select 1 from conversations where state = 'waiting'`);
  const [conversation] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: conversation?.id });
  await until(`select 1 from conversations where state = 'active'`);
  isDown = false;
  const before = tried.length;
  clock.jump(60_000);
  await house.rings();
  for (const core of house.cores)
    core.hints.give([{ kind: 'destination', tenantId: house.tenantId, name: await destinationOf(house) }]);
  await house.settled();
  const [message] = await house.db.query<{ delivery: string }>(
    `select delivery from messages where author_kind = 'robot'`,
  );
  return { wang, lin, delivery: message?.delivery, triedAfter: tried.slice(before) };
}

async function destinationOf(house: Awaited<ReturnType<typeof openHouse>>): Promise<string> {
  const [row] = await house.db.query<{ destination: string }>(
    `select destination from outbox where kind = 'deliver' limit 1`,
  );
  return row?.destination ?? '';
}

test('what the robot had said and not sent when a person took over is not sent, and who took over reads it', async (t) => {
  const { wang, lin, delivery, triedAfter } = await takenOverMeanwhile(t, 'later');
  assert.ok(!triedAfter.includes(answer), `after the claim was tried: ${triedAfter.join(' | ')}`);
  assert.ok(!wang.heard().includes(answer));
  assert.match(wang.heard().at(-1) ?? '', /林小满/, 'what Imdesk itself says still arrives');
  assert.equal(delivery, 'failed');
  const told = lin.heard().find((words) => words.includes(answer));
  assert.match(told ?? '', /没有发给客户/);
});

test('what the robot sent and nobody knows whether it arrived is not sent again after a person took over', async (t) => {
  const { wang, lin, delivery, triedAfter } = await takenOverMeanwhile(t, 'unknown');
  assert.ok(!triedAfter.includes(answer), `after the claim was tried: ${triedAfter.join(' | ')}`);
  assert.equal(wang.heard().filter((words) => words === answer).length, 1, 'it had arrived, once');
  assert.equal(delivery, 'unknown');
  assert.match(lin.heard().find((words) => words.includes(answer)) ?? '', /不确定客户是否收到/);
});
