import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { app, bot, robot, type Seats, teamGroup, topicGroup, walk } from './house.js';
import { type Customer, rowOf, type Talk, wordsOn } from './people.js';
import { shot } from './shots.js';

/** Where somebody works, and whom they serve there. */
export interface Desk {
  im: 'feishu' | 'dingtalk' | 'wecom';
  customer: { id: string; name: string; order: string };
}
const chats = { feishu: topicGroup, dingtalk: teamGroup, wecom: app };

export function agentsDay(desk: Desk): void {
  walk(`an agent’s day in ${desk.im}`, (house) => {
    let lin: Seats;
    let customer: Customer;
    let talk: Talk;
    /** Where lists are shown to the agent alone. */
    let own: Talk;
    const { name } = desk.customer;

    before(async () => {
      lin = await house.sit({ im: desk.im, as: 'lin', customer: desk.customer.id, chat: chats[desk.im] });
      customer = await lin.customer.opens();
      talk = desk.im === 'feishu' ? lin.staff.topic(name) : lin.staff.chat;
      own = talk;
      if (desk.im === 'feishu') own = (await house.sit({ as: 'lin', customer: '', chat: bot })).staff.chat;
    });
    const brief = () => talk.card('林小满 处理中', '常用语');
    /** Presses a button of the brief, wherever it has gone meanwhile. */
    const presses = async (label: string) => {
      await talk.unfoldsAll();
      await brief().getByRole('button', { name: label, exact: true }).click();
    };
    const picture = (step: string) => shot(lin.page, `day-${desk.im}-${step}`);

    test('claims who waits', async () => {
      await customer.says('转人工');
      await customer.hears('正在为您转接');
      const claim = desk.im === 'feishu' ? talk.card('等待认领') : lin.staff.chat.card('1 位客户等待认领');
      await claim.getByRole('button', { name: /^认领/ }).first().click();
      await customer.hears('已为您接入客服 林小满');
      if (desk.im === 'dingtalk') await lin.staff.opens(robot);
      const words = await wordsOn(brief());
      for (const shown of [name, '常用语', '客户资料', '转交', '更多'])
        assert.ok(words.includes(shown), `the brief shows ${shown}:\n${words}`);
      await picture('1-brief');
    });

    test('sends a canned reply by its name, and with two touches', async () => {
      await talk.says('/r 新增 退款 {客户}您好，退款已提交，编号 {编号}。');
      await talk.hears('已保存常用语「退款」');
      await talk.says('/r 退款');
      await customer.hears(/您好，退款已提交，编号 A1。/);
      await talk.says('/r 新增 稍等 请稍等，我查一下。');
      await talk.hears('已保存常用语「稍等」');
      await presses('常用语');
      const list = own.card('常用语', '请稍等，我查一下。');
      await list.waitFor();
      await shot(list, `day-${desk.im}-2-canned`);
      // WeCom has no buttons in rows: each says what it sends.
      const send =
        desk.im === 'wecom'
          ? list.getByRole('button', { name: '发送 稍等' })
          : rowOf(list, '稍等').getByRole('button', { name: '发送' });
      await send.click();
      await customer.hears('请稍等，我查一下。');
      await picture('2-canned-sent');
    });

    test('looks at who the customer is, and tags them', async () => {
      await presses('客户资料');
      const known = own.card(name, '合并客户');
      const words = await wordsOn(known);
      assert.match(words, /订单/);
      await shot(known, `day-${desk.im}-3-customer`);
      await talk.says('/标签 老客户');
      await talk.hears('的标签：老客户');
      await talk.says('/客户');
      await own.card(name, '合并客户', '老客户').last().waitFor();
      await picture('3-tagged');
    });

    test('puts it aside, and takes it up again when the customer writes', async () => {
      await talk.says('/挂起 30分钟 等仓库回复');
      await talk.hears('已挂起至');
      await customer.hears('您的问题正在核实，有结果会第一时间告诉您。');
      await picture('4-held');
      await customer.says('我再补充一下，是白色那只');
      await talk.hears('我再补充一下，是白色那只');
      await brief().waitFor();
    });

    test('takes back what was said, and sees what the customer takes back', async () => {
      await talk.says('这一单给您八折');
      const said = await customer.hears('这一单给您八折');
      await talk.says('/撤回');
      await talk.hears('已撤回', '这一单给您八折');
      await said.waitFor({ state: 'detached' });
      await customer.panel.getByText('消息已撤回').first().waitFor();
      assert.doesNotMatch((await customer.reads()).join('\n'), /八折/);
      await customer.says('我的银行卡号是 6222');
      await talk.hears('我的银行卡号是 6222');
      await customer.withdraws('我的银行卡号是 6222');
      await talk.hears('撤回了一条消息');
      await picture('5-taken-back');
    });

    test('finds it again by its words, and turns the pages of what was said', async () => {
      for (let line = 1; line <= 6; line += 1) {
        await customer.says(`补充第 ${line} 点`);
        await talk.hears(`补充第 ${line} 点`);
      }
      await talk.says('/查找 白色那只');
      const found = own.card('查找会话', '白色那只').last();
      await found.waitFor();
      await shot(found, `day-${desk.im}-6-found`);
      await talk.says('/记录');
      const log = own.card('导出', '补充第').last();
      await log.waitFor();
      assert.doesNotMatch(await wordsOn(log), /退款已提交/);
      await shot(log, `day-${desk.im}-6-log`);
      await log.getByRole('button', { name: '更早' }).click();
      const older = own.card('更新', '导出', '退款已提交');
      await older.waitFor();
      await shot(older, `day-${desk.im}-6-log-older`);
    });

    test('the customer read what was meant for them and nothing else', async () => {
      const read = (await customer.reads()).join('\n');
      assert.doesNotMatch(read, /等仓库回复|老客户|八折|6222|\/|已保存/);
    });
  });
}
