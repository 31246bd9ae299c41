/**
 * A day of one enterprise on three platforms, from nine to seven. Sixty conversations by default; `IMDESK_DAY=2000 npm test --
 * tests/day` replays a day of two thousand and says what it came to.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chances } from './chance.js';
import { type Day, quantile, replayDay } from './day.js';
import type { Call } from './enterprise-seat.js';
import { type Enterprises, startEnterprises } from './enterprises.js';
import { isTooMuch } from './too-much.js';

const conversations = Number(process.env.IMDESK_DAY ?? 60);

const answers: [question: string, answer: string][] = [
  ['发票怎么开', '在订单详情里点“申请发票”，电子发票当天发到邮箱。'],
  ['多久发货', '现货当天 16 点前付款当天发出。'],
  ['能退货吗', '签收 7 天内不影响二次销售可以退货。'],
  ['运费谁出', '质量问题往返运费由我们承担。'],
];

async function teach({ db, ...product }: Enterprises): Promise<void> {
  const [tenant] = await db.query<{ id: string }>('select id from tenants');
  for (const [question, answer] of answers) {
    await db.query(
      `insert into articles (tenant_id, id, question, answer, audience, created_at, updated_at)
       values ($1, gen_random_uuid(), $2, $3, 'customer', $4, $4)`,
      [tenant?.id, question, answer, new Date(product.clock.now())],
    );
  }
}

test(`a day of ${conversations} conversations: nothing is lost, no limit is hit`, async (t) => {
  const begun = performance.now();
  const product = await startEnterprises(t, [
    {
      agents: 12,
      apps: [
        { platform: 'feishu', transport: 'http', desk: 'topic' },
        {
          ...{ platform: 'dingtalk', transport: 'http', desk: 'group' },
          credentials: { edition: 'professional' },
        },
        { platform: 'wecom', transport: 'http', desk: 'direct' },
      ],
    },
  ]);
  await teach(product);
  const [enterprise] = product.enterprises;
  assert.ok(enterprise);
  const { number } = chances(7);
  const share = () => number(1_000_000) / 1_000_000;
  const day = await replayDay(product, enterprise, { conversations, chance: share });
  while ((await product.left()).outbox > 0) await product.advance(5_000).then(() => product.atRest());

  const { db } = product;
  assert.deepEqual(await product.drops(), [], 'WeCom dropped something without a word');
  assert.deepEqual(
    day.calls.filter(isTooMuch).map(({ code, error, path }) => `${path}: ${error ?? code}`),
    [],
  );
  assert.deepEqual(
    await db.query(`select kind, data from events where kind in ('send.refused', 'send.unknown')`),
    [],
  );
  assert.deepEqual(await db.query('select error, entry from inbox where error is not null'), []);
  const [kept] = await db.query<{ said: number; replies: number; opened: number }>(
    `select (select count(*)::int from messages where author_kind = 'customer') as said,
            (select count(*)::int from messages where author_kind = 'agent' and audience = 'customer') as replies,
            (select count(distinct customer_id)::int from conversations) as opened`,
  );
  assert.deepEqual(kept, { said: day.messages, replies: day.replies, opened: conversations });
  for (const line of await reportOf(product, day)) t.diagnostic(line);
  t.diagnostic(`${day.minutes} min replayed in ${Math.round((performance.now() - begun) / 1_000)} s`);
});

async function reportOf({ db }: Enterprises, day: Day): Promise<string[]> {
  const cards = await db.query<{ platform: string; template: string; count: number }>(
    `select w.platform, c.template, count(*)::int as count from cards c
       join workspaces w on w.tenant_id = c.tenant_id and w.id = c.workspace_id
      where c.external_id is not null group by 1, 2 order by 1, 2`,
  );
  const draws = await db.query<{ state: string; count: number }>(
    `select state, count(*)::int as count from outbox where kind = 'draw' group by 1 order by 1`,
  );
  const posted = cards.reduce((sum, { count }) => sum + count, 0);
  const platforms = [...new Set(day.calls.map(({ platform }) => platform))];
  const perHuman = (count: number) => (count / Math.max(1, day.byPeople)).toFixed(1);
  return [
    `${day.conversations} conversations, ${day.byPeople} closed by people, ${day.messages} messages of customers, ${day.replies} replies`,
    `taps ${day.taps} (${perHuman(day.taps)} a conversation), cards ${posted} (${perHuman(posted)})`,
    `waited for a claim: median ${seconds(quantile(day.waitedMs, 0.5))}, 95 % within ${seconds(quantile(day.waitedMs, 0.95))}`,
    `cards: ${cards.map(({ platform, template, count }) => `${platform} ${template} ${count}`).join(', ')}`,
    `drawings: ${draws.map(({ state, count }) => `${state} ${count}`).join(', ')}`,
    ...platforms.map((platform) => `calls to ${platform}: ${busiest(day.calls, platform)}`),
  ];
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;

/** How often each address was called in the day, and in its busiest minute. */
function busiest(calls: readonly Call[], platform: string): string {
  const counted = new Map<string, { all: number; minutes: Map<number, number> }>();
  for (const { method, path, at } of calls.filter((call) => call.platform === platform)) {
    const name = `${method} ${path.replace(/[\w-]{20,}/g, '…')}`;
    const one = counted.get(name) ?? { all: 0, minutes: new Map() };
    const minute = Math.floor(at / 60_000);
    one.all += 1;
    one.minutes.set(minute, (one.minutes.get(minute) ?? 0) + 1);
    counted.set(name, one);
  }
  return [...counted]
    .sort(([, one], [, other]) => other.all - one.all)
    .map(([name, { all, minutes }]) => `${name} ${all} (at most ${Math.max(...minutes.values())} a minute)`)
    .join('; ');
}
