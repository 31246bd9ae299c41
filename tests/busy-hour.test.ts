/**
 * A busy hour over twelve enterprises: storms of messages, agents who claim, answer and close. The clock of the product and of
 * the sandbox stands still while anything is under way and is moved on when all that is left waits for its turn, so that
 * both see the same milliseconds between two sends, and an hour takes a minute.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Enterprise, EnterprisePlan, Surface } from './enterprise-plan.js';
import { type Call, wordsOf } from './enterprise-seat.js';
import { type Enterprises, startEnterprises } from './enterprises.js';
import { until } from './sandbox.js';
import { isTooMuch } from './too-much.js';
import type { Visitor } from './visitor.js';

const minute = 60_000;
const hour = 60 * minute;
const rounds = 2;
const agentsEach = 3;
/** In a minute; WeCom lets 30 through to one member. */
const stormSize = 40;
const calmSize = 4;
const answersEach = 3;

/** One customer with one agent, and what was said between them. */
interface Talk {
  enterprise: Enterprise;
  agent: string;
  visitor: Visitor;
  customer: string;
  asked: string[];
  answered: string[];
}

/** A word that stands nowhere else, whatever is around it. */
const mark = (...of: (string | number)[]): string => `x${of.join('x')}x`;

class BusyHour {
  readonly talks: Talk[] = [];
  readonly calls: Call[] = [];
  readonly begunAt: number;

  constructor(readonly product: Enterprises) {
    this.begunAt = product.clock.now();
  }

  /** Time passes once everything has come to rest. */
  async passes(ms: number): Promise<void> {
    await this.product.atRest();
    await this.product.advance(ms);
    this.calls.push(...(await this.product.calls(this.calls.at(-1)?.n ?? 0)));
  }

  async passesUntil(at: number, stepMs: number): Promise<void> {
    while (this.product.clock.now() < at) await this.passes(stepMs);
  }

  /** So many conversations are in this state, all enterprises together. */
  are(state: 'waiting' | 'active', count: number): Promise<void> {
    return this.counts(`${count} are ${state}`, count, 'conversations where state = $1', [state]);
  }

  async counts(what: string, count: number, from: string, values: unknown[] = []): Promise<void> {
    const { db } = this.product;
    const isSo = async () => {
      const [row] = await db.query<{ count: number }>(`select count(*)::int as count from ${from}`, values);
      return row?.count === count;
    };
    await until(what, isSo, 60_000);
  }

  /** For each agent a customer who asks for a person, one after the other, so that it is known who claims whom. */
  async begin(round: number): Promise<Talk[]> {
    const { product } = this;
    const { enterprises } = product;
    const talks: Talk[] = [];
    for (let at = 0; at < agentsEach; at++) {
      const begun = await Promise.all(
        enterprises.map(async (enterprise) => {
          const customer = `客户${enterprise.number}之${round}之${at}`;
          const agent = enterprise.agents[at] ?? assert.fail();
          const visitor = await product.visit(enterprise, customer);
          await visitor.says('转人工');
          return { enterprise, agent, visitor, customer, asked: [], answered: [] };
        }),
      );
      await this.are('waiting', enterprises.length);
      await Promise.all(begun.map(({ enterprise, agent }) => product.seat(enterprise, agent).says('/claim')));
      talks.push(...begun);
      await this.are('active', talks.length);
    }
    this.talks.push(...talks);
    return talks;
  }

  async asks(talk: Talk): Promise<void> {
    const words = mark('q', talk.enterprise.number, talk.agent, this.talks.indexOf(talk), talk.asked.length);
    talk.asked.push(words);
    await talk.visitor.says(`${words} 还在吗`);
  }

  async answers(talk: Talk): Promise<void> {
    const words = mark(
      'r',
      talk.enterprise.number,
      talk.agent,
      this.talks.indexOf(talk),
      talk.answered.length,
    );
    talk.answered.push(words);
    await this.product.seat(talk.enterprise, talk.agent).says(`${words} 在的`);
  }

