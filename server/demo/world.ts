import type { z } from 'zod';
import type { companySchema } from './content.js';

type Company = z.infer<typeof companySchema>;

/** The demo's fixed identities, the same on both sides: what the sandbox is told, and what Imdesk is set up with. */
export const demo = {
  tenantId: '01990000-0000-7000-8000-000000000001',
  workspaceId: '01990000-0000-7000-8000-000000000002',
  address: 'demo',
  feishu: {
    tenantKey: '2ed263bf32cf1651',
    appId: 'cli_a1b2c3d4e5f60718',
    botOpenId: 'ou_de3000000000000000000000000000b0',
  },
  chats: { CS: 'oc_de3000000000000000000000000000c5' },
  color: '#2f7d6b',
} as const;

/** A uuid of the demo for a name, so that a second seeding makes nothing twice. */
export const demoId = (kind: number, index: number): string =>
  `01990000-0000-7000-8${String(kind).padStart(3, '0')}-${String(index).padStart(12, '0')}`;

export const openIdOf = (member: string): string =>
  `ou_de3${Buffer.from(member).toString('hex').padStart(29, '0')}`;

/** Secrets of this one installation; made at the first start and kept with its data. */
export interface DemoSecrets {
  appSecret: string;
  encryptKey: string;
  verificationToken: string;
  identitySecret: string;
  tokenKey: string;
}

/** The accounts of the demo shop: one widget for each queue that customers reach. */
export const accountsOf = (company: Company) =>
  company.queues
    .filter((queue) => queue.audience === 'customer')
    .map((queue, index) => ({ id: demoId(4, index), queue: queue.code, name: `官网 · ${queue.name}` }));

/** What the sandbox is told: the same people and app, seen from the platform's side. */
export function sandboxWorld(
  company: Company,
  secrets: DemoSecrets,
  imdeskUrl: string,
): Record<string, unknown> {
  const { feishu, chats, address } = demo;
  const callback = `${imdeskUrl}/bots/feishu/${address}`;
  const [main, business] = accountsOf(company);
  return {
    feishu: {
      tenantKey: feishu.tenantKey,
      apps: [
        {
          appId: feishu.appId,
          appSecret: secrets.appSecret,
          encryptKey: secrets.encryptKey,
          verificationToken: secrets.verificationToken,
          name: `${company.robot.name} · 客服助手`,
          mode: 'socket',
          eventUrl: callback,
          callbackUrl: callback,
          botOpenId: feishu.botOpenId,
          menu: [
            { key: 'claim', name: '认领下一位' },
            { key: 'mine', name: '我的会话' },
            { key: 'queue', name: '等待队列' },
            { key: 'help', name: '帮助' },
          ],
        },
      ],
      people: company.members.map((member) => ({
        id: member.id,
        name: member.name,
        title: member.title,
        role: member.role,
        openIds: { [feishu.appId]: openIdOf(member.id) },
      })),
      chats: company.queues
        .filter((queue) => queue.desk === 'topic')
        .map((queue) => ({
          id: chats.CS,
          name: `${queue.name} · 会话`,
          kind: 'topic',
          people: queue.members,
          apps: [feishu.appId],
        })),
    },
    shop: {
      name: company.tenant.name,
      widget: {
        scriptUrl: `${imdeskUrl}/channels/web/widget.js`,
        account: main?.id,
        identitySecret: secrets.identitySecret,
        color: demo.color,
      },
      customers: company.customers.map((customer) => ({
        id: customer.id,
        name: customer.name,
        ...(customer.id === 'zhou' && business ? { account: business.id } : {}),
        orders: customer.orders,
        city: customer.city,
      })),
    },
  };
}
