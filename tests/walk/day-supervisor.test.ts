import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { app, bot, robot, type Seats, walk } from './house.js';
import { type Customer, rowOf, type Staff, wordsOn } from './people.js';
import { shot } from './shots.js';

walk('a supervisor looks on, helps, and steps in, from another platform', (house) => {
  let desk: Awaited<ReturnType<typeof house.sitTogether>>;
  let wang: Customer;
  /** Serves in WeCom. */
  let chen: Staff;
  /** The supervisor, in DingTalk. */
  let he: Staff;
  /** Takes over later, in Feishu. */
  let lin: Seats;

  before(async () => {
    desk = await house.sitTogether({
      first: { im: 'dingtalk', as: 'he', chat: robot },
      second: { im: 'wecom', as: 'chen', chat: app },
      customer: 'wang',
    });
    he = desk.first;
    chen = desk.second;
    lin = await house.sit({ as: 'lin', customer: '', chat: bot });
    wang = await desk.customer.opens();
  });
  const picture = (step: string) => shot(desk.page, `supervisor-${step}`);

  test('sees on 实况 who waits, and then who has it', async () => {
    await chen.presses('/mine');
    await chen.chat.card('我正在处理的会话（0）').waitFor();
    await wang.says('转人工');
    await wang.hears('正在为您转接');
    await he.chat.says('/实况');
    const waiting = await wordsOn(he.chat.card('接待实况', '等待 1'));
    for (const shown of ['王雨桐', '售后客服', '处理中 0', '今日会话', '最长等待'])
      assert.ok(waiting.includes(shown), `it shows ${shown}:\n${waiting}`);
    await picture('1-live');
    await chen.chat.card('1 位客户等待认领').getByRole('button', { name: /认领/ }).first().click();
    await wang.hears('已为您接入客服 陈亦舟');
    await wang.says('壶盖裂了，能补发吗');
    await chen.chat.hears('壶盖裂了，能补发吗');
    await he.chat.card('接待实况').getByRole('button', { name: '刷新' }).click();
    await he.chat.card('接待实况', '等待 0', '陈亦舟 · 客户已等').waitFor();
    await picture('2-live-active');
  });

  test('whispers to the agent, and nobody else reads it', async () => {
    await rowOf(he.chat.card('接待实况'), '王雨桐').getByRole('button', { name: '详情' }).click();
    const detail = he.chat.card('王雨桐', '发送私语');
    await detail.waitFor();
    await picture('3-detail');
    await detail.locator('[data-field="words"]').fill('可以免费补发，走质保');
    await detail.getByRole('button', { name: '发送私语' }).click();
    await chen.chat.hears('【私语】何静姝 关于 A1（王雨桐）：可以免费补发，走质保');
    await chen.chat.says('可以的，给您免费补发壶盖。');
    await wang.hears('可以的，给您免费补发壶盖。');
    await picture('4-whispered');
    await lin.staff.chat.says('/记录 A1');
    const log = await wordsOn(lin.staff.chat.card('王雨桐', '给您免费补发壶盖'));
    assert.doesNotMatch(log, /走质保/);
  });

  test('takes it over, and gives it back', async () => {
    await he.chat.says('/接管 A1');
    await wang.hears('您的问题已转由客服 何静姝 继续处理。');
    await chen.chat.hears('何静姝 已把 A1（王雨桐）转给 何静姝', '客户看不到');
    await he.chat.card('何静姝 处理中', '王雨桐').waitFor();
    await picture('5-taken-over');
    await he.chat.says('/实况');
    await rowOf(he.chat.card('接待实况', '处理中 1'), '王雨桐').getByRole('button', { name: '详情' }).click();
    await he.chat.card('王雨桐', '撤销改派').getByRole('button', { name: '撤销改派' }).click();
    await wang.hears('您的问题已转由客服 陈亦舟 继续处理。');
    await chen.chat.card('陈亦舟 处理中', '王雨桐 · A1').waitFor();
    await picture('6-given-back');
    await chen.chat.says('我是陈亦舟，壶盖今天寄出。');
    await wang.hears('我是陈亦舟，壶盖今天寄出。');
  });

  test('the customer read what was meant for them, and nothing else', async () => {
    assert.doesNotMatch((await wang.reads()).join('\n'), /走质保|私语|\/|改派/);
  });
});
