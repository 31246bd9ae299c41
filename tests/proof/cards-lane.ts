/** One conversation after the other at one enterprise: a script from the first word to the rating, done by whoever sees what. */
import type { App, Enterprise } from '../enterprise-plan.js';
import { until } from '../sandbox.js';
import type { Stage } from '../stage.js';
import type { Visitor } from '../visitor.js';
import { Eyes, type Seen } from './cards-eyes.js';
import { cardsOf, type Truth } from './cards-judge.js';

export const steps = [
  'ask',
  'claim',
  'say',
  'answer',
  'offer',
  'accept',
  'answer again',
  'close',
  'rate',
] as const;
export type Step = (typeof steps)[number];

const patienceMs = 60_000;

export class Lane {
  readonly app: App;
  readonly giver: Eyes;
  readonly taker: Eyes;
  private visitor: Visitor | undefined;
  private conversation = '';
  private code = '';
  private made = 0;

  constructor(
    private readonly stage: Stage,
    readonly enterprise: Enterprise,
  ) {
    const [app] = enterprise.apps;
    const [giver, taker] = enterprise.agents;
    if (!app || !giver || !taker) throw new Error('a lane needs an app and two agents');
    this.app = app;
    this.giver = new Eyes(stage.sandbox, app, giver, enterprise.nameOf(giver));
    this.taker = new Eyes(stage.sandbox, app, taker, enterprise.nameOf(taker));
  }

  /** What the database knows of the conversation. */
  async truth(): Promise<Truth> {
    const [row] = await this.stage.db.query<Truth & Record<string, unknown>>(
      `select c.id, coalesce(c.code, '') as code, c.state, o.name as owner, t.name as offered, c.epoch, (
                select count(*)::int from events e where e.tenant_id = c.tenant_id and e.subject = 'conversation:' || c.id
                   and e.kind in ('conversation.claimed', 'conversation.transferred', 'conversation.closed',
                     'conversation.offered', 'conversation.offerDeclined')) as done
         from conversations c
         left join members o on o.tenant_id = c.tenant_id and o.id = c.owner_id
         left join members t on t.tenant_id = c.tenant_id and t.id = c.offered_to
        where c.account_id = $1 and ($2 = '' or c.id::text = $2) order by c.opened_at desc limit 1`,
      [this.enterprise.account, this.conversation],
    );
    if (!row) throw new Error('there is no conversation yet');
    return row;
  }

  async sees(): Promise<Seen[]> {
    return [...(await this.giver.reads()), ...(await this.taker.reads())];
  }

  /** Everybody's cards about the conversation. */
  async cards(of: Eyes): Promise<Seen[]> {
    return cardsOf(await of.reads(), this.code);
  }

  async does(step: Step): Promise<void> {
    switch (step) {
      case 'ask':
        return this.ask();
      case 'claim':
        await this.press(this.giver, '认领', `/claim ${this.code}`);
        return this.becomes(step, ({ state }) => state === 'active');
      case 'say':
        return this.visitor?.says('壶盖裂了');
      case 'answer':
        return this.answer(this.giver, '您好，我看一下');
      case 'offer':
        await this.says(this.giver, `/transfer ${this.code} ${this.taker.name}`);
        return this.becomes(step, ({ offered }) => offered === this.taker.name);
      case 'accept':
        await this.press(this.taker, '接手', `/accept ${this.code}`);
        return this.becomes(step, ({ owner }) => owner === this.taker.name);
      case 'answer again':
        return this.answer(this.taker, '我来处理');
      case 'close':
        await this.says(this.taker, `/close ${this.code}`);
        return this.becomes(step, ({ state }) => state === 'closed');
      case 'rate':
        return this.visitor?.says('5');
    }
  }

  /** A customer who was never there before asks for a person. */
  private async ask(): Promise<void> {
    this.made += 1;
    const before = await this.truth().catch(() => undefined);
    this.conversation = '';
    this.visitor = await this.stage.visit(this.enterprise, `客户${this.enterprise.number}之${this.made}`);
    await this.visitor.says('转人工');
    await this.becomes('ask', ({ id, state }) => id !== before?.id && state === 'waiting');
    const { id, code } = await this.truth();
    this.conversation = id;
    this.code = code;
  }

  private becomes(step: Step, is: (truth: Truth) => boolean): Promise<void> {
    return until(
      `enterprise ${this.enterprise.number}: ${step}`,
      async () => is(await this.truth().catch((): Truth => nothing)),
      patienceMs,
    );
  }

  /** By the newest card that has the button; by a command where there is none, or where nobody answers. */
  private async press(eyes: Eyes, button: string, command: string): Promise<void> {
    const before = await this.truth();
    for (const card of (await this.cards(eyes)).reverse()) {
      if (!card.words.includes(button)) continue;
      const answer = await eyes.presses(card.message, button);
      if (answer === undefined) continue;
      await this.stage.atRest();
      if ((await this.truth()).epoch > before.epoch) return;
    }
    await eyes.says(command);
  }

  /** In the topic where there is one. */
  private async says(eyes: Eyes, words: string): Promise<void> {
    const topic = (await this.cards(eyes)).findLast(({ thread }) => thread !== undefined)?.thread;
    await eyes.says(words, topic);
  }

  private async answer(eyes: Eyes, words: string): Promise<void> {
    await this.says(eyes, words);
  }
}

const nothing: Truth = {
  ...{ id: '', code: '', state: 'robot', owner: null, offered: null, epoch: 0, done: 0 },
};
