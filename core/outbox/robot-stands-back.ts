import type { Transaction } from '../storage/database.js';
import { destinationOfCustomer } from './place.js';

/** Why the robot's words were not sent. */
export const stoodBack = 'a person has taken over';

/**
 * A person answers from now on: what the robot has said and not sent yet is not begun any more, neither for the first time
 * nor again. A send that is being begun right now is either begun before this commits, or finds its row changed and is
 * composed anew (`Drain.begin`). What it waited for is waited for no longer, or the person's words would wait behind it.
 */
export async function robotStandsBack(tx: Transaction, tenantId: string, identityId: string): Promise<void> {
  await tx.query(
    `update outbox set body = outbox.body || '{"takenOver": true}', not_before = null from messages said
      where outbox.tenant_id = $1 and outbox.destination = $2 and outbox.kind = 'deliver'
        and outbox.state in ('pending', 'sending')
        and said.tenant_id = outbox.tenant_id and said.id = outbox.message_id and said.author_kind = 'robot'`,
    [tenantId, destinationOfCustomer(identityId)],
  );
}
