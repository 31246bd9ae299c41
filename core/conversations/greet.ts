import { learn } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundVisit } from '../ports/inbound.js';
import { open, openConversationOf } from './conversation.js';
import { sayToCustomer } from './transcript.js';

/**
 * A customer came without a word: who comes for the first time is welcomed, and so is who enters a chat that takes a greeting
 * now. Who has a conversation with a person is not interrupted; who leaves is new when they come back.
 */
export async function greet(scene: Scene, identity: Identity, event: InboundVisit): Promise<void> {
  await learn(scene, identity, event.profile);
  const { tx, tenant, now } = scene;
  const isLeaving = event.how === 'left';
  const changed = await tx.query(
    `update identities set welcomed_at = $3 where tenant_id = $1 and id = $2 and (welcomed_at is null or $3::timestamptz is null)
     returning 1`,
    [tenant.id, identity.id, isLeaving ? null : new Date(now)],
  );
  const isTaken = event.how === 'entered' && event.reply !== undefined;
  if (isLeaving || event.how === 'menu' || (changed.length === 0 && !isTaken)) return;
  const found = await openConversationOf(tx, tenant.id, identity.id);
  if (found && (found.state !== 'robot' || isTaken)) return;
  await sayToCustomer(scene, found ?? (await open(scene, identity)), {
    author: { kind: 'robot', name: tenant.robotName },
    content: {
      type: 'text',
      text:
        tenant.settings.welcome ||
        text(tenant.locale, 'robot.welcome', { tenant: tenant.name, robot: tenant.robotName }),
    },
  });
}
