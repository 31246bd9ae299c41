import { chances } from '../chance.js';
import type { Surface } from '../enterprise-plan.js';
import { type Shown, wordsOf } from '../enterprise-seat.js';
import { until } from '../sandbox.js';
import { openStage, type Stage } from '../stage.js';
import type { Visitor } from '../visitor.js';
import type { Findings, Proof, ProofSetting } from './proof.js';

const sizes = {
  short: { agents: 30, rounds: 6, everybodyEvery: 4 },
  full: { agents: 200, rounds: 1_000, everybodyEvery: 50 },
};
const surfaces = ['feishu', 'dingtalk', 'wecom'] as const satisfies Surface[];
/** Longer than any machine takes for a crowd of two hundred. */
const withinMs = 300_000;

/**
 * Crowds claim at once, at their clients: on the shared card of a topic (HTTP), on the notice of a team group (a long
 * connection), by `/claim` with and without a code on all three platforms, and some deliveries come twice. Up to four customers
 * wait at a time, so that who has little room left tries for several.
 */
export const oneOwner: Proof = {
  number: 2,
  name: 'One owner',
  claim:
    'Whatever crowd of agents on three platforms claims at once, over two workers, each conversation has exactly one owner, nobody ever has more than they may, each click and command leaves exactly one row in the audit, each is told the truth, and the customer is told once.',
  backends: ['postgres', 'redis'],
  run: (setting) => new Crowd(setting).run(),
};

interface Waiting extends Record<string, unknown> {
  id: string;
  code: string;
}

class Crowd {
  private readonly chance;
  private readonly size;
  private readonly counted: Record<string, number> = {};
  private readonly broken: string[] = [];
  private readonly visitors: Visitor[] = [];
  private attempts = 0;

  constructor(private readonly setting: ProofSetting) {
    this.chance = chances(setting.seed);
    this.size = sizes[setting.size];
  }

  async run(): Promise<Findings> {
    const { scope, backend, redisServer, say } = this.setting;
    const stage = await openStage(scope, {
      ...{ backend, redisServer, worker: 2 },
      plans: [
        {
          agents: this.size.agents,
          apps: [
            { platform: 'feishu', transport: 'http', desk: 'topic' },
            {
              ...{ platform: 'dingtalk', transport: 'socket', desk: 'group' },
              credentials: { edition: 'professional' },
            },
            { platform: 'wecom', transport: 'http', desk: 'direct' },
          ],
        },
      ],
    });
    // A notice to each of them one to one says nothing about who owns what.
    await stage.db.query(
      `delete from desks using workspaces w where w.id = desks.workspace_id and w.platform = 'wecom'`,
    );
    await stage.db.query('update members set capacity = 1 + abs(hashtext(name)) % 3');
    await watchCapacity(stage);
    for (let rounds = 0, wave = 0; rounds < this.size.rounds; wave++) {
      rounds += await this.wave(
        stage,
        Math.min(1 + this.chance.number(4), this.size.rounds - rounds),
        rounds,
      );
      if (wave % 20 === 19) say(`${rounds} rounds, ${this.attempts} claims`);
    }
    await this.inTheEnd(stage);
    return {
      counted: { rounds: this.size.rounds, agents: this.size.agents, ...this.counted },
      broken: this.broken,
    };
  }

  /** So many customers wait, a crowd claims, everything is looked at, and some of the owners make room again. */
  private async wave(stage: Stage, count: number, before: number): Promise<number> {
    const { number, chance } = this.chance;
    const [one] = stage.enterprises;
    if (!one) throw new Error('there is no enterprise');
    for (let at = 0; at < count; at++) {
      const visitor = await stage.visit(one, `客户${before + at}`);
      this.visitors.push(visitor);
      await visitor.says('转人工');
    }
    const waiting = () =>
      stage.db.query<Waiting>(
        `select id, code from conversations where state = 'waiting' order by waiting_since, id`,
      );
    await until('all of them wait', async () => (await waiting()).length >= count, withinMs);
    const there = await waiting();
    const isForAll = before % this.size.everybodyEvery < count;
    const crowd = one.agents.filter(() => isForAll || chance(0.1));
    if (chance(0.3))
      await stage.sandbox.control('POST', 'faults', {
        ...{ on: { delivery: 'event', platform: 'feishu' }, kind: 'duplicate', times: 1 + number(5) },
      });
    const cards = new Map<string, Shown>();
    for (const { code } of there) {
      const card = await deskCard(stage, 'feishu', code);
      if (card) cards.set(code, card);
    }
    const notice = there.length === 1 ? await deskCard(stage, 'dingtalk', there[0]?.code ?? '') : undefined;
    await Promise.all(
      crowd.map((agent) => {
        const surface = surfaces[number(surfaces.length)] ?? 'feishu';
        const wanted = there[number(there.length)];
        const card = surface === 'feishu' ? cards.get(wanted?.code ?? '') : notice;
        return surface !== 'wecom' && card && chance(0.7)
          ? this.clicks(stage, agent, surface, card)
          : this.types(stage, agent, surface, chance(0.7) ? wanted?.code : undefined);
      }),
    );
    await this.allAreHeard(stage);
    await this.look(stage);
    await this.makeRoom(stage);
    return count;
  }

