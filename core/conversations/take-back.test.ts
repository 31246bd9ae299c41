import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { type HouseOptions, openHouse } from '../../tests/house.js';
import { paperChannel } from '../../tests/paper.js';
import { SendError } from '../ports/courier.js';

/** Each of these customers is served by 林小满, one to one. */
async function serving(t: TestContext, options: HouseOptions = {}, names = ['王女士']) {
  const house = await openHouse(t, options);
  const lin = house.member('林小满');
  const customers = names.map((name) => house.customer(name));
  for (const customer of customers) {
    await customer.says('转人工');
    await house.settled();
    const open = await house.conversations();
    await lin.clicks('conversation.claim', { conversation: open.at(-1)?.id });
    await house.settled();
  }
  const conversations = await house.conversations();
  const recalls = () => house.paper.toCustomers.filter(({ out }) => out.kind === 'recall');
  /** What a message is called on the customers' side. */
  const nameOf = (text: string) =>
    house.paper.toCustomers.find(({ out }) => out.kind === 'text' && out.text === text)?.id ?? 'none';
  const said = (text: string) =>
    house.db
      .query<{ recalled_at: Date | null; delivery: string; text: string }>(
        `select recalled_at, delivery, content ->> 'text' as text from messages where content ->> 'text' = $1`,
        [text],
      )
      .then(([row]) => row);
  const [wang = house.customer('王女士')] = customers;
  return { house, lin, wang, customers, conversations, recalls, nameOf, said };
}

const lasting = { channel: { ...paperChannel, recallMs: undefined }, settings: { undoSeconds: 1 } };

test('/撤回 takes back what the agent said last, where the channel can', async (t) => {
  const { house, lin, recalls, nameOf, said } = await serving(t);
  await lin.types('第一句');
  await lin.types('第二句');
  await house.settled();
  await lin.types('/撤回');
  await house.settled();
  assert.deepEqual(
    recalls().map(({ out }) => 'messageId' in out && out.messageId),
    [nameOf('第二句')],
  );
  assert.ok((await said('第二句'))?.recalled_at);
  assert.equal((await said('第一句'))?.recalled_at, null);
  assert.ok(lin.heard().at(-1)?.startsWith('已撤回：「第二句」'));
  // Once more takes back nothing else.
  await lin.types('/undo');
  await house.settled();
  assert.equal(recalls().length, 1);
  assert.ok(lin.heard().at(-1)?.includes('已经撤回过了'));
});

test('typed right behind the words, it takes back those and not the ones before', async (t) => {
  const { house, lin, said } = await serving(t);
  await lin.types('第一句');
  await house.settled();
  await Promise.all([lin.types('第二句'), lin.types('/撤回')]);
  await house.settled();
  assert.equal((await said('第一句'))?.recalled_at, null);
  assert.ok((await said('第二句'))?.recalled_at);
});

test('where nothing can be taken back it has not left yet for a moment, and then it is too late', async (t) => {
  const { house, lin, wang, said } = await serving(t, lasting);
  await lin.types('发错了');
  await lin.types('/撤回');
  await lin.types('这句是对的');
  await house.settled();
  assert.ok(!wang.heard().includes('发错了'));
  assert.equal(wang.heard().at(-1), '这句是对的');
  assert.ok(lin.heard().some((words) => words.includes('客户没有看到')));
  assert.ok((await said('发错了'))?.recalled_at);
  await lin.types('/撤回');
  await house.settled();
  assert.ok(lin.heard().at(-1)?.includes('不支持撤回'));
  assert.equal((await said('这句是对的'))?.recalled_at, null);
});

test('words that are held keep their order with what comes behind', async (t) => {
  const { house, lin, wang } = await serving(t, lasting);
  for (const words of ['一', '二', '三']) await lin.types(words);
  await house.settled();
  assert.deepEqual(wang.heard().slice(-3), ['一', '二', '三']);
});

test('the button on the brief takes back the last reply to that customer', async (t) => {
  const { house, lin, customers, conversations, recalls, nameOf } = await serving(t, {}, [
    '王女士',
    '李先生',
  ]);
  await lin.types(`${conversations[0]?.code} 给王女士的`);
  await lin.types(`${conversations[1]?.code} 给李先生的`);
  await house.settled();
  const answer = await lin.clicks('conversation.undo', { conversation: conversations[0]?.id });
  assert.ok(answer.toast?.text.includes('给王女士的'));
  await house.settled();
  assert.deepEqual(
    recalls().map(({ out }) => 'messageId' in out && out.messageId),
    [nameOf('给王女士的')],
  );
  assert.equal(customers.length, 2);
});

test('a quoted message of one’s own is taken back, a customer’s or a colleague’s is not', async (t) => {
  const { house, lin, wang, recalls, said } = await serving(t);
  const first = await lin.types('价格是 299 元');
  await wang.says('好的');
  await lin.types('请稍等');
  await house.settled();
  const shown = lin.received().find(({ out }) => out.kind === 'text' && out.text.endsWith('：好的'))?.id;
  await lin.types('/撤回', { quote: shown });
  await house.settled();
  assert.equal(recalls().length, 0);
  assert.ok(lin.heard().at(-1)?.includes('只能撤回或修改你自己'));
  await lin.types('/撤回', { quote: first });
  await house.settled();
  assert.ok((await said('价格是 299 元'))?.recalled_at);
  assert.equal((await said('请稍等'))?.recalled_at, null);
});

