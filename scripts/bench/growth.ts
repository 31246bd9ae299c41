import path from 'node:path';
import { openDatabase } from '../../core/storage/database.js';
import { startEmbeddedPostgres } from '../../core/storage/embedded.js';
import { migrate } from '../../core/storage/migrate.js';
import { openHouse } from '../../tests/house.js';
import type { Scope } from '../../tests/sandbox.js';
import type { Area, Figure, Measured } from './area.js';
import { between, countersOf } from './counters.js';
import { temporaryFolder } from './ground.js';
import { addHistory, writeSentences } from './history.js';
import { median } from './numbers.js';
import { type Plan, planOf } from './plans.js';
import { type Asked, spyOn } from './spy.js';

const sizes = { whole: [10_000, 100_000, 1_000_000], quick: [200, 600] };
const rounds = { whole: 12, quick: 3 };
const connections = 5;
const colleagues = 200;
/** A tree of an index is one level deeper with a hundred times the rows; what grows beyond that is called growth. */
const flat = 1.5;
/** A statement that looks at so many pages more than with the fewest conversations is shown. */
const pagesMore = 8;
/** So many of a path's statements are shown in any case. */
const shownDearest = 4;
/** Tables below that are rightly read from end to end. */
const smallTable = 1_000;

export const growth: Area = {
  name: 'growth',
  about:
    'What one message, click or command asks of the database, beside itself with a hundredth of the stored conversations: statements, rows and pages read, and bytes written. With the plans of what grows.',
  async run({ scope, quick, say }) {
    const atSizes = quick ? sizes.quick : sizes.whole;
    const house = await openFilled(scope);
    const seen: Seen[] = [];
    let stored = 0;
    for (const size of atSizes) {
      await addHistory(house.db, house.history, stored, size);
      stored = size;
      say(`${size} conversations are stored`);
      for (const [name, step] of Object.entries(await stepsOf(house))) {
        const one = await look(house, { name, size, step, times: quick ? rounds.quick : rounds.whole });
        say(`${name}: ${one.statements} statements, ${one.rows} rows, ${one.pages} pages`);
        seen.push(one);
      }
    }
    const big = await bigTables(house);
    const names = [...new Set(seen.map(({ name }) => name))];
    return names.map((name) =>
      rowOf(
        name,
        seen.filter((one) => one.name === name),
        big,
      ),
    );
  },
};

type House = Awaited<ReturnType<typeof openFilled>>;

/** What one path costs at one size. */
interface Seen {
  name: string;
  size: number;
  statements: number;
  rows: number;
  pages: number;
  walBytes: number;
  /** By the text of the statement. */
  plans: Map<string, Plan>;
}

/** A house over a PostgreSQL of its own, with colleagues who share its past, customers and an agent at work. */
async function openFilled(scope: Scope) {
  const folder = await temporaryFolder(scope);
  const postgres = await startEmbeddedPostgres({ dir: path.join(folder, 'postgres'), durable: false });
  scope.after(() => postgres.stop());
  const db = openDatabase({ url: postgres.url, max: connections });
  scope.after(() => db.end());
  await migrate(db);
  const [lin, chen] = ['林小满', '陈亦舟'];
  const house = await openHouse(scope, {
    database: { url: postgres.url, db },
    settings: { undoSeconds: 0 },
    members: [lin, chen].map((name) => ({ name, role: 'agent' as const })),
  });
  const { tenantId, queueId, accountId, workspaceId, ids } = house;
  const others = Array.from({ length: colleagues }, () => ids.next());
  const now = house.clock.now();
  await db.query(
    `insert into members (tenant_id, id, name, role, created_at)
     select $1, id, '客服 ' || at, 'agent', $3 from unnest($2::uuid[]) with ordinality as made (id, at)`,
    [tenantId, others, new Date(now)],
  );
  await writeSentences(db);
  await house.knows('下单后多久发货？', '现货商品 48 小时内发出。');
  const memberIds = [house.memberId(lin), ...others];
  const history = { tenantId, queueId, accountId, workspaceId, memberIds, now };
  const [wang, li] = [house.customer('王女士'), house.customer('李先生')];
  await li.says('下单后多久发货');
  await wang.says('转人工');
  await house.settled();
  const filled = { ...house, history, lin: house.member(lin), chen: house.member(chen), wang, li, made: 0 };
  await filled.lin.clicks('conversation.claim', { conversation: await newest(filled) });
  await house.settled();
  return filled;
}

async function newest({ db }: Pick<House, 'db'>): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `select id from conversations where state = 'waiting' order by opened_at desc limit 1`,
  );
  if (!row) throw new Error('nobody waits');
  return row.id;
}