  private async clicks(stage: Stage, agent: string, surface: Surface, card: Shown): Promise<void> {
    const [one] = stage.enterprises;
    if (!one) return;
    this.attempts += 1;
    this.count(`clicks on ${surface}`);
    const answer = await stage.seat(one, agent, surface).presses(card, '认领');
    const said = answer.toast?.content ?? '';
    // A platform waits three seconds, whatever else this machine does; that the claim is handled all the same is counted below.
    if (answer.error === 'timeout') this.count('clicks that the platform waited for in vain');
    else if (answer.error !== undefined)
      this.broken.push(`a click by ${agent} was answered with ${answer.error}`);
    else if (said.includes('已认领')) this.count('clicks that were told: yours');
    else if (said.includes('认领')) this.count('clicks that were told: somebody else’s');
    else if (said.includes('上限')) this.count('clicks that were told: you have enough');
    else this.count('clicks that were told to wait');
    this.told.push({ agent: one.nameOf(agent), said });
  }

  private readonly told: { agent: string; said: string }[] = [];

  private async types(stage: Stage, agent: string, surface: Surface, code = ''): Promise<void> {
    const [one] = stage.enterprises;
    if (!one) return;
    this.attempts += 1;
    this.count(`commands on ${surface}`);
    await stage.seat(one, agent, surface).says(`/claim ${code}`.trim());
  }

  private count(what: string): void {
    this.counted[what] = (this.counted[what] ?? 0) + 1;
  }

  private async audited({ db }: Stage): Promise<number> {
    const [row] = await db.query<{ rows: number }>(
      `select count(*)::int as rows from invocations where operation in ('conversation.claim', 'queue.claimNext')`,
    );
    return row?.rows ?? 0;
  }

  private async allAreHeard(stage: Stage): Promise<void> {
    let rows = 0;
    const isSo = async () => {
      rows = await this.audited(stage);
      const { inbox } = await stage.left();
      return rows >= this.attempts && inbox === 0;
    };
    await until('every claim was heard', isSo, withinMs).catch((error: Error) => {
      throw new Error(`${error.message}: ${rows} of ${this.attempts}`);
    });
    if (rows !== this.attempts) this.broken.push(`${this.attempts} claims left ${rows} rows in the audit`);
  }

  /** How things stand once a crowd has been heard. */
  private async look({ db }: Stage): Promise<void> {
    const full = await db.query<{ name: string }>(
      `select name from members m where capacity < (
         select count(*) from conversations c where c.tenant_id = m.tenant_id and c.owner_id = m.id and c.state = 'active')`,
    );
    this.broken.push(...full.map(({ name }) => `${name} has more than they may`));
    const owners = await db.query<{ customer: string; owner: string }>(
      `select c.code as customer, m.name as owner from conversations c join members m on m.id = c.owner_id where c.state = 'active'`,
    );
    const of = new Map(owners.map(({ customer, owner }) => [customer, owner]));
    for (const { agent, said } of this.told.splice(0)) {
      const code = /[A-HJ-NP-Z][1-9]\d*/.exec(said)?.[0];
      if (said.startsWith('已认领') && code && of.get(code) !== agent)
        this.broken.push(`${agent} was told 「${said}」, and ${of.get(code)} has it`);
      const named = /由 (\S+) 认领/.exec(said)?.[1];
      if (named && !owners.some(({ owner }) => owner === named))
        this.broken.push(`${agent} was told 「${said}」, which is nobody's`);
    }
  }

