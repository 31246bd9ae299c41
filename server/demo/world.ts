import type { z } from 'zod';
import { channelWorlds } from './channels.js';
import type { companySchema } from './content.js';
import { dingtalk, feishu, platformWorlds, wecom } from './platforms.js';
import type { DemoSecrets } from './secrets.js';

type Company = z.infer<typeof companySchema>;

/** The demo's fixed identities, the same on both sides: what the sandbox is told, and what Imdesk is set up with. */
export const demo = {
  tenantId: '01990000-0000-7000-8000-000000000001',
  /** Where the queue CS is worked on: a topic group, a team group, and the one-to-one chat with the app. */
  chats: { feishu: feishu.chat, dingtalk: dingtalk.chat, wecom: `${wecom.agentId}` },
  bots: { feishu: feishu.appId, dingtalk: dingtalk.clientId, wecom: `${wecom.agentId}` },
  color: '#2f7d6b',
} as const;

/** A uuid of the demo for a name, so that a second seeding makes nothing twice. */
export const demoId = (kind: number, index: number): string =>
  `01990000-0000-7000-8${String(kind).padStart(3, '0')}-${String(index).padStart(12, '0')}`;

/** The accounts of the demo shop: one widget for each queue that customers reach. */
export const accountsOf = (company: Company) =>
  company.queues
    .filter((queue) => queue.audience === 'customer')
    .map((queue, index) => ({ id: demoId(4, index), queue: queue.code, name: `官网 · ${queue.name}` }));

/** What the sandbox is told: the same people and apps, seen from the platforms' side. */
export function sandboxWorld(
  company: Company,
  secrets: DemoSecrets,
  imdeskUrl: string,
): Record<string, unknown> {
  const [main, business] = accountsOf(company);
  return {
    ...platformWorlds(company, secrets, imdeskUrl),
    ...channelWorlds(company, secrets, imdeskUrl),
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
        email: customer.email,
        attributes: {
          城市: customer.city,
          会员等级: customer.profile.level,
          积分: String(customer.profile.points),
          简介: customer.profile.about,
        },
      })),
    },
  };
}
