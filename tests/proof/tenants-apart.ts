import { chances } from '../chance.js';
import type { Enterprise, EnterprisePlan } from '../enterprise-plan.js';
import { wordsOf } from '../enterprise-seat.js';
import { buyerAt, openShop } from '../shop.js';
import { openStage, type Stage } from '../stage.js';
import type { Findings, Proof, ProofSetting } from './proof.js';

const sizes = { short: 60, full: 4_000 };
const buyers = 6;
/** Everything that is said in an enterprise carries its mark, and nobody ever types the other's. */
const marks = ['甲家之言', '乙家之言'] as const;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Two enterprises whose people, customers, messages, queues, workspaces and codes are called the same, on the same platforms,
 * do the same things at random. Then everything that either can see, and every row there is, is searched for the other's.
 */
export const tenantsApart: Proof = {
  number: 6,
  name: 'Tenants are apart',
  claim:
    'Two tenants with equal ids wherever that can be (people, customers, conversations, message ids, codes, names, canned replies) do generated operations side by side, and no chat, customer, search, overview, log, exported file, row, reference, metric or log line of one holds anything of the other.',
  backends: ['postgres', 'redis'],
  run: (setting) => new TwoTenants(setting).run(),
};

class TwoTenants {
  private readonly chance;
  private readonly counted: Record<string, number> = {};

  constructor(private readonly setting: ProofSetting) {
    this.chance = chances(setting.seed);
  }

  async run(): Promise<Findings> {
    const { scope, backend, redisServer, size, say } = this.setting;
    const shops = [await openShop(scope), await openShop(scope)];
    const plans = shops.map(
      ({ url }): EnterprisePlan => ({
        ...{ agents: 2, supervisors: 1, callbackUrl: url, like: 1 },
        apps: [
          { platform: 'feishu', transport: 'socket', desk: 'direct' },
          { platform: 'wecom', transport: 'http', desk: 'direct' },
        ],
      }),
    );
    const stage = await openStage(scope, { ...{ backend, redisServer, worker: 2 }, plans });
    await stage.db.query('update members set capacity = 1000');
    for (let step = 0; step < sizes[size]; step++) {
      await Promise.all(stage.enterprises.map((one, at) => this.step(stage, one, marks[at] ?? '', step)));
      if (step % 5 === 4) await stage.advance(30_000);
      if (step % 200 === 199) say(`${step + 1} steps`);
    }
    await stage.advance(60_000);
    await stage.atRest();
    const broken = [
      ...(await this.seen(stage)),
      ...shops.flatMap(({ taken }, at) =>
        this.holds(
          `the shop ${at}`,
          taken.map(({ text }) => text),
          at,
        ),
      ),
      ...(await this.rows(stage)),
      ...(await this.outputs(stage)),
    ];
    if (!this.counted['texts with their own mark']) broken.push('nobody saw any words: this proves nothing');
    return { counted: { 'steps of both': sizes[size], ...this.counted }, broken };
  }

  private count(what: string, by = 1): void {
    this.counted[what] = (this.counted[what] ?? 0) + by;
  }

  /** One thing that somebody of an enterprise does; ids and names are drawn alike for both. */
  private async step(stage: Stage, one: Enterprise, mark: string, step: number): Promise<void> {
    const { number, weighted } = this.chance;
    const agent = one.agents[number(one.agents.length)] ?? '';
    const seat = stage.seat(one, agent, number(2) === 0 ? 'feishu' : 'wecom');
    const lead = stage.seat(one, one.supervisors[0] ?? '', number(2) === 0 ? 'feishu' : 'wecom');
    const code = `${'ABCDEF'[number(6)]}1`;
    const kind = weighted({
      writes: 30,
      calls: 15,
      claims: 14,
      replies: 16,
      notes: 6,
      canned: 6,
      looks: 25,
      ends: 4,
    });
    this.count(kind);
    if (kind === 'writes' || kind === 'calls') {
      const id = `buyer-${number(buyers)}`;
      const buyer = buyerAt(stage.url, one.api?.account ?? '', stage.clock, id, '王女士');
      await buyer.says(kind === 'calls' ? '转人工' : `杯子 ${mark} ${step}`, `m-${step}`);
    } else if (kind === 'claims') await seat.says('/claim');
    else if (kind === 'replies') await seat.says(`${code} 杯子 ${mark} ${step}`);
    else if (kind === 'notes') await seat.says(`// ${code} 杯子 ${mark} ${step}`);
    else if (kind === 'canned') await seat.says(step % 2 ? `/r 新增 问候 杯子 ${mark}` : `/r ${code} 问候`);
    else if (kind === 'ends') await seat.says(`/close ${code} 已解决`);
    else {
      const looks = [
        '/find 杯子',
        `/log ${code}`,
        '/queue',
        '/mine',
        `/customer ${code}`,
        `/tag ${code} 常客`,
        '/r',
      ];
      const leads = ['/live', '/team', `/export ${code}`, '/find 杯子', `/log ${code}`];
      if (number(2) === 0) await seat.says(looks[number(looks.length)] ?? '');
      else await lead.says(leads[number(leads.length)] ?? '');
    }
  }

