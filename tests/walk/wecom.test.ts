import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { app, colleagues, type Seats, walk } from './house.js';
import { type Customer, takePicture, wordsOn } from './people.js';
import { shot } from './shots.js';

/** For what waits until a minute's limit lets it through. */
const aMinuteAndMore = 90_000;

walk('customers are served by people who work in WeCom', (house) => {
  let lin: Seats;
  let chen: Seats;
  let wang: Customer;
  let emily: Customer;

  before(async () => {
    lin = await house.sit({ im: 'wecom', as: 'lin', customer: '', chat: app });
    chen = await house.sit({ im: 'wecom', as: 'chen', customer: 'wang', chat: app });
    wang = await chen.customer.opens();
    emily = await (await house.onPhone('emily')).customer.opens();
  });
  const heard = async (customer: Customer, words: string) =>
    (await customer.reads()).some((line) => line.includes(words));
  const cardsIn = ({ staff }: Seats) => staff.chat.element.locator('[data-testid^="card-"]');
  /** Follows a link of a card, which opens in a window of its own. */
  const follows = async (page: Page, link: Locator): Promise<Page> => {
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    opened.setDefaultTimeout(30_000);
    return opened;
  };
  /** Chooses what begins so in the dropdown of a card. */
  const chooses = async (card: Locator, start: string) => {
    const option = card.locator('select option', { hasText: start });
    await card.locator('select').selectOption(await option.innerText());
  };
  /** Somebody else in the shop, whom 陈亦舟 claims by command. */
  const servesGuest = async () => {
    const { page, customer } = await house.onPhone('');
    await customer.opens();
    await customer.says('转人工');
    await customer.hears('正在为您转接');
    await chen.staff.chat.says('/认领');
    await customer.hears('已为您接入客服 陈亦舟');
    await page.context().close();
  };

  test('on 转人工 each agent gets one notice, and the group’s robot tells of it', async () => {
    await wang.says('你们老板的猫是什么颜色');
    await wang.hears(/还答不上来|不太确定/);
    await wang.says('转人工');
    await wang.hears('正在为您转接');
    for (const seat of [lin, chen]) {
      const words = await wordsOn(seat.staff.chat.card('1 位客户等待认领'));
      for (const shown of ['售后客服', '王雨桐', 'A1', '刚刚开始等待', '认领', '我的会话'])
        assert.ok(words.includes(shown), `the notice shows ${shown}:\n${words}`);
      assert.equal(await cardsIn(seat).count(), 1);
    }
    await shot(chen.page, 'wecom-1-waiting');
    await lin.staff.opens(colleagues);
    await lin.staff.chat.hears('1 位客户等待认领', '王雨桐');
    await shot(lin.page, 'wecom-2-group-robot');
    await lin.staff.opens(app);
  });

  test('claimed on the card: it says so, and the notice of the others ends', async () => {
    const { chat } = chen.staff;
    await chat.card('1 位客户等待认领').getByRole('button', { name: /认领/ }).first().click();
    await wang.hears('已为您接入客服 陈亦舟');
    await chat.card('等待的客户都已有人接待', '已认领 A1（王雨桐）').waitFor();
    const ended = lin.staff.chat.card('等待的客户都已有人接待');
    await ended.waitFor();
    assert.equal(await ended.getByRole('button').count(), 0);
    const words = await wordsOn(chat.card('陈亦舟 处理中', '王雨桐 · A1'));
    for (const shown of [
      '官网 · 售后客服',
      '首次咨询',
      '客户要求转人工。机器人先后处理了 1 个问题',
      '结束原因',
    ])
      assert.ok(words.includes(shown), `the brief shows ${shown}:\n${words}`);
    await shot(chen.page, 'wecom-3-claimed');
  });

  test('words and pictures go both ways, and a note stays inside', async () => {
    const { chat } = chen.staff;
    await chat.says('王女士您好，我来帮您看看。');
    await wang.hears('王女士您好，我来帮您看看。');
    await wang.says('茶壶盖子裂了');
    await chat.hears('王雨桐：茶壶盖子裂了');
    await wang.shows(await takePicture(chen.page, '裂痕.png', 240));
    await chat.sees(240);
    await chat.shows(await takePicture(chen.page, '新壶.png', 320));
    await wang.sees(320);
    await chat.says('// 上次也是壶盖，怀疑是这一批');
    await chat.hears('已记在 A1 的备注里，客户看不到');
    await chat.says('今天就给您补发');
    await wang.hears('今天就给您补发');
    assert.equal(await heard(wang, '怀疑是这一批'), false);
    await shot(chen.page, 'wecom-4-talk');
  });

  test('the next is claimed from the menu', async () => {
    await emily.says('怎么开电子发票？');
    await emily.hears('申请发票');
    await emily.says('转人工');
    await chen.staff.chat.card('1 位客户等待认领', 'Emily Carter', '怎么开电子发票？').waitFor();
    await chen.staff.presses('/claim');
    await emily.hears('已为您接入客服 陈亦舟');
    await chen.staff.chat.card('陈亦舟 处理中', 'Emily Carter').waitFor();
  });

  test('others by command; and as there are many, whom words are for is chosen from a dropdown', async () => {
    // WeCom lets thirty messages a minute through to one member, and these are more: the last of them wait for their turn.
    const chat = chen.staff.chat.within(aMinuteAndMore);
    for (let guests = 0; guests < 4; guests += 1) await servesGuest();
    await chat.says('您好，请讲');
    await wang.says('快递用哪家？');
    await chat.hears('王雨桐：快递用哪家？');
    await chat.says('发顺丰，明天就能到');
    const choose = chat.card('要发给哪位客户', '发顺丰，明天就能到');
    await choose.waitFor({ timeout: aMinuteAndMore });
    await shot(chen.page, 'wecom-5-choose');
    await chooses(choose, 'A1 王雨桐');
    await choose.getByRole('button', { name: '发送' }).click();
    await wang.hears('发顺丰，明天就能到');
    await chat.card('已发给 王雨桐（A1）').waitFor({ timeout: aMinuteAndMore });
    assert.equal(await heard(emily, '发顺丰'), false);
    await shot(chen.page, 'wecom-6-chosen');
  });

  test('given to a colleague with the dropdown of a card, who finds the brief', async () => {
    const { chat } = chen.staff;
    await lin.staff.presses('/mine');
    await lin.staff.chat.card('我正在处理的会话（0）').waitFor();
    await chat.card('陈亦舟 处理中', '王雨桐 · A1').getByRole('button', { name: '转交' }).click();
    const transfer = chat.card('转交会话', '王雨桐 · A1');
    await transfer.waitFor();
    await shot(chen.page, 'wecom-7-transfer');
    await chooses(transfer, '林小满');
    await transfer.getByRole('button', { name: '转交' }).click();
    await chat.card('王雨桐 · A1', '已邀请 林小满').first().waitFor();
    const asked = lin.staff.chat.card('请你接手 王雨桐', '陈亦舟 邀请你接手');
    await asked.waitFor();
    await shot(lin.page, 'wecom-7-asked');
    await asked.getByRole('button', { name: '接手', exact: true }).click();
    await wang.hears('您的问题已转由客服 林小满 继续处理');
    await chat.hears('林小满 已接手 A1（王雨桐）');
    await lin.staff.chat.card('林小满 处理中', '王雨桐 · A1').waitFor();
    await lin.staff.chat.hears('陈亦舟 把 A1（王雨桐）转给了你');
    await lin.staff.chat.says('A1 您好，我来接着帮您。');
    await wang.hears('您好，我来接着帮您。');
  });

  test('the page behind a card closes a conversation, once, for whom it was meant', async () => {
    const { chat } = chen.staff;
    const brief = chat.card('陈亦舟 处理中', 'Emily Carter');
    const code = /[A-Z]\d+/.exec(await wordsOn(brief))?.[0] ?? '';
    await chat.says(`${code} 发票抬头已换好，请查收。`);
    await emily.hears('发票抬头已换好，请查收。');
    const page = await follows(chen.page, brief.getByRole('link', { name: '去填写' }));
    await page.getByRole('combobox').selectOption({ label: '已解决' });
    await page.getByRole('textbox').fill('发票抬头换开');
    await shot(page, 'wecom-8-page');
    const address = page.url();

    // Somebody else to whom the link was passed on.
    const stranger = await lin.page.context().newPage();
    const query = new URLSearchParams({ platform: 'wecom', as: 'lin', url: address });
    await stranger.goto(`${house.installation.sandbox.url}/client/open?${query}`);
    await stranger.getByRole('heading', { name: '这个链接不是发给你的' }).waitFor();
    assert.doesNotMatch(await stranger.content(), /Emily|发票/);
    await stranger.close();

    await page.getByRole('button', { name: '结束会话' }).last().click();
    await page.getByRole('status').filter({ hasText: 'Emily Carter' }).waitFor();
    await shot(page, 'wecom-9-page-done');
    await emily.hears('本次服务已结束');
    await chat.card('已结束 · 已解决', 'Emily Carter').waitFor();
    await page.reload();
    await page.getByRole('status').filter({ hasText: '你已经处理过了' }).waitFor();
    await page.close();
    await emily.rates(5);
    await emily.hears('感谢您的评价');
    assert.equal(await heard(emily, '发票抬头换开'), false);
    await shot(chen.page, 'wecom-10-closed');
  });

  test('the AI bot answers in the group whoever names it', async () => {
    const zhao = await house.sit({ im: 'wecom', as: 'zhao', customer: '', chat: colleagues });
    await zhao.staff.chat.mentions('小屿', '忘记打卡了怎么补？');
    await zhao.staff.chat.element.getByText(/补卡/).first().waitFor();
    await shot(zhao.page, 'wecom-11-ai-bot');
  });
});
