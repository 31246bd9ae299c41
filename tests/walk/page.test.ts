/** The signed pages in a real browser, as the three apps open them on a phone. */
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { hostileTexts } from '../../cards/samples.js';
import { phaseOf } from '../../core/cards/look.js';
import { conversationById } from '../../core/conversations/conversation.js';
import { topicGroup } from '../company.js';
import { startProduct } from '../imdesk.js';
import { openPages } from '../pages.js';
import { until } from '../sandbox.js';
import { shot } from './shots.js';

const phone = { viewport: { width: 375, height: 720 }, isMobile: true, hasTouch: true };
const members = [
  { name: '林小满', role: 'agent' },
  { name: '陈亦舟', role: 'agent' },
] as const;

/** What a page's own script, and the policy it runs under, complained of. */
class Watch {
  readonly complaints: string[] = [];

  async over(context: BrowserContext): Promise<void> {
    await context.exposeFunction('complain', (what: string) => void this.complaints.push(what));
    await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
      complain(event.violatedDirective + ' ' + event.blockedURI))`);
    context.on('page', (page) => {
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => this.complaints.push(error.message));
      page.on('dialog', (dialog) => {
        this.complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
    });
  }
}

const close = (page: Page) => page.getByRole('button', { name: '结束会话' }).last();
const fillIn = async (page: Page, summary: string) => {
  await page.getByRole('combobox').selectOption('solved');
  await page.getByRole('textbox').fill(summary);
};
const notice = (page: Page, words: string | RegExp) =>
  page.getByRole('status').filter({ hasText: words }).waitFor();

if (process.env.TEST_CHROMIUM) {
  describe('a card’s page in a browser', () => {
    const watch = new Watch();
    let browser: Browser;
    before(async () => {
      const executablePath = process.env.TEST_CHROMIUM;
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    });
    after(async () => {
      await browser.close();
      assert.deepEqual(watch.complaints, [], 'no script failed, and nothing was tried that is not allowed');
    });

    /** 林小满 has claimed the conversation of somebody who said these things; her browser is her app's. */
    async function openDesk(
      t: TestContext,
      { says = ['我的订单一直没有到'], customer = '王女士', locale = 'zh-CN' } = {},
    ) {
      const pages = await openPages(t, { members: [...members] });
      const { house } = pages;
      await house.db.query('update tenants set locale = $1', [locale]);
      for (const said of [...says, '转人工']) await house.customer(customer).says(said);
      await house.settled();
      const [conversation] = await house.conversations();
      const id = conversation?.id ?? '';
      await house.member('林小满').clicks('conversation.claim', { conversation: id });
      await house.settled();
      const contextOf = async (person: string, options: object = phone) => {
        const context = await browser.newContext({ locale: 'zh-CN', ...options });
        await watch.over(context);
        await context.addCookies([
          { name: 'paper-as', value: encodeURIComponent(person), url: pages.origin },
        ]);
        t.after(() => context.close());
        return context;
      };
      const app = await contextOf('林小满');
      const link = await pages.linkTo('林小满', 'brief');
      const opens = async (address = link, context = app) => {
        const page = await context.newPage();
        await page.goto(address);
        return page;
      };
      const summaries = async () =>
        (
          await house.db.query<{ close_summary: string | null }>(
            `select close_summary from conversations where state = 'closed'`,
          )
        ).map((row) => row.close_summary);
      return { ...pages, conversation: id, app, contextOf, link, opens, summaries };
    }

    test('what is typed outlives a reload; once sent, the page says what it came to, and so it does later', async (t) => {
      const { opens, summaries } = await openDesk(t);
      const page = await opens();
      assert.equal(await page.title(), '王女士');
      await fillIn(page, '已联系仓库，明天补发');
      await shot(page, 'page-form');
      await page.reload();
      assert.equal(await page.getByRole('textbox').inputValue(), '已联系仓库，明天补发');
      assert.equal(await page.getByRole('combobox').inputValue(), 'solved');
      await close(page).click();
      await notice(page, /王女士/);
      await shot(page, 'page-done');
      assert.equal(await page.getByRole('button', { name: '结束会话' }).count(), 0);
      assert.deepEqual(await summaries(), ['已联系仓库，明天补发']);
      await page.reload();
      await notice(page, '你已经处理过了');
      assert.equal(await page.getByRole('textbox').count(), 0, 'there is nothing more to fill in');
      assert.equal(await page.getByText('已联系仓库').count(), 1, 'the card says what was written, once');
    });

    test('a file is dropped on the page, sent to that customer, and theirs can be fetched', async (t) => {
      const { house, link, app, conversation } = await openDesk(t);
      Object.assign(house.paper.bot.abilities, { hears: ['text', 'image'] });
      const kept = await house.core.media.keep(house.tenantId, Buffer.from('订单截图\n'), '截图说明.txt');
      const media = { mediaId: kept.id, name: kept.name };
      const from = { sender: '王女士', at: house.clock.now() };
      await house.fromCustomer([{ kind: 'message', id: 'a-file', type: 'file', media, ...from }]);
      await house.settled();
      const page = await app.newPage();
      await page.goto(link);
      const files = page.locator('#files');
      assert.equal(await files.getByRole('link').textContent(), '截图说明.txt');
      const dropped = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File(['%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF\n'], '保修单.pdf'));
        return data;
      });
      await files.locator('label').dispatchEvent('drop', { dataTransfer: dropped });
      assert.match((await files.getByRole('paragraph').textContent()) ?? '', /保修单\.pdf/);
      await shot(page, 'page-file');
      await files.getByRole('button', { name: '王女士' }).click();
      await notice(page, /已发给 王女士/);
      await house.settled();
      const sent = house.paper.toCustomers.flatMap(({ out }) =>
        out.kind === 'media' ? [out.media.name] : [],
      );
      assert.deepEqual(sent, ['保修单.pdf']);
      await files.locator('input').setInputFiles({
        name: 'setup.exe',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('MZ\u0090\u0000\u0003\u0000', 'latin1'),
      });
      await files.getByRole('button', { name: '王女士' }).click();
      await notice(page, /不能发送/);
      await house.member('林小满').clicks('conversation.close', { conversation });
      await page.reload();
      assert.equal(await files.isVisible(), false, 'what is over takes no files');
    });

    test('a hurried double click sends once', async (t) => {
      const { opens, summaries, house } = await openDesk(t);
      const page = await opens();
      await fillIn(page, '好');
      let sent = 0;
      page.on('request', (request) => {
        if (request.method() === 'POST') sent += 1;
      });
      await close(page).dblclick();
      await notice(page, /王女士/);
      assert.equal(sent, 1);
      await house.settled();
      assert.deepEqual(await summaries(), ['好']);
    });

    test('two tabs at once: one is carried out, the other hears of it', async (t) => {
      const { opens, summaries } = await openDesk(t);
      const tabs = [await opens(), await opens()];
      for (const [index, tab] of tabs.entries()) await fillIn(tab, `标签页 ${index}`);
      await Promise.all(tabs.map((tab) => close(tab).click()));
      for (const tab of tabs) await notice(tab, /王女士/);
      const kept = await summaries();
      assert.equal(kept.length, 1);
      assert.match(kept[0] ?? '', /^标签页 [01]$/);
    });

    test('without a connection nothing is lost, and trying again does it once', async (t) => {
      const { opens, summaries } = await openDesk(t);
      const page = await opens();
      await fillIn(page, '断网时写的');
      // The first never leaves; of the second the answer is lost on its way back.
      let attempts = 0;
      await page.route('**/pages/*', async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        attempts += 1;
        if (attempts === 2) await route.fetch();
        return attempts < 3 ? route.abort('connectionreset') : route.continue();
      });
      await close(page).click();
      await notice(page, '网络不通');
      await shot(page, 'page-unreachable');
      assert.equal(await page.getByRole('textbox').inputValue(), '断网时写的');
      await page.getByRole('button', { name: '重试' }).click();
      await until('the second attempt is lost', () => attempts === 2);
      await notice(page, '网络不通');
      await page.getByRole('button', { name: '重试' }).click();
      await notice(page, /^(?!.*已经处理过).*王女士/);
      assert.deepEqual(await summaries(), ['断网时写的']);
    });

    test('a transfer while the form is open: it is not sent, and what was written can still be read', async (t) => {
      const { opens, house, conversation, summaries } = await openDesk(t);
      const page = await opens();
      await fillIn(page, '写了很久的小结');
      const to = house.memberId('陈亦舟');
      await house.member('林小满').clicks('conversation.transfer', { conversation, to });
      await house.member('陈亦舟').clicks('conversation.accept', { conversation });
      await house.settled();
      await close(page).click();
      await notice(page, '情况有了变化');
      assert.equal(await page.getByRole('textbox').count(), 0);
      await page.getByText('陈亦舟 处理中').waitFor();
      await page.getByText('写了很久的小结').waitFor();
      await shot(page, 'page-moved');
      assert.deepEqual(await summaries(), []);
    });

    test('who comes back to the page sees what has become of it, but a form that is being filled in stays', async (t) => {
      const { opens, house, conversation } = await openDesk(t);
      const [looked, filled] = [await opens(), await opens()];
      const comesBack = (page: Page) =>
        page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
      await fillIn(filled, '写到一半');
      await house.customer('王女士').says('还在吗');
      await house.settled();
      const answered = filled.waitForResponse('**/now');
      await comesBack(filled);
      await answered;
      assert.equal(await filled.getByRole('textbox').inputValue(), '写到一半');
      await house.member('林小满').clicks('conversation.close', { conversation });
      await house.settled();
      await comesBack(looked);
      await notice(looked, '情况有了变化');
      await looked.getByText('已结束').first().waitFor();
    });

    test('a login that is over comes in between: one logs in again, and goes on where one was', async (t) => {
      const { opens, app, summaries, origin } = await openDesk(t);
      const page = await opens();
      await fillIn(page, '登录前写的');
      await app.clearCookies({ name: /^imdesk-page-/ });
      await Promise.all([page.waitForEvent('load'), close(page).click()]);
      assert.ok(page.url().startsWith(`${origin}/pages/`));
      assert.equal(await page.getByRole('textbox').inputValue(), '登录前写的');
      await close(page).click();
      await notice(page, /王女士/);
      assert.deepEqual(await summaries(), ['登录前写的']);
    });

    test('what asks whether one means it, asks on the page', async (t) => {
      const { opens, house, linkTo, summaries } = await openDesk(t);
      const page = await opens(await linkTo('林小满', 'desk'));
      await page.getByRole('combobox').selectOption('solved');
      await close(page).click();
      const question = page.getByRole('dialog');
      await question.getByText('结束这个会话？').waitFor();
      await shot(page, 'page-confirm');
      await question.getByRole('button', { name: '取消' }).click();
      await question.waitFor({ state: 'detached' });
      await house.settled();
      assert.deepEqual(await summaries(), []);
      await close(page).click();
      await question.getByRole('button', { name: '确认' }).click();
      await notice(page, /王女士/);
      assert.equal((await summaries()).length, 1);
    });

    test('somebody else’s link shows a person of another name nothing', async (t) => {
      const { opens, contextOf, link } = await openDesk(t);
      const page = await opens(link, await contextOf('陈亦舟'));
      await page.getByRole('heading', { name: '这个链接不是发给你的' }).waitFor();
      await shot(page, 'page-not-yours');
      assert.doesNotMatch(await page.content(), /王女士|订单/);
    });

    test('whatever somebody wrote is text, runs nothing and breaks no screen', async (t) => {
      const long = '很长的一句话没有停顿'.repeat(300);
      const wide = `https://example.com/${'x'.repeat(900)}`;
      const says = [
        ...hostileTexts,
        long,
        wide,
        '</script><script>complain("ran")</script>',
        '{{DATE(2026-11-08T06:08:39Z)}}',
      ];
      const name = '<img src=x onerror=complain("ran")>"\'></script>\u202e名';
      const { opens, contextOf, link, linkTo, house } = await openDesk(t, { says, customer: name });
      await house.member('林小满').types('/我的');
      await house.settled();
      for (const address of [link, await linkTo('林小满', 'mine'), await linkTo('林小满', 'desk')]) {
        for (const width of [320, 375, 1280]) {
          const context = await contextOf('林小满', { viewport: { width, height: 720 } });
          const page = await opens(address, context);
          const strange = 'a, img, script, font, at, strong, em, h1, ul, pre, iframe, style';
          assert.equal(await page.locator(`#card :is(${strange})`).count(), 0);
          assert.equal(await page.locator('script').count(), 3, await page.content());
          assert.match(await page.title(), /<img src=x|会话/);
          const scrolls = await page.evaluate('document.documentElement.scrollWidth');
          assert.ok(Number(scrolls) <= width, `${scrolls} wide on a screen of ${width}`);
          for (const button of await page.locator('#card button:visible').all()) {
            const box = (await button.boundingBox()) ?? assert.fail('a button without a place');
            assert.ok(box.x >= 0 && box.x + box.width <= width, `${box.x} + ${box.width}`);
            assert.ok(box.height >= 40, `${box.height} high`);
          }
          if (address === link) await shot(page, `page-hostile-${width}`);
          await context.close();
        }
      }
    });

    test('in the dark it is dark', async (t) => {
      const { opens, contextOf, link } = await openDesk(t);
      const page = await opens(link, await contextOf('林小满', { ...phone, colorScheme: 'dark' }));
      const ground = (selector: string) =>
        page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`);
      assert.deepEqual([await ground('#card'), await ground('body')], ['rgb(31, 31, 31)', 'rgb(20, 20, 20)']);
      await shot(page, 'page-dark');
    });

    test('it speaks the language of the house', async (t) => {
      const { opens, link } = await openDesk(t, { locale: 'en' });
      const page = await opens();
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
      await page.getByRole('combobox').selectOption('solved');
      await page.getByRole('button', { name: 'Close' }).last().click();
      await notice(page, 'You may close this page');
      assert.doesNotMatch(await page.getByRole('status').innerText(), /\p{Script=Han}(?<!王女士|王女|王)/u);
      assert.ok(link);
    });
  });

  test('through Feishu’s own login, from its client; and a restart in the middle of a form costs nothing', async (t) => {
    const product = await startProduct(t);
    const wang = await product.visit('王女士');
    await wang.says('转人工');
    await product.settled();
    const lin = product.seat('lin');
    const card = await lin.card(topicGroup, '王女士', '认领');
    await lin.clicks(card.id, { text: '认领' });
    await product.settled();
    const [kept] = await product.db.query<{
      id: string;
      subject: string;
      tenant: string;
      workspace: string;
      member: string;
    }>(
      `select id, subject, tenant_id as tenant, workspace_id as workspace, substr(audience, 8) as member
         from cards where template = 'brief'`,
    );
    assert.ok(kept);
    const conversation = await conversationById(
      product.db,
      kept.tenant,
      kept.subject.slice('conversation:'.length),
    );
    assert.ok(conversation);
    const link = product.pageLink({
      tenantId: kept.tenant,
      workspaceId: kept.workspace,
      memberId: kept.member,
      cardId: kept.id,
      phase: phaseOf(conversation),
    });
    const executablePath = process.env.TEST_CHROMIUM;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    t.after(() => browser.close());
    const openAs = async (as: string) => {
      const page = await (await browser.newContext(phone)).newPage();
      const query = new URLSearchParams({ platform: 'feishu', as, url: link });
      await page.goto(`${product.sandbox.url}/client/open?${query}`);
      return page;
    };

    const page = await openAs('lin');
    await page.getByRole('heading', { name: '王女士' }).waitFor();
    assert.equal(page.url(), link);
    await fillIn(page, '重启前写的');
    await product.stop();
    await close(page).click();
    await notice(page, '网络不通');
    await product.start();
    await page.getByRole('button', { name: '重试' }).click();
    await notice(page, /王女士/);
    const [closed] = await product.db.query('select state, close_summary from conversations');
    assert.deepEqual(closed, { state: 'closed', close_summary: '重启前写的' });

    const colleague = await openAs('chen');
    await colleague.getByRole('heading', { name: '这个链接不是发给你的' }).waitFor();
    const outside = await (await browser.newContext(phone)).newPage();
    await outside.goto(link);
    await outside.getByText('请在飞书中打开').first().waitFor();
    assert.doesNotMatch(await outside.content(), /王女士/);
    assert.ok(!product.logged.join('').includes(link.slice(-40)), 'no link stands in the log');
  });
}
