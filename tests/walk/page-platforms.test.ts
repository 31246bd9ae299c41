/**
 * The way to a page in each app, with the platform's own login: in WeCom from the card itself, which can't be filled in;
 * in Feishu and DingTalk from the words that stand in for a card which was refused.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { loadCompany } from '../../server/demo/content.js';
import { dingtalk } from '../../server/demo/platforms.js';
import { accountsOf, demo } from '../../server/demo/world.js';
import { type Sandbox, until } from '../sandbox.js';
import { openVisit } from '../visitor.js';
import { type Installation, startInstallation } from './installation.js';
import { shot } from './shots.js';

type Platform = 'feishu' | 'dingtalk' | 'wecom';

/** Makes the next card be refused, and takes that back. */
const refusing: Record<Platform, (sandbox: Sandbox) => Promise<() => Promise<unknown>>> = {
  wecom: async () => async () => {},
  async feishu(sandbox) {
    const on = { platform: 'feishu', method: 'POST', path: '/open-apis/im/v1/messages' };
    await sandbox.control('POST', 'faults', { on, kind: 'code', code: 230099, times: 1 });
    return () => sandbox.control('DELETE', 'faults');
  },
  async dingtalk(sandbox) {
    const { template: id } = dingtalk;
    const source = new URL('../../cards/dingtalk/templates/imdesk.json', import.meta.url);
    const file: unknown = JSON.parse(await readFile(source, 'utf8'));
    const publish = (published: boolean) =>
      sandbox.control('PUT', 'world', { dingtalk: { templates: [{ id, name: 'Imdesk', file, published }] } });
    await publish(false);
    return () => publish(true);
  },
};
const outside: Record<Platform, string> = {
  feishu: '请在飞书中打开',
  dingtalk: '请在钉钉中打开',
  wecom: '请在企业微信客户端打开链接',
};

if (process.env.TEST_CHROMIUM) {
  describe('a page in each of the three apps', () => {
    let installation: Installation;
    let browser: Browser;
    before(async () => {
      const executablePath = process.env.TEST_CHROMIUM;
      [installation, browser] = await Promise.all([
        startInstallation(),
        chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] }),
      ]);
    });
    after(async () => {
      await browser.close();
      await installation.remove();
    });

    const newPage = async () => {
      const context = await browser.newContext({
        viewport: { width: 375, height: 720 },
        isMobile: true,
        hasTouch: true,
        locale: 'zh-CN',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      return page;
    };
    const openAs = async (platform: Platform, as: string, link: string) => {
      const page = await newPage();
      await page.goto(
        `${installation.sandbox.url}/client/open?${new URLSearchParams({ platform, as, url: link })}`,
      );
      return page;
    };

    for (const platform of ['wecom', 'dingtalk', 'feishu'] as const) {
      test(`${platform}: an agent closes a conversation on the page; nobody else gets to see it`, async () => {
        const { sandbox, url } = installation;
        const name = `客户·${platform}`;
        const account = accountsOf(await loadCompany())[0]?.id ?? '';
        const customer = await openVisit(url, account, name);
        await customer.says('转人工');
        await customer.hears('正在为您转接');

        const { chat } = await sandbox.control<{ chat: string }>('POST', 'say', {
          platform,
          as: 'lin',
          bot: demo.bots[platform],
          text: '/帮助',
        });
        const said = async () => {
          const query = new URLSearchParams({ platform, as: 'lin', chat });
          const { messages } = await sandbox.control<{ messages: object[] }>('GET', `messages?${query}`);
          return messages.map((message) => JSON.stringify(message));
        };
        await until('the help is shown', async () => (await said()).some((one) => one.includes('认领')));
        const allowAgain = await refusing[platform](sandbox);
        const { length } = await said();
        await sandbox.control('POST', 'say', {
          platform,
          as: 'lin',
          bot: demo.bots[platform],
          text: '/认领',
        });
        const linkIn = (one: string) => /https?:\/\/[^"\s\\]+\/pages\/[\w-]{136}/.exec(one)?.[0];
        let link = '';
        await until(`${name} comes with a link`, async () => {
          const shown = (await said()).slice(length).find((one) => one.includes(name) && linkIn(one));
          link = linkIn(shown ?? '') ?? '';
          return link !== '';
        });
        await allowAgain();

        const page = await openAs(platform, 'lin', link);
        await page.getByRole('heading', { name, level: 3 }).waitFor();
        await page.getByRole('combobox').selectOption('solved');
        await page.getByRole('textbox').fill(`在 ${platform} 里写的小结`);
        await shot(page, `page-in-${platform}`);
        await page.getByRole('button', { name: '结束会话' }).last().click();
        await page.getByRole('status').filter({ hasText: name }).waitFor();
        await customer.hears('服务已结束');

        const colleague = await openAs(platform, 'chen', link);
        await colleague.getByRole('heading', { name: '这个链接不是发给你的' }).waitFor();
        const stranger = await newPage();
        await stranger.goto(link);
        await stranger.getByText(outside[platform]).first().waitFor();
        for (const one of [colleague, stranger]) assert.ok(!(await one.content()).includes(name));
        for (const one of [page, colleague, stranger]) await one.context().close();
      });
    }
  });
}
