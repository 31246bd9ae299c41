import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('who waits and whom one serves is shown to whoever asked, and to nobody else in the group', async (t) => {
  const house = await openHouse(t, { desk: 'topic', confidential: true });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const root = house.paper.toStaff.find(({ out }) => out.kind === 'card' && out.to.kind === 'chat');
  await house.member('林小满').types('/队列', { thread: `thread-of-${root?.id}` });
  await house.member('林小满').types('/我的', { thread: `thread-of-${root?.id}` });
  await house.settled();
  const shown = house.paper.toStaff.flatMap(({ out }) =>
    out.kind === 'card' && ['queue', 'mine'].includes(out.card.template)
      ? [`${out.card.template} ${out.to.kind}`]
      : [],
  );
  assert.deepEqual(shown, ['queue direct', 'mine direct']);
});
