import { silent } from '../log.js';
import { sharedValues } from '../storage/shared-values.js';
import type { Description } from './description.js';
import type { SetUpParts } from './set-up.js';

/** What a workspace still lacks, in a sentence. */
export interface Lack {
  workspace: string;
  problem: string;
}

/** Asks each workspace that was set up whether it is ready, and lets its bot prepare what it can prepare there. */
export async function checkWorkspaces(
  { db, vault, clock, bots }: SetUpParts,
  { workspaces }: Description,
  tenantId: string,
): Promise<Lack[]> {
  const rows = await db.query<{ id: string; name: string }>(
    'select id, name from workspaces where tenant_id = $1',
    [tenantId],
  );
  const ids = new Map(rows.map(({ id, name }) => [name, id]));
  const lacks = await Promise.all(
    workspaces.map(async ({ name, platform, credentials, baseUrl }) => {
      const bot = bots.get(platform);
      const id = ids.get(name);
      if (!bot?.check || id === undefined) return [];
      const shared = sharedValues(db, vault, clock, tenantId, id);
      const parts = { clock, log: silent, shared, baseUrl, line: () => undefined };
      const { problems } = await bot.check(bot.credentials.parse(credentials), parts);
      return problems.map((problem) => ({ workspace: name, problem }));
    }),
  );
  return lacks.flat();
}
