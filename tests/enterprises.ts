import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom, systemClock } from '../core/clock.js';
import { fireTimers, sweep } from '../core/pipeline/sweep.js';
import { Vault } from '../core/secrets/vault.js';
import { descriptionSchema } from '../core/setup/description.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { type Imdesk, openImdesk } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { pageOrigin } from './company.js';
import { testDatabase } from './database.js';
import { freePort } from './imdesk.js';
import { type Sandbox, startSandbox, until } from './sandbox.js';
import { openVisit } from './visitor.js';

export type Surface = 'feishu' | 'dingtalk' | 'wecom' | 'wecom-aibot' | 'wecom-webhook';

/** What nobody outside may ever read. */
export const keys = {
  secret: 'hidden-app-secret-5d0e',
  token: 'hiddentoken77aa',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  apiSecret: 'hidden-api-secret-c41f',
  webhookKey: 'hidden-webhook-key-19d2',
  tokenKey: 'hidden-token-key-0123456789abcdef0123456789',
  identitySecret: 'hidden-identity-secret-88b2',
};
/** Each app has a secret of its own, and at WeCom it is the secret that says which app asks. */
export const secretOf = ({ id }: { id: string }): string => `${keys.secret}-${id}`;
export const corpIds = { dingtalk: 'ding0123456789abcdef', wecom: 'ww0123456789abcdef' };
export const template = '0de30000-0000-4000-8000-000000000009.schema';

/** An enterprise's app on one platform. */
export interface AppPlan {
  platform: Surface;
  transport: 'http' | 'socket';
  /** Where the queue is shown; left out, one to one. An AI bot and a webhook robot have no desk here. */
  desk?: 'group' | 'topic' | 'direct';
  /** More of the platform's own credentials. */
  credentials?: Record<string, unknown>;
}

export interface EnterprisePlan {
  apps: AppPlan[];
  agents: number;
  supervisors?: number;
}

/** One enterprise as tests speak of it: who works there, and what its apps are called on their platforms. */
export interface Enterprise {
  number: number;
  account: string;
  agents: string[];
  supervisors: string[];
  apps: App[];
  nameOf(person: string): string;
}

export interface App extends AppPlan {
  /** The app as the platform calls it. */
  id: string;
  workspace: string;
  /** The last part of its callback address. */
  address: string;
  /** The group of its queue. */
  chat: string;
}

const titles: Record<Surface, string> = {
  feishu: '飞书',
  dingtalk: '钉钉',
  wecom: '企业微信',
  'wecom-aibot': '智能机器人',
  'wecom-webhook': '群机器人',
};
const nameOf = (person: string) => `员工${person.toUpperCase()}`;
/** What a platform calls somebody; WeCom does not mind how it is written. */
const personOn = (platform: Surface, person: string): string =>
  platform === 'feishu' ? `ou_${Buffer.from(person).toString('hex').padStart(32, '0')}` : person;

function enterpriseOf(number: number, plan: EnterprisePlan): Enterprise {
  const people = (role: string, count = 0) =>
    Array.from({ length: count }, (_, at) => `t${number}${role}${at + 1}`);
  return {
    number,
    account: `01990000-0000-7000-8004-${String(number).padStart(12, '0')}`,
    agents: people('a', plan.agents),
    supervisors: people('s', plan.supervisors),
    nameOf,
    apps: plan.apps.map((app) => ({
      ...app,
      id: appIdOf(app.platform, number),
      workspace: titles[app.platform],
      address: `t${number}-${app.platform}`,
      chat: chatOf(app.platform, number),
    })),
  };
}

function chatOf(platform: Surface, number: number): string {
  if (platform === 'feishu') return `oc_queue${number}`;
  return platform === 'dingtalk' ? `cidQueue${number}==` : `wr${number}`;
}

function appIdOf(platform: Surface, number: number): string {
  if (platform === 'feishu') return `cli_${String(number).padStart(16, '0')}`;
  if (platform === 'dingtalk') return `dingapp${String(number).padStart(8, '0')}`;
  if (platform === 'wecom-webhook') return `webhook${number}`;
  return platform === 'wecom' ? String(1_000_000 + number) : `aib${String(number).padStart(8, '0')}`;
}

