import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { app, robot, type Seats, teamGroup, topicGroup, walk } from './house.js';
import { type Customer, type Staff, wordsOn } from './people.js';
import { shot } from './shots.js';

walk('one conversation goes through three platforms, and the customer sees no seam', (house) => {
  let desk: Awaited<ReturnType<typeof house.sitTogether>>;
  let wang: Customer;
  /** At DingTalk, at WeCom, and at Feishu. */
  let lin: Staff;
  let chen: Staff;
  let he: Seats;

  before(async () => {
    desk = await house.sitTogether({
      first: { im: 'dingtalk', as: 'lin', chat: teamGroup },
      second: { im: 'wecom', as: 'chen', chat: app },
      customer: 'wang',
    });
    lin = desk.first;
    chen = desk.second;
    he = await house.sit({ as: 'he', customer: '', chat: topicGroup });
    wang = await desk.customer.opens();
  });
  const topic = () => he.staff.topic('王雨桐');

  test('who waits, waits at three desks at once', async () => {
    await chen.presses('/mine');
    await chen.chat.card('我正在处理的会话（0）').waitFor();
    await wang.says('下单后多久发货？');
    await wang.hears(/16:00 前付款的订单当天发出/);
    await wang.says('转人工');
    await topic().card('等待认领', 'A1').waitFor();
    for (const { chat } of [lin, chen]) {
      const words = await wordsOn(chat.card('1 位客户等待认领'));
      for (const shown of ['售后客服', '王雨桐', 'A1', '下单后多久发货？', '认领'])
        assert.ok(words.includes(shown), `it shows ${shown}:\n${words}`);
    }
    await shot(desk.page, 'mixed-1-waiting');
    await shot(he.page, 'mixed-1-waiting-feishu');
  });

  test('claimed in DingTalk, and every desk knows', async () => {
    await lin.chat.card('1 位客户等待认领').getByRole('button', { name: '认领', exact: true }).click();
    await wang.hears('已为您接入客服 林小满');
    await lin.chat.card('等待的客户都已有人接待').waitFor();
    await chen.chat.card('等待的客户都已有人接待').waitFor();
    await topic().root.filter({ hasText: '林小满 处理中' }).waitFor();
    await lin.client.getByRole('button', { name: '返回会话列表' }).click();
    await lin.opens(robot);
    await lin.chat.card('王雨桐', '林小满 处理中').waitFor();
    await lin.chat.says('王女士您好，我是林小满。');
    await wang.hears('王女士您好，我是林小满。');
    await wang.says('这单要开专票');
    await lin.chat.hears('王雨桐：这单要开专票');
    await shot(desk.page, 'mixed-2-claimed');
  });

  test('given in DingTalk to somebody who works in WeCom, with words for them', async () => {
    await lin.chat.says('/转交 A1 陈亦舟 客户要开专票，抬头已核对');
    await lin.chat.hears('已邀请 陈亦舟 接手 A1（王雨桐）');
    const asked = await wordsOn(chen.chat.card('请你接手 王雨桐'));
    for (const shown of ['林小满 邀请你接手', '客户要开专票，抬头已核对', '这单要开专票'])
      assert.ok(asked.includes(shown), `it shows ${shown}:\n${asked}`);
    await shot(desk.page, 'mixed-3-offered');
    await chen.chat.card('请你接手 王雨桐').getByRole('button', { name: '接手', exact: true }).click();
    await wang.hears('您的问题已转由客服 陈亦舟 继续处理。');
    const words = await wordsOn(chen.chat.card('陈亦舟 处理中', '王雨桐 · A1'));
    assert.match(words, /官网 · 售后客服/);
    await chen.chat.hears('林小满 把 A1（王雨桐）转给了你', '客户要开专票，抬头已核对');
    await lin.chat.hears('陈亦舟 已接手 A1（王雨桐）');
    await topic().root.filter({ hasText: '陈亦舟 处理中' }).waitFor();
    await shot(desk.page, 'mixed-3-transferred');
  });

  test('a note from the Feishu topic stands before the owner in WeCom', async () => {
    await topic().says('// 老客户，随单送一方茶巾');
    await chen.chat.hears('何静姝：老客户，随单送一方茶巾', '备注');
    await chen.chat.says('专票今天开好发您邮箱，再送您一份小礼物。');
    await wang.hears('专票今天开好发您邮箱，再送您一份小礼物。');
    await wang.says('太好了，谢谢！');
    await chen.chat.hears('王雨桐：太好了，谢谢！');
    for (const words of ['这单要开专票', '要开专票，抬头已核对', '再送您一份小礼物', '太好了，谢谢！'])
      await topic().hears(words);
    await shot(desk.page, 'mixed-4-note');
    await shot(he.page, 'mixed-4-note-feishu');
  });

  test('closed in WeCom, every desk shows how it ended', async () => {
    await chen.chat.says('/结束 A1 已解决 专票已开');
    await wang.hears('本次服务已结束');
    await chen.chat.card('已结束 · 已解决', '王雨桐 · A1').waitFor();
    await topic().root.filter({ hasText: '已结束 · 已解决' }).filter({ hasText: '专票已开' }).waitFor();
    await lin.chat.card('王雨桐', '已结束 · 已解决').waitFor();
    await shot(desk.page, 'mixed-5-closed');
    await shot(he.page, 'mixed-5-closed-feishu');
  });

  test('the customer read what was meant for them, each once, and nothing else', async () => {
    const [welcome, ...rest] = await wang.reads();
    assert.match(welcome ?? '', /我是山屿茶器的小屿/);
    const [asked, answer, ...served] = rest;
    assert.equal(asked, '下单后多久发货？');
    assert.match(answer ?? '', /16:00 前付款的订单当天发出/);
    assert.deepEqual(served, [
      '转人工',
      '正在为您转接人工客服，马上就轮到您了，请稍候。',
      '已为您接入客服 林小满。',
      '王女士您好，我是林小满。',
      '这单要开专票',
      '您的问题已转由客服 陈亦舟 继续处理。',
      '专票今天开好发您邮箱，再送您一份小礼物。',
      '太好了，谢谢！',
      '本次服务已结束，感谢您的咨询。之后有问题，直接发送消息即可。',
    ]);
  });
});
