import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { openHouse } from '../../tests/house.js';
import type { Inbound } from '../ports/inbound.js';

test('a stranger’s two pictures of the same moment begin one conversation', async (t) => {
  const house = await openHouse(t, { processes: 2 });
  const picture = (id: string): Inbound => ({
    ...{ kind: 'message', id, sender: '王女士', at: house.clock.now(), type: 'image' },
    ...{ media: { handle: id, name: `${id}.png` }, profile: { name: '王女士' } },
  });
  await Promise.all(['one', 'two', 'three', 'four'].map((id) => house.fromCustomer([picture(id)])));
  await house.settled();
  assert.equal((await house.conversations()).length, 1);
  const said = await house.db.query(`select 1 from messages where author_kind = 'customer'`);
  assert.equal(said.length, 4);
  assert.deepEqual(await house.putAside(), []);
});

test('whoever asked for a person once is the robot’s next time, whatever was said before', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock });
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [first] = await house.conversations();
  await lin.clicks('conversation.claim', { conversation: first?.id });
  await lin.clicks('conversation.close', { conversation: first?.id, reason: 'solved' });
  await house.settled();
  clock.jump(24 * 3_600_000);
  for (const words of ['下单后多久发货', '下单后多久发货？']) {
    await wang.says(words);
    await house.settled();
    assert.equal(wang.heard().at(-1), '现货商品 48 小时内发出。');
  }
  assert.deepEqual(
    (await house.conversations()).map(({ state }) => state),
    ['closed', 'robot'],
  );
});