function credentialsOf(app: App): Record<string, unknown> {
  const { token, encodingAesKey, apiSecret } = keys;
  const secret = secretOf(app);
  const more = app.credentials ?? {};
  const { corpId } = { corpId: app.platform === 'dingtalk' ? corpIds.dingtalk : corpIds.wecom };
  switch (app.platform) {
    case 'feishu':
      return {
        appId: app.id,
        appSecret: secret,
        encryptKey: encodingAesKey,
        verificationToken: token,
        ...more,
      };
    case 'dingtalk': {
      const http = { aesKey: encodingAesKey, token, apiSecret, callbackRouteKey: app.id };
      const id = { clientId: app.id, clientSecret: secret, robotCode: app.id, corpId };
      return { ...id, cardTemplateId: template, ...(app.transport === 'http' && http), ...more };
    }
    case 'wecom':
      return { corpId, agentId: Number(app.id), secret, token, encodingAesKey, ...more };
    case 'wecom-aibot':
      return { botId: app.id, secret, token, encodingAesKey, ...more };
    case 'wecom-webhook':
      return { key: keys.webhookKey, ...more };
  }
}

const baseUrlOf = ({ platform, transport }: App, sandboxUrl: string): string =>
  platform === 'wecom-aibot' && transport === 'socket'
    ? `${sandboxUrl.replace('http', 'ws')}/aibot`
    : sandboxUrl;

function descriptionOf(one: Enterprise, sandboxUrl: string) {
  const everybody = [...one.agents, ...one.supervisors];
  const identities = (person: string) =>
    Object.fromEntries(
      one.apps
        .filter(({ platform }) => platform !== 'wecom-webhook')
        .map(({ platform, workspace }) => [workspace, personOn(platform, person)]),
    );
  const desks = one.apps
    .filter(({ platform }) => platform !== 'wecom-aibot' && platform !== 'wecom-webhook')
    .map(({ workspace, desk = 'direct', chat }) => ({
      workspace,
      place: desk,
      ...(desk !== 'direct' && { chat }),
    }));
  return descriptionSchema.parse({
    tenant: { name: `企业${one.number}`, robotName: '小屿' },
    workspaces: one.apps.map((app) => ({
      name: app.workspace,
      platform: app.platform,
      appId: app.platform === 'wecom' ? `${corpIds.wecom}-${app.id}` : app.id,
      baseUrl: baseUrlOf(app, sandboxUrl),
      transport: app.transport,
      address: app.address,
      credentials: credentialsOf(app),
    })),
    members: everybody.map((person) => ({
      name: nameOf(person),
      role: one.agents.includes(person) ? 'agent' : 'supervisor',
      identities: identities(person),
    })),
    queues: [{ name: '售后', members: everybody.map(nameOf), desks }],
    accounts: [
      {
        ...{ id: one.account, name: '网页', channel: 'web', queue: '售后' },
        settings: {
          ...{ tokenKey: keys.tokenKey, identitySecret: keys.identitySecret },
          origins: [new URL(pageOrigin).origin],
          perMinute: { messages: 5_000, sessions: 5_000, uploads: 100 },
        },
      },
    ],
    articles: [{ question: '年假有几天', answer: '入职满一年有 5 天。', audience: 'employee' }],
  });
}

/** The app and its people, as the sandbox is told of them (sandbox/README.md). */
function worldOf(one: Enterprise, app: App, url: string): object {
  const { token, encodingAesKey } = keys;
  const secret = secretOf(app);
  const ids = [...one.agents, ...one.supervisors];
  const callback = `${url}/bots/${app.platform}/${app.address}`;
  const name = `客服${one.number}`;
  switch (app.platform) {
    case 'feishu': {
      const identity = {
        appId: app.id,
        appSecret: secret,
        encryptKey: encodingAesKey,
        verificationToken: token,
      };
      const told = { name, mode: app.transport, eventUrl: callback, callbackUrl: callback };
      const people = ids.map((id) => ({
        ...{ id, name: nameOf(id), openIds: { [app.id]: personOn('feishu', id) } },
      }));
      const group = {
        id: app.chat,
        name: `售后${one.number}`,
        kind: app.desk === 'topic' ? 'topic' : 'group',
      };
      return {
        feishu: {
          apps: [{ ...identity, ...told }],
          people,
          chats: [{ ...group, people: ids, apps: [app.id] }],
        },
      };
    }
    case 'dingtalk': {
      const mode = app.transport === 'http' ? { mode: 'http', robotUrl: callback } : { mode: 'stream' };
      const file: unknown = JSON.parse(
        readFileSync(new URL('../cards/dingtalk/templates/imdesk.json', import.meta.url), 'utf8'),
      );
      return {
        dingtalk: {
          corpId: corpIds.dingtalk,
          edition: app.credentials?.edition ?? 'professional',
          apps: [{ appKey: app.id, appSecret: secret, name, ...mode }],
          templates: [{ id: template, name: 'Imdesk', file, published: true }],
          people: ids.map((id) => ({ id, userId: id, name: nameOf(id) })),
          groups: [
            { openConversationId: app.chat, name: `售后${one.number}`, people: ids, robots: [app.id] },
          ],
        },
      };
    }
    case 'wecom': {
      const people = ids.map((id) => ({ id, name: nameOf(id) }));
      const to = { url: callback, token, encodingAesKey };
      const given = { agentId: Number(app.id), secret, name, callback: to, visible: ids };
      return { wecom: { corpId: corpIds.wecom, people, apps: [given] } };
    }
    case 'wecom-aibot': {
      const people = ids.map((id) => ({ id, name: nameOf(id) }));
      const given = { botId: app.id, name, plainUserIds: true };
      const bot =
        app.transport === 'socket'
          ? { ...given, mode: 'socket', secret }
          : { ...given, mode: 'url', callback: { url: callback, token, encodingAesKey } };
      const groups = [{ chatId: app.chat, name: `同事${one.number}`, people: ids, aibots: [app.id] }];
      return { wecom: { corpId: corpIds.wecom, people, aibots: [bot], groups } };
    }
    case 'wecom-webhook': {
      const people = ids.map((id) => ({ id, name: nameOf(id) }));
      const webhooks = [{ key: keys.webhookKey, name }];
      const groups = [{ chatId: `${app.chat}-told`, name: `播报${one.number}`, people: ids, webhooks }];
      return { wecom: { corpId: corpIds.wecom, people, groups } };
    }
  }
}