  /** What was said to customers has been taken. */
  answersAreTaken(): Promise<void> {
    const said = this.talks.reduce((sum, { answered }) => sum + answered.length, 0);
    return this.counts(`${said} answers are taken`, said, `messages where author_kind = 'agent'`);
  }

  async end(talks: readonly Talk[]): Promise<void> {
    await Promise.all(
      talks.map(({ enterprise, agent }) => this.product.seat(enterprise, agent).says('/close')),
    );
    await this.are('active', 0);
  }
}

/** One round of the hour: a storm to the first agent of each enterprise in turn, calm talk beside it, an end. */
async function round(busy: BusyHour, number: number): Promise<void> {
  const endsAt = busy.begunAt + ((number + 1) * hour) / rounds;
  const talks = await busy.begin(number);
  const inStorm = (talk: Talk) =>
    talk.enterprise.agents.indexOf(talk.agent) === number % talk.enterprise.agents.length;
  // A minute of storm, each message by itself, so that nothing but the limits makes several go together.
  for (let part = 0; part < stormSize; part++) {
    const isCalmsTurn = part % (stormSize / calmSize) === 0;
    await Promise.all(
      talks.map(async (talk) => {
        if (inStorm(talk) || isCalmsTurn) await busy.asks(talk);
        if (part % 20 === 10) await busy.answers(talk);
      }),
    );
    await busy.answersAreTaken();
    await busy.passes(minute / stormSize);
  }
  // Whom nobody answers for a quarter of an hour would go back to the queue.
  await Promise.all(talks.map((talk) => busy.answers(talk)));
  await busy.answersAreTaken();
  await busy.passesUntil(endsAt - hour / rounds / 3, 30_000);
  await busy.end(talks);
  await busy.passesUntil(endsAt, minute);
}

/** How often these words were shown to an agent in a message, and whether all came in order. */
async function assertShown(product: Enterprises, talks: readonly Talk[]): Promise<number> {
  let merged = 0;
  for (const enterprise of product.enterprises) {
    for (const agent of enterprise.agents) {
      const messages = (await product.seat(enterprise, agent).reads()).filter(({ card }) => !card);
      const found = messages.map((one) =>
        [...wordsOf(one).matchAll(/xqx\w+?x(?= 还在吗)/g)].map(([words]) => words),
      );
      const asked = talks.filter((talk) => talk.agent === agent).flatMap((talk) => talk.asked);
      assert.deepEqual(found.flat(), asked, `what ${agent} was shown`);
      merged += found.reduce((sum, words) => sum + Math.max(0, words.length - 1), 0);
    }
  }
  return merged;
}

async function assertAnswered(talks: readonly Talk[]): Promise<void> {
  for (const { visitor, answered, customer } of talks) {
    const heard = (await visitor.reads())
      .filter(({ by }) => by.kind === 'agent')
      .map(({ content }) =>
        content.type === 'text' ? (/xrx\w+?x(?= 在的)/.exec(content.text)?.[0] ?? '') : '',
      );
    assert.deepEqual(heard, answered, `what ${customer} was answered`);
  }
}

const plan = (platform: Surface): EnterprisePlan => ({
  agents: agentsEach,
  apps: [
    {
      ...{ platform, transport: 'http', desk: platform === 'dingtalk' ? 'group' : 'direct' },
      ...(platform === 'dingtalk' && { credentials: { edition: 'professional' } }),
    },
  ],
});

