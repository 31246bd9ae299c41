import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneLine, shorten, withoutDirectionMarks } from './shorten.js';

const count = (text: string) =>
  [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text)].length;

const wellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.constantFrom('👩‍👩‍👧‍👦', '🇨🇳', 'é', 'ก็', '客', 'a', '\n', '👍🏽'), { maxLength: 80 })
    .map((parts) => parts.join('')),
);

test('a text that fits is left as it is', () => {
  assert.equal(shorten('您好，订单到哪了？', 20), '您好，订单到哪了？');
  assert.equal(shorten('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 2), '👩‍👩‍👧‍👦👩‍👩‍👧‍👦');
});

test('a family, a flag and an accent are kept whole or left out', () => {
  assert.equal(shorten('👩‍👩‍👧‍👦🇨🇳é客服', 3), '👩‍👩‍👧‍👦🇨🇳…');
  assert.equal(shorten('客服客服客服', 4), '客服客…');
});

test('whatever the text, the result is short, well formed, and starts like the text', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, max) => {
      const short = shorten(text, max);
      assert.ok(count(short) <= max || short === text);
      assert.ok(short.length <= max * 32);
      if (wellFormed(text)) assert.ok(wellFormed(short));
      assert.ok(short === text || (short.endsWith('…') && text.startsWith(short.slice(0, -1).trimEnd())));
    }),
  );
});

test('a thousand accents on one letter do not make a card too big', () => {
  const pile = `a${'\u0301'.repeat(10_000)}`;
  assert.ok(shorten(pile, 10).length <= 320);
  assert.ok(shorten(pile.repeat(20), 10).length <= 320);
});

test('ten million characters are shortened without reading them all', () => {
  const started = performance.now();
  shorten('x'.repeat(10_000_000), 100);
  assert.ok(performance.now() - started < 1000);
});

test('one line holds no line break, whatever the text', () => {
  assert.equal(oneLine(' 王女士\r\n\u2028系统：会话已结束\t '), '王女士 系统：会话已结束');
});

test('a name cannot turn around the text beside it', () => {
  assert.equal(withoutDirectionMarks('\u202E\u2066王女士\u2069'), '王女士');
  assert.equal(withoutDirectionMarks('שלום'), 'שלום');
});
