import { alertStaff } from '../alerts/alert.js';
import { restCode } from '../conversations/codes.js';
import { type Conversation, change, openConversationOf } from '../conversations/conversation.js';
import { sayToCustomer } from '../conversations/transcript.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward, happened, type Scene } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { queueById } from '../queues/queue.js';
import type { Identity } from './identity.js';
import { customerSubject } from './merge.js';

export const isBlocked = ({ now }: Pick<Scene, 'now'>, { blockedUntil }: Identity): boolean =>
  blockedUntil !== undefined && blockedUntil > now;

/** For a time, what a customer writes is kept and shown to nobody; whatever is open with them ends. */
export async function blockCustomer(
  scene: Scene,
  { customerId, queueId }: Conversation,
  { until, reason, by }: { until: number; reason: string; by: { id: string; name: string } },
): Promise<void> {
  const { tx, tenant } = scene;
  const { locale, timeZone } = tenant;
  await tx.query(
    `update customers set blocked_until = $3, blocked_reason = $4, blocked_by = $5, blocked_told = false
      where tenant_id = $1 and id = $2`,
    [tenant.id, customerId, new Date(until), reason, by.id],
  );
  await happened(scene, {
    kind: 'customer.blocked',
    subject: customerSubject(customerId),
    actor: by.id,
    data: { until, reason },
  });
  const identities = await tx.query<{ id: string }>(
    'select id from identities where tenant_id = $1 and customer_id = $2',
    [tenant.id, customerId],
  );
  for (const { id } of identities)
    await forward(scene, identityMailbox(id), { kind: 'blocked', memberId: by.id });
  // What happens in a confidential queue is nobody's business beyond it.
  if ((await queueById(tx, tenant.id, queueId))?.confidential) return;
  await alertStaff(scene, {
    about: `block:${customerId}`,
    silentForMs: 0,
    alert: {
      title: text(locale, 'customer.blockAlert'),
      tone: 'warning',
      told: text(locale, 'customer.blockAlertTold', { agent: by.name }),
      facts: [
        {
          label: text(locale, 'customer.blockUntil'),
          value: formatTime(until, { timeZone, locale, now: scene.now }),
        },
        ...(reason ? [{ label: text(locale, 'customer.blockReason'), value: reason }] : []),
      ],
      buttons: [{ label: text(locale, 'customer.blockedList'), operation: 'customer.blocked', subject: '' }],
    },
  });
}

/** True: they were blocked. */
export async function unblockCustomer(scene: Scene, customerId: string, by: string): Promise<boolean> {
  const lifted = await scene.tx.query(
    `update customers set blocked_until = null where tenant_id = $1 and id = $2 and blocked_until > $3 returning 1`,
    [scene.tenant.id, customerId, new Date(scene.now)],
  );
  if (lifted.length === 0) return false;
  await happened(scene, { kind: 'customer.unblocked', subject: customerSubject(customerId), actor: by });
  return true;
}

/** In its own mailbox: whatever is open with somebody who was blocked ends; they are not asked how it was. */
export async function endForBlocked(scene: Scene, identityId: string, memberId: string): Promise<void> {
  const conversation = await openConversationOf(scene.tx, scene.tenant.id, identityId);
  if (!conversation) return;
  await end(scene, conversation, memberId);
  if (conversation.ownerId !== undefined) await assignNextTo(scene, conversation.ownerId);
}

async function end(scene: Scene, conversation: Conversation, memberId?: string): Promise<void> {
  const closed = await change(
    scene,
    conversation,
    { state: 'closed', epoch: conversation.epoch + 1, closedAt: scene.now, closeReason: 'spam' },
    { kind: 'conversation.closed', actor: memberId, data: { reason: 'spam' } },
  );
  await restCode(scene, closed.id);
}

/** Answers once, politely, somebody who writes while they are blocked; what they began by it is over at once. */
export async function tellBlocked(
  scene: Scene,
  identity: Identity,
  conversation: Conversation,
): Promise<void> {
  if (conversation.state !== 'closed') await end(scene, conversation);
  const first = await scene.tx.query(
    `update customers set blocked_told = true where tenant_id = $1 and id = $2 and not blocked_told returning 1`,
    [scene.tenant.id, identity.customerId],
  );
  if (first.length === 0) return;
  await sayToCustomer(scene, conversation, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(scene.tenant.locale, 'customer.blockedTold') },
  });
}
