import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundOnce, Lately } from './lately.js';

test('what was not asked for longest is forgotten first', () => {
  const lately = new Lately<number>(2);
  lately.set('a', 1);
  lately.set('b', 2);
  lately.get('a');
  lately.set('c', 3);
  assert.deepEqual([lately.get('a'), lately.get('b'), lately.get('c')], [1, undefined, 3]);
});

test('who asks at the same time finds once, in order; what failed is looked for again', async () => {
  const known = new Lately<Promise<string>>(10);
  let looked = 0;
  const find = async () => {
    looked += 1;
    if (looked === 1) throw new Error('away');
    return 'found';
  };
  await assert.rejects(foundOnce(known, 'a', find), /away/);
  const order: number[] = [];
  await Promise.all([1, 2, 3].map((number) => foundOnce(known, 'a', find).then(() => order.push(number))));
  assert.deepEqual([looked, order], [2, [1, 2, 3]]);
});
