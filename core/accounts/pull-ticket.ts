import type { Core } from '../core.js';
import { sharedValues } from '../storage/shared-values.js';

/** Longer than any channel's ticket is good for. */
const ticketLifeMs = 30 * 60_000;
const key = 'pull-ticket';

type Named = { tenantId: string; id: string };

const valuesOf = ({ db, vault, clock }: Core, { tenantId, id }: Named) =>
  sharedValues(db, vault, clock, tenantId, id);

/** There is something to be pulled: whichever process pulls this account hears of it. */
export async function askToPull(core: Core, account: Named, ticket: string): Promise<void> {
  if (ticket !== '') await valuesOf(core, account).set(key, ticket, core.clock.now() + ticketLifeMs);
  core.hints.give([{ kind: 'pull', tenantId: account.tenantId, accountId: account.id }]);
}

/** The newest ticket that came with a delivery. */
export const ticketOf = (core: Core, account: Named): Promise<string | undefined> =>
  valuesOf(core, account).get(key);
