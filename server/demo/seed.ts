import type { z } from 'zod';
import { descriptionSchema } from '../../core/setup/description.js';
import { type SetUpParts, setUpTenant } from '../../core/setup/set-up.js';
import { type companySchema, loadArticles, loadCompany } from './content.js';
import { accountsOf, type DemoSecrets, demo, demoId, openIdOf } from './world.js';

type Company = z.infer<typeof companySchema>;

const workspace = '飞书（本地沙盒）';

/** Fills an empty database with the demo company; one that has it already only learns the sandbox's address. */
export async function seedDemo(
  parts: SetUpParts,
  sandbox: { url: string; secrets: DemoSecrets },
): Promise<void> {
  const known = await parts.db.query('select 1 from tenants where id = $1', [demo.tenantId]);
  if (known.length === 0) await setUpTenant(parts, await describeDemo(sandbox));
  await parts.db.query('update workspaces set base_url = $2 where tenant_id = $1', [
    demo.tenantId,
    sandbox.url,
  ]);
}

async function describeDemo({ url, secrets }: { url: string; secrets: DemoSecrets }) {
  const company = await loadCompany();
  const { appSecret, encryptKey, verificationToken } = secrets;
  const nameOf = (id: string) => company.members.find((member) => member.id === id)?.name ?? id;
  return descriptionSchema.parse({
    tenant: {
      id: demo.tenantId,
      name: company.tenant.name,
      locale: company.tenant.locale,
      timeZone: company.tenant.timeZone,
      robotName: company.robot.name,
    },
    workspaces: [
      {
        id: demo.workspaceId,
        name: workspace,
        platform: 'feishu',
        appId: demo.feishu.appId,
        baseUrl: url,
        transport: 'socket',
        address: demo.address,
        credentials: { ...demo.feishu, appSecret, encryptKey, verificationToken },
      },
    ],
    members: company.members.map(({ id, name, role }, index) => ({
      id: demoId(2, index),
      name,
      role,
      identities: { [workspace]: openIdOf(id) },
    })),
    queues: company.queues.map(({ name, confidential, members, desk }, index) => ({
      id: demoId(3, index),
      name,
      confidential,
      members: members.map(nameOf),
      desks: [{ workspace, place: desk, ...(desk === 'direct' ? {} : { chat: demo.chats.CS }) }],
    })),
    accounts: describeAccounts(company, url, secrets),
    articles: (await loadArticles()).map(({ id: _, ...article }) => article),
  });
}

function describeAccounts(company: Company, sandboxUrl: string, { tokenKey, identitySecret }: DemoSecrets) {
  const { welcome, suggestions } = company.robot.customer;
  return accountsOf(company).map(({ id, name, queue }) => ({
    id,
    name,
    channel: 'web',
    queue: company.queues.find((one) => one.code === queue)?.name,
    settings: {
      tokenKey,
      identitySecret,
      origins: ['http://localhost:*', 'http://127.0.0.1:*', new URL(sandboxUrl).origin],
      title: company.tenant.name,
      color: demo.color,
      welcome,
      suggestions,
    },
  }));
}
