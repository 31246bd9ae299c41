import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { loadCompany } from '../../server/demo/content.js';
import { wecom } from '../../server/demo/platforms.js';
import { accountsOf, demo } from '../../server/demo/world.js';
import { type Installation, startInstallation } from './installation.js';
import { Customer, Staff } from './people.js';

/** Where the staff's side begins: in the topic group, or in the one-to-one chat with the bot. */
export const topicGroup = demo.chats.feishu;
export const bot = demo.bots.feishu;
/** At DingTalk, the team group and the chat with the robot; at WeCom, the chat with the app. */
export const teamGroup = demo.chats.dingtalk;
export const robot = demo.bots.dingtalk;
export const app = demo.bots.wecom;
/** A group at WeCom in which the AI bot listens and another robot tells who waits. */
export const colleagues = wecom.chat;

/** Somebody at their platform's client, and the chat that is open there. */
export interface Place {
  im: string;
  as: string;
  chat: string;
}

/** A real installation and a real browser, for the tests of one file. */
export class House {
  private started: { installation: Installation; browser: Browser } | undefined;
  private readonly errors: string[] = [];

  get installation(): Installation {
    assert.ok(this.started, 'the house opens before its tests');
    return this.started.installation;
  }

  async open(): Promise<void> {
    const executablePath = process.env.TEST_CHROMIUM;
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ];
    const [installation, browser] = await Promise.all([
      startInstallation(),
      chromium.launch({ executablePath, args }),
    ]);
    this.started = { installation, browser };
  }

  async close(): Promise<void> {
    await this.started?.browser.close();
    await this.started?.installation.remove();
    assert.deepEqual(this.errors, [], 'no script of any page failed');
  }

  /** Two people at the sandbox's page: a member at the left, a customer at the right ('' is anonymous). */
  async sit(seats: { im?: string; as: string; customer: string; chat: string }) {
    const page = await this.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${this.installation.sandbox.url}/?${new URLSearchParams(seats)}`);
    return { page, customer: new Customer(page.frameLocator('iframe.shop')), staff: new Staff(page) };
  }

  /** Two members side by side, each at their own platform's client, and a customer at the right. */
  async sitTogether(seats: { first: Place; second: Place; customer: string }) {
    const page = await this.newPage({ viewport: { width: 1440, height: 900 } });
    const panes = [seats.first, seats.second].map(({ im, as, chat }) =>
      [im, as, chat].map(encodeURIComponent).join(':'),
    );
    const query = new URLSearchParams({ panes: panes.join(','), customer: seats.customer });
    await page.goto(`${this.installation.sandbox.url}/?${query}`);
    const customer = new Customer(page.frameLocator('iframe.shop'));
    const [first, second] = ['pane-1', 'pane-2'].map((pane) => new Staff(page.getByTestId(pane)));
    assert.ok(first && second);
    return { page, customer, first, second };
  }

  /** More customers of the shop, whose widget leads to the queue that works one to one. */
  async admit(customers: { id: string; name: string }[]): Promise<void> {
    const company = await loadCompany();
    const account = accountsOf(company).find(({ queue }) => queue === 'VIP')?.id;
    const shop = { name: company.tenant.name, customers: customers.map((one) => ({ ...one, account })) };
    await this.installation.sandbox.control('PUT', 'world', { shop });
  }

  /** A customer on a phone, in the shop itself. */
  async onPhone(customer: string) {
    const page = await this.newPage({
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    });
    await page.goto(`${this.installation.sandbox.url}/shop?${new URLSearchParams({ customer })}`);
    return { page, customer: new Customer(page) };
  }

  /** A customer at the phone of a channel that the sandbox stands in for, under its address there. */
  async atPhone(path: string): Promise<Page> {
    const page = await this.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${this.installation.sandbox.url}${path}`);
    return page;
  }

  private async newPage(options: BrowserContextOptions): Promise<Page> {
    assert.ok(this.started, 'the house opens before its tests');
    const context = await this.started.browser.newContext({
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.errors.push(error.message));
    return page;
  }
}

export type Seats = Awaited<ReturnType<House['sit']>>;

/** Tests in a house of their own. Without a Chromium there are none; the runner then says so. */
export function walk(title: string, tests: (house: House) => void): void {
  if (!process.env.TEST_CHROMIUM) return;
  describe(title, () => {
    const house = new House();
    before(() => house.open());
    after(() => house.close());
    tests(house);
  });
}
