import type { Accounts } from '../accounts/accounts.js';
import { personOfIdentity } from '../customers/identity.js';
import type { Logger } from '../log.js';
import type { Hint } from '../pipeline/hints.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';

/** Shows a customer that an answer is being written, where their channel can show it. What becomes of it does not matter. */
export async function showTyping(
  parts: { db: Database; vault: Vault; accounts: Accounts; log: Logger },
  hint: Hint,
): Promise<void> {
  if (hint.kind !== 'news' || hint.news !== 'typing') return;
  try {
    const { courier } = (await parts.accounts.byId(hint.accountId)) ?? {};
    if (!courier?.typing) return;
    const person = await personOfIdentity(parts.db, parts.vault, hint.tenantId, hint.identityId);
    await courier.typing({ kind: 'direct', person }, true);
  } catch (error) {
    parts.log.debug({ error, account: hint.accountId }, 'typing could not be shown');
  }
}
