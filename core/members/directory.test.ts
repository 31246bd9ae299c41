import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

test('who left one platform works on at the other; who left the last one gives back what they were handling', async (t) => {
  const house = await openHouse(t, {
    elsewhere: [{ platform: 'dingtalk', abilities: { realm: 'dingtalk', desk: 'queue', topics: false } }],
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
      { name: '何静姝', role: 'supervisor' },
    ],
  });
  const wang = house.customer('王女士');
  await wang.says('转人工');
  await house.settled();
  const [{ id } = { id: '' }] = await house.conversations();
  const lin = house.member('林小满');
  await lin.clicks('conversation.claim', { conversation: id });
  await house.settled();

  const leaves = (platform?: 'dingtalk') =>
    house.fromStaff(
      [
        {
          kind: 'directory',
          id: `left-${platform}`,
          sender: '林小满',
          at: house.clock.now(),
          change: 'left',
        },
      ],
      platform,
    );
  await leaves();
  await house.settled();
  const refused = await lin.clicks('conversation.close', { conversation: id });
  assert.match(refused.toast?.text ?? '', /没有权限/, 'nothing can be done where she has left');
  await lin.types('在吗');
  await house.member('林小满', 'dingtalk').types('您好');
  await house.settled();
  assert.ok(wang.heard().includes('您好') && !wang.heard().includes('在吗'));

  await leaves('dingtalk');
  await house.settled();
  const [after] = await house.conversations();
  assert.equal(after?.state, 'waiting');
  assert.match(wang.heard().at(-1) ?? '', /林小满.*重新排队/);
  assert.ok(house.member('何静姝').heard().includes('card:alert'), 'the supervisor is told');
  await house.member('陈亦舟').clicks('conversation.claim', { conversation: id });
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'active');
});

test('who left is gone from every workspace that knows them by the same id, though one of them has no directory', async (t) => {
  const house = await openHouse(t, {
    elsewhere: [
      {
        platform: 'wecom-aibot',
        abilities: { work: false, desk: 'queue', topics: false, cardEdits: 'never' },
        place: 'none',
      },
    ],
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  await house.customer('王女士').says('转人工');
  await house.settled();
  const [{ id } = { id: '' }] = await house.conversations();
  await house.member('林小满').clicks('conversation.claim', { conversation: id });
  await house.settled();
  const [at, change] = [house.clock.now(), 'left'] as const;
  await house.fromStaff([{ kind: 'directory', id: 'left', sender: '林小满', at, change }]);
  await house.settled();
  assert.equal((await house.conversations())[0]?.state, 'waiting', 'nobody waits for who is gone');
  const hers = await house.db.query<{ external_id: string }>(
    `select external_id from cards where audience = 'member:${house.memberId('林小满')}' and external_id is not null`,
  );
  assert.ok(hers.length > 0);
  const before = hers.map(({ external_id: card }) => house.paper.cards.get(card));
  await house.customer('王女士').says('我的手机号是 13800000000');
  await house.settled();
  assert.deepEqual(
    hers.map(({ external_id: card }) => house.paper.cards.get(card)),
    before,
    'her cards tell her nothing new',
  );
});

test('names and departments follow the directory, and who it says has left, has left', async (t) => {
  const house = await openHouse(t, { members: [{ name: '林小满', role: 'agent' }] });
  house.paper.directory = async () => ({ name: '林晓曼', departments: ['客服一组'], departed: false });
  const changed = () =>
    house.fromStaff([
      { kind: 'directory', id: house.ids.next(), sender: '林小满', at: house.clock.now(), change: 'changed' },
    ]);
  const until = async (sql: string) => {
    const deadline = performance.now() + 20_000;
    while ((await house.db.query(sql)).length === 0) {
      if (performance.now() > deadline) assert.fail(`never: ${sql}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await changed();
  await until(`select 1 from members where name = '林晓曼'`);
  await until(`select 1 from member_identities where departments = '{客服一组}'`);
  house.paper.directory = async () => ({ departed: true });
  await changed();
  await until('select 1 from members where departed_at is not null');
});

test('who is let in again can work again', async (t) => {
  const house = await openHouse(t, { members: [{ name: '林小满', role: 'agent' }] });
  const says = async (change: 'left' | 'changed') => {
    const at = house.clock.now();
    await house.fromStaff([{ kind: 'directory', id: house.ids.next(), sender: '林小满', at, change }]);
    await house.settled();
  };
  const lin = house.member('林小满');
  await says('left');
  assert.match((await lin.clicks('queue.list', {})).toast?.text ?? '', /没有权限/);
  house.paper.directory = async () => ({ departed: false });
  await says('changed');
  const deadline = performance.now() + 20_000;
  while ((await house.db.query('select 1 from members where departed_at is null')).length === 0) {
    if (performance.now() > deadline) assert.fail('she is never let in again');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal((await lin.clicks('queue.list', {})).toast, undefined);
});
