import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../sandbox.js';

/** A picture for sending, which can be told from others by its width. */
export interface Picture {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export async function takePicture(page: Page, name: string, width: number): Promise<Picture> {
  const buffer = await page.screenshot({ clip: { x: 0, y: 0, width, height: 60 } });
  return { name, mimeType: 'image/png', buffer };
}

/** Waits until one of these is a picture of that width, fully there. */
const seen = (pictures: Locator, width: number): Promise<void> =>
  until(`a picture ${width} wide`, () =>
    pictures.evaluateAll(
      (all, wanted) => all.some((one) => one instanceof HTMLImageElement && one.naturalWidth === wanted),
      width,
    ),
  );

/** Somebody in the shop, with the widget. */
export class Customer {
  constructor(private readonly shop: FrameLocator | Page) {}

  private get(testid: string): Locator {
    return this.shop.getByTestId(`imdesk-${testid}`);
  }

  get panel(): Locator {
    return this.get('panel');
  }

  get status(): Locator {
    return this.get('status');
  }

  get rating(): Locator {
    return this.get('rating');
  }

  async opens(): Promise<this> {
    await this.get('launcher').click();
    await this.get('welcome').or(this.get('message')).first().waitFor();
    return this;
  }

  /** Writes, and waits until it has arrived. */
  async says(text: string): Promise<void> {
    await this.writes(text);
    await this.message(text).last().waitFor();
  }

  async writes(text: string): Promise<void> {
    await this.get('input').fill(text);
    await this.get('input').press('Enter');
  }

  /** What they wrote that has not arrived yet. */
  get pending(): Locator {
    return this.get('pending');
  }

  async shows(picture: Picture): Promise<void> {
    await this.get('picture-input').setInputFiles(picture);
  }

  /** Their own message or another's, by its words. */
  message(text: string | RegExp): Locator {
    return this.get('message').filter({ hasText: text });
  }

  /** Waits for words of the robot, an agent or the desk. */
  async hears(text: string | RegExp, timeout?: number): Promise<Locator> {
    const said = this.panel.locator('[data-by="robot"], [data-by="agent"], [data-by="system"]');
    const heard = said.filter({ hasText: text }).last();
    await heard.waitFor({ timeout });
    return heard;
  }

  /** Waits for somebody's picture. */
  async sees(width: number): Promise<void> {
    await seen(this.panel.locator('.thumb img'), width);
  }

  async quotes(text: string): Promise<void> {
    const said = this.message(text).last();
    await said.hover();
    await said.getByRole('button', { name: '引用', exact: true }).click();
  }

  /** Takes back what they said a moment ago. */
  async withdraws(text: string): Promise<void> {
    const said = this.message(text).last();
    await said.hover();
    await said.getByTestId('imdesk-withdraw').click();
    await said.waitFor({ state: 'detached' });
  }

  /** Everything in the panel, in order, as it reads. */
  async reads(): Promise<string[]> {
    const lines = this.panel.locator('.row .bubble, p[data-by="system"]');
    return (await lines.allInnerTexts()).map((line) => line.trim());
  }

  async rates(score: number, remark = ''): Promise<void> {
    await this.get(`score-${score}`).click();
    if (remark) await this.get('rating-remark').fill(remark);
    await this.get('rating-submit').click();
  }
}

/** A member at the client of their platform: the page's only one, or one of its panes. */
export class Staff {
  private readonly page: Page;

  constructor(readonly client: Page | Locator) {
    this.page = 'page' in client ? client.page() : client;
  }

  /** The topic of a customer, wherever it stands in the group. */
  topic(customer: string): Talk {
    return new Talk(this.client.locator('[data-testid^="topic-om"]').filter({ hasText: customer }).first());
  }

  /** The open chat, such as the one with the bot. */
  get chat(): Talk {
    return new Talk(this.client.locator('.conversation'));
  }

  async opens(chat: string): Promise<void> {
    await this.client.getByTestId(`chat-${chat}`).click();
  }

  async presses(menu: string): Promise<void> {
    await this.client.getByTestId(`menu-${menu}`).click();
  }

  /** Waits for a word in passing, the newest there is. */
  async told(): Promise<string> {
    const toast = this.page.getByTestId('toast').last();
    return wordsOn(toast);
  }
}

const withoutCard = ':not(:has([data-testid^="card-"]))';

/** A chat or a topic: what stands in it, and the box to answer in. */
export class Talk {
  constructor(
    readonly element: Locator,
    private readonly patienceMs?: number,
  ) {}

  /** The same, where something takes its time. */
  within(patienceMs: number): Talk {
    return new Talk(this.element, patienceMs);
  }

  /** The newest card with these words. */
  card(...words: (string | RegExp)[]): Locator {
    return withWords(this.element.locator('[data-testid^="card-"]'), words).last();
  }

  /** The card a topic began with. */
  get root(): Locator {
    return this.element.locator('.topic-root [data-testid^="card-"]');
  }

  /** What is folded away of a long topic. */
  async unfolds(): Promise<void> {
    await this.element.getByRole('button', { name: '查看更早的' }).click();
  }

  /** The same where nothing may be folded. */
  async unfoldsAll(): Promise<void> {
    if (await this.element.getByRole('button', { name: '查看更早的' }).isVisible()) await this.unfolds();
  }

  message(...words: (string | RegExp)[]): Locator {
    return withWords(this.element.locator(`[data-testid^="message-"]${withoutCard}`), words).last();
  }

  async hears(...words: (string | RegExp)[]): Promise<Locator> {
    const message = this.message(...words);
    await message.waitFor({ timeout: this.patienceMs });
    return message;
  }

  /** Every message but the cards, in order, as it reads. */
  async reads(): Promise<string[]> {
    return this.element.locator(`.message${withoutCard} .message-main`).allInnerTexts();
  }

  async sees(width: number): Promise<void> {
    await seen(this.element.locator('.message img'), width);
  }

  async says(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  async shows(picture: Picture): Promise<void> {
    await this.element.getByLabel('选择图片').last().setInputFiles(picture);
    await this.element.locator('.tray-item').waitFor();
    await this.box.press('Enter');
  }

  /** Names somebody out of the list that `@` opens, and says it to them. */
  async mentions(name: string, text: string): Promise<void> {
    await this.box.pressSequentially('@');
    await this.element.page().getByRole('option', { name }).click();
    await this.box.pressSequentially(text);
    await this.box.press('Enter');
  }

  async quotes(...words: string[]): Promise<void> {
    const said = this.message(...words);
    await said.hover();
    await said.getByRole('button', { name: '回复', exact: true }).click();
  }

  private get box(): Locator {
    return this.element.locator('.composer textarea').last();
  }
}

/** What can be read there, once it is there. */
export async function wordsOn(seen: Locator): Promise<string> {
  await seen.waitFor();
  return (await seen.allInnerTexts()).join('\n');
}

/** The row of a list on a card that is about somebody. */
export const rowOf = (card: Locator, who: string): Locator =>
  card.locator('.card-columns, .dingtalk-item').filter({ hasText: who });

const withWords = (locator: Locator, words: readonly (string | RegExp)[]): Locator =>
  words.reduce<Locator>((found, hasText) => found.filter({ hasText }), locator);
