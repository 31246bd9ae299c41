import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

const minute = 60_000;

/** 王女士 was served by 林小满, who closed it. */
async function closed(t: TestContext, options: Parameters<typeof openHouse>[1] = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, ...options });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  const id = waiting?.id ?? '';
  await lin.clicks('conversation.claim', { conversation: id });
  await lin.types('已为您补发');
  await lin.clicks('conversation.close', { conversation: id, summary: '补发壶盖' });
  await house.settled();
  return { house, clock, wang, lin, id, code: waiting?.code ?? '' };
}

test('a thanks after the end begins nothing, and gets one kind word', async (t) => {
  const { house, wang, lin, id } = await closed(t);
  const heard = [wang.heard().length, lin.heard().length];
  for (const words of ['谢谢', '👍', '好的']) await wang.says(words);
  await house.settled();
  assert.equal((await house.conversations()).length, 1);
  assert.equal((await house.conversations())[0]?.state, 'closed');
  assert.deepEqual(wang.heard().slice(heard[0]), ['不客气，山屿茶器的小屿随时为您服务。']);
  assert.equal(lin.heard().length, heard[1], 'it disturbs nobody');
  const noted = await house.db.query(
    `select 1 from messages where conversation_id = $1 and content ->> 'text' in ('谢谢', '👍', '好的')`,
    [id],
  );
  assert.equal(noted.length, 3);
});

test('who has more to say is with the same agent again, in the same conversation under the same code', async (t) => {
  const { house, wang, lin, id, code } = await closed(t);
  await wang.says('壶身也有裂纹');
  await house.settled();
  const [again, ...others] = await house.conversations();
  assert.deepEqual([again?.id, again?.code, again?.state, others.length], [id, code, 'active', 0]);
  assert.match(wang.heard().at(-1) ?? '', /林小满 继续为您服务/);
  assert.ok(lin.heard().some((words) => words.includes('王女士 又来了')));
  assert.ok(lin.heard().some((words) => words.includes('壶身也有裂纹')));
  await lin.types('我看看');
  await house.settled();
  assert.equal(wang.heard().at(-1), '我看看');
  await house.customer('李先生').says('转人工');
  await house.settled();
  assert.notEqual((await house.conversations())[1]?.code, code, 'nobody else gets it meanwhile');
});

test('one matter is rated once: who has rated is not asked again', async (t) => {
  const { house, wang, lin, id } = await closed(t);
  await wang.clicks('conversation.rate', { conversation: id, score: 5 });
  await wang.says('再问一下，发票怎么开');
  await house.settled();
  await lin.clicks('conversation.close', { conversation: id });
  await house.settled();
  assert.equal(wang.heard().filter((words) => words === 'card:rating').length, 1);
});

for (const [why, change] of [
  ['is on a break', `update members set status = 'break'`],
  ['serves the queue no more', 'delete from queue_members'],
  ['is full', 'update members set capacity = 0'],
  ['has left', 'update members set departed_at = now()'],
] as const) {
  test(`it begins anew with the robot when the agent ${why}`, async (t) => {
    const { house, wang } = await closed(t);
    await house.db.query(change);
    await wang.says('壶身也有裂纹');
    await house.settled();
    assert.deepEqual(
      (await house.conversations()).map(({ state }) => state),
      ['closed', 'robot'],
    );
  });
}

test('long after, it begins anew, and whoever claims reads how the last one ended', async (t) => {
  const { house, clock, wang, lin } = await closed(t);
  clock.jump(31 * minute);
  await wang.says('谢谢');
  await wang.says('转人工');
  await house.settled();
  const [, second] = await house.conversations();
  assert.equal(second?.state, 'waiting');
  await lin.clicks('conversation.claim', { conversation: second?.id });
  await house.settled();
  const brief = lin.received().findLast(({ out }) => out.kind === 'card' && out.card.template === 'brief');
  assert.ok(brief?.out.kind === 'card' && JSON.stringify(brief.out.card.data).includes('已解决 · 补发壶盖'));
});
