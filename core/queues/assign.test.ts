import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('what somebody claimed by hand stays theirs, whom the queue had chosen meanwhile', async (t) => {
  const house = await openHouse(t, {
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [waiting] = await house.conversations();
  await house.member('林小满').clicks('conversation.claim', { conversation: waiting?.id });
  await house.db.query('update queues set assigns = true');
  // What the queue would have written had it chosen him a moment before she claimed.
  const mailbox = `member:${house.memberId('陈亦舟')}`;
  await house.db.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, $3, $4, $5)',
    [
      ...[house.tenantId, mailbox, house.ids.next()],
      ...[JSON.stringify({ kind: 'assigned', conversationId: waiting?.id }), new Date(house.clock.now())],
    ],
  );
  house.core.hints.give([{ kind: 'mailbox', tenantId: house.tenantId, name: mailbox }]);
  await house.settled();
  assert.equal((await house.conversations())[0]?.owner_id, house.memberId('林小满'));
  assert.ok(!house.member('陈亦舟').heard().includes('card:brief'));
});
