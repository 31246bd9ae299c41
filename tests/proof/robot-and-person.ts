import { setTimeout as pause } from 'node:timers/promises';
import { chances } from '../chance.js';
import type { Enterprise, EnterprisePlan } from '../enterprise-plan.js';
import { buyerAt, openShop, type ShopAnswer, type Taken } from '../shop.js';
import { openStage, type Stage } from '../stage.js';
import type { Visitor } from '../visitor.js';
import type { Findings, Proof, ProofSetting } from './proof.js';
import { countBegun, type Watched, watchTakeovers } from './robot-and-person-watch.js';

const question = '下单后多久发货';
const answer = '现货商品付款后 24 小时内发出。';
const stepMs = 5_000;
const sizes = {
  short: { takeovers: 30, enterprises: 2, atOnce: 20, killEvery: 12 },
  full: { takeovers: 5_000, enterprises: 3, atOnce: 150, killEvery: 20 },
};

const plans: readonly Omit<EnterprisePlan, 'callbackUrl'>[] = [
  { agents: 3, apps: [{ platform: 'wecom', transport: 'http', desk: 'direct' }] },
  { agents: 3, apps: [{ platform: 'feishu', transport: 'socket', desk: 'topic' }] },
  {
    agents: 3,
    apps: [
      {
        ...{ platform: 'dingtalk', transport: 'socket', desk: 'group' },
        credentials: { edition: 'professional' },
      },
    ],
  },
];

/**
 * Customers ask the robot, are handed over by their words, claimed and transferred, while the robot's answers are slow: a task
 * is held for up to a minute as if another process thought about it; the shop's server is busy, answers late, or fails before
 * or after the effect; limits make sends wait; workers are killed between a task, its result and its send.
 */
export const robotAndPerson: Proof = {
  number: 5,
  name: 'Robot and person never talk over each other',
  claim:
    'Over takeovers (hand-overs by words, claims, transfers) with robot answers delayed by up to a minute of clock time, busy and failing channels and killed workers, no send of the robot begins after the claim commits, and what was in flight stands before the claim in the transcript and at the customer.',
  backends: ['postgres', 'redis'],
  run: (setting) => new Takeovers(setting).run(),
};

/** A customer, and what they and their agents still have to do, by the clock. */
interface Guest {
  name: string;
  enterprise: Enterprise;
  says(text: string): Promise<void>;
  visitor?: Visitor;
  todo: { at: number; does(standing: Standing | undefined): Promise<boolean> }[];
}

interface Standing extends Record<string, unknown> {
  customer: string;
  code: string | null;
  state: string;
  owner: string | null;
  /** The robot has said something. */
  answered: boolean;
}

class Takeovers {
  private readonly chance;
  private readonly size;
  private killed = 0;
  private steps = 0;

  constructor(private readonly setting: ProofSetting) {
    this.chance = chances(setting.seed);
    this.size = sizes[setting.size];
  }

  async run(): Promise<Findings> {
    const { scope, backend, redisServer, seed, say } = this.setting;
    const shop = await openShop(scope, (taken) => this.answerOfShop(taken));
    const stage = await openStage(scope, {
      ...{ backend, redisServer, worker: 2 },
      plans: plans.slice(0, this.size.enterprises).map((plan) => ({ ...plan, callbackUrl: shop.url })),
    });
    await stage.db.query('update members set capacity = 1000');
    await stage.db.query(
      `insert into articles (tenant_id, id, question, answer, audience, created_at, updated_at)
       select id, gen_random_uuid(), $1, $2, 'customer', $3, $3 from tenants`,
      [question, answer, new Date(stage.clock.now())],
    );
    const watched = await watchTakeovers(stage, seed);
    const visitors: Visitor[] = [];
    for (let batch = 0; (await watched.takeovers()) < this.size.takeovers; batch++) {
      const guests = await this.guests(stage, batch);
      visitors.push(...guests.flatMap(({ visitor }) => visitor ?? []));
      await this.play(stage, guests);
      say(`${await watched.takeovers()} takeovers`);
    }
    return this.findings(stage, watched, shop.taken, visitors);
  }

