import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { reconcileCards } from '../cards/reconcile.js';
import { SendError } from '../ports/courier.js';

/** 王女士 waits, and 林小满 sees her card. */
async function waiting(t: TestContext) {
  const house = await openHouse(t);
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  return { house, wang, lin, desk: lin.received().at(-1), conversation: conversation?.id ?? '' };
}

/** 王女士 is served by 林小满, one to one. */
async function serving(t: TestContext) {
  const desk = await waiting(t);
  await desk.lin.clicks('conversation.claim', { conversation: desk.conversation }, desk.desk?.id);
  await desk.house.settled();
  return desk;
}

test('a message that the channel refuses is shown to its agent with the reason; those behind go on', async (t) => {
  const { house, wang, lin } = await serving(t);
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.text === '坏消息')
      throw new SendError('refused', '45015', '客户 48 小时没有来信');
  };
  await lin.types('坏消息');
  await lin.types('好消息');
  await house.settled();
  assert.equal(wang.heard().at(-1), '好消息');
  assert.ok(!wang.heard().includes('坏消息'));
  assert.ok(
    lin.heard().some((words) => words.includes('客户 48 小时没有来信') && words.includes('坏消息')),
    `林小满 saw ${lin.heard().join(' | ')}`,
  );
  assert.deepEqual(
    await house.db.query(`select delivery from messages where author_kind = 'agent' order by number`),
    [{ delivery: 'failed' }, { delivery: 'sent' }],
  );
});

test('when nobody knows whether it arrived, the agent is told once and it is not repeated', async (t) => {
  const { house, wang, lin } = await serving(t);
  house.paper.certainty = { kind: 'unkeyed' };
  house.paper.after = async (out) => {
    if (out.kind === 'text' && out.text === '退款已办') throw new SendError('unknown', 'timeout', '没有回音');
  };
  await lin.types('退款已办');
  await house.settled();
  assert.equal(wang.heard().filter((words) => words === '退款已办').length, 1);
  assert.equal(lin.heard().filter((words) => words.includes('不确定客户是否收到')).length, 1);
});

test('a card that the platform refuses arrives as its words', async (t) => {
  const house = await openHouse(t);
  house.paper.before = async (out) => {
    if (out.kind === 'card') throw new SendError('refused', '230099', '卡片太大', { fallback: true });
  };
  await house.customer('王女士').says('转人工');
  await house.settled();
  assert.match(house.member('林小满').heard().at(-1) ?? '', /王女士/);
  assert.deepEqual(await house.putAside(), []);
});

test('a note cannot be put on its way to a customer, not even by hand', async (t) => {
  const { house, lin, wang, conversation } = await serving(t);
  const heard = wang.heard().length;
  await lin.types('// 这位客户很着急');
  await house.settled();
  const [note] = await house.db.query<{ id: string; audience: string }>(
    `select id, audience from messages where audience = 'staff'`,
  );
  const [identity] = await house.db.query<{ id: string }>(
    'select identity_id as id from conversations where id = $1',
    [conversation],
  );
  const deliver = (audience: string) =>
    house.db.query(
      `insert into outbox (tenant_id, destination, id, kind, body, message_id, audience, created_at)
       values ($1, $2, gen_random_uuid(), 'deliver', '{}', $3, $4, now())`,
      [house.tenantId, `identity:${identity?.id}`, note?.id, audience],
    );
  await assert.rejects(deliver('staff'), /violates check constraint/);
  await assert.rejects(deliver('customer'), /violates foreign key constraint/);
  await house.settled();
  assert.equal(wang.heard().length, heard);
  assert.ok(!JSON.stringify(house.paper.toCustomers).includes('这位客户很着急'));
});

test('however much changes while a card is being drawn, it is drawn once more, and then shows the newest', async (t) => {
  const { house, wang, desk } = await waiting(t);
  const views: string[] = [];
  const gate: { open?: () => void } = {};
  const blocked = new Promise<void>((resolve) => {
    gate.open = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    house.paper.before = async (out) => {
      if (out.kind !== 'redraw' || out.messageId !== desk?.id) return;
      views.push(JSON.stringify(out.card.data));
      resolve();
      await blocked;
    };
  });
  await wang.says('第 0 句');
  await begun;
  for (let number = 1; number <= 10; number++) await wang.says(`第 ${number} 句`);
  while ((await house.db.query('select 1 from inbox where read_at is null')).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  gate.open?.();
  await house.settled();
  assert.equal(views.length, 2, `${views.length} drawings for eleven messages`);
  assert.ok(views[1]?.includes('第 10 句'));
});

test('nobody paints over the answer to a click', async (t) => {
  const { house, wang, lin, desk, conversation } = await serving(t);
  const redraws: string[] = [];
  house.paper.before = async (out) => {
    if (out.kind === 'redraw' && out.messageId === desk?.id)
      redraws.push(out.card.template === 'desk' ? out.card.data.status : '');
  };
  await lin.types('已经处理好了');
  await house.settled();
  const answer = await lin.clicks('conversation.close', { conversation, reason: 'solved' }, desk?.id);
  assert.equal(
    answer.card?.template === 'desk' && answer.card.data.state,
    'closed',
    'the answer shows the new state itself',
  );
  await house.settled();
  assert.deepEqual(redraws, [], 'what the answer shows already is not sent again');
  const [card] = await house.db.query<{ shown: boolean }>(
    `select c.drawn_version = v.version as shown from cards c join conversations v on v.id = $1
      where c.external_id = $2`,
    [conversation, desk?.id],
  );
  assert.equal(card?.shown, true);
  assert.equal(wang.heard().at(-1), 'card:rating');
});

test('while a click is being answered the card is held, and what changed meanwhile is drawn after', async (t) => {
  const { house, wang, desk } = await waiting(t);
  const drawnAt: number[] = [];
  house.paper.before = async (out) => {
    if (out.kind === 'redraw' && out.messageId === desk?.id) drawnAt.push(house.clock.now());
  };
  const until = house.clock.now() + 500;
  await house.db.query('update cards set held_until = $1 where external_id = $2', [
    new Date(until),
    desk?.id,
  ]);
  await wang.says('还有一个问题');
  await house.settled();
  assert.equal(drawnAt.length, 1);
  assert.ok((drawnAt[0] ?? 0) >= until, 'it was painted over while it was held');
});

test('a card that shows less than the truth although nobody draws it is found and drawn', async (t) => {
  const { house, wang, desk } = await serving(t);
  await wang.says('谢谢');
  await house.settled();
  await house.db.query('update cards set drawn_version = 1 where external_id = $1', [desk?.id]);
  house.core.hints.give(await reconcileCards(house.db, house.clock, house.ids));
  await house.settled();
  const [card] = await house.db.query<{ version: number }>(
    'select drawn_version as version from cards where external_id = $1',
    [desk?.id],
  );
  assert.ok((card?.version ?? 0) > 1);
  assert.deepEqual(await reconcileCards(house.db, house.clock, house.ids), []);
});
