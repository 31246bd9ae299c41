/**
 * Enterprises as tests speak of them: who works where, as Imdesk is told of it and as the sandbox is.
 */
import { readFileSync } from 'node:fs';
import { descriptionSchema } from '../core/setup/description.js';
import { pageOrigin } from './company.js';

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
  /** Accounts beside that of its web page, as a description has them. */
  accounts?: (sandboxUrl: string) => object[];
  /** Where an account of the api channel sends what is said to its customers; left out, there is only the web. */
  callbackUrl?: string;
}

/** One enterprise as tests speak of it: who works there, and what its apps are called on their platforms. */
export interface Enterprise {
  number: number;
  /** Of its web page. */
  account: string;
  /** Of the api channel, and where it sends to. */
  api?: { account: string; callbackUrl: string };
  agents: string[];
  supervisors: string[];
  apps: App[];
  accounts(sandboxUrl: string): object[];
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

export function enterpriseOf(number: number, plan: EnterprisePlan): Enterprise {
  const people = (role: string, count = 0) =>
    Array.from({ length: count }, (_, at) => `t${number}${role}${at + 1}`);
  return {
    number,
    account: `01990000-0000-7000-8004-${String(number).padStart(12, '0')}`,
    ...(plan.callbackUrl && {
      api: {
        account: `01990000-0000-7000-8005-${String(number).padStart(12, '0')}`,
        callbackUrl: plan.callbackUrl,
      },
    }),
    agents: people('a', plan.agents),
    supervisors: people('s', plan.supervisors),
    nameOf,
    accounts: (sandboxUrl) => plan.accounts?.(sandboxUrl) ?? [],
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

export function descriptionOf(one: Enterprise, sandboxUrl: string) {
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
      ...one.accounts(sandboxUrl),
      ...(one.api
        ? [
            {
              ...{ id: one.api.account, name: '商城', channel: 'api', queue: '售后' },
              settings: {
                ...{ secret: keys.apiSecret, callbackUrl: one.api.callbackUrl, timeoutMs: 20_000 },
                privateHosts: [new URL(one.api.callbackUrl).host],
              },
            },
          ]
        : []),
    ],
    articles: [{ question: '年假有几天', answer: '入职满一年有 5 天。', audience: 'employee' }],
  });
}

/** The app and its people, as the sandbox is told of them (sandbox/README.md). */
export function worldOf(one: Enterprise, app: App, url: string): object {
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
