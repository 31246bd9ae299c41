import { conversationsLeft } from '../cards/view-quota.js';
import type { Clock, Ids } from '../clock.js';
import { addIdentity, addMember } from '../members/people.js';
import type { Bot } from '../ports/bot.js';
import type { Connector } from '../ports/connector.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import {
  AccountModel,
  ArticleModel,
  connectSequelize,
  DeskModel,
  QueueMemberModel,
  QueueModel,
  TenantModel,
  WorkspaceModel,
} from '../storage/models.js';
import { markChanged } from './changed.js';
import type { Description } from './description.js';

export interface SetUpParts {
  db: Database;
  databaseUrl: string;
  vault: Vault;
  clock: Clock;
  ids: Ids;
  bots: ReadonlyMap<string, Bot>;
  connectors: ReadonlyMap<string, Connector>;
}

/** What an administrator needs to know afterwards. */
export interface SetUp {
  tenantId: string;
  /** Where each workspace's platform has to send its events and callbacks, below this installation's address. */
  callbacks: { workspace: string; path: string }[];
  accounts: { account: string; channel: string; id: string }[];
  /** Where a platform counts by the month: how many conversations that is enough for. */
  months: { workspace: string; calls: number; pushes: number; conversations: number }[];
}

/** A description that names what it does not contain. */
export class BadDescription extends Error {
  override readonly name = 'BadDescription';
}

/** Sets up a new tenant with everything it needs to serve. @throws {BadDescription} before anything is written */
export async function setUpTenant(parts: SetUpParts, description: Description): Promise<SetUp> {
  const { ids } = parts;
  const known = {
    tenantId: description.tenant.id ?? ids.next(),
    workspaces: named(description.workspaces, ids),
    members: named(description.members, ids),
    queues: named(description.queues, ids),
    createdAt: new Date(parts.clock.now()),
  };
  check(parts, description, known);
  const sequelize = connectSequelize({ url: parts.databaseUrl, max: 1 });
  try {
    const { name, locale, timeZone, robotName } = description.tenant;
    await TenantModel.create({
      id: known.tenantId,
      name,
      locale,
      timeZone,
      robotName,
      createdAt: known.createdAt,
    });
    const callbacks = await addWorkspaces(parts, description, known);
    await addMembers(parts, description, known);
    await addQueues(description, known);
    const accounts = await addAccounts(parts, description, known);
    await addArticles(parts, description, known);
    // Processes that are running connect it.
    await markChanged(parts.db, known.tenantId, parts.clock.now());
    return { tenantId: known.tenantId, callbacks, accounts, months: monthsOf(parts, description) };
  } finally {
    await sequelize.close();
  }
}

interface Known {
  tenantId: string;
  workspaces: ReadonlyMap<string, string>;
  members: ReadonlyMap<string, string>;
  queues: ReadonlyMap<string, string>;
  createdAt: Date;
}

const named = (given: readonly { name: string; id?: string }[], ids: Ids): Map<string, string> =>
  new Map(given.map((one) => [one.name, one.id ?? ids.next()]));

function check({ bots, connectors }: SetUpParts, description: Description, known: Known): void {
  const problems: string[] = [];
  const wants = (map: ReadonlyMap<string, unknown>, name: string, what: string) => {
    if (!map.has(name)) problems.push(`there is no ${what} "${name}"`);
  };
  for (const { name, platform, credentials } of description.workspaces) {
    const checked = bots.get(platform)?.credentials.safeParse(credentials);
    if (!checked) problems.push(`platform ${platform} is not built yet`);
    else if (!checked.success)
      problems.push(`credentials of workspace "${name}": ${fieldsOf(checked.error.issues)}`);
  }
  for (const realm of strangers(bots, description)) {
    problems.push(
      `workspaces of "${realm}" belong to different enterprises: give each enterprise a tenant of its own`,
    );
  }
  for (const { name, channel, settings, queue } of description.accounts) {
    const checked = connectors.get(channel)?.account.safeParse(settings);
    if (!checked) problems.push(`there is no channel "${channel}"`);
    else if (!checked.success)
      problems.push(`settings of account "${name}": ${fieldsOf(checked.error.issues)}`);
    wants(known.queues, queue, 'queue');
  }
  for (const queue of description.queues) {
    for (const member of queue.members) wants(known.members, member, 'member');
    for (const desk of queue.desks) wants(known.workspaces, desk.workspace, 'workspace');
  }
  for (const member of description.members) {
    for (const workspace of Object.keys(member.identities)) wants(known.workspaces, workspace, 'workspace');
  }
  if (problems.length > 0) throw new BadDescription(problems.join('\n'));
}

