import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { jumpingClock } from '../../tests/clocks.js';
import { type HouseOptions, openHouse } from '../../tests/house.js';
import { paperChannel } from '../../tests/paper.js';
import { SendError } from '../ports/courier.js';

const hourMs = 3_600_000;
const windows = { message: { ms: 48 * hourMs, sends: 5 }, visit: { ms: 60_000, sends: 3 } };
const counted = { ...paperChannel, recallMs: undefined, cards: false, windows };

/** Nobody is hurried, and silence ends nothing: hours pass here. */
const patient = { idleRemindMinutes: 0, idleCloseMinutes: 0, nudgeMinutes: 0, unansweredMinutes: 0 };

/** 王女士 is served by 林小满, one to one, on a channel that counts what we send. */
async function serving(t: TestContext, options: HouseOptions = {}) {
  const clock = jumpingClock();
  const house = await openHouse(t, {
    clock,
    channel: counted,
    ...options,
    settings: { ...patient, undoSeconds: 0, ...options.settings },
  });
  const [wang, lin] = [house.customer('王女士'), house.member('林小满')];
  await wang.says('转人工');
  await house.settled();
  const [conversation] = await house.conversations();
  const id = conversation?.id ?? '';
  await lin.clicks('conversation.claim', { conversation: id });
  const used = async () =>
    (await house.db.query<{ used: number }>('select used from windows order by opened_at desc limit 1'))[0]
      ?.used;
  /** Presses a button of the card that 林小满 got last. */
  const presses = async (operation: string) => {
    const [row] = await house.db.query<{ id: string }>('select id from postponed order by id desc limit 1');
    return lin.clicks(
      operation,
      { conversation: id, postponed: row?.id },
      lin.received().findLast(({ out }) => out.kind === 'card')?.id,
    );
  };
  return { house, clock, wang, lin, id, used, presses };
}

test('lines of Imdesk go with the agent’s first words, as one message, and the agent reads what is left', async (t) => {
  const { house, wang, lin, used } = await serving(t);
  await wang.says('壶盖裂了');
  await lin.types('您好，我看一下');
  await house.settled();
  assert.equal(wang.heard().at(-1), '已为您接入客服 林小满。\n您好，我看一下');
  assert.equal(await used(), 1);
  assert.ok(lin.heard().at(-1)?.startsWith('已发送 · 还可发 4/5 条，1 天 23 小时内'), lin.heard().at(-1));
});

test('quick bubbles become one message, and count once', async (t) => {
  const { house, wang, lin, used } = await serving(t, { settings: { undoSeconds: 1 } });
  await wang.says('在吗');
  await lin.types('在的');
  await lin.types('您说');
  await lin.types('请问订单号是多少');
  await house.settled();
  assert.ok(wang.heard().at(-1)?.endsWith('在的\n您说\n请问订单号是多少'), wang.heard().join(' | '));
  assert.equal(await used(), 1);
  assert.equal(lin.heard().filter((words) => words.includes('还可发 4/5')).length, 3);
});

test('with nothing left the words are kept, and sent when the customer writes again', async (t) => {
  const { house, wang, lin, id, used, presses } = await serving(t);
  await wang.says('壶盖裂了');
  await house.settled();
  for (const words of ['一', '二', '三', '四', '五']) {
    await lin.types(words);
    await house.settled();
  }
  assert.equal(await used(), 5);
  assert.ok(lin.heard().some((words) => words.includes('只能再发 1 条')));
  assert.ok(lin.heard().some((words) => words.includes('5 条已全部用完')));
  await lin.types('第六条');
  await house.settled();
  assert.ok(!wang.heard().includes('第六条'));
  assert.ok(lin.heard().some((words) => words.includes('条数已经用完')));
  assert.equal(lin.heard().at(-2), 'card:panel');
  await presses('message.postpone');
  await house.settled();
  assert.ok(!wang.heard().includes('第六条'));
  await wang.says('还在吗');
  await house.settled();
  assert.equal(wang.heard().at(-1), '第六条');
  assert.equal(await used(), 1);
  assert.ok(lin.heard().some((words) => words.includes('已自动发送：「第六条」')));
  // A second press, and the customer's next words, send nothing more.
  await presses('message.postpone');
  await wang.says('好的');
  await house.settled();
  assert.equal(wang.heard().filter((words) => words === '第六条').length, 1);
  assert.ok(id);
});

test('after 48 hours nothing is asked of the channel, and what is dropped is never sent', async (t) => {
  const { house, clock, wang, lin, presses } = await serving(t);
  clock.jump(49 * hourMs);
  const sent = house.paper.toCustomers.length;
  await lin.types('您还在吗');
  await house.settled();
  assert.equal(house.paper.toCustomers.length, sent);
  assert.ok(lin.heard().some((words) => words.includes('客户太久没有来信')));
  await presses('message.dropPostponed');
  await wang.says('我回来了');
  await house.settled();
  assert.ok(!wang.heard().includes('您还在吗'));
});

