import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bigrams, searchTerms } from './bigrams.js';

test('Chinese is cut into characters and pairs, and not across punctuation', () => {
  assert.deepEqual(bigrams('退货'), ['退', '退货', '货']);
  assert.deepEqual(bigrams('退，货！'), ['退', '货']);
});

test('words and digits stay whole, beside Chinese too', () => {
  assert.deepEqual(bigrams('WiFi 密码'), ['wifi', '密', '密码', '码']);
  assert.deepEqual(bigrams('显示E4'), ['显', '显示', '示', 'e4']);
  assert.deepEqual(bigrams('café 12.5'), ['café', '12', '5']);
});

test('full width, case and compatibility forms make no difference', () => {
  assert.deepEqual(bigrams('ＶＰＮ　密码？'), bigrams('vpn 密码'));
  assert.deepEqual(bigrams('㈱①'), bigrams('(株)1'));
});

test('rare characters outside the basic plane are not torn apart', () => {
  assert.deepEqual(bigrams('𠮷野'), ['𠮷', '𠮷野', '野']);
});

test('what has no letters has no terms', () => {
  assert.deepEqual(bigrams('？！…… 👍'), []);
  assert.deepEqual(searchTerms(''), []);
});

test('search terms are unique and bounded, and a text holds the terms of each of its words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const terms = searchTerms(text);
      assert.equal(new Set(terms).size, terms.length);
      for (const term of terms) assert.ok([...term].length <= 40);
    }),
  );
  assert.equal(searchTerms(Array.from({ length: 5_000 }, (_, n) => `w${n}`).join(' ')).length, 2_000);
  assert.deepEqual(searchTerms('a'.repeat(5_000)), ['a'.repeat(40)]);
});
