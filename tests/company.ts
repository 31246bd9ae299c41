import { type Description, descriptionSchema } from '../core/setup/description.js';

/** What nobody outside may ever read: neither in an answer nor in a log. */
export const secrets = {
  appSecret: 'hidden-app-secret-2f6d',
  encryptKey: 'hidden-encrypt-key-9b1c',
  verificationToken: 'hidden-verification-token-77aa',
  identitySecret: 'hidden-identity-secret-41c0',
  tokenKey: 'hidden-token-key-0123456789abcdef0123456789',
  apiSecret: 'hidden-api-secret-e83b',
};

export const feishu = {
  appId: 'cli_a1b2c3d4e5f60718',
  tenantKey: '2ed263bf32cf1651',
  botOpenId: 'ou_00000000000000000000000000000b07',
};
/** The queue 售后客服 works in this topic group; 企业采购 works one to one. */
export const topicGroup = 'oc_00000000000000000000000000000c5c';
export const webAccount = '01990000-0000-7000-8004-000000000001';
/** The same shop, for who asks on behalf of a company. */
export const businessAccount = '01990000-0000-7000-8004-000000000002';
export const apiAccount = '01990000-0000-7000-8004-000000000003';
/** The last part of the callback address. */
export const address = 'shanyu';
/** A page the widget may stand on. */
export const pageOrigin = 'http://localhost:5173';

const people = [
  { id: 'lin', name: '林小满', role: 'agent' },
  { id: 'chen', name: '陈亦舟', role: 'agent' },
  { id: 'he', name: '何静姝', role: 'supervisor' },
  { id: 'zhao', name: '赵青禾', role: 'employee' },
];

export const openIdOf = (person: string): string =>
  `ou_${Buffer.from(person).toString('hex').padStart(32, '0')}`;

/** Two agents, their supervisor and an employee; two queues; the web twice, and an app of the shop's own. */
export function companyDescription(options: {
  transport: 'http' | 'socket';
  sandboxUrl: string;
  callbackUrl?: string;
  /** Further accounts, of whatever channel. */
  accounts?: object[];
}): Description {
  const { transport, sandboxUrl, callbackUrl, accounts = [] } = options;
  const { appSecret, encryptKey, verificationToken, identitySecret, tokenKey, apiSecret } = secrets;
  const web = {
    tokenKey,
    identitySecret,
    origins: ['http://localhost:*'],
    perMinute: { messages: 500, sessions: 500, uploads: 500 },
  };
  const api = {
    secret: apiSecret,
    timeoutMs: 2_000,
    ...(callbackUrl && { callbackUrl, privateHosts: [new URL(callbackUrl).host] }),
  };
  return descriptionSchema.parse({
    tenant: { name: '山屿茶器', robotName: '小屿' },
    workspaces: [
      {
        name: '飞书',
        platform: 'feishu',
        appId: feishu.appId,
        baseUrl: sandboxUrl,
        transport,
        address,
        credentials: { ...feishu, appSecret, encryptKey, verificationToken },
      },
    ],
    members: people.map(({ id, name, role }) => ({ name, role, identities: { 飞书: openIdOf(id) } })),
    queues: [
      {
        name: '售后客服',
        members: ['林小满', '陈亦舟', '何静姝'],
        desks: [{ workspace: '飞书', place: 'topic', chat: topicGroup }],
      },
      { name: '企业采购', members: ['陈亦舟'], desks: [{ workspace: '飞书', place: 'direct' }] },
    ],
    accounts: [
      { id: webAccount, name: '官网', channel: 'web', queue: '售后客服', settings: web },
      { id: businessAccount, name: '企业采购', channel: 'web', queue: '企业采购', settings: web },
      { id: apiAccount, name: '商城 App', channel: 'api', queue: '售后客服', settings: api },
      ...accounts,
    ],
    articles: [
      {
        question: '下单后多久发货',
        similar: ['什么时候发货', '几天能发货'],
        answer: '现货商品付款后 24 小时内发出，周末和节假日顺延。',
        audience: 'customer',
      },
    ],
  });
}

/** The same company, seen from Feishu's side (sandbox/README.md). `guests` are let into the topic group besides. */
export function companyWorld(transport: 'http' | 'socket', url: string, guests: string[] = []): object {
  const { appSecret, encryptKey, verificationToken } = secrets;
  const { appId, botOpenId, tenantKey } = feishu;
  const callback = `${url}/bots/feishu/${address}`;
  return {
    feishu: {
      tenantKey,
      apps: [
        {
          ...{ appId, appSecret, encryptKey, verificationToken, botOpenId },
          name: '客服助手',
          mode: transport,
          eventUrl: callback,
          callbackUrl: callback,
          redirectUrls: [`${url}/pages/back`],
        },
      ],
      people: people.map(({ id, name }) => ({ id, name, openIds: { [appId]: openIdOf(id) } })),
      chats: [
        {
          id: topicGroup,
          name: '售后客服',
          kind: 'topic',
          people: ['lin', 'chen', 'he', ...guests],
          apps: [appId],
        },
      ],
    },
  };
}
