/** Enterprises at work on the production processes: every customer at their widget, every agent with one conversation. */
import { Agent } from 'node:http';
import type { App, Enterprise, EnterprisePlan } from '../../tests/enterprise-plan.js';
import type { Call } from '../../tests/enterprise-seat.js';
import { type Scope, until } from '../../tests/sandbox.js';
import { openStage, type Stage, type StageOptions } from '../../tests/stage.js';
import { isTooMuch } from '../../tests/too-much.js';
import { post } from './post.js';
import type { Journey, Road } from './travel.js';
import { openWidget, type Widget } from './widget.js';

export interface CrowdPlan {
  tenants: number;
  /** The most messages a second, of both ways together, that conversations are opened for. */
  rate: number;
  stage?: Partial<Omit<StageOptions, 'plans'>>;
  /** What is to be done before anybody comes. */
  prepared?(stage: Stage): Promise<void>;
}

/** One customer with their agent. */
interface Talk {
  enterprise: Enterprise;
  app: App;
  customer: string;
  widget: Widget;
  agent: string;
}

export const toStaff = 'customer → agent in IM';
export const toCustomer = 'agent → customer’s widget';

export interface Crowd extends Road {
  stage: Stage;
  talks: number;
  /** Refusals of the platforms that say it was too much, and messages that WeCom swallowed without a word; since it was opened. */
  tooMuch(): string[];
  /** Calls of the platforms since it was opened. */
  calls(): number;
}

const platforms = ['feishu', 'dingtalk', 'wecom'] as const;
/** As many packs of the professional edition as it takes: the month is not what is measured. */
const aMonth = { monthlyCalls: 50_000_000, monthlyPushes: 50_000_000 };
const openedAtOnce = 8;
const openWithinMs = 600_000;

/** Every third on the same platform; of those that can hear both ways, every second by long connection. */
function planOf(number: number, { rate, tenants }: CrowdPlan): EnterprisePlan {
  const platform = platforms[number % platforms.length] ?? 'feishu';
  const isSocket = platform !== 'wecom' && Math.floor(number / platforms.length) % 2 === 1;
  const edition = { credentials: { edition: 'professional', ...aMonth } };
  return {
    agents: talksOf(platform, rate / 2 / tenants),
    apps: [
      {
        ...{ platform, transport: isSocket ? 'socket' : 'http' },
        ...{ desk: platform === 'dingtalk' ? 'group' : 'direct' },
        ...(platform === 'dingtalk' && edition),
      },
    ],
  };
}

/**
 * How many conversations take so many messages a second one way, for ever, without anybody being written to faster than the
 * platform lets them: at WeCom every four seconds, elsewhere every second (`limits.ts` of each bot), and some room.
 */
const talksOf = (platform: (typeof platforms)[number], perSecond: number): number =>
  Math.max(2, Math.ceil(perSecond * (platform === 'wecom' ? 5 : 1.7)));