/** A message as somebody sees it in a client of the sandbox. */
export interface Shown {
  id: string;
  seq: number;
  type: string;
  content: object;
  card?: object;
  author: { id: string; kind: string };
}

/** All that can be read in it. */
export const wordsOf = ({ content, card }: Shown): string => JSON.stringify(card ?? content);

/** Somebody of an enterprise at their client, one to one with its app. */
export function seatAt(sandbox: Sandbox, { platform: surface, id }: App, person: string) {
  const platform = surface === 'wecom-aibot' ? 'wecom' : surface;
  const where = `platform=${platform}&as=${person}`;
  const reads = async (after = 0): Promise<Shown[]> => {
    const { chats } = await sandbox.control<{ chats: { id: string; kind: string; peer?: { id: string } }[] }>(
      'GET',
      `chats?${where}`,
    );
    const chat = chats.find(({ kind, peer }) => kind === 'p2p' && peer?.id === id);
    if (!chat) return [];
    const at = `messages?${where}&chat=${encodeURIComponent(chat.id)}&after=${after}`;
    const { messages } = await sandbox.control<{ messages: Shown[] }>('GET', at);
    return messages.filter(({ author }) => author.kind === 'bot');
  };
  return {
    person,
    reads,
    says: (text: string) =>
      sandbox.control<{ messageId: string }>('POST', 'say', { platform, as: person, bot: id, text }),
    /** Waits for the newest message in which all these words stand. */
    async sees(...words: string[]): Promise<Shown> {
      let found: Shown | undefined;
      await until(`${person} sees ${words.join(', ')}`, async () => {
        found = (await reads()).findLast((one) => words.every((word) => wordsOf(one).includes(word)));
        return found !== undefined;
      });
      if (!found) throw new Error('what was found is gone');
      return found;
    },
    presses: (message: Shown, text: string) =>
      sandbox.control<{ cardUpdated: boolean; error?: string; toast?: { content: string } }>(
        'POST',
        'click',
        {
          ...{ platform, as: person, message: message.id, button: { text } },
        },
      ),
  };
}

/** An API call as the sandbox wrote it down. */
export interface Call {
  n: number;
  at: number;
  platform: string;
  method: string;
  path: string;
  app?: string;
  status: number;
  code: number;
  error?: string;
  dropped?: string;
  body?: unknown;
}

export interface EnterprisesOptions {
  /** How many processes of Imdesk share the work; each is whole. */
  processes?: number;
  /** More of DingTalk's world. */
  dingtalk?: object;
  /** How long a request's body may take. */
  bodyWithinMs?: number;
}

/**
 * The whole product in this process, with several enterprises in it, over a real database and against a sandbox in a process
 * of its own. Both read one clock, which `advance` moves.
 */
