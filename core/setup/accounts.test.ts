import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('an account that is connected anew keeps its customers, their conversations and their topics', async (t) => {
  const house = await openHouse(t, {
    desk: 'topic',
    members: [
      { name: '林小满', role: 'agent' },
      { name: '管理员甲', role: 'admin', serves: false },
    ],
  });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: conversation?.id });
  await house.settled();
  const topic = house.paper.toStaff.find(({ out }) => out.kind === 'card')?.id;
  const answer = await house.member('管理员甲').clicks('account.set', {
    account: house.accountId,
    name: '官网（新）',
  });
  assert.equal(answer.toast?.type, 'success', answer.toast?.text);
  await house.settled();
  await wang.says('壶盖裂了');
  await house.settled();
  assert.equal((await house.conversations()).length, 1);
  const last = house.paper.toStaff.at(-1)?.out;
  assert.deepEqual(last && 'to' in last && last.to.kind === 'topic' && last.to.root, topic);
  await lin.types('我看看', { thread: `thread-of-${topic}` });
  await house.settled();
  assert.equal(wang.heard().at(-1), '我看看');
});
