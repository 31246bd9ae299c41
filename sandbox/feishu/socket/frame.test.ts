import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrame, encodeFrame } from './frame.js';

test("a ping is byte for byte what Feishu's SDK sends", () => {
  const ping = { SeqID: 0, LogID: 0, service: 7, method: 0, headers: [{ key: 'type', value: 'ping' }] };
  assert.equal(
    Buffer.from(encodeFrame(ping)).toString('hex'),
    '08001000180720002a0c0a0474797065120470696e67',
  );
});

test('every frame comes back as it was', () => {
  const plain = { noNullPrototype: true };
  const header = fc.record({ key: fc.string(), value: fc.string() }, plain);
  const frame = fc.record(
    {
      SeqID: fc.nat(),
      LogID: fc.nat(),
      service: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      method: fc.constantFrom(0, 1),
      headers: fc.array(header, { maxLength: 8 }),
      payload: fc.uint8Array({ minLength: 1, maxLength: 500 }),
    },
    plain,
  );
  fc.assert(
    fc.property(frame, (given) => {
      const { payload, ...rest } = decodeFrame(encodeFrame(given));
      assert.deepEqual({ ...rest, payload: Uint8Array.from(payload ?? []) }, given);
    }),
  );
});
