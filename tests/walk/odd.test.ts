import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { until } from '../sandbox.js';
import { type Seats, topicGroup, walk } from './house.js';
import { wordsOn } from './people.js';
import { shot } from './shots.js';

const longName = '古丽米热·阿卜杜热合曼·买买提明';
const emojiName = '爱喝茶的馒头🍵🐈';
const hostile =
  '<img src=x onerror="document.title=\'owned\'"><at id=all></at> **粗** [点我](https://evil.example) {{customer}}';

walk('odd customers are served like all others', (house) => {
  let lin: Seats;

  before(async () => {
    lin = await house.sit({ as: 'lin', customer: 'guli', chat: topicGroup });
  });
  const claim = async (name: string) => {
    const topic = lin.staff.topic(name);
    await topic.root.getByRole('button', { name: '认领', exact: true }).click();
    await topic.card(name, '林小满 处理中').waitFor();
    return topic;
  };

  test('a long name and a name with emoji are shown in full, and break nothing', async () => {
    await lin.customer.opens();
    await lin.customer.says('转人工');
    const topic = await claim(longName);
    assert.ok((await wordsOn(topic.root)).includes(longName));
    await topic.says('您好');
    await lin.customer.hears('您好');
    await shot(lin.page, 'odd-1-long-name');
    const { page, customer } = await house.onPhone('mantou');
    await customer.opens();
    await customer.says('转人工');
    const other = await claim(emojiName);
    await other.says('馒头您好');
    await customer.hears('馒头您好');
    await customer.says('好的👌');
    await other.hears(`${emojiName}：好的👌`);
    await shot(page, 'odd-2-emoji-phone');
  });

  test('what looks like markup, a mention or a template is shown as it was typed, on both sides', async () => {
    const topic = lin.staff.topic(longName);
    await lin.customer.says(hostile);
    const heard = await topic.hears('onerror');
    // Feishu's text has no escape: an invisible space behind a bracket keeps it from becoming a mention.
    const words = (await wordsOn(heard)).replaceAll('\u200b', '');
    assert.ok(words.includes(hostile), words);
    await topic.says(`收到：${hostile}`);
    const back = await lin.customer.hears('收到：');
    assert.ok((await wordsOn(back)).includes(hostile), await wordsOn(back));
    assert.equal(await heard.locator('img:not([class*="avatar"]), .mention, b, strong').count(), 0);
    assert.doesNotMatch(await lin.page.title(), /owned/);
    await shot(lin.page, 'odd-3-markup');
  });

  test('the same on the card of the waiting customer', async () => {
    const { customer } = await house.onPhone('li');
    await customer.opens();
    await customer.says(hostile);
    await customer.hears(/我/);
    await customer.says('转人工');
    const { root } = lin.staff.topic('李泽楷');
    const words = await wordsOn(root);
    assert.ok(words.includes(hostile), words);
    assert.equal(await root.locator('img, .mention, a').count(), 0);
    await shot(lin.page, 'odd-4-markup-card');
  });

  test('4,000 characters go through whole, both ways', async () => {
    const topic = lin.staff.topic(longName);
    const long = `${'茶'.repeat(3_990)}从这里到这里`;
    assert.equal(long.length, 3_996);
    await lin.customer.says(`甲${long}`);
    const heard = await topic.hears('从这里到这里');
    assert.ok((await wordsOn(heard)).replaceAll('\n', '').includes(`甲${long}`));
    await topic.says(`乙${long}`);
    const back = await lin.customer.hears('乙茶');
    assert.ok((await wordsOn(back)).replaceAll('\n', '').includes(`乙${long}`));
    await shot(lin.page, 'odd-5-long');
  });

  test('on a phone the widget fills the screen, from the first word to the rating', async () => {
    const { page, customer } = await house.onPhone('emily');
    await customer.opens();
    await until('the widget fills the screen', async () => {
      const box = await customer.panel.boundingBox();
      return box?.x === 0 && box.y === 0 && box.width === 390 && box.height === 844;
    });
    await shot(page, 'odd-6-phone');
    await customer.says('怎么开电子发票？');
    await customer.hears('发票');
    await customer.says('转人工');
    const topic = await claim('Emily Carter');
    await topic.says('Hi Emily, 很高兴为您服务');
    await customer.hears('很高兴为您服务');
    await topic.says('/结束');
    await customer.hears('本次服务已结束');
    await shot(page, 'odd-7-phone-rating');
    await customer.rates(4);
    await customer.hears('感谢您的评价');
    await topic.root.filter({ hasText: '满意' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, 'nothing sticks out');
    await shot(page, 'odd-8-phone-rated');
  });
});