test('twelve enterprises have a busy hour: nothing is dropped, no limit is hit, and everybody is heard', async (t) => {
  const begun = performance.now();
  const surfaces: Surface[] = ['feishu', 'dingtalk', 'wecom'];
  const product = await startEnterprises(
    t,
    surfaces.flatMap((platform) => Array.from({ length: 4 }, () => plan(platform))),
  );
  const busy = new BusyHour(product);
  for (let number = 0; number < rounds; number++) await round(busy, number);
  while ((await product.left()).outbox > 0) await busy.passes(5_000);
  await product.settled();
  await busy.passes(1);

  assert.deepEqual(await product.drops(), [], 'WeCom dropped something without a word');
  assert.deepEqual(
    busy.calls.filter(isTooMuch).map(({ code, error, path }) => `${path}: ${error ?? code}`),
    [],
    'a limit was hit',
  );
  assert.deepEqual(
    await product.db.query(`select kind, data from events where kind in ('send.refused', 'send.unknown')`),
    [],
  );
  const merged = await assertShown(product, busy.talks);
  await assertAnswered(busy.talks);
  const asked = busy.talks.reduce((sum, talk) => sum + talk.asked.length, 0);
  const answered = busy.talks.reduce((sum, talk) => sum + talk.answered.length, 0);
  const perPlatform = surfaces.map(
    (platform) => `${platform} ${busy.calls.filter((call) => call.platform === platform).length}`,
  );
  t.diagnostic(
    `${asked} messages, ${answered} answers, ${merged} of them merged; calls: ${perPlatform.join(', ')}; ` +
      `${Math.round((product.clock.now() - busy.begunAt) / 60_000)} min in ${Math.round((performance.now() - begun) / 1_000)} s`,
  );
  assert.equal(answered, busy.talks.length * answersEach);
  assert.ok(merged > 0, 'nothing had to be merged');
});

/** What the redraws of a DingTalk enterprise of the standard edition may come to in an hour: a burst, and one in 22 minutes. */
const redrawsInHour = 36 + 3;

test('with DingTalk’s standard edition cards are redrawn as seldom as the month allows, and words go all the same', async (t) => {
  const product = await startEnterprises(t, [
    {
      agents: 1,
      apps: [
        { platform: 'dingtalk', transport: 'http', desk: 'group', credentials: { edition: 'standard' } },
      ],
    },
  ]);
  const busy = new BusyHour(product);
  const [enterprise] = product.enterprises;
  const [agent] = enterprise?.agents ?? [];
  assert.ok(enterprise && agent);
  const seat = product.seat(enterprise, agent);
  const customers = 30;
  for (let number = 0; number < customers; number++) {
    const visitor = await product.visit(enterprise, `客户${number}`);
    const talk: Talk = { enterprise, agent, visitor, customer: `客户${number}`, asked: [], answered: [] };
    busy.talks.push(talk);
    await visitor.says('转人工');
    await busy.are('waiting', 1);
    await busy.passes(20_000);
    await seat.says('/claim');
    await busy.are('active', 1);
    await busy.asks(talk);
    await busy.answers(talk);
    await busy.answersAreTaken();
    await busy.passes(30_000);
    await busy.asks(talk);
    await busy.passes(30_000);
    await seat.says('/close');
    await busy.are('active', 0);
    await busy.passes(40_000);
  }
  const words = `select 1 from outbox where state in ('pending', 'sending') and kind <> 'draw'`;
  assert.deepEqual(await product.db.query(words), [], 'words wait for nobody’s redraws');
  await assertShown(product, busy.talks);
  await assertAnswered(busy.talks);
  const redraws = busy.calls.filter(
    ({ method, path }) => method === 'PUT' && path === '/v1.0/card/instances',
  );
  const changes = await product.db.query(`select 1 from events where kind like 'conversation.%'`);
  t.diagnostic(
    `${changes.length} changes of conversations, ${redraws.length} redraws, ${busy.calls.length} calls`,
  );
  assert.ok(redraws.length <= redrawsInHour, `${redraws.length} redraws`);
  assert.ok(redraws.length > redrawsInHour / 2, 'what may be redrawn is');
  assert.deepEqual(busy.calls.filter(isTooMuch), []);
});
