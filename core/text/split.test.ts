import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fits, splitText, type TextLimit } from './split.js';

const limits = fc.record({
  max: fc.integer({ min: 12, max: 60 }),
  unit: fc.constantFrom<TextLimit['unit']>('characters', 'utf16', 'bytes'),
});
const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        '您好，',
        '壶盖裂了。',
        '\n',
        '\n\n',
        ' ',
        '👨‍👩‍👧‍👦',
        '🇨🇳',
        '好的！',
        'e\u0301',
        'Hello. ',
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const solid = (text: string): string => text.replace(/\s/gu, '');

test('every part keeps to the limit, and together they say the same', () => {
  fc.assert(
    fc.property(words, limits, (text, limit) => {
      const parts = splitText(text, limit);
      for (const part of parts) assert.ok(fits(part, limit), `${JSON.stringify(part)} is too long`);
      assert.equal(solid(parts.join('')), solid(text));
    }),
  );
});

test('no character as readers see it is cut, nor half of one left', () => {
  const family = '👨‍👩‍👧‍👦';
  const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });
  fc.assert(
    fc.property(
      fc.integer({ min: 25, max: 80 }),
      fc.constantFrom<TextLimit['unit']>('utf16', 'bytes'),
      (max, unit) => {
        for (const part of splitText(family.repeat(30), { max, unit }))
          for (const { segment } of segmenter.segment(part)) assert.equal(segment, family);
      },
    ),
  );
  fc.assert(
    fc.property(words, limits, (text, limit) => {
      for (const part of splitText(text, limit)) assert.ok(part.isWellFormed() || !text.isWellFormed());
    }),
  );
});

test('an address stays whole where it can', () => {
  const url = 'https://shop.example/orders/88213?from=chat';
  fc.assert(
    fc.property(words, words, (before, after) => {
      const text = `${before} ${url} ${after}`;
      assert.ok(splitText(text, { max: 60, unit: 'characters' }).some((part) => part.includes(url)));
    }),
  );
});

test('texts are cut between paragraphs first, then between sentences', () => {
  const limit = { max: 20, unit: 'characters' } as const;
  assert.deepEqual(splitText('您的订单已经发出。\n\n预计明天下午送到，请留意电话。', limit), [
    '您的订单已经发出。',
    '预计明天下午送到，请留意电话。',
  ]);
  assert.deepEqual(splitText('我们查到壶盖在路上裂了。今天就为您补发一个新的，不用退回。', limit), [
    '我们查到壶盖在路上裂了。',
    '今天就为您补发一个新的，不用退回。',
  ]);
  assert.deepEqual(splitText('短', limit), ['短']);
  assert.equal(splitText('啊'.repeat(50), limit).length, 3);
});