export async function openCrowd(scope: Scope, plan: CrowdPlan): Promise<Crowd> {
  const { tenants, stage: more } = plan;
  const stage = await openStage(scope, {
    plans: Array.from({ length: tenants }, (_, number) => planOf(number, plan)),
    ...more,
    // Nobody moves the clock here, so nobody has to ask for it; customers come through a proxy, from many addresses.
    env: { CLOCK_URL: '', TRUST_PROXY: '1', LOG_LEVEL: 'warn', ...more?.env },
  });
  await plan.prepared?.(stage);
  await stage.sandbox.control('PUT', 'world', { dingtalk: aMonth });
  // One conversation each, given by the product itself as customers come.
  await stage.db.query('update queues set assigns = true');
  await stage.db.query('update members set capacity = 1');
  const arrivals = new Map<string, Journey>();
  const failures: string[] = [];
  const seen = (mark: string, at: number): void => {
    const journey = arrivals.get(mark);
    if (!journey) return;
    journey.seenAt ??= at;
    journey.times += 1;
  };
  const talks = await openTalks(scope, stage, seen, (why) => void failures.push(why));
  const ofTenants = stage.enterprises.map((one) => talks.filter(({ enterprise }) => enterprise === one));
  /** Tenant after tenant, and of each customer after customer; replies go to those who were not written to just now. */
  const nextOf = (way: string, turn: number): Talk => {
    const ofTenant = ofTenants[turn % ofTenants.length] ?? [];
    const half = way === toCustomer ? Math.floor(ofTenant.length / 2) : 0;
    const talk = ofTenant[(Math.floor(turn / ofTenants.length) + half) % ofTenant.length];
    if (!talk) throw new Error('nobody is there');
    return talk;
  };
  const { says, close } = mouth(stage.sandbox.url);
  scope.after(async () => close());

  const excess: string[] = [];
  let dropped: object[] = [];
  let calls = 0;
  let last = (await stage.calls()).at(-1)?.n ?? 0;
  let made = 0;
  return {
    stage,
    talks: talks.length,
    tooMuch: () => [...excess, ...failures, ...dropped.map((drop) => JSON.stringify(drop))],
    calls: () => calls,
    begin(number, dueAt) {
      const way = number % 2 === 0 ? toStaff : toCustomer;
      const talk = nextOf(way, Math.floor(number / 2));
      made += 1;
      const mark = `${way === toStaff ? 'q' : 'r'}${made}z`;
      const journey: Journey = { way, dueAt, times: 0 };
      arrivals.set(mark, journey);
      if (way === toCustomer) return { journey, sent: says(talk, `${mark} 马上为您补发一个，请您稍等`) };
      talk.widget.says(mark, `${mark} 我的壶盖裂了，能补发一个吗`);
      return { journey, sent: Promise.resolve() };
    },
    async look() {
      for (const call of await stage.calls(last)) {
        if (call.n > last + 1) throw new Error('the sandbox forgot calls before they were looked at');
        last = call.n;
        calls += 1;
        if (isTooMuch(call)) excess.push(`${call.platform} ${call.path}: ${call.error ?? call.code}`);
        if (call.status < 300) for (const [mark] of wordsOf(call).matchAll(/q\d+z/g)) seen(mark, call.at);
      }
      dropped = await stage.drops();
    },
  };
}

/** Opens every conversation, has the product give each to an agent of its own, and waits until all have been told. */
async function openTalks(
  scope: Scope,
  stage: Stage,
  seen: (mark: string, at: number) => void,
  failed: (why: string) => void,
): Promise<Talk[]> {
  const { enterprises, url } = stage;
  const wanted = enterprises.flatMap((enterprise) =>
    enterprise.agents.map((_, at) => ({ enterprise, at, customer: `客户${enterprise.number}之${at}之` })),
  );
  const opened: Omit<Talk, 'agent'>[] = [];
  const openNext = async (): Promise<void> => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      const { enterprise, at, customer } = next;
      const widget = await openWidget({
        ...{ url, account: enterprise.account, name: customer, failed },
        ip: `10.${enterprise.number}.${at >> 8}.${at & 255}`,
        heard: ({ content }) => {
          const mark = content.type === 'text' ? /^r\d+z/.exec(content.text)?.[0] : undefined;
          if (mark) seen(mark, Date.now());
        },
      });
      scope.after(async () => widget.close());
      widget.says('hello', '转人工');
      const [app] = enterprise.apps;
      if (app) opened.push({ enterprise, app, customer, widget });
    }
  };
  await Promise.all(Array.from({ length: openedAtOnce }, openNext));
  const owners = new Map<string, string>();
  const isGiven = async (): Promise<boolean> => {
    const rows = await stage.db.query<{ customer: string; owner: string }>(
      `select u.name as customer, m.name as owner from conversations c
         join customers u on u.tenant_id = c.tenant_id and u.id = c.customer_id
         join members m on m.tenant_id = c.tenant_id and m.id = c.owner_id where c.state = 'active'`,
    );
    for (const { customer, owner } of rows) owners.set(customer.replace(/（.*）$/, ''), owner);
    return owners.size >= opened.length;
  };
  await until('every conversation has its agent', isGiven, openWithinMs);
  await stage.settled(openWithinMs);
  return opened.map((talk) => {
    const { enterprise, customer } = talk;
    const agent = enterprise.agents.find((one) => enterprise.nameOf(one) === owners.get(customer));
    if (agent === undefined) throw new Error(`${customer} has no agent`);
    return { ...talk, agent };
  });
}

/** Speaks as agents at their clients, over a few connections that stay open. */
function mouth(sandboxUrl: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const to = new URL('/control/say', sandboxUrl);
  return {
    says: ({ app, agent: person }: Talk, text: string): Promise<void> =>
      post(to, agent, JSON.stringify({ platform: app.platform, as: person, bot: app.id, text })),
    close: () => agent.destroy(),
  };
}

const wordsOf = ({ body }: Call): string => JSON.stringify(body ?? '');
