import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { until } from '../sandbox.js';
import { app, colleagues, type Seats, walk } from './house.js';
import { type Customer, takePicture, wordsOn } from './people.js';
import { shot } from './shots.js';

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
  const choosesOn = (card: Locator, field: string | RegExp, label: RegExp) =>
    card
      .getByRole('combobox', { name: field })
      .filter({ hasText: label })
      .evaluate((select, wanted) => {
        if (!(select instanceof HTMLSelectElement)) throw new Error('no dropdown');
        const option = [...select.options].find(({ text }) => new RegExp(wanted).test(text));
        if (!option) throw new Error(`${wanted} cannot be chosen`);
        return option.text;
      }, label.source)
      .then((text) => card.getByRole('combobox', { name: field }).selectOption({ label: text }));
  /** Follows a link of a card, which opens in a window of its own. */
  const follows = async (page: Page, link: Locator): Promise<Page> => {
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await opened.waitForLoadState();
    return opened;
  };
  /** A guest in the shop, who asks for a person and says what it is about. */
  const guest = async (claim: () => Promise<void>, words: string) => {
    const { page, customer } = await house.onPhone('');
    await customer.opens();
    await customer.says('转人工');
    await customer.hears('正在为您转接');
    await claim();
    await customer.hears('已为您接入客服 陈亦舟');
    await customer.says(words);
    return { page, customer };
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

  test('the next are claimed from the menu, by command, and out of the dropdown of a notice', async () => {
    const { chat } = chen.staff;
    await emily.says('转人工');
    await chat.card('1 位客户等待认领', 'Emily Carter').waitFor();
    await chen.staff.presses('/claim');
    await emily.hears('已为您接入客服 陈亦舟');
    await chat.card('陈亦舟 处理中', 'Emily Carter').waitFor();
    await guest(() => chat.says('/认领'), '积分可以抵运费吗');
    await chat.hears('积分可以抵运费吗');
  });

  test('with several customers the card asks for whom; too many for buttons are in a dropdown', async () => {
    const { chat } = chen.staff;
    await chat.says('可以的，最多抵 10 元');
    const few = chat.card('要发给哪位客户', '可以的，最多抵 10 元');
    await few.waitFor();
    await shot(chen.page, 'wecom-5-choose');
  });

  void choosesOn;
  void follows;
  void until;
  void ({} as Page);
});
