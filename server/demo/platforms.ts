import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { companySchema } from './content.js';
import type { DemoSecrets } from './secrets.js';

type Company = z.infer<typeof companySchema>;

/** A workspace of the demo as set-up wants it, and the same seen from the platform's side. */
export interface DemoWorkspace {
  id: string;
  name: string;
  platform: 'feishu' | 'dingtalk' | 'wecom' | 'wecom-aibot' | 'wecom-webhook';
  address: string;
  appId: string;
  transport: 'http' | 'socket';
  credentials: Record<string, unknown>;
  /** What the platform calls a member there; undefined where it knows nobody. */
  personOf(member: string): string | undefined;
  /** Where the queue CS is shown. */
  desk?: { place: 'topic' | 'group' | 'direct'; chat?: string };
  /** Its own address, at the sandbox's. */
  baseUrl(sandboxUrl: string): string;
}

const ids = {
  feishu: '01990000-0000-7000-8000-000000000002',
  dingtalk: '01990000-0000-7000-8000-000000000003',
  wecom: '01990000-0000-7000-8000-000000000004',
  aibot: '01990000-0000-7000-8000-000000000005',
  webhook: '01990000-0000-7000-8000-000000000006',
} as const;

export const feishu = {
  tenantKey: '2ed263bf32cf1651',
  appId: 'cli_a1b2c3d4e5f60718',
  botOpenId: 'ou_de3000000000000000000000000000b0',
  chat: 'oc_de3000000000000000000000000000c5',
} as const;
export const dingtalk = {
  corpId: 'ding0de30000000000000000000000001',
  clientId: 'dingde3app0000000001',
  chat: 'cidDe3ShouHouKeFu0000000000000000==',
  template: '0de30000-0000-4000-8000-000000000001.schema',
} as const;
export const wecom = {
  corpId: 'wwde30000000000001',
  agentId: 1000002,
  botId: 'aibDe3XiaoYu0000000000000001',
  chat: 'wrDe3ShouHouJiaoLiuQun0000000001',
} as const;

export const openIdOf = (member: string): string =>
  `ou_de3${Buffer.from(member).toString('hex').padStart(29, '0')}`;

/** Every workspace of the demo company. */
export const demoWorkspaces = (secrets: DemoSecrets): DemoWorkspace[] => [
  {
    id: ids.feishu,
    name: '飞书',
    platform: 'feishu',
    address: 'demo',
    appId: feishu.appId,
    transport: 'socket',
    credentials: {
      ...feishu,
      appSecret: secrets.appSecret,
      encryptKey: secrets.encryptKey,
      verificationToken: secrets.verificationToken,
    },
    personOf: openIdOf,
    desk: { place: 'topic', chat: feishu.chat },
    baseUrl: (url) => url,
  },
  {
    id: ids.dingtalk,
    name: '钉钉',
    platform: 'dingtalk',
    address: 'demo-dingtalk',
    appId: dingtalk.clientId,
    transport: 'socket',
    credentials: {
      clientId: dingtalk.clientId,
      clientSecret: secrets.dingtalkSecret,
      robotCode: dingtalk.clientId,
      corpId: dingtalk.corpId,
      cardTemplateId: dingtalk.template,
      edition: 'professional',
    },
    personOf: (member) => `ding-${member}`,
    desk: { place: 'group', chat: dingtalk.chat },
    baseUrl: (url) => url,
  },
  {
    id: ids.wecom,
    name: '企业微信',
    platform: 'wecom',
    address: 'demo-wecom',
    appId: `${wecom.corpId}-${wecom.agentId}`,
    transport: 'http',
    credentials: {
      corpId: wecom.corpId,
      agentId: wecom.agentId,
      secret: secrets.wecomSecret,
      token: secrets.wecomToken,
      encodingAesKey: secrets.wecomAesKey,
    },
    personOf: (member) => member,
    desk: { place: 'direct' },
    baseUrl: (url) => url,
  },
  {
    id: ids.aibot,
    name: '企业微信智能机器人',
    platform: 'wecom-aibot',
    address: 'demo-aibot',
    appId: wecom.botId,
    transport: 'socket',
    credentials: {
      botId: wecom.botId,
      secret: secrets.aibotSecret,
      token: secrets.aibotToken,
      encodingAesKey: secrets.aibotAesKey,
    },
    personOf: () => undefined,
    baseUrl: (url) => `${url.replace(/^http/, 'ws')}/aibot`,
  },
  {
    id: ids.webhook,
    name: '企业微信群机器人',
    platform: 'wecom-webhook',
    address: 'demo-webhook',
    appId: `${wecom.corpId}-webhook`,
    transport: 'http',
    credentials: { key: secrets.webhookKey },
    personOf: () => undefined,
    desk: { place: 'group', chat: wecom.chat },
    baseUrl: (url) => url,
  },
];

