import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';

test('whoever typed words that can not be handled is told so, with what to report', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('/认领');
  await house.settled();
  await house.db.query(`alter table messages add constraint no_such check (content ->> 'text' <> '坏的')`);
  await lin.types('坏的');
  const deadline = performance.now() + 20_000;
  while (
    (await house.db.query('select 1 from inbox where read_at is not null and error is not null')).length === 0
  ) {
    assert.ok(performance.now() < deadline, 'the row was never put aside');
    const unread = await house.db.query<{ mailbox: string }>(
      'select mailbox from inbox where read_at is null',
    );
    clock.jump(21_000);
    house.core.hints.give(
      unread.map(({ mailbox }) => ({ kind: 'mailbox', tenantId: house.tenantId, name: mailbox })),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await house.settled();
  const [row] = await house.db.query<{ id: string }>('select id from inbox where error is not null');
  assert.ok(
    lin
      .heard()
      .at(-1)
      ?.includes(row?.id ?? '-'),
    lin.heard().at(-1),
  );
  await lin.types('好的');
  await house.settled();
  assert.equal(wang.heard().at(-1), '好的');
});
