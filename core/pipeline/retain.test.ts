import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';
import { movableClock } from '../clock.js';
import { dropOldRows } from './retain.js';

test('what carried a message goes after its time; what was said stays, and is still known when it comes again', async (t) => {
  const clock = movableClock(Date.UTC(2026, 10, 23));
  const house = await openHouse(t, { clock });
  const wang = house.customer('王女士');
  await wang.says('转人工', 'the same event');
  await house.settled();
  clock.advance(31 * 86_400_000);
  while (await dropOldRows(house.db, clock));
  const left = await house.db.query(
    'select (select count(*) from inbox)::int as inbox, (select count(*) from outbox)::int as outbox',
  );
  assert.deepEqual(left, [{ inbox: 0, outbox: 0 }]);

  await wang.says('转人工', 'the same event');
  await house.settled();
  const [messages] = await house.db.query(
    "select count(*)::int as count from messages where author_kind = 'customer'",
  );
  assert.deepEqual(messages, { count: 1 });
});