  private holds(where: string, texts: readonly string[], at: number): string[] {
    this.count('texts looked at', texts.length);
    this.count('texts with their own mark', texts.filter((text) => text.includes(marks[at] ?? '')).length);
    const other = marks[1 - at] ?? '';
    return texts
      .filter((text) => text.includes(other))
      .map((text) => `${where} holds the other’s words: ${text}`);
  }

  /** What everybody sees in their clients, files included. */
  private async seen(stage: Stage): Promise<string[]> {
    const broken: string[] = [];
    for (const [at, one] of stage.enterprises.entries()) {
      for (const person of [...one.agents, ...one.supervisors]) {
        for (const { platform } of one.apps) {
          const shown = await stage.seat(one, person, platform).reads();
          const texts = shown.map(wordsOf);
          const keys = shown.flatMap(({ content }) =>
            'file_key' in content ? [String(content.file_key)] : [],
          );
          for (const key of keys) {
            const file = await fetch(`${stage.sandbox.url}/control/resources/${key}`);
            texts.push(await file.text());
            this.count('exported files looked at');
          }
          broken.push(...this.holds(`${person} on ${platform} of enterprise ${one.number}`, texts, at));
        }
      }
    }
    return broken;
  }

  /** Every row of every table: no words of the other's, and no id of anything that is the other's. */
  private async rows({ db, enterprises }: Stage): Promise<string[]> {
    const tables = await db.query<{ name: string }>(
      `select table_name as name from information_schema.columns
        where table_schema = 'public' and column_name = 'tenant_id' order by 1`,
    );
    const tenants = await db.query<{ id: string }>('select id from tenants order by name');
    const rows = new Map<string, { table: string; text: string }[]>(tenants.map(({ id }) => [id, []]));
    const ids = new Map<string, Set<string>>(tenants.map(({ id }) => [id, new Set([id])]));
    for (const { name } of tables) {
      const found = await db.query<{ tenant: string; text: string; id: string | null }>(
        `select tenant_id as tenant, row_to_json(t)::text as text, row_to_json(t) ->> 'id' as id from ${name} t`,
      );
      for (const { tenant, text, id } of found) {
        rows.get(tenant)?.push({ table: name, text });
        if (id !== null) ids.get(tenant)?.add(id);
      }
    }
    return enterprises.flatMap((_, at) => {
      const [own, other] = [tenants[at]?.id ?? '', tenants[1 - at]?.id ?? ''];
      const theirs = new Set([...(ids.get(other) ?? [])].filter((id) => id.includes('-')));
      const mine = rows.get(own) ?? [];
      this.count('rows looked at', mine.length);
      const astray = mine.filter(({ text }) => [...text.matchAll(uuid)].some(([id]) => theirs.has(id)));
      return [
        ...this.holds(
          `a row of enterprise ${at + 1}`,
          mine.map(({ text }) => text),
          at,
        ),
        ...astray.map(({ table, text }) => `a row of ${table} names what is another tenant’s: ${text}`),
      ];
    });
  }

  /** What processes tell of themselves holds nobody's words at all. */
  private async outputs({ processes }: Stage): Promise<string[]> {
    const told = await Promise.all(
      processes.map(async ({ name, url, output }) => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        return [`${name}: ${metrics}`, ...output().split('\n')];
      }),
    );
    this.count('lines of logs and metrics looked at', told.flat().join('\n').split('\n').length);
    return told.flat().filter((line) => marks.some((mark) => line.includes(mark)));
  }
}