  /** Half of what is open is closed, by its owners' words. */
  private async makeRoom(stage: Stage): Promise<void> {
    const [one] = stage.enterprises;
    const open = await stage.db.query<{ id: string; code: string; owner: string }>(
      `select c.id, c.code, m.name as owner from conversations c join members m on m.id = c.owner_id where c.state = 'active'`,
    );
    const ended = open.filter(() => this.chance.chance(0.5));
    for (const { code, owner } of ended) {
      const agent = one?.agents.find((each) => one.nameOf(each) === owner);
      if (one && agent) await stage.seat(one, agent, 'feishu').says(`/close ${code} 已解决`);
    }
    const ids = ended.map(({ id }) => id);
    await until(
      'what was to be closed is',
      async () =>
        (await stage.db.query(`select 1 from conversations where id = any($1) and state = 'active'`, [ids]))
          .length === 0,
      withinMs,
    );
    await stage.advance(20_000);
  }

  private async inTheEnd(stage: Stage): Promise<void> {
    const { db } = stage;
    await this.allAreHeard(stage);
    const odd = await db.query<{ text: string }>(
      `select c.code || ': claimed ' || count(e.*) || ' times' as text from conversations c
         left join events e on e.tenant_id = c.tenant_id and e.subject = 'conversation:' || c.id and e.kind = 'conversation.claimed'
        group by c.id, c.code, c.state having count(e.*) > 1 or (count(e.*) = 0 and c.state <> 'waiting')`,
    );
    this.broken.push(...odd.map(({ text }) => text));
    const lied = await db.query<{ text: string }>(
      `select i.actor || ' was told that ' || i.subject || ' is theirs' as text from invocations i
        where i.operation = 'conversation.claim' and i.ok and not exists (select 1 from events e
          where e.tenant_id = i.tenant_id and e.subject = i.subject and e.kind = 'conversation.claimed'
            and i.actor = 'member:' || e.actor)`,
    );
    this.broken.push(...lied.map(({ text }) => text));
    const over = await db.query<{ text: string }>('select text from proof_over');
    this.broken.push(...over.map(({ text }) => text));
    const aside = await db.query<{ error: string }>('select error from inbox where error is not null');
    this.broken.push(...aside.map(({ error }) => `an inbox row was put aside: ${error}`));
    let told = 0;
    for (const visitor of this.visitors) {
      const joined = (await visitor.reads()).filter(
        ({ content }) => content.type === 'text' && content.text.startsWith('已为您接入'),
      );
      if (joined.length > 1) this.broken.push(`a customer was told ${joined.length} times who is there`);
      told += joined.length;
    }
    const [{ claimed, full } = { claimed: 0, full: 0 }] = await db.query<{ claimed: number; full: number }>(
      `select (select count(*)::int from events where kind = 'conversation.claimed') as claimed,
              (select count(*)::int from invocations where not ok and outcome ->> 'say' like '%上限%') as full`,
    );
    if (told !== claimed) this.broken.push(`${claimed} were claimed, and ${told} customers were told so`);
    Object.assign(this.counted, {
      'claims of all kinds': this.attempts,
      'rows in the audit': await this.audited(stage),
      'conversations that were claimed': claimed,
      'claims refused because somebody had enough': full,
    });
  }
}

/** The newest card at a desk that names this code. */
async function deskCard(
  stage: Stage,
  platform: 'feishu' | 'dingtalk',
  code: string,
): Promise<Shown | undefined> {
  const [one] = stage.enterprises;
  const app = one?.apps.find((each) => each.platform === platform);
  const where = `platform=${platform}&as=${one?.agents[0]}&chat=${encodeURIComponent(app?.chat ?? '')}`;
  let found: Shown | undefined;
  const isThere = async () => {
    const { messages } = await stage.sandbox.control<{ messages: Shown[] }>('GET', `messages?${where}`);
    found = messages.findLast((each) => each.card && wordsOf(each).includes(code));
    return found !== undefined;
  };
  // Who is shown nothing within a while types.
  await until('the desk shows it', isThere, 5_000).catch(() => {});
  return found;
}

/** Whatever is committed in between is looked at too, by the database itself. */
async function watchCapacity({ db }: Stage): Promise<void> {
  await db.query(`
    create table proof_over (text text);
    create function proof_owned() returns trigger language plpgsql as $$ begin
      insert into proof_over select m.name || ' was given ' || count(*) || ' of ' || m.capacity from members m
        join conversations c on c.tenant_id = m.tenant_id and c.owner_id = m.id and c.state = 'active'
       where m.tenant_id = new.tenant_id and m.id = new.owner_id group by m.name, m.capacity having count(*) > m.capacity;
      return null;
    end $$;
    create constraint trigger proof_owned after update on conversations deferrable initially deferred for each row
      when (new.state = 'active') execute function proof_owned();`);
}
