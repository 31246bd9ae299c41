import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaUnderCurve, meanReciprocalRank, recallAt } from './measure.js';

test('recall and reciprocal rank count what was found early enough', () => {
  const ranks = [1, 2, undefined, 11];
  assert.equal(recallAt(1, ranks), 0.25);
  assert.equal(recallAt(3, ranks), 0.5);
  assert.equal(meanReciprocalRank(10, ranks), (1 + 0.5) / 4);
});

test('the area under the curve is the share of pairs in the right order, ties half', () => {
  assert.equal(areaUnderCurve([3, 4], [1, 2]), 1);
  assert.equal(areaUnderCurve([1], [1]), 0.5);
  assert.equal(areaUnderCurve([1, 3], [2, 2]), 0.5);
});
