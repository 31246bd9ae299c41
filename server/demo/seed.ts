import type { z } from 'zod';
import { descriptionSchema } from '../../core/setup/description.js';
import { type SetUpParts, setUpTenant } from '../../core/setup/set-up.js';
import { keepChannels } from './channels.js';
import { type companySchema, loadArticles, loadCompany } from './content.js';
import { demoWorkspaces } from './platforms.js';
import type { DemoSecrets } from './secrets.js';
import { accountsOf, demo, demoId } from './world.js';

type Company = z.infer<typeof companySchema>;

/** Fills an empty database with the demo company; one that has it already only learns the sandbox's address. */
export async function seedDemo(
  parts: SetUpParts,
  sandbox: { url: string; secrets: DemoSecrets },
): Promise<void> {
  const known = await parts.db.query('select 1 from tenants where id = $1', [demo.tenantId]);
  if (known.length === 0) await setUpTenant(parts, await describeDemo(sandbox));
  for (const { id, baseUrl } of demoWorkspaces(sandbox.secrets)) {
    await parts.db.query('update workspaces set base_url = $3 where tenant_id = $1 and id = $2', [
      demo.tenantId,
      id,
      baseUrl(sandbox.url),
    ]);
  }
  const { queues } = await loadCompany();
  const queueOf = (code: string) => {
    const index = queues.findIndex((queue) => queue.code === code);
    return index < 0 ? undefined : demoId(3, index);
  };
  await keepChannels(parts, demo.tenantId, queueOf, sandbox);
}

async function describeDemo({ url, secrets }: { url: string; secrets: DemoSecrets }) {
  const company = await loadCompany();
  const workspaces = demoWorkspaces(secrets);
  const nameOf = (id: string) => company.members.find((member) => member.id === id)?.name ?? id;
  const [first] = workspaces;
  return descriptionSchema.parse({
    tenant: {
      id: demo.tenantId,
      name: company.tenant.name,
      locale: company.tenant.locale,
      timeZone: company.tenant.timeZone,
      robotName: company.robot.name,
    },
    workspaces: workspaces.map(({ personOf: _, desk: __, baseUrl, ...workspace }) => ({
      ...workspace,
      baseUrl: baseUrl(url),
    })),
    members: company.members.map(({ id, name, role }, index) => ({
      id: demoId(2, index),
      name,
      role,
      identities: Object.fromEntries(
        workspaces.flatMap(({ name, personOf }) => {
          const person = personOf(id);
          return person === undefined ? [] : [[name, person]];
        }),
      ),
    })),
    queues: company.queues.map(({ name, confidential, members, desk }, index) => ({
      id: demoId(3, index),
      name,
      confidential,
      members: members.map(nameOf),
      // The first queue is worked on in every IM, the others one to one in the first.
      desks:
        desk === 'direct'
          ? [{ workspace: first?.name, place: desk }]
          : workspaces.flatMap(({ name: workspace, desk: shown }) =>
              shown ? [{ workspace, ...shown }] : [],
            ),
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
