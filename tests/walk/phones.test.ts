import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { kf, official } from '../../server/demo/channels.js';
import { app, robot, type Seats, walk } from './house.js';
import { shot } from './shots.js';

interface Refused {
  path: string;
  code: number;
}

walk('customers write from the phones of two WeChat channels', (house) => {
  let dingtalk: Seats;
  let wecom: Seats;
  let follower: Page;
  let guest: Page;

  before(async () => {
    dingtalk = await house.sit({ im: 'dingtalk', as: 'lin', customer: '', chat: robot });
    wecom = await house.sit({ im: 'wecom', as: 'chen', customer: '', chat: app });
    follower = await house.atPhone(`/wechat-official?account=${official.id}&as=wang`);
    guest = await house.atPhone(`/wechat-kf?account=${kf.id}&as=li&scene=shop`);
  });
  const says = async (phone: Page, words: string) => {
    const field = phone.getByLabel('输入消息');
    if (!(await field.isVisible())) await phone.getByRole('button', { name: '输入文字' }).click();
    await field.fill(words);
    await field.press('Enter');
    await phone.locator('.me', { hasText: words }).last().waitFor();
  };
  const reads = (phone: Page, words: string | RegExp) =>
    phone.locator('.them', { hasText: words }).last().waitFor();

  test('who follows the official account is greeted, and answered by the robot in the same breath', async () => {
    await follower.getByRole('button', { name: '关注公众号' }).click();
    await reads(follower, '想找人工客服');
    await says(follower, '下单后多久发货');
    await reads(follower, '当天发出');
    await shot(follower, 'phone-official-robot');
  });

  test('an agent in DingTalk answers, and reads how many messages are left', async () => {
    await says(follower, '转人工');
    await reads(follower, '正在为您转接');
    await dingtalk.staff.chat.says('/认领');
    await dingtalk.staff.chat.hears('已认领');
    await says(follower, '我的壶盖裂了');
    await dingtalk.staff.chat.hears('我的壶盖裂了');
    await dingtalk.staff.chat.says('您好，马上为您补发');
    await reads(follower, '马上为您补发');
    await dingtalk.staff.chat.hears(/还可发 \d\/5 条/);
    await shot(dingtalk.page, 'phone-official-agent');
    await shot(follower, 'phone-official-answered');
  });

  test('who enters 微信客服 is greeted, and served by an agent in WeCom', async () => {
    await reads(guest, '想找人工客服');
    await says(guest, '转人工');
    await reads(guest, '正在为您转接');
    await wecom.staff.chat.says('/认领');
    await wecom.staff.chat.hears('已认领');
    await says(guest, '杯子少了一只');
    await wecom.staff.chat.hears('杯子少了一只');
    await wecom.staff.chat.says('您好，这就为您补寄');
    await reads(guest, '这就为您补寄');
    await shot(guest, 'phone-kf-answered');
  });

  test('nothing that was sent to them was refused', async () => {
    const { calls } = await house.installation.sandbox.control<{ calls: Refused[] }>('GET', 'calls?since=0');
    const toThem = calls.filter(({ path }) => /\/kf\/|api\.weixin/.test(path));
    assert.ok(toThem.some(({ path }) => path.includes('/kf/send_msg')));
    assert.deepEqual(
      toThem.filter(({ code }) => code !== 0),
      [],
    );
  });
});