test('who takes a message back in their chat takes it back from the customer', async (t) => {
  const { house, lin, recalls, nameOf } = await serving(t);
  const typed = await lin.types('这句说早了');
  await house.settled();
  await lin.recalls(typed);
  await house.settled();
  assert.deepEqual(
    recalls().map(({ out }) => 'messageId' in out && out.messageId),
    [nameOf('这句说早了')],
  );
});

test('a draft that waits for its addressee is dropped when it is taken back', async (t) => {
  const { house, lin, customers } = await serving(t, {}, ['王女士', '李先生']);
  await customers[0]?.says('在吗');
  await customers[1]?.says('在吗');
  await house.settled();
  const typed = await lin.types('马上补发');
  await house.settled();
  assert.equal(lin.heard().at(-1), 'card:choose');
  await lin.recalls(typed);
  await house.settled();
  const [draft] = await house.db.query<{ settled_at: Date | null; conversation_id: string | null }>(
    'select settled_at, conversation_id from drafts',
  );
  assert.ok(draft?.settled_at);
  assert.equal(draft?.conversation_id, null);
});

test('who changes a message in their chat changes what the customer reads; what became a note stays here', async (t) => {
  const { house, lin, said } = await serving(t, { channel: { editMs: 60_000 } });
  const typed = await lin.types('三天内送到');
  await house.settled();
  await lin.rewords(typed, '五天内送到');
  await house.settled();
  const edits = () => house.paper.toCustomers.map(({ out }) => out).filter((out) => out.kind === 'edit');
  assert.deepEqual(
    edits().map((out) => out.kind === 'edit' && out.text),
    ['五天内送到'],
  );
  assert.ok(await said('五天内送到'));
  await lin.rewords(typed, '// 其实不知道几天');
  await house.settled();
  assert.equal(edits().length, 1);
  assert.ok(lin.heard().at(-1)?.startsWith('没有修改'));
});

test('who has handed a customer on gives them no other words any more', async (t) => {
  const { house, lin, said } = await serving(t, {
    channel: { editMs: 60_000 },
    members: [
      { name: '林小满', role: 'agent' },
      { name: '陈亦舟', role: 'agent' },
    ],
  });
  const typed = await lin.types('三天内送到');
  await house.settled();
  await house.db.query('update conversations set owner_id = $1, epoch = epoch + 1', [
    house.memberId('陈亦舟'),
  ]);
  await lin.rewords(typed, '五天内送到');
  await house.settled();
  assert.ok(!house.paper.toCustomers.some(({ out }) => out.kind === 'edit'));
  assert.ok(await said('三天内送到'));
  assert.match(lin.heard().at(-1) ?? '', /现在不由你处理/);
});

test('where nothing can be changed the agent is told that the customer still reads the old words', async (t) => {
  const { house, lin, said } = await serving(t);
  const typed = await lin.types('三天内送到');
  await house.settled();
  await lin.rewords(typed, '五天内送到');
  await house.settled();
  assert.ok(lin.heard().at(-1)?.includes('不支持修改'));
  assert.ok(await said('三天内送到'));
});

test('what the channel refuses to take back is not shown as taken back', async (t) => {
  const { house, lin, said } = await serving(t);
  await lin.types('发错了');
  await house.settled();
  house.paper.before = async (out) => {
    if (out.kind === 'recall') throw new SendError('refused', '40008', '超过可撤回时间');
  };
  await lin.types('/撤回');
  await house.settled();
  assert.equal((await said('发错了'))?.recalled_at, null);
  assert.ok(lin.heard().at(-1)?.includes('超过可撤回时间'));
});

test('what went as one message with others is not taken back with them', async (t) => {
  const { house, lin, recalls, said } = await serving(t);
  house.paper.mergesUpTo = 400;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.text === '稍等') await gate;
  };
  for (const words of ['稍等', '一', '二']) await lin.types(words);
  while ((await house.db.query(`select 1 from messages where content ->> 'text' = '二'`)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
  open();
  await house.settled();
  await lin.types('/撤回');
  await house.settled();
  assert.equal(recalls().length, 0);
  assert.ok(lin.heard().at(-1)?.includes('合成一条'), lin.heard().at(-1));
  assert.equal((await said('二'))?.recalled_at, null);
});

test('what a customer takes back is taken back from their agent too, who is told', async (t) => {
  const { house, lin, wang } = await serving(t);
  const name = await wang.says('我的密码是 1234');
  await house.settled();
  const shown = lin.received().find(({ out }) => out.kind === 'text' && out.text.includes('1234'))?.id;
  await wang.recalls(name);
  await house.settled();
  assert.ok(house.paper.toStaff.some(({ out }) => out.kind === 'recall' && out.messageId === shown));
  assert.match(lin.heard().at(-1) ?? '', /王女士 撤回了一条消息。$/);
  await lin.types('/我的');
  await house.settled();
  assert.ok(JSON.stringify([...house.paper.cards.values()].at(-1)).includes('[已撤回]'));
});