  /** How the shop takes what is said to its buyers: half of it at once; the robot's answers to some not within the hour. */
  private answerOfShop({ conversationId, text }: Taken): ShopAnswer {
    if (isPatient(conversationId) && text === answer) return { status: 429, retryAfterS: 3_600 };
    const { weighted, number } = this.chance;
    const kind = weighted({ at_once: 50, slow: 15, busy: 20, failing: 15 });
    if (kind === 'slow') return { status: 200, afterMs: number(400) };
    if (kind === 'busy') return { status: 429, retryAfterS: 1 + number(60) };
    return { status: kind === 'failing' ? 503 : 200 };
  }

  private guests(stage: Stage, batch: number): Promise<Guest[]> {
    const { number, chance } = this.chance;
    return Promise.all(
      Array.from({ length: this.size.atOnce }, async (_, at): Promise<Guest> => {
        const enterprise = stage.enterprises[at % stage.enterprises.length];
        if (!enterprise?.api) throw new Error('the enterprise has no shop');
        const name = `客${batch}之${at}`;
        const visitor = at % 4 === 3 ? await stage.visit(enterprise, name) : undefined;
        const buyer = visitor ?? buyerAt(stage.url, enterprise.api.account, stage.clock, name);
        const guest: Guest = { name, enterprise, visitor, says: (text) => buyer.says(text), todo: [] };
        const [first, second] = enterprise.agents;
        const agent = chance(0.5) ? first : second;
        const says = (words: string) => async () => {
          await guest.says(words);
          return true;
        };
        let when = number(20_000);
        guest.todo.push({ at: when, does: says(question) });
        if (chance(0.4)) guest.todo.push({ at: when + number(5_000), does: says(`${question}？`) });
        when += number(30_000);
        guest.todo.push({
          at: when,
          async does(now) {
            if (isPatient(name) && !now?.answered) return false;
            await guest.says('转人工');
            return true;
          },
        });
        if (chance(0.3)) guest.todo.push({ at: when + number(4_000), does: says(`${question}！`) });
        when += number(30_000);
        guest.todo.push({ at: when, does: this.claims(stage, enterprise, agent) });
        when += number(20_000);
        if (chance(0.5)) guest.todo.push(...this.transfers(stage, enterprise, when, number(8_000)));
        return guest;
      }),
    );
  }

  private claims(stage: Stage, enterprise: Enterprise, agent = '') {
    return async (now: Standing | undefined): Promise<boolean> => {
      if (now?.state !== 'waiting' || now.code === null) return now?.state === 'active';
      await stage.seat(enterprise, agent).says(`/claim ${now.code}`);
      return true;
    };
  }

  private transfers(stage: Stage, enterprise: Enterprise, at: number, afterMs: number): Guest['todo'] {
    const { agents, nameOf } = enterprise;
    const heirOf = (owner: string) => agents.find((one) => nameOf(one) !== owner) ?? '';
    let heir = '';
    return [
      {
        at,
        does: async (now) => {
          const owner = agents.find((one) => nameOf(one) === now?.owner);
          if (now?.state !== 'active' || owner === undefined) return false;
          heir = heirOf(nameOf(owner));
          await stage.seat(enterprise, owner).says(`/transfer ${now.code} ${nameOf(heir)}`);
          return true;
        },
      },
      {
        at: at + stepMs + afterMs,
        does: async (now) => {
          await stage.seat(enterprise, heir).says(`/accept ${now?.code}`);
          return true;
        },
      },
    ];
  }

  /** The clock goes on in steps, during which everybody does what their time has come for. */
  private async play(stage: Stage, guests: readonly Guest[]): Promise<void> {
    const begunAt = stage.clock.now();
    while (guests.some(({ todo }) => todo.length > 0)) {
      const standing = await standingOf(stage);
      const now = stage.clock.now() - begunAt;
      const due = guests.filter(({ todo }) => (todo[0]?.at ?? Number.POSITIVE_INFINITY) <= now);
      const waits = due.map(() => this.chance.number(200));
      await Promise.all([
        stage.advance(stepMs),
        this.killSometimes(stage),
        ...due.map(async (guest, at) => {
          // While the robot's answers come back that this step brings.
          await pause(waits[at]);
          if (await guest.todo[0]?.does(standing.get(guest.name))) guest.todo.shift();
        }),
      ]);
      if (now > 600_000)
        throw new Error(`after ten minutes ${guests.find(({ todo }) => todo[0])?.name} still waits`);
    }
    await this.comesToRest(stage);
    const standing = await standingOf(stage);
    await Promise.all(
      guests.map(async ({ enterprise, name }) => {
        const now = standing.get(name);
        const owner = enterprise.agents.find((one) => enterprise.nameOf(one) === now?.owner);
        if (now && owner) await stage.seat(enterprise, owner).says(`/close ${now.code} 已解决`);
      }),
    );
    await this.comesToRest(stage);
  }

