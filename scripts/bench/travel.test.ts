import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { selfTimes } from './profile.js';
import { searchLimit } from './search.js';
import { type Journey, type Road, schedule, spreadOf } from './travel.js';

const trip = (rate: number, seconds: number, random: () => number) => ({
  ...{ rate, seconds, random },
  patienceMs: 0,
});

test('a schedule keeps to its rate over time, in order, and begins and ends within its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.infiniteStream(fc.nat(999_999)), (rate, chance) => {
      const random = () => (chance.next().value ?? 0) / 1_000_000;
      const dues = schedule(trip(rate, 2, random));
      assert.ok(dues.every((at, index) => at >= (dues[index - 1] ?? 0) && at < 2_000));
    }),
    { numRuns: 20 },
  );
  const even = schedule(trip(100, 10, () => 1 - Math.exp(-1)));
  assert.equal(even.length, 999, 'one every 10 ms');
});

test('what never arrives counts as having taken for ever, and what comes twice is told', () => {
  const journeys: Journey[] = Array.from({ length: 100 }, (_, at) => ({
    ...{ way: 'there', dueAt: 1_000, sentAt: 1_001 },
    ...(at < 97 && { seenAt: 1_000 + at }),
    times: at < 97 ? 1 + Number(at === 5) : 0,
  }));
  const spread = spreadOf(journeys);
  assert.deepEqual(
    [spread.p50, spread.p95, spread.p99, spread.missing, spread.doubled, spread.senderLateP99],
    [50, 95, Number.POSITIVE_INFINITY, 3, 1, 1],
  );
});

/** Carries at once what is below its limit, and takes two seconds for what is above. */
function roadOf(limit: number, rateNow: () => number): Road {
  return {
    begin(_number, dueAt) {
      const seenAt = dueAt + (rateNow() > limit ? 2_000 : 1);
      return { journey: { way: 'there', dueAt, seenAt, times: 1 }, sent: Promise.resolve() };
    },
    look: async () => {},
  };
}

test('the search ends close below what a road keeps up with, and says when it did not look further', async () => {
  const within = await searched(200, 2_000);
  assert.ok(within.sustained <= 200 && within.sustained > 200 / 1.13, `${within.sustained}`);
  assert.equal(within.atLeast, false);
  const beyond = await searched(5_000, 800);
  assert.deepEqual([beyond.sustained, beyond.atLeast], [800, true]);
  assert.equal((await searched(1, 800)).sustained, 0);
});

/** The rate of a step is known from its schedule: gaps are even here. */
async function searched(limit: number, most: number) {
  let rate = 0;
  const dues: number[] = [];
  const road = roadOf(limit, () => rate);
  return searchLimit(
    {
      ...road,
      begin(number, dueAt) {
        if (number === 0) {
          dues.length = 0;
          rate = 0;
        }
        dues.push(dueAt);
        if (dues.length > 1) rate = 1_000 / (dueAt - (dues.at(-2) ?? 0));
        return road.begin(number, dueAt);
      },
    },
    { from: 40, most, secondsEach: 0.2, random: () => 1 - Math.exp(-1), settled: async () => {} },
  );
}

test('a profile is summed up by place and by function, without what idled', () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  });
  const pg = new URL('../../node_modules/pg/lib/result.js', import.meta.url).href;
  const ours = new URL('../../core/pipeline/reader.js', import.meta.url).href;
  const text = JSON.stringify({
    nodes: [
      ...[node(1, '(idle)', ''), node(2, 'addFields', pg), node(3, 'read', ours)],
      ...[node(4, '(garbage collector)', ''), node(5, 'writev', ''), node(6, 'never', ours)],
    ],
    samples: [1, 2, 3, 4, 5],
    timeDeltas: [0, 900, 40, 30, 20, 10],
  });
  const { places, functions } = selfTimes(text);
  assert.deepEqual(
    places.map(({ name, share }) => [name, Math.round(share * 100)]),
    [
      ['pg', 40],
      ['core/pipeline', 30],
      ['(garbage collector)', 20],
      ['native', 10],
    ],
  );
  assert.equal(functions[0]?.name, 'addFields (pg result.js:5)');
});
