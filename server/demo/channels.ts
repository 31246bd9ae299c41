import { z } from 'zod';
import type { SetUpParts } from '../../core/setup/set-up.js';
import type { companySchema } from './content.js';
import { wecom } from './platforms.js';
import type { DemoSecrets } from './secrets.js';

type Company = z.infer<typeof companySchema>;

/** A channel of the demo beside the web: an account as set-up wants it, and the same seen from the channel's side. */
export interface DemoChannel {
  id: string;
  name: string;
  channel: string;
  /** Code of the queue it comes to. */
  queue: string;
  /** @param sandboxUrl where the channel is stood in for */
  settings(sandboxUrl: string): Record<string, unknown> | Promise<Record<string, unknown>>;
  /** What the sandbox is told, under the channel's name. @param address where the channel pushes to */
  world(company: Company, address: string): Record<string, unknown>;
  /** Where a customer's side of it is, at the sandbox. */
  page: string;
}

export const official = { id: 'gh_de3000000000', appId: 'wxde30000000000001' } as const;

/** An app of its own at the company's WeCom: a callback address is one app's, and the desk's app has another. */
export const kf = { id: 'wkDemo00000000000000000001', agentId: 1000009 } as const;

/** Every channel of the demo company that has a stand-in. */
export const demoChannels = (secrets: DemoSecrets): DemoChannel[] => [
  {
    id: '01990000-0000-7000-8005-000000000001',
    name: '微信公众号',
    channel: 'wechat-official',
    queue: 'CS',
    settings: (sandboxUrl) => ({
      appId: official.appId,
      appSecret: secrets.officialSecret,
      token: secrets.officialToken,
      encodingAesKey: secrets.officialAesKey,
      menu: { parcel: '我的快递到哪了', returns: '怎么退货', person: '转人工' },
      baseUrl: `${sandboxUrl}/api.weixin.qq.com`,
    }),
    world: (company, url) => ({
      accounts: [
        {
          ...official,
          name: company.tenant.name,
          about: '关注后可查物流、办退换，也可以直接联系人工客服',
          appSecret: secrets.officialSecret,
          token: secrets.officialToken,
          encodingAesKey: secrets.officialAesKey,
          mode: 'encrypted',
          url,
          menu: [
            { name: '查物流', key: 'parcel' },
            { name: '退换货', key: 'returns' },
            { name: '人工客服', key: 'person' },
          ],
        },
      ],
      customers: company.customers.map(({ id, name }) => ({ id, name })),
    }),
    page: `/wechat-official?account=${official.id}&as=wang`,
  },
  {
    id: '01990000-0000-7000-8005-000000000002',
    name: '微信客服',
    channel: 'wechat-kf',
    queue: 'CS',
    settings: (sandboxUrl) => ({
      corpId: wecom.corpId,
      secret: secrets.kfSecret,
      token: secrets.kfToken,
      encodingAesKey: secrets.kfAesKey,
      openKfId: kf.id,
      baseUrl: sandboxUrl,
    }),
    world: (company, url) => ({
      app: {
        agentId: kf.agentId,
        secret: secrets.kfSecret,
        name: '微信客服',
        callback: { url, token: secrets.kfToken, encodingAesKey: secrets.kfAesKey },
        visible: [],
      },
      accounts: [{ openKfId: kf.id, name: `${company.tenant.name}客服`, servicers: ['lin'] }],
      customers: company.customers.map(({ id, name }) => ({ id, nickname: name })),
    }),
    page: `/wechat-kf?account=${kf.id}&as=wang&scene=shop`,
  },
  {
    id: '01990000-0000-7000-8005-000000000003',
    name: '客服邮箱',
    channel: 'email',
    queue: 'CS',
    settings: async (sandboxUrl) => ({
      ...{ address: mailbox, name: '山屿茶器客服', password: secrets.mailPassword },
      ...(await mailServers(sandboxUrl)),
      ...{ privateHosts: ['127.0.0.1'], signature: '山屿茶器 · 客服', perMinute: 60 },
    }),
    world: ({ customers }) => ({
      accounts: [{ address: mailbox, name: '山屿茶器客服', password: secrets.mailPassword }],
      customers: customers.map(({ id, name, email: address }) => ({ id, name, address })),
    }),
    page: '/email?as=wang',
  },
];

const mailbox = 'service@shanyu.example';
const serverSchema = z.object({ host: z.string(), port: z.int() });
const mailSchema = z.object({ email: z.object({ imap: serverSchema, smtp: serverSchema }) });

/** The sandbox's mail house stands at ports of its own; where, it tells itself. */
async function mailServers(sandboxUrl: string): Promise<Record<string, unknown>> {
  const told = await fetch(new URL('/control/world', sandboxUrl));
  const { imap, smtp } = mailSchema.parse(await told.json()).email;
  return { imap: { ...imap, secure: false }, smtp: { ...smtp, secure: false } };
}

/** What the sandbox is told of all of them. */
export const channelWorlds = (
  company: Company,
  secrets: DemoSecrets,
  imdeskUrl: string,
): Record<string, unknown> =>
  Object.fromEntries(
    demoChannels(secrets).map(({ channel, id, world }) => [
      channel,
      world(company, `${imdeskUrl}/channels/${channel}/${id}`),
    ]),
  );

/** Gives the demo company the accounts that it does not have yet, and tells all of them where the sandbox is now. */
export async function keepChannels(
  { db, vault, clock, connectors }: SetUpParts,
  tenantId: string,
  queueOf: (code: string) => string | undefined,
  sandbox: { url: string; secrets: DemoSecrets },
): Promise<void> {
  for (const { id, name, channel, queue, settings } of demoChannels(sandbox.secrets)) {
    const parsed = connectors.get(channel)?.account.parse(await settings(sandbox.url));
    const place = { tenantId, table: 'accounts', column: 'settings_sealed', row: id };
    await db.query(
      `insert into accounts (tenant_id, id, channel, name, queue_id, settings_sealed, created_at)
       select $1, $2, $3, $4, id, $6, $7 from queues where tenant_id = $1 and id = $5
       on conflict (tenant_id, id) do update set settings_sealed = excluded.settings_sealed`,
      [
        ...[tenantId, id, channel, name, queueOf(queue)],
        ...[await vault.seal(place, JSON.stringify(parsed)), new Date(clock.now())],
      ],
    );
  }
}
