import { silent } from '../log.js';
import type { Transaction } from '../storage/database.js';
import { sharedValues } from '../storage/shared-values.js';
import type { SetUpParts } from './set-up.js';

/** What a workspace still lacks, in a sentence. */
export interface Lack {
  workspace: string;
  problem: string;
}

/**
 * Asks workspaces whether they are ready, and lets their bots prepare what they can prepare there.
 * @param tenantId  only this tenant's; left out, everybody's
 */
export async function checkWorkspaces(
  { db, vault, clock, bots }: Pick<SetUpParts, 'db' | 'vault' | 'clock' | 'bots'>,
  tenantId?: string,
): Promise<Lack[]> {
  const rows = await db.query<{
    tenant_id: string;
    id: string;
    platform: string;
    name: string;
    base_url: string;
    credentials_sealed: string;
  }>(
    `select tenant_id, id, platform, name, base_url, credentials_sealed from workspaces
      where $1::uuid is null or tenant_id = $1 order by id`,
    [tenantId ?? null],
  );
  const lacks = await Promise.all(
    rows.map(async (row) => {
      const bot = bots.get(row.platform);
      if (!bot?.check) return [];
      const place = {
        tenantId: row.tenant_id,
        table: 'workspaces',
        column: 'credentials_sealed',
        row: row.id,
      };
      const credentials = bot.credentials.parse(JSON.parse(await vault.open(place, row.credentials_sealed)));
      const shared = sharedValues(db, vault, clock, row.tenant_id, row.id);
      const parts = { clock, log: silent, shared, baseUrl: row.base_url, line: () => undefined };
      const chats = await chatsOf(db, row.tenant_id, row.id);
      const { problems } = await bot.check(credentials, parts, chats);
      return problems.map((problem) => ({ workspace: row.name, problem }));
    }),
  );
  return lacks.flat();
}

/** The groups in which a workspace shows queues. */
export async function chatsOf(
  db: Pick<Transaction, 'query'>,
  tenantId: string,
  workspaceId: string,
): Promise<string[]> {
  const rows = await db.query<{ chat: string }>(
    'select distinct chat from desks where tenant_id = $1 and workspace_id = $2 and chat is not null',
    [tenantId, workspaceId],
  );
  return rows.map(({ chat }) => chat);
}