export async function startEnterprises(
  t: TestContext,
  plans: readonly EnterprisePlan[],
  options: EnterprisesOptions = {},
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-enterprises-'));
  const running = new Map<string, Imdesk>();
  t.after(async () => {
    await Promise.all([...running.values()].map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  const { url: databaseUrl, db } = await testDatabase(t);
  let aheadMs = 0;
  const clock = { now: () => systemClock.now() + aheadMs };
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock });
  const sandbox = await startSandbox(t, {});
  const enterprises = plans.map((plan, at) => enterpriseOf(at + 1, plan));
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  for (const one of enterprises)
    await setUpTenant(
      { db, databaseUrl, vault, clock, ids: idsFrom(clock), ...ports },
      descriptionOf(one, sandbox.url),
    );

  const logged: string[] = [];
  const homes: string[] = [];
  async function start(): Promise<string> {
    const port = await freePort();
    const home = homes[0] ?? `http://127.0.0.1:${port}`;
    homes.push(home);
    const config = readConfig({
      ...{ PORT: String(port), HOST: '127.0.0.1', IMDESK_DATA: folder, DATABASE_URL: databaseUrl },
    });
    const processId = `process-${homes.length}`;
    const imdesk = await openImdesk({
      config: { ...config, publicUrl: home },
      ...{ databaseUrl, db, vault, masterKey, clock, processId, bodyWithinMs: options.bodyWithinMs },
      log: openLog('debug', { write: (line) => void logged.push(line) }),
      random: () => 0,
    });
    running.set(processId, imdesk);
    return processId;
  }
  const tell = async (transport: 'http' | 'socket', url: string) => {
    for (const one of enterprises)
      for (const app of one.apps.filter((each) => each.transport === transport))
        await sandbox.control('PUT', 'world', worldOf(one, app, url));
  };
  if (options.dingtalk) await sandbox.control('PUT', 'world', { dingtalk: options.dingtalk });
  // Nobody is called there.
  await tell('socket', 'http://127.0.0.1:1');
  for (let count = 0; count < (options.processes ?? 1); count++) await start();
  const [url = ''] = homes;
  await tell('http', url);
  await until('everything hears', async () => {
    const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
    return urls.every(({ verified }) => verified) && (await fetch(`${url}/readyz`)).ok;
  });

  const core = () => {
    const [first] = running.values();
    if (!first) throw new Error('no process is left');
    return first.core;
  };
  const left = async () => {
    const [row] = await db.query<{ inbox: number; outbox: number; tasks: number; held: number }>(
      `select (select count(*) from inbox where read_at is null)::int as inbox,
              (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox,
              (select count(*) from tasks where done_at is null)::int as tasks,
              (select count(*) from destinations where lease_until is not null and name not like 'socket:%')::int as held`,
    );
    return row ?? { inbox: 1, outbox: 1, tasks: 1, held: 1 };
  };

  return {
    url,
    db,
    clock,
    vault,
    sandbox,
    enterprises,
    /** Everything that was logged, a line each. */
    logged,
    left,
    /** Moves the clock of the product and of the sandbox, and has the product look at once what is due now. */
    async advance(ms: number): Promise<void> {
      aheadMs += ms;
      await sandbox.control('POST', 'clock', { advanceMs: ms });
      const { hints } = core();
      hints.give(await fireTimers(db, clock));
      hints.give(await sweep(db, clock));
    },
    /** Waits until nothing is under way: what is left waits for its turn. */
    async atRest(withinMs = 60_000): Promise<void> {
      await until(
        'everything under way has come to its end',
        async () => {
          const { inbox, tasks, held } = await left();
          return inbox + tasks + held === 0;
        },
        withinMs,
      );
    },
    /** Waits until nothing is left to do. */
    settled: (withinMs = 30_000) =>
      until(
        'nothing is left to do',
        async () => {
          const { inbox, outbox, tasks } = await left();
          return inbox + outbox + tasks === 0;
        },
        withinMs,
      ),
    processes: () => [...running.keys()],
    /** Ends one process as if it had been told to. */
    async stop(processId: string): Promise<void> {
      const one = running.get(processId);
      running.delete(processId);
      await one?.stop();
    },
    /** A new process over the same database. */
    start,
    visit: (one: Enterprise, name: string) => openVisit(url, one.account, name),
    seat: (one: Enterprise, person: string, platform?: Surface) => {
      const app = one.apps.find((each) => platform === undefined || each.platform === platform);
      if (!app) throw new Error(`enterprise ${one.number} is not on ${platform}`);
      return seatAt(sandbox, app, person);
    },
    async calls(since = 0): Promise<Call[]> {
      return (await sandbox.control<{ calls: Call[] }>('GET', `calls?since=${since}`)).calls;
    },
    async drops(): Promise<object[]> {
      return (await sandbox.control<{ drops: object[] }>('GET', 'drops?since=0')).drops;
    },
  };
}

export type Enterprises = Awaited<ReturnType<typeof startEnterprises>>;
