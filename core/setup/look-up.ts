import type { Accounts } from '../accounts/accounts.js';
import type { Clock } from '../clock.js';
import { sealedFor } from '../operations/secrets.js';
import type { LookUp } from '../pipeline/tasks.js';
import type { ChannelHost } from '../ports/connector.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Workspace, Workspaces } from '../workspaces/workspaces.js';
import { chatsOf } from './check-workspaces.js';
import type { PartOf } from './parts.js';

interface Parts {
  db: Database;
  vault: Vault;
  clock: Clock;
  workspaces: Workspaces;
  accounts: Accounts;
  hostOf(channel: string): ChannelHost;
  origin: string;
}

const withinMs = 15_000;
const peopleMax = 30;

/** What other systems say of a part of set-up: directories, platforms, channels. Asked beside the mailboxes, since it takes time. */
export const lookingUp =
  (parts: Parts): LookUp =>
  async (tenantId, memberId, part) => {
    switch (part.part) {
      case 'members':
        return inDirectories(parts, { tenantId, memberId }, part);
      case 'platforms':
        return atPlatforms(parts, tenantId, part);
      case 'account':
        return atChannel(parts, part);
      default:
        return part;
    }
  };

async function workspacesOf({ db, workspaces }: Parts, tenantId: string): Promise<Workspace[]> {
  const rows = await db.query<{ id: string }>('select id from workspaces where tenant_id = $1 order by id', [
    tenantId,
  ]);
  const opened = await Promise.all(
    rows.map(({ id }) => workspaces.byId(tenantId, id).catch(() => undefined)),
  );
  return opened.filter((one) => one !== undefined);
}

async function inDirectories(
  parts: Parts,
  owner: { tenantId: string; memberId: string },
  part: PartOf<'members'>,
): Promise<PartOf<'members'>> {
  const asked = await Promise.all(
    (await workspacesOf(parts, owner.tenantId)).map(async (workspace) => {
      const found = await inTime(workspace.people.search?.(part.words) ?? Promise.resolve([]), []);
      return Promise.all(
        found.slice(0, peopleMax).map(async ({ id, name, department = '' }) => ({
          workspace: workspace.id,
          person: await sealedFor(parts.vault, owner, id),
          name,
          department,
        })),
      );
    }),
  );
  return { ...part, found: asked.flat().slice(0, peopleMax), asking: false };
}

async function atPlatforms(
  parts: Parts,
  tenantId: string,
  part: PartOf<'platforms'>,
): Promise<PartOf<'platforms'>> {
  const found = await Promise.all(
    (await workspacesOf(parts, tenantId)).map(async ({ id, bot, credentials, botParts }) => {
      const late = { ok: false, problems: ['the platform did not answer in time'] };
      const chats = await chatsOf(parts.db, tenantId, id);
      const check = bot.check
        ? await inTime(bot.check(credentials, botParts, chats), late)
        : { problems: [] };
      return [id, check.problems] as const;
    }),
  );
  return { ...part, found: Object.fromEntries(found), told: '' };
}

async function atChannel({ accounts, hostOf }: Parts, part: PartOf<'account'>): Promise<PartOf<'account'>> {
  const account = part.id === undefined ? undefined : await accounts.byId(part.id);
  const { connector } = account ?? {};
  if (!account || !connector?.check) return { ...part, told: 'unknown' };
  const late = { ok: false, problems: ['the channel did not answer in time'] };
  const { problems } = await inTime(connector.check(account, hostOf(connector.channel)), late);
  return { ...part, told: problems.join('\n').slice(0, 1_000) || 'good' };
}

/** What does not answer, or can't be asked, is no reason to keep an administrator waiting. */
function inTime<Value>(asking: Promise<Value>, otherwise: Value): Promise<Value> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), withinMs);
    asking.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      () => {
        clearTimeout(timer);
        resolve(otherwise);
      },
    );
  });
}
