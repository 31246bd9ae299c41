import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSeats, seatsAddress } from './seats.js';

test('an address without a platform is one Feishu client, as it always was', () => {
  assert.deepEqual(readSeats('?as=lin&customer=&chat=oc_1'), {
    panes: [{ im: 'feishu', as: 'lin', chat: 'oc_1' }],
    customer: '',
  });
  assert.equal(seatsAddress(readSeats('?as=lin&customer=&chat=oc_1')), '?as=lin&chat=oc_1&customer=');
});

test('another platform, or two clients side by side, can be linked to', () => {
  assert.deepEqual(readSeats('?im=wecom&as=lin').panes, [{ im: 'wecom', as: 'lin', chat: null }]);
  const two = '?panes=feishu:lin,dingtalk:chen&customer=wang';
  assert.deepEqual(readSeats(two).panes, [
    { im: 'feishu', as: 'lin', chat: null },
    { im: 'dingtalk', as: 'chen', chat: null },
  ]);
  assert.equal(seatsAddress(readSeats(two)), two);
  assert.equal(readSeats('?panes=feishu:a,wecom:b,dingtalk:c').panes.length, 2);
});

test('whatever ids people and chats have, the address leads back to them', () => {
  const id = fc.option(fc.string({ minLength: 1, maxLength: 8 }), { nil: null });
  const seat = fc.record(
    { im: fc.constantFrom('feishu', 'dingtalk', 'wecom'), as: id, chat: id },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(seat, { minLength: 1, maxLength: 2 }), id, (panes, customer) => {
      const seats = { panes, customer };
      assert.deepEqual(readSeats(seatsAddress(seats)), seats);
    }),
  );
});