  /** Everything that is said to customers has come to its end. */
  private async comesToRest(stage: Stage): Promise<void> {
    for (let left = 1, times = 0; left > 0; times++) {
      await stage.advance(times < 6 ? 20_000 : 600_000);
      await stage.atRest();
      const [row] = await stage.db.query<{ left: number }>(
        `select (select count(*) from outbox where kind = 'deliver' and state in ('pending', 'sending'))::int
              + (select count(*) from inbox where read_at is null)::int
              + (select count(*) from tasks where done_at is null)::int as left`,
      );
      left = row?.left ?? 1;
    }
  }

  private async killSometimes(stage: Stage): Promise<void> {
    this.steps += 1;
    const workers = stage.ofRole('worker');
    await Promise.all(workers.filter((one) => !one.isUp()).map((one) => one.begin()));
    if (this.steps % this.size.killEvery !== 0) return;
    await pause(this.chance.number(200));
    await this.chance.one(workers)?.kill();
    this.killed += 1;
  }

  private async findings(
    stage: Stage,
    watched: Watched,
    taken: readonly Taken[],
    visitors: readonly Visitor[],
  ): Promise<Findings> {
    const broken = [...(await watched.broken()), ...(await brokenOnTheWire(stage, taken))];
    for (const visitor of visitors) {
      const said = await visitor.reads();
      const joined = said.findIndex(
        ({ content }) => content.type === 'text' && content.text.startsWith(joins),
      );
      if (joined >= 0 && said.slice(joined).some(({ by }) => by.kind === 'robot'))
        broken.push(`a visitor reads the robot after a person joined: ${JSON.stringify(said)}`);
    }
    const counted: Record<string, number> = {
      ...(await watched.counted()),
      ...(await countBegun(stage, taken)),
      'requests at the shop': taken.length,
      'workers killed': this.killed,
    };
    if (counted['robot answers kept back or left unknown at a takeover'] === 0)
      broken.push('no answer of the robot was ever on its way when a person took over: this proves nothing');
    return { counted, broken };
  }
}

/** Some customers call a person only after the robot has said something, which the shop does not take from it. */
const isPatient = (name: string): boolean => name.endsWith('0');
const joins = '已为您接入';

async function standingOf({ db }: Stage): Promise<Map<string, Standing>> {
  const rows = await db.query<Standing>(
    `select u.name as customer, c.code, c.state, m.name as owner, exists (
            select 1 from messages r where r.tenant_id = c.tenant_id and r.conversation_id = c.id and r.author_kind = 'robot') as answered
       from conversations c join customers u on u.tenant_id = c.tenant_id and u.id = c.customer_id
       left join members m on m.tenant_id = c.tenant_id and m.id = c.owner_id where c.state <> 'closed'`,
  );
  // A name that nobody proved is marked as such.
  return new Map(rows.map((row) => [row.customer.replace(/（.*）$/, ''), row]));
}

/** At the shop nothing of the robot's comes, not even again, once the words have come that say who is there now. */
async function brokenOnTheWire({ db }: Stage, taken: readonly Taken[]): Promise<string[]> {
  const robots = await db.query<{ key: string }>(
    `select o.id as key from outbox o join messages m on m.tenant_id = o.tenant_id and m.id = o.message_id
      where o.kind = 'deliver' and m.author_kind = 'robot'`,
  );
  const keys = new Set(robots.map(({ key }) => key));
  const joined = new Set<string>();
  return taken.flatMap(({ key, conversationId, text }) => {
    if (text.startsWith(joins)) joined.add(conversationId);
    return keys.has(key) && joined.has(conversationId)
      ? [`${conversationId} was sent the robot's 「${text}」 after a person had joined`]
      : [];
  });
}