/** The realms in which a description mixes enterprises: one's "zhangsan" would be taken for the other's. */
function strangers(bots: SetUpParts['bots'], { workspaces }: Description): string[] {
  const enterprises = new Map<string, Set<string>>();
  for (const { platform, credentials } of workspaces) {
    const bot = bots.get(platform);
    const checked = bot?.credentials.safeParse(credentials);
    const enterprise = checked?.success ? bot?.enterpriseOf?.(checked.data) : undefined;
    if (!bot || enterprise === undefined) continue;
    const { realm } = bot.abilities;
    enterprises.set(realm, (enterprises.get(realm) ?? new Set()).add(enterprise));
  }
  return [...enterprises].filter(([, ids]) => ids.size > 1).map(([realm]) => realm);
}

const fieldsOf = (issues: readonly { path: PropertyKey[]; message: string }[]): string =>
  issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');

const idIn = (map: ReadonlyMap<string, string>, name: string): string => {
  const id = map.get(name);
  if (id === undefined) throw new BadDescription(`"${name}" is not described`);
  return id;
};

async function addWorkspaces({ vault, ids, bots }: SetUpParts, description: Description, known: Known) {
  const { tenantId, createdAt } = known;
  const callbacks: SetUp['callbacks'] = [];
  for (const workspace of description.workspaces) {
    const { name, platform, appId, baseUrl, transport, hearsGroups } = workspace;
    const id = idIn(known.workspaces, name);
    const address = workspace.address ?? ids.next().replaceAll('-', '');
    const credentials = bots.get(platform)?.credentials.parse(workspace.credentials);
    const place = { tenantId, table: 'workspaces', column: 'credentials_sealed', row: id };
    const credentialsSealed = await vault.seal(place, JSON.stringify(credentials));
    await WorkspaceModel.create({
      tenantId,
      id,
      platform,
      name,
      address,
      appId,
      baseUrl,
      transport,
      hearsGroups,
      credentialsSealed,
      createdAt,
    });
    callbacks.push({ workspace: name, path: `/bots/${platform}/${address}` });
  }
  return callbacks;
}

function monthsOf({ bots }: SetUpParts, { workspaces }: Description): SetUp['months'] {
  return workspaces.flatMap(({ name, platform, credentials }) => {
    const bot = bots.get(platform);
    const quota = bot?.quota?.(bot.credentials.parse(credentials));
    if (!quota) return [];
    const { calls, pushes } = quota;
    return [
      { workspace: name, calls, pushes, conversations: conversationsLeft({ calls: 0, pushes: 0 }, quota) },
    ];
  });
}

async function addMembers(parts: SetUpParts, description: Description, known: Known): Promise<void> {
  for (const { name, role, identities } of description.members) {
    const { tenantId } = known;
    const [first, ...more] = Object.entries(identities).map(([workspace, person]) => ({
      tenantId,
      id: idIn(known.members, name),
      workspaceId: idIn(known.workspaces, workspace),
      person,
    }));
    if (first) await addMember(parts, { ...first, name, role });
    for (const identity of more) await addIdentity(parts, identity);
  }
}

async function addQueues(description: Description, { tenantId, createdAt, ...known }: Known): Promise<void> {
  for (const { name, confidential, assigns, members, desks } of description.queues) {
    const queueId = idIn(known.queues, name);
    await QueueModel.create({ tenantId, id: queueId, name, confidential, assigns, createdAt });
    await QueueMemberModel.bulkCreate(
      members.map((member) => ({ tenantId, queueId, memberId: idIn(known.members, member) })),
    );
    await DeskModel.bulkCreate(
      desks.map(({ workspace, place, chat }) => ({
        tenantId,
        queueId,
        workspaceId: idIn(known.workspaces, workspace),
        place,
        chat: chat ?? null,
      })),
    );
  }
}

async function addAccounts({ vault, ids, connectors }: SetUpParts, description: Description, known: Known) {
  const { tenantId, createdAt } = known;
  const accounts: SetUp['accounts'] = [];
  for (const account of description.accounts) {
    const { name, channel, queue } = account;
    const id = account.id ?? ids.next();
    const settings = connectors.get(channel)?.account.parse(account.settings);
    const place = { tenantId, table: 'accounts', column: 'settings_sealed', row: id };
    const settingsSealed = await vault.seal(place, JSON.stringify(settings));
    await AccountModel.create({
      tenantId,
      id,
      channel,
      name,
      queueId: idIn(known.queues, queue),
      settingsSealed,
      createdAt,
    });
    accounts.push({ account: name, channel, id });
  }
  return accounts;
}

async function addArticles(
  { ids }: SetUpParts,
  description: Description,
  { tenantId, createdAt }: Known,
): Promise<void> {
  await ArticleModel.bulkCreate(
    description.articles.map(({ question, similar, answer, category, audience }) => ({
      tenantId,
      id: ids.next(),
      question,
      similarQuestions: similar,
      answer,
      category,
      audience,
      createdAt,
      updatedAt: createdAt,
    })),
  );
}