/** The same company at Feishu, DingTalk and WeCom, as the sandbox is told of it. */
export function platformWorlds(company: Company, secrets: DemoSecrets, imdeskUrl: string) {
  const serving = company.queues.find(({ desk }) => desk === 'topic');
  const robot = `${company.robot.name} · 客服助手`;
  const people = company.members.map(({ id, name, title }) => ({ id, name, title }));
  const callback = (platform: string, address: string) => `${imdeskUrl}/bots/${platform}/${address}`;
  const pages = new URL(imdeskUrl);
  const menu = [
    { key: 'claim', name: '认领下一位' },
    { key: 'mine', name: '我的会话' },
    { key: 'queue', name: '等待队列' },
    { key: 'help', name: '帮助' },
  ];
  return {
    feishu: {
      tenantKey: feishu.tenantKey,
      apps: [
        {
          appId: feishu.appId,
          appSecret: secrets.appSecret,
          encryptKey: secrets.encryptKey,
          verificationToken: secrets.verificationToken,
          name: robot,
          mode: 'socket',
          eventUrl: callback('feishu', 'demo'),
          callbackUrl: callback('feishu', 'demo'),
          botOpenId: feishu.botOpenId,
          redirectUrls: [`${imdeskUrl}/pages/back`],
          menu,
        },
      ],
      people: people.map((one) => ({ ...one, openIds: { [feishu.appId]: openIdOf(one.id) } })),
      chats: [
        {
          id: feishu.chat,
          name: `${serving?.name} · 会话`,
          kind: 'topic',
          people: serving?.members,
          apps: [feishu.appId],
        },
      ],
    },
    dingtalk: {
      corpId: dingtalk.corpId,
      apps: [
        {
          appKey: dingtalk.clientId,
          appSecret: secrets.dingtalkSecret,
          robotCode: dingtalk.clientId,
          name: robot,
          mode: 'stream',
          edition: 'professional',
          redirectUrls: [`${imdeskUrl}/pages/back`],
        },
      ],
      templates: [
        {
          id: dingtalk.template,
          name: 'Imdesk',
          file: JSON.parse(
            readFileSync(new URL('../../cards/dingtalk/templates/imdesk.json', import.meta.url), 'utf8'),
          ),
          published: true,
        },
      ],
      people: people.map((one) => ({ ...one, userId: `ding-${one.id}` })),
      groups: [
        {
          openConversationId: dingtalk.chat,
          name: serving?.name,
          people: serving?.members,
          robots: [dingtalk.clientId],
        },
      ],
    },
    wecom: {
      corpId: wecom.corpId,
      apps: [
        {
          agentId: wecom.agentId,
          secret: secrets.wecomSecret,
          name: robot,
          callback: {
            url: callback('wecom', 'demo-wecom'),
            token: secrets.wecomToken,
            encodingAesKey: secrets.wecomAesKey,
          },
          trustedDomains: [pages.host],
          menu: menu.map(({ key, name }) => ({ key: `/${key}`, name })).slice(0, 3),
        },
      ],
      people,
      aibots: [
        {
          botId: wecom.botId,
          name: company.robot.name,
          mode: 'socket',
          secret: secrets.aibotSecret,
          plainUserIds: true,
        },
      ],
      groups: [
        {
          chatId: wecom.chat,
          name: `${serving?.name}交流群`,
          people: company.members.map(({ id }) => id),
          aibots: [wecom.botId],
          webhooks: [{ key: secrets.webhookKey, name: '排队播报' }],
        },
      ],
    },
  };
}
