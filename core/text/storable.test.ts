import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storable } from './storable.js';

test('what a reader can see stays, what no store accepts goes', () => {
  assert.equal(storable('订单\u0000 12\u0007\t好\r\n的 👍🏽'), '订单 12\t好\n的 👍🏽');
  assert.equal(storable('a\ud83d'), 'a\ufffd');
  assert.equal(storable('\udc4db'), '\ufffdb');
});

test('any text becomes valid UTF-8 without NUL, and stays as it is the second time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
      const text = storable(String.fromCharCode(...units));
      assert.equal(Buffer.from(text, 'utf8').toString('utf8'), text);
      assert.ok(!text.includes('\u0000'));
      assert.equal(storable(text), text);
    }),
  );
});
