/**
 * The README's pictures, taken from the real pages of a fresh installation: `npm run screenshots`. They show a day at the
 * demo shop, so whoever changes a card or a page runs it again and looks at what changed.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { findChromium } from '../tests/chromium.js';
import { app, bot, House, robot, teamGroup, topicGroup } from '../tests/walk/house.js';

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const wide = { width: 1440, height: 900 };
/** Small enough for a page of text, with room for two clients. */
const plain = { width: 1320, height: 760 };
/** Room for a whole topic. */
const tall = { width: 1440, height: 1900 };

/** A card that is just being redrawn is taken a moment later. */
async function take(seen: Page | Locator, name: string, tries = 5): Promise<void> {
  const how = { path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' } as const;
  const taken = await seen.screenshot(how).catch((error: unknown) => {
    if (tries === 1) throw error;
  });
  if (!taken) await take(seen, name, tries - 1);
}

/** A customer asks the robot, then a person, and is served in the topic group. */
async function servedInTopic(house: House): Promise<void> {
  const { page, customer, staff } = await house.sit({ as: 'lin', customer: 'wang', chat: topicGroup });
  await page.setViewportSize(tall);
  const goods = page.frameLocator('iframe.shop').locator('.goods .picture');
  const photo = { name: '壶盖.png', mimeType: 'image/png', buffer: await goods.nth(3).screenshot() };
  await customer.opens();
  await customer.says('收到的商品破损了怎么办？');
  await customer.hears('照片');
  await customer.says('壶盖有一道裂纹，请转人工看看');
  const topic = staff.topic('王雨桐');
  await topic.card('等待认领').waitFor();
  await take(topic.root, 'waiting');

  await topic.root.getByRole('button', { name: '认领', exact: true }).click();
  await topic.card('机器人先后处理了').waitFor();
  await customer.hears('已为您接入客服 林小满');
  await page.getByTestId('toast').waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await take(topic.element, 'topic');
  await page.setViewportSize(wide);

  await topic.says('王女士您好，我是林小满。方便拍一张壶盖的照片吗？');
  await customer.hears('方便拍一张');
  await customer.shows(photo);
  await topic.element.locator('.message img').first().waitFor();
  await customer.says('就是这里，麻烦您了');
  await topic.hears('就是这里');
  await topic.says('// 同批次第三例，已报给仓库');
  await topic.quotes('就是这里');
  await topic.says('看到了，今天就给您补发新的壶盖，旧的不用寄回。');
  await customer.hears('今天就给您补发');
  await customer.says('太好了，谢谢！');
  await topic.hears('太好了');
  await topic.element.locator('.composer').scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  await take(page, 'two-sides');
  await page.context().close();
}

/** With three customers one to one, the bot asks for whom the words are. */
async function askedForWhom(house: House): Promise<void> {
  const { page, staff } = await house.sit({ as: 'chen', customer: 'zhou', chat: bot });
  await house.admit([
    { id: 'sun', name: '孙慕白' },
    { id: 'wu', name: '吴采薇' },
  ]);
  const shown = [];
  for (const id of ['sun', 'wu', 'zhou']) {
    const { page: phone, customer } = await house.onPhone(id);
    await customer.opens();
    await customer.says('转人工');
    await customer.hears('正在为您转接');
    await staff.chat.says('/认领');
    await customer.hears('已为您接入客服 陈亦舟');
    shown.push({ phone, customer });
  }
  const words = ['定制刻字要等几天？', '积分可以抵运费吗', '200 份礼盒能开专用发票吗？'];
  for (const [at, { phone, customer }] of shown.entries()) {
    await customer.says(words[at] ?? '');
    await staff.chat.hears(words[at] ?? '');
    await phone.context().close();
  }
  await staff.chat.says('可以的，请把开票信息发给我');
  const choose = staff.chat.card('要发给哪位客户');
  await choose.waitFor();
  await take(choose, 'choose');
  await page.context().close();
}

/** On the phone, from the answer of an agent to the rating. */
async function ratedOnPhone(house: House): Promise<void> {
  const { page: desk, staff } = await house.sit({ as: 'lin', customer: '', chat: topicGroup });
  const { page, customer } = await house.onPhone('emily');
  await customer.opens();
  await customer.says('怎么开电子发票？');
  await customer.hears('申请发票');
  await customer.says('转人工');
  const topic = staff.topic('Emily Carter');
  await topic.root.getByRole('button', { name: '认领', exact: true }).click();
  await customer.hears('已为您接入客服 林小满');
  await customer.says('抬头填错了，可以换开吗？');
  await topic.hears('可以换开吗');
  await topic.says('可以的，已经帮您作废重开，半小时内发到邮箱。');
  await customer.hears('已经帮您作废重开');
  await topic.says('/结束 已解决 发票抬头换开');
  await customer.hears('本次服务已结束');
  await customer.rating.getByRole('button').nth(4).click();
  await take(page, 'phone');
  await Promise.all([desk.context().close(), page.context().close()]);
}

/** Somebody waits at DingTalk and at WeCom at once. */
async function waitedForAtAllDesks(house: House): Promise<void> {
  const { page, customer, first, second } = await house.sitTogether({
    first: { im: 'dingtalk', as: 'lin', chat: teamGroup },
    second: { im: 'wecom', as: 'chen', chat: app },
    customer: 'li',
  });
  await page.setViewportSize(plain);
  await customer.opens();
  await customer.says('紫砂壶第一次用要怎么开壶？');
  await customer.hears(/开壶|不太确定|答不上来/);
  await customer.says('转人工');
  await first.chat.card('1 位客户等待认领').waitFor();
  await second.chat.card('1 位客户等待认领').waitFor();
  await take(page, 'three-desks');
  await page.context().close();
}

async function servedInDingTalk(house: House): Promise<void> {
  const { page, customer, staff } = await house.sit({
    im: 'dingtalk',
    as: 'lin',
    customer: 'emily',
    chat: teamGroup,
  });
  await page.setViewportSize({ ...plain, height: 1430 });
  await customer.opens();
  await customer.says('转人工');
  await staff.chat
    .card('等待认领', 'Emily Carter')
    .getByRole('button', { name: '认领', exact: true })
    .click();
  await customer.hears('已为您接入客服 林小满');
  await staff.opens(robot);
  await staff.chat.card('Emily Carter', '结束原因').waitFor();
  await customer.says('公司抬头的专票也能开吗？');
  await staff.chat.hears('专票也能开吗');
  await staff.chat.says('可以的，请把开票信息发给我。');
  await customer.hears('请把开票信息发给我');
  await page.getByTestId('toast').waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await take(staff.chat.element, 'dingtalk');
  await staff.chat.says('/结束 已解决');
  await customer.hears('本次服务已结束');
  await page.context().close();
}

/** … and is served in WeCom, and closed on the page behind the card. */
async function servedInWeCom(house: House): Promise<void> {
  const { page, customer, staff } = await house.sit({
    im: 'wecom',
    as: 'chen',
    customer: 'li',
    chat: app,
  });
  await page.setViewportSize({ ...plain, height: 840 });
  await customer.opens();
  await staff.presses('/claim');
  await customer.hears('已为您接入客服 陈亦舟');
  const brief = staff.chat.card('陈亦舟 处理中', '李泽楷');
  await brief.waitFor();
  await customer.says('开壶要煮多久？');
  await staff.chat.hears('煮多久');
  await staff.chat.says('清水小火煮半小时，自然放凉就可以用了。');
  await customer.hears('自然放凉');
  await take(page, 'wecom');

  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    brief.getByRole('link', { name: '去填写' }).click(),
  ]);
  await opened.setViewportSize({ width: 390, height: 1010 });
  await opened.getByRole('combobox').selectOption({ label: '已解决' });
  await opened.getByRole('textbox').fill('已说明开壶方法');
  await take(opened, 'page');
  await opened.getByRole('button', { name: '结束会话' }).last().click();
  await customer.hears('本次服务已结束');
  await page.context().close();
}

process.env.TEST_CHROMIUM ??= await findChromium();
if (process.env.TEST_CHROMIUM === undefined)
  throw new Error('There is no Chromium: install one, or name it in CHROMIUM_PATH.');
await mkdir(folder, { recursive: true });
const house = new House();
await house.open();
try {
  await waitedForAtAllDesks(house);
  await servedInWeCom(house);
  await servedInTopic(house);
  await askedForWhom(house);
  await ratedOnPhone(house);
  await servedInDingTalk(house);
} finally {
  await house.close();
}
console.log(`Look at them: ${folder}`);
