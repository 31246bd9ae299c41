import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { valuesInMemory } from '../../bots/contract.js';
import { movableClock } from '../../core/clock.js';
import type { SharedValues } from '../../core/ports/bot.js';
import { Turn } from './turn.js';

const now = 1_700_000_000_000;
const left = { key: 'k1', words: '您好' };

/** A courier and a push that share nothing but the values. */
function twoSides(shared: SharedValues = valuesInMemory(movableClock(now))) {
  const clock = movableClock(now);
  return { clock, courier: new Turn(shared, clock, 'm1'), push: new Turn(shared, clock, 'm1') };
}

test('words that come while the push is held are its answer, and nobody else’s', async () => {
  const { courier, push } = twoSides();
  const taking = push.take(5_000, true);
  assert.equal(await courier.give(left, now + 5_000), true);
  assert.equal(await taking, '您好');
});

test('words that were there before the push was held are its answer too', async () => {
  const { courier, push } = twoSides();
  const giving = courier.give(left, now + 5_000);
  assert.equal(await push.take(5_000, true), '您好');
  assert.equal(await giving, true);
});

test('a push that was answered without words takes none any more: they are the courier’s', async () => {
  const { courier, push } = twoSides();
  assert.equal(await push.take(0, true), undefined);
  assert.equal(await courier.give(left, now + 5_000), false);
  assert.equal(await push.take(0, true), undefined);
});

test('a push whose process died leaves the words to the courier, and its next try is not answered with them', async () => {
  const { courier, push } = twoSides();
  assert.equal(await courier.give(left, now), false);
  assert.equal(await push.take(0, true), undefined);
});

test('WeChat tries again because it did not get them: the same words once more, and not the courier’s', async () => {
  const { courier, push } = twoSides();
  const giving = courier.give(left, now + 5_000);
  assert.equal(await push.take(5_000, false), '您好');
  assert.equal(await push.take(0, true), '您好');
  assert.equal(await giving, true);
  // An attempt of the same send that was not written down comes to the same.
  assert.equal(await courier.give(left, now), true);
});

test('a try that is not the last leaves the turn open for the next', async () => {
  const { courier, push } = twoSides();
  assert.equal(await push.take(0, false), undefined);
  const giving = courier.give(left, now + 5_000);
  assert.equal(await push.take(1_000, false), '您好');
  assert.equal(await giving, true);
});

test('only the first words are the answer; the second go their own way', async () => {
  const { courier, push } = twoSides();
  const first = courier.give(left, now + 5_000);
  assert.equal(await courier.give({ key: 'k2', words: '还有' }, now + 5_000), false);
  assert.equal(await push.take(5_000, true), '您好');
  assert.equal(await first, true);
});

test('in whatever order the steps of courier, push and its tries fall, the words are said once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, patient) => {
      const values = valuesInMemory(movableClock(now));
      const shared: SharedValues = {
        get: scheduler.scheduleFunction(values.get),
        lastSeen: scheduler.scheduleFunction(values.lastSeen),
        set: scheduler.scheduleFunction(values.set),
        claim: scheduler.scheduleFunction(values.claim),
        delete: scheduler.scheduleFunction(values.delete),
      };
      const { courier, push } = twoSides(shared);
      const giving = courier.give(left, now + (patient ? 30 : 0));
      const taking = push.take(0, true);
      const again = push.take(0, true);
      await scheduler.waitFor(Promise.all([giving, taking, again]));
      const [byPush, ...answers] = await Promise.all([giving, taking, again]);
      const answered = answers.filter((words) => words !== undefined);
      // The courier says it, or the push: never both and never neither.
      assert.equal(byPush, answered.length > 0);
      assert.ok(answered.every((words) => words === '您好'));
    }),
    { numRuns: 200 },
  );
});