/** What is measured, each made ready before and tidied up after by itself. */
async function stepsOf(house: House): Promise<Record<string, () => Promise<Step>>> {
  const plain = (does: () => Promise<unknown>) => async (): Promise<Step> => ({ does });
  return {
    'a customer’s words to their agent': plain(() => house.wang.says('我的壶盖裂了，能补发一个吗')),
    'an agent’s reply': plain(() => house.lin.types('马上为您补发一个')),
    'a question, until the robot has answered': plain(() => house.li.says('下单后多久发货')),
    'a new customer’s first question, until the robot has answered': async () => {
      house.made += 1;
      const name = `新客户${house.made}`;
      return { does: () => house.customer(name).says('下单后多久发货') };
    },
    'a customer asks for a person': async () => {
      house.made += 1;
      const name = `新客户${house.made}`;
      await house.customer(name).says('您好');
      await house.settled();
      return { does: () => house.customer(name).says('转人工') };
    },
    'a press on “claim”': async () => {
      const conversation = await newest(house);
      return {
        does: () => house.chen.clicks('conversation.claim', { conversation }),
        after: () => house.chen.types('/close'),
      };
    },
    '/queue': plain(() => house.lin.types('/queue')),
    '/find, a common word': plain(() => house.lin.types('/find 退货')),
  };
}

interface Step {
  does(): Promise<unknown>;
  /** So that the next time begins as this one did. */
  after?(): Promise<unknown>;
}

/** Does it several times, and asks what it asked once more for its plans. */
async function look(
  house: House,
  given: { name: string; size: number; step(): Promise<Step>; times: number },
): Promise<Seen> {
  const { db } = house;
  const costs: Omit<Seen, 'name' | 'size' | 'plans'>[] = [];
  let asked: Asked[] = [];
  for (let round = 0; round < given.times; round++) {
    const { does, after } = await given.step();
    await house.settled();
    const before = await countersOf(db, connections);
    const spy = spyOn(db);
    try {
      asked = await spy.during(does);
    } finally {
      spy.end();
    }
    const cost = between(before, await countersOf(db, connections));
    costs.push({ statements: asked.length, ...cost });
    await house.settled();
    await after?.();
  }
  const plans = new Map<string, Plan>();
  for (const one of asked) {
    const plan = plans.has(one.text) ? undefined : await planOf(db, one);
    if (plan) plans.set(one.text, plan);
  }
  const of = (what: 'statements' | 'rows' | 'pages' | 'walBytes') => median(costs.map((cost) => cost[what]));
  return {
    ...{ name: given.name, size: given.size, plans },
    ...{ statements: of('statements'), rows: of('rows'), pages: of('pages'), walBytes: of('walBytes') },
  };
}

async function bigTables({ db }: House): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and reltuples > $1`,
    [smallTable],
  );
  return new Set(rows.map(({ name }) => name));
}

const sizeText = (size: number): string => size.toLocaleString('en');

function rowOf(name: string, seen: readonly Seen[], big: ReadonlySet<string>): Measured {
  const [first] = seen;
  const last = seen.at(-1);
  if (!first || !last) throw new Error(`${name} was not measured`);
  const figures = seen.flatMap(({ size, statements, rows, pages, walBytes }): Figure[] => [
    { name: `at ${sizeText(size)}: statements`, value: statements, unit: '' },
    { name: 'rows read', value: rows, unit: '' },
    { name: 'pages read', value: pages, unit: '' },
    { name: 'written', value: walBytes / 1_024, unit: 'kB' },
  ]);
  const value = last.pages / first.pages;
  const scans = [...last.plans].filter(([, { scanned }]) => scanned.some((table) => big.has(table)));
  const grown = [...last.plans].filter(([text, plan]) => {
    const before = first.plans.get(text);
    return before !== undefined && plan.pages > flat * before.pages && plan.pages > before.pages + pagesMore;
  });
  const grownText = grown.map(
    ([text, plan]) =>
      `grows, ${first.plans.get(text)?.pages} → ${plan.pages} pages: ${short(text)} | ${plan.steps}`,
  );
  const scanText = scans.map(([text, plan]) => `reads a whole table: ${short(text)} | ${plan.steps}`);
  return {
    what: name,
    ratio: { value, of: `the pages read with ${sizeText(first.size)} conversations` },
    goal: {
      says: `flat, ≤ ${flat} ×, and no big table read whole`,
      met: value <= flat && scans.length === 0,
    },
    figures,
    notes: [...grownText, ...scanText, ...dearest(last)],
  };
}

/** The statements that look at most pages, and at how many rows. */
const dearest = ({ plans }: Seen): string[] =>
  [...plans]
    .sort(([, one], [, other]) => other.pages - one.pages)
    .slice(0, shownDearest)
    .map(([text, { pages, rows }]) => `${pages} pages, ${Math.round(rows)} rows: ${short(text)}`);

const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 160);