test('two hours before the window closes its agent is told once; not when the customer has written since', async (t) => {
  const { house, clock, wang, lin } = await serving(t);
  const warned = () => lin.heard().filter((words) => words.includes('就不允许主动发消息了')).length;
  clock.jump(40 * hourMs);
  await wang.says('还有一个问题');
  await house.settled();
  const fired = async (count: number) => {
    while (
      (await house.db.query('select 1 from timers where entry #>> $1 = $2', ['{timer,kind}', 'window']))
        .length > count
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    await house.settled();
  };
  clock.jump(6.5 * hourMs);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await house.settled();
  assert.equal(warned(), 0, 'the customer had written since');
  clock.jump(40 * hourMs);
  await fired(0);
  assert.equal(warned(), 1);
});

test('what the channel says is believed: a refusal closes the window, and the words are offered again', async (t) => {
  const { house, wang, lin, used } = await serving(t);
  await wang.says('壶盖裂了');
  house.paper.before = async (out) => {
    if (out.kind === 'text' && out.to.kind === 'direct' && out.to.person === '王女士')
      throw new SendError('refused', '45047', 'out of response count limit', { window: 'used' });
  };
  await lin.types('好的');
  await house.settled();
  assert.equal(await used(), 5);
  assert.equal(lin.heard().at(-1), 'card:panel');
  assert.ok(lin.heard().some((words) => words.includes('条数已经用完') && words.includes('好的')));
  const asked = house.paper.toCustomers.length;
  await lin.types('再试一次');
  await house.settled();
  assert.equal(house.paper.toCustomers.length, asked);
});

test('an answer that the channel waits for costs nothing, and its address is used once', async (t) => {
  const { house, wang, lin, used } = await serving(t);
  await wang.says('壶盖裂了', 'm-1', 'passive-1');
  await house.settled();
  await lin.types('第一句');
  await house.settled();
  await lin.types('第二句');
  await house.settled();
  const replies = house.paper.toCustomers
    .slice(-2)
    .map(({ out }) => 'to' in out && out.to.kind === 'direct' && out.to.reply);
  assert.deepEqual(replies, ['passive-1', undefined]);
  assert.equal(await used(), 1);
});

test('where a greeting is taken, words of a longer window are not sent', async (t) => {
  const { house, wang, lin } = await serving(t);
  await wang.says('壶盖裂了');
  await wang.visits('entered', 'welcome-code');
  await house.settled();
  await lin.types('您好');
  await house.settled();
  const last = house.paper.toCustomers.at(-1)?.out;
  assert.ok(last?.kind === 'text' && last.to.kind === 'direct' && last.to.reply === undefined);
});

test('a visit opens a short window, and shortens none that words opened', async (t) => {
  const clock = jumpingClock();
  const house = await openHouse(t, { clock, channel: counted });
  const wang = house.customer('王女士');
  const standing = async () => {
    await house.settled();
    const [row] = await house.db.query<{ opening: string; sends: number; ms: string }>(
      `select opening, sends, extract(epoch from closes_at - opened_at) * 1000 as ms from windows`,
    );
    return row && [row.opening, row.sends, Number(row.ms)];
  };
  await wang.visits('followed');
  assert.deepEqual(await standing(), ['visit', 3, 60_000]);
  await wang.says('你好');
  assert.deepEqual(await standing(), ['message', 5, 48 * hourMs]);
  await wang.visits('menu');
  assert.deepEqual(await standing(), ['message', 5, 48 * hourMs]);
  clock.jump(50 * hourMs);
  await wang.visits('menu');
  assert.deepEqual(await standing(), ['visit', 3, 60_000]);
});

test('when few are left the last is kept for the rating, and an agent’s words go before all', async (t) => {
  const { house, wang, lin, id, used } = await serving(t);
  await wang.says('壶盖裂了');
  await house.settled();
  for (const words of ['一', '二', '三', '四']) {
    await lin.types(words);
    await house.settled();
  }
  assert.equal(await used(), 4);
  await lin.clicks('conversation.close', { conversation: id, reason: 'solved' });
  await house.settled();
  assert.match(wang.heard().at(-1) ?? '', /您对本次服务满意吗/);
  assert.equal(await used(), 5);
});

test('one customer’s sends count in nobody else’s window', async (t) => {
  const { house, wang, lin } = await serving(t);
  const li = house.customer('李先生');
  await li.says('转人工');
  await wang.says('壶盖裂了');
  await house.settled();
  for (const words of ['一', '二', '三']) {
    await lin.types(words);
    await house.settled();
  }
  const rows = await house.db.query<{ name: string; used: number }>(
    `select c.name, w.used from windows w join identities i on i.id = w.identity_id
       join customers c on c.id = i.customer_id order by c.name`,
  );
  assert.deepEqual(
    rows.map(({ name, used }) => [name, used]),
    [
      ['李先生', 1],
      ['王女士', 3],
    ],
  );
});

test('what is too long for one message goes in several, counted as such, in order', async (t) => {
  const { house, wang, lin, used } = await serving(t, {
    channel: { ...counted, text: { max: 30, unit: 'characters' } },
  });
  await wang.says('怎么退');
  await house.settled();
  await lin.types('先在订单里点退货。选好原因再提交。快递员明天上门取件。运费我们来付。');
  await house.settled();
  assert.equal(await used(), 3);
  assert.ok(lin.heard().at(-1)?.includes('分成 2 条'));
  assert.deepEqual(wang.heard().slice(-2), [
    '先在订单里点退货。选好原因再提交。快递员明天上门取件。',
    '运费我们来付。',
  ]);
});

test('where sends are counted, too, a conversation that was put aside goes on when its owner writes', async (t) => {
  const { house, wang, lin } = await serving(t);
  await wang.says('壶盖裂了');
  await lin.types('/挂起 40分钟');
  await house.settled();
  const held = async () =>
    (await house.db.query<{ held_until: Date | null }>('select held_until from conversations'))[0]
      ?.held_until;
  assert.ok(await held());
  await lin.types('仓库回复了，今天补发');
  await house.settled();
  assert.equal(await held(), null);
});
