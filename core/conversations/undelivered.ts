import { customerName } from '../customers/customer.js';
import type { Identity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import { enqueue } from '../outbox/enqueue.js';
import { pieceNames } from '../outbox/merge.js';
import { stoodBack } from '../outbox/robot-stands-back.js';
import { narrowWindow } from '../outbox/windows.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundReceipt } from '../ports/inbound.js';
import { type Conversation, change, conversationById } from './conversation.js';
import type { CustomerMessage, Note } from './message.js';
import { offerToPostpone } from './postpone.js';
import { messageById } from './transcript.js';
import { contentWords } from './words.js';
import { workplaceOf } from './workplace.js';

/** Something said to the customer did not reach them, or nobody knows: its owner is told, and decides. */
export async function undelivered(
  scene: Scene,
  entry: { messageId: string; fate: 'failed' | 'unknown'; reason: string; window?: 'closed' | 'used' },
): Promise<void> {
  const { locale } = scene.tenant;
  const message = await messageById(scene.tx, scene.tenant.id, entry.messageId);
  const conversation = message && (await conversationById(scene.tx, scene.tenant.id, message.conversationId));
  if (!message || !conversation) return;
  await change(
    scene,
    conversation,
    {},
    { kind: `message.${entry.fate}`, data: { messageId: message.id, reason: entry.reason } },
  );
  const { author } = message;
  if (entry.window) {
    // Only what an agent said is worth waiting for.
    if (author.kind === 'agent' && author.id !== undefined)
      await letThemChoose(scene, conversation, author.id, message, entry.window);
    return;
  }
  if (conversation.ownerId === undefined) return;
  const to = await workplaceOf(scene, conversation, conversation.ownerId);
  if (!to) return;
  const words = contentWords(locale, message.content);
  const what =
    entry.fate === 'unknown'
      ? text(locale, 'error.sendUnknown')
      : entry.reason === stoodBack
        ? text(locale, 'error.robotStoodBack')
        : text(locale, 'error.sendRefused', { reason: entry.reason });
  await enqueue(scene, { kind: 'tell', to, text: `${what}\n「${words}」` });
}

/** The channel does not let us write now: the author may have it sent when the customer writes again. */
async function letThemChoose(
  scene: Scene,
  conversation: Conversation,
  memberId: string,
  { content, quotes }: CustomerMessage | Note,
  window: 'closed' | 'used',
): Promise<void> {
  const to = await workplaceOf(scene, conversation, memberId);
  if (!to) return;
  const { locale } = scene.tenant;
  const why = text(locale, window === 'closed' ? 'delivery.cannotTime' : 'delivery.cannotUsed');
  await enqueue(scene, { kind: 'tell', to, text: `${why}\n「${contentWords(locale, content)}」` });
  await offerToPostpone(scene, conversation, memberId, { content, quotes });
}

/** The channel had taken it, and says later that the customer did not get it. */
export async function didNotArrive(scene: Scene, identity: Identity, event: InboundReceipt): Promise<void> {
  const failed = await scene.tx.query<{ id: string }>(
    `update messages set delivery = 'failed' where tenant_id = $1 and author_kind <> 'customer' and delivery <> 'failed'
        and recalled_at is null and id in (
          select a.message_id from appearances a
            join conversations c on c.tenant_id = a.tenant_id and c.id = a.conversation_id and c.identity_id = $2
           where a.tenant_id = $1 and a.source = $3 and a.external_id = any($4::text[])) returning id`,
    [scene.tenant.id, identity.id, identity.accountId, event.messageIds.flatMap(pieceNames)],
  );
  if (failed.length > 0 && event.window)
    await narrowWindow(scene.tx, scene.tenant.id, identity.id, event.window, scene.now);
  const { reason = '', window } = event;
  for (const { id } of failed) await undelivered(scene, { messageId: id, fate: 'failed', reason, window });
}

/**
 * Something said in the conversation could not be shown where its owner works (the topic's root was deleted, the file is
 * not taken there): they read its words one to one. If these don't arrive either, there is nowhere left to say so.
 */
export async function notShown(
  scene: Scene,
  entry: { messageId: string; workspaceId: string },
): Promise<void> {
  const { locale } = scene.tenant;
  const message = await messageById(scene.tx, scene.tenant.id, entry.messageId);
  const conversation = message && (await conversationById(scene.tx, scene.tenant.id, message.conversationId));
  if (!message || conversation?.ownerId === undefined) return;
  const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
  const what = text(locale, 'error.notShown', { customer, code: conversation.code ?? '' });
  await enqueue(scene, {
    kind: 'tell',
    to: { kind: 'direct', workspaceId: entry.workspaceId, memberId: conversation.ownerId },
    text: `${what}\n「${contentWords(locale, message.content)}」`,
  });
}
