import type { Enterprise } from './enterprise-plan.js';
import type { Call } from './enterprise-seat.js';
import type { Enterprises } from './enterprises.js';
import type { Visitor } from './visitor.js';

const minute = 60_000;
const hour = 60 * minute;

/** How many of a day's conversations begin in each hour from nine to seven, as shares: two peaks around lunch. */
const arrivals = [0.07, 0.13, 0.14, 0.08, 0.06, 0.11, 0.14, 0.13, 0.09, 0.05];
const stepMs = 20_000;
/** How many an agent takes at once in this replay. */
const atOnceMax = 8;

export interface DayPlan {
  conversations: number;
  /** Numbers from 0 to 1, the same ones for the same seed. */
  chance(): number;
}

/** What a day came to. Taps are whatever an agent typed or pressed that was no word to a customer. */
export interface Day {
  conversations: number;
  byRobot: number;
  byPeople: number;
  messages: number;
  replies: number;
  taps: number;
  waitedMs: number[];
  calls: Call[];
  minutes: number;
}

interface Guest {
  at: number;
  name: string;
  /** What they still have to say, each once it is their turn. */
  turns: string[];
  wantsPerson: boolean;
  visitor?: Visitor;
  nextAt: number;
}

/**
 * A whole day of one enterprise on several platforms: customers come as they do over a day, the robot answers what it knows,
 * agents claim, answer and close. The clock of product and sandbox moves in steps, each once everything is at rest.
 */
export async function replayDay(
  product: Enterprises,
  enterprise: Enterprise,
  { conversations, chance }: DayPlan,
): Promise<Day> {
  const { clock, db } = product;
  const begunAt = clock.now();
  const guests = guestsOf(conversations, begunAt, chance);
  const waiting = [...guests];
  const present: Guest[] = [];
  const day: Day = {
    ...{ conversations, byRobot: 0, byPeople: 0, messages: 0, replies: 0, taps: 0 },
    ...{ waitedMs: [], calls: [], minutes: 0 },
  };
  const desks = enterprise.agents.map((agent, at) => ({
    agent,
    seat: product.seat(enterprise, agent, enterprise.apps[at % enterprise.apps.length]?.platform),
  }));
  const named = new Map(guests.map((guest) => [guest.name, guest]));

  async function says(guest: Guest, words: string): Promise<void> {
    guest.visitor ??= await product.visit(enterprise, guest.name);
    day.messages += 1;
    await guest.visitor.says(words);
    guest.nextAt = clock.now() + (20 + chance() * 100) * 1_000;
  }

  /** Who has room claims; who has been written to answers; who has nothing more to say is said goodbye to. */
  async function work(): Promise<void> {
    const rows = await db.query<Work>(
      `select c.code, c.state, m.name as owner, u.name as customer,
              c.customer_wrote_at > coalesce(c.owner_wrote_at, '-infinity') or c.owner_wrote_at = c.claimed_at as unanswered
         from conversations c join customers u on u.tenant_id = c.tenant_id and u.id = c.customer_id
         left join members m on m.tenant_id = c.tenant_id and m.id = c.owner_id where c.state in ('waiting', 'active')`,
    );
    let free = rows.filter(({ state }) => state === 'waiting').length;
    await Promise.all(
      shuffled(desks, chance).map(async ({ agent, seat }) => {
        const mine = rows.filter(({ owner }) => owner === enterprise.nameOf(agent));
        for (const one of mine) {
          // A name that nobody proved is marked as such.
          const guest = named.get(one.customer.replace(/（.*）$/, ''));
          if (!guest) continue;
          if (one.unanswered) {
            day.replies += 1;
            await seat.says(`${one.code} 您好，已经为您查到了，稍后处理好会告诉您。`);
          } else if (guest.turns.length === 0) {
            day.taps += 1;
            await seat.says(`/close ${one.code} 已解决`);
            day.byPeople += 1;
          }
        }
        if (free > 0 && mine.length < atOnceMax) {
          free -= 1;
          day.taps += 1;
          await seat.says('/claim');
        }
      }),
    );
  }

  const endsAt = begunAt + arrivals.length * hour;
  while (clock.now() < endsAt + hour) {
    while ((waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= clock.now()) {
      const next = waiting.shift();
      if (next) present.push(next);
    }
    await Promise.all(
      present
        .filter((guest) => guest.nextAt <= clock.now() && guest.turns.length > 0)
        .map((guest) => says(guest, guest.turns.shift() ?? '')),
    );
    await product.atRest();
    await work();
    await product.atRest();
    await product.advance(stepMs);
    const calls = await product.calls(day.calls.at(-1)?.n ?? 0);
    day.calls.push(...calls.map(({ body: _, ...call }) => call));
    if (waiting.length === 0 && (await allDone(product)) && present.every(({ turns }) => turns.length === 0))
      break;
  }
  day.byRobot = guests.filter(({ wantsPerson }) => !wantsPerson).length;
  day.minutes = Math.round((clock.now() - begunAt) / minute);
  const waits = await db.query<{ ms: number }>(
    `select extract(epoch from claimed_at - waiting_since) * 1000 as ms from conversations where claimed_at is not null`,
  );
  day.waitedMs = waits.map(({ ms }) => Number(ms)).sort((one, other) => one - other);
  return day;
}

interface Work extends Record<string, unknown> {
  code: string;
  state: string;
  owner: string | null;
  customer: string;
  unanswered: boolean;
}

async function allDone({ db }: Enterprises): Promise<boolean> {
  const [row] = await db.query<{ open: number }>(
    `select count(*)::int as open from conversations where state in ('waiting', 'active')`,
  );
  return row?.open === 0;
}

const shuffled = <One>(of: readonly One[], chance: () => number): One[] =>
  of
    .map((one) => ({ one, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);

const questions = ['发票怎么开', '多久发货', '能退货吗', '运费谁出'];

function guestsOf(count: number, from: number, chance: () => number): Guest[] {
  const total = arrivals.reduce((sum, share) => sum + share, 0);
  const guests = Array.from({ length: count }, (_, number): Guest => {
    let left = chance() * total;
    const hourOf = Math.max(
      0,
      arrivals.findIndex((share) => {
        left -= share;
        return left <= 0;
      }),
    );
    const at = from + (hourOf + chance()) * hour;
    const wantsPerson = chance() < 0.45;
    const asked = questions[Math.floor(chance() * questions.length)] ?? '';
    const more = 1 + Math.floor(chance() * 3);
    return {
      at,
      nextAt: at,
      name: `客户${number}`,
      wantsPerson,
      turns: wantsPerson
        ? [asked, '转人工', ...Array.from({ length: more }, (_, turn) => `还有第 ${turn + 1} 件事想问一下`)]
        : [asked],
    };
  });
  return guests.sort((one, other) => one.at - other.at);
}

/** The middle of numbers in order, or that part of them. */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
