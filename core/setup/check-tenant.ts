import { type Locale, text } from '../i18n/texts.js';
import { checkWorkspaces, type Lack } from './check-workspaces.js';
import { hasAdmin } from './code.js';
import type { SetUpParts } from './set-up.js';
import { accountStates, isHeard, queueStates, workspaceStates } from './state.js';
import { silentInWords } from './view-channels.js';
import { callbackOf } from './words.js';

type Parts = Pick<SetUpParts, 'db' | 'vault' | 'clock' | 'bots' | 'connectors'> & { origin: string };

/**
 * All that is still missing before customers are served, each with what to do: at the platforms, and in what was set up
 * here. `about`: the workspace, queue or account it concerns.
 */
export async function checkTenant(parts: Parts, tenantId: string): Promise<Lack[]> {
  const { db, bots, connectors, origin } = parts;
  const [tenant] = await db.query<{ name: string; locale: Locale }>(
    'select name, locale from tenants where id = $1',
    [tenantId],
  );
  if (!tenant) return [];
  const { locale, name } = tenant;
  const [atPlatforms, workspaces, queues, accounts, isGoverned] = await Promise.all([
    checkWorkspaces(parts, tenantId),
    workspaceStates(db, tenantId),
    queueStates(db, tenantId),
    accountStates(db, tenantId),
    hasAdmin(db, tenantId),
  ]);
  const lacks: Lack[] = [...atPlatforms];
  const lack = (workspace: string, problem: string) => lacks.push({ workspace, problem });
  for (const one of workspaces)
    if (one.heardAt === undefined && isHeard({ bots }, one.platform))
      lack(one.name, silentInWords(locale, one, origin));
  if (!isGoverned) lack(name, text(locale, 'setup.check.noAdmin'));
  if (queues.length === 0) lack(name, text(locale, 'setup.check.noQueues'));
  if (accounts.length === 0) lack(name, text(locale, 'setup.check.noAccounts'));
  const keys = {
    members: 'setup.check.noMembers',
    agents: 'setup.check.noAgents',
    desk: 'setup.check.noDesk',
  } as const;
  for (const queue of queues)
    for (const one of queue.lacks) lack(queue.name, text(locale, keys[one], { queue: queue.name }));
  for (const { id, name: account, channel, heardAt } of accounts) {
    if (heardAt !== undefined) continue;
    const callback = connectors.get(channel)?.paste?.(origin, id) ?? callbackOf(origin, channel, id);
    lack(account, text(locale, 'setup.check.accountSilent', { callback }));
  }
  return lacks;
}
