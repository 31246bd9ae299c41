import assert from 'node:assert/strict';
import test from 'node:test';
import { skip, withPage } from '../page/testing.js';
import { account, customer, startServer } from '../wechat-official/testing.js';

const hostile = '<img src=x onerror="document.title=1">';

test('a customer follows, writes, presses what is offered, and reads what comes', { skip }, async () => {
  const server = await startServer(() => 'success');
  const world = {
    'wechat-official': {
      accounts: [{ ...account, url: server.url }],
      customers: [customer, { id: 'zhou', name: '周启明' }],
    },
  };
  try {
    await withPage(world, async (page, sandbox) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${sandbox.url}/wechat-official?account=${account.id}&as=${customer.id}`);
      await page.getByRole('button', { name: '关注公众号' }).click();
      await page.getByRole('button', { name: '输入文字' }).click();
      const field = page.getByLabel('输入消息');
      await field.fill(hostile);
      await field.press('Enter');
      await page.getByText(hostile).waitFor();

      const api = async (name: string, body: object, query = '') => {
        const url = `${sandbox.url}/api.weixin.qq.com/cgi-bin/${name}${query}`;
        return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json();
      };
      const asking = { grant_type: 'client_credential', appid: account.appId, secret: account.appSecret };
      const { access_token: token } = await api('stable_token', asking);
      const shown = await (await fetch(`${sandbox.url}/control/world`)).json();
      const touser = shown['wechat-official'].customers[0].at[0].openId;
      const menu = { head_content: '还满意吗？', list: [{ id: '1', content: '满意' }], tail_content: '' };
      await api(
        'message/custom/send',
        { touser, msgtype: 'msgmenu', msgmenu: menu },
        `?access_token=${token}`,
      );
      await page.getByRole('button', { name: '满意' }).click();
      await page.locator('.me', { hasText: '满意' }).waitFor();
      await api('message/custom/typing', { touser, command: 'Typing' }, `?access_token=${token}`);
      await page.getByText('对方正在输入').waitFor();

      await page.getByRole('button', { name: '更多', exact: true }).last().click();
      await page.getByRole('button', { name: '位置' }).click();
      await page.locator('.phone-map').waitFor();
      await page.getByRole('button', { name: '表情' }).click();
      await page.getByRole('button', { name: '👍' }).click();
      assert.equal(await field.inputValue(), '👍');

      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(overflow, 0, 'nothing is wider than the phone');
      assert.notEqual(await page.title(), '1');
      await page.getByRole('button', { name: '更多', exact: true }).first().click();
      await page.getByRole('link', { name: '换成 周启明' }).click();
      await page.getByRole('button', { name: '关注公众号' }).waitFor();
    });
  } finally {
    await server.close();
  }
});
