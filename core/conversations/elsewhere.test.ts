import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../tests/house.js';

type House = Awaited<ReturnType<typeof openHouse>>;

const turns = (house: House, id: string, what: 'taken' | 'ended') =>
  house.fromCustomer([{ kind: 'elsewhere', id, sender: '王女士', at: house.clock.now(), what, by: '李四' }]);
const says = (house: House, id: string, text: string) =>
  house.fromCustomer([
    {
      ...{ kind: 'elsewhere', id, sender: '王女士', at: house.clock.now(), what: 'said', by: '李四' },
      content: { type: 'text', text },
    },
  ]);

test('where a colleague answers in the channel’s own app the robot is silent, and what they say is kept', async (t) => {
  const house = await openHouse(t);
  const customer = house.customer('王女士');
  await customer.says('你好');
  await house.settled();
  const before = customer.heard().length;
  await says(house, 's1', '您好，我来处理');
  await customer.says('你们几点上班');
  await house.settled();
  assert.equal(customer.heard().length, before, 'nothing more was sent to them');
  const [conversation] = await house.conversations();
  assert.equal(conversation?.state, 'waiting');
  const rows = await house.db.query(
    `select author_kind, author_name, delivery from messages where content->>'text' = '您好，我来处理'`,
  );
  assert.deepEqual(rows, [{ author_kind: 'agent', author_name: '李四', delivery: 'sent' }]);
  assert.deepEqual(await house.putAside(), []);
});

test('its owner reads along what a colleague says there, and is told when they take it and end it', async (t) => {
  const house = await openHouse(t);
  await house.customer('王女士').says('转人工');
  await house.settled();
  const agent = house.member('林小满');
  await agent.types('/认领');
  await house.settled();
  await turns(house, 't1', 'taken');
  await says(house, 's1', '我来吧');
  await turns(house, 't2', 'ended');
  await house.settled();
  const words = agent.heard().join('\n');
  assert.match(words, /李四 已在渠道自己的应用里接待/);
  assert.match(words, /李四：我来吧/);
  assert.match(words, /李四 已在渠道自己的应用里结束会话/);
  const [conversation] = await house.conversations();
  assert.equal(conversation?.state, 'active', 'its owner decides when it is over');
});

test('what nobody here took has ended when the colleague ended it there; the next word begins anew', async (t) => {
  const house = await openHouse(t);
  await house.customer('王女士').says('你好');
  await turns(house, 't1', 'taken');
  await turns(house, 't2', 'ended');
  await house.settled();
  const [ended] = await house.conversations();
  assert.equal(ended?.state, 'closed');
  await house.customer('王女士').says('你好');
  await house.settled();
  const all = await house.conversations();
  assert.deepEqual(
    all.map(({ state }) => state),
    ['closed', 'robot'],
  );
});
