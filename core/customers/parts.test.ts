import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { spanIn } from './duration.js';
import { isReach, masked, spelled } from './reach.js';
import { tagChanges, tagMax } from './tags.js';

test('spans are read in both languages, and what follows is left', () => {
  const day = 86_400_000;
  assert.deepEqual(spanIn('1天 反复辱骂'), { ms: day, rest: '反复辱骂' });
  assert.deepEqual(spanIn('２小时'), { ms: day / 12, rest: '' });
  assert.deepEqual(spanIn('30m spam'), { ms: 1_800_000, rest: 'spam' });
  assert.deepEqual(spanIn('1 周'), { ms: 7 * day, rest: '' });
  for (const none of ['', '辱骂', '0天', '天', '1monkey', '-1天', '99999天'])
    assert.equal(spanIn(none), undefined, none);
});

test('a number is the same however it is written, and a mask tells little of it', () => {
  for (const written of ['138 0013 8000', '+86 138-0013-8000', '008613800138000', '13800138000'])
    assert.equal(spelled('phone', written), '13800138000');
  assert.equal(masked('phone', '13800138000'), '138****8000');
  assert.equal(masked('phone', '12345'), '***45');
  assert.equal(masked('email', 'wang.yutong@example.com'), 'w***@example.com');
  assert.ok(isReach('email', spelled('email', ' A@B.cn ')));
  assert.ok(!isReach('phone', spelled('phone', '打我电话')));
  fc.assert(
    fc.property(fc.stringMatching(/^\d{5,15}$/), (digits) => {
      assert.ok(masked('phone', digits).includes('*'));
      assert.notEqual(masked('phone', digits), digits);
    }),
  );
});

test('tags are put on and taken off as written; the last word on a tag counts', () => {
  assert.deepEqual(tagChanges('VIP -欠费 ＋老客户,#大客户'), {
    on: ['VIP', '老客户', '大客户'],
    off: ['欠费'],
  });
  assert.deepEqual(tagChanges('VIP -VIP'), { on: [], off: ['VIP'] });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (words) => {
      const { on, off } = tagChanges(words);
      for (const tag of [...on, ...off]) assert.ok([...tag].length <= tagMax && !/\s/u.test(tag));
      assert.ok(!on.some((tag) => off.includes(tag)));
    }),
  );
});