test('where the platform takes nothing back the agent is told which words are withdrawn', async (t) => {
  const house = await openHouse(t, {
    elsewhere: [{ platform: 'wecom', abilities: { recall: false } }],
  });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满', 'wecom')];
  await wang.says('转人工');
  await house.settled();
  await lin.types('/认领');
  await house.settled();
  const name = await wang.says('算了不退了');
  await house.settled();
  await wang.recalls(name);
  await house.settled();
  assert.ok(lin.heard().at(-1)?.endsWith('撤回了一条消息：「算了不退了」'), lin.heard().at(-1));
});

test('nobody takes back what another customer wrote', async (t) => {
  const { house, customers, said } = await serving(t, {}, ['王女士', '李先生']);
  const name = await customers[0]?.says('这是王女士说的');
  await house.settled();
  await customers[1]?.recalls(name ?? '');
  await customers[1]?.rewords(name ?? '', '李先生改的');
  await house.settled();
  assert.equal((await said('这是王女士说的'))?.recalled_at, null);
});

test('what a customer changes is shown with what it was', async (t) => {
  const { house, lin, wang } = await serving(t);
  const name = await wang.says('周三送到就行');
  await house.settled();
  await wang.rewords(name, '周五送到就行');
  await house.settled();
  assert.ok(lin.heard().at(-1)?.includes('修改了一条消息：「周五送到就行」（原文：「周三送到就行」）'));
});

test('a message that bounces after it was taken is shown to its agent as not arrived', async (t) => {
  const { house, lin, nameOf, said } = await serving(t);
  await lin.types('补发单号 SF123');
  await house.settled();
  await house.fromCustomer([
    {
      kind: 'receipt',
      id: 'r-1',
      sender: '王女士',
      at: house.clock.now(),
      status: 'failed',
      messageIds: [nameOf('补发单号 SF123')],
      reason: '邮箱不存在',
    },
  ]);
  await house.settled();
  assert.equal((await said('补发单号 SF123'))?.delivery, 'failed');
  assert.ok(lin.heard().at(-1)?.includes('邮箱不存在'));
});

test('a customer of a channel that minds no time takes back what they wrote for two minutes', async (t) => {
  const clock = jumpingClock();
  const { house, wang, said } = await serving(t, { clock, channel: { withdrawMs: 120_000 } });
  const [early, late] = [await wang.says('第一句'), await wang.says('第二句')];
  await wang.recalls(early);
  await house.settled();
  clock.jump(121_000);
  await wang.recalls(late);
  await house.settled();
  assert.ok((await said('第一句'))?.recalled_at);
  assert.equal((await said('第二句'))?.recalled_at, null);
});

test('what the customer has read says so in the agent’s list', async (t) => {
  const { house, lin, nameOf } = await serving(t);
  await lin.types('补发单号 SF123');
  await house.settled();
  await house.fromCustomer([
    {
      kind: 'receipt',
      id: 'r-1',
      sender: '王女士',
      at: house.clock.now(),
      status: 'read',
      messageIds: [nameOf('补发单号 SF123')],
    },
  ]);
  await lin.types('/我的');
  await house.settled();
  assert.ok(JSON.stringify([...house.paper.cards.values()].at(-1)).includes('补发单号 SF123（客户已读）'));
});

test('while the robot looks for an answer the customer sees that it is writing', async (t) => {
  const house = await openHouse(t);
  house.paper.typing = [];
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  await house.customer('王女士').says('下单后多久发货');
  await house.settled();
  assert.deepEqual(house.paper.typing, ['王女士']);
});

for (const command of ['撤回', '修改'] as const)
  test(`a long message of which a part is on its way is not cut in two by /${command}, where that comes too late`, async (t) => {
    const { house, lin, wang, said } = await serving(t, {
      ...{ channel: { recallMs: undefined, text: { max: 10, unit: 'characters' } } },
      settings: { undoSeconds: 0 },
    });
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let begun = () => {};
    const leaves = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const words = '请把壶身和壶盖一起寄回来，我们收到后马上补发。';
    house.paper.before = async (out) => {
      if (out.kind !== 'text' || !words.startsWith(out.text.slice(0, 5))) return;
      begun();
      await gate;
    };
    const typed = await lin.types(words);
    await leaves;
    const heard = lin.heard().length;
    if (command === '撤回') await lin.types('/撤回');
    else await lin.rewords(typed, '不用寄回来了');
    while (lin.heard().length === heard) await new Promise((resolve) => setTimeout(resolve, 5));
    open();
    await house.settled();
    assert.ok(lin.heard().at(-1)?.includes('不支持'), lin.heard().at(-1));
    assert.ok(wang.heard().join('').replace(/\s/g, '').endsWith(words), wang.heard().join('|'));
    assert.equal((await said(words))?.recalled_at, null);
  });
