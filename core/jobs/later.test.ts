import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';
import { until } from '../../tests/sandbox.js';
import type { Hint } from '../pipeline/hints.js';
import { sweep } from '../pipeline/sweep.js';
import { SendError } from '../ports/courier.js';
import { laterOnce } from './later.js';

test('what waits for a platform is waited for once, however often it is found waiting', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: waiting?.id });
  await house.settled();
  let tries = 0;
  house.paper.before = async () => {
    tries += 1;
    throw new SendError('later', '99991400', 'too many requests', { retryAfterMs: 3_600_000 });
  };
  await wang.says('在吗');
  await until('it was tried', () => tries > 0);
  await wang.says('还在吗');
  // The second of them stands behind the first, and is found again and again.
  const drained = async () => {
    const [row] = await house.db.query<{ fence: number; held: boolean }>(
      `select sum(fence)::int as fence, bool_or(lease_until is not null) as held from destinations`,
    );
    return { fence: row?.fence ?? 0, held: row?.held ?? true };
  };
  const looks = 25;
  for (let look = 0; look < looks; look++) {
    const before = (await drained()).fence;
    clock.jump(4_000);
    house.core.hints.give(await sweep(house.db, clock));
    await until('it was drained', async () => {
      const now = await drained();
      return now.fence > before && !now.held;
    });
  }
  const [jobs] = await house.db.query<{ count: number }>('select count(*)::int as count from bullmq.job');
  assert.ok((jobs?.count ?? 0) <= 2, `${jobs?.count} jobs wait for the same destination`);
});

test('a hint that will be given soon enough is not given again; one that is wanted sooner, or has been given, is', () => {
  let now = 0;
  const given: number[] = [];
  const later = laterOnce({ now: () => now }, (_hint, delayMs) => given.push(delayMs));
  const hint = (name: string): Hint => ({ kind: 'destination', tenantId: 'a', name });
  later(hint('one'), 1_000);
  later(hint('one'), 1_000);
  now = 400;
  later(hint('one'), 601);
  later(hint('two'), 600);
  assert.deepEqual(given, [1_000, 600]);
  later(hint('one'), 100);
  assert.deepEqual(given, [1_000, 600, 100], 'sooner than it would be');
  later(hint('one'), 600);
  assert.deepEqual(given, [1_000, 600, 100], 'it will have been looked at by then');
  now = 500;
  later(hint('one'), 600);
  assert.deepEqual(given, [1_000, 600, 100, 600], 'it has been given, and waits anew');
});
