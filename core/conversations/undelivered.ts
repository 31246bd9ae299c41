import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { change, conversationById } from './conversation.js';
import { messageById } from './transcript.js';
import { contentWords } from './words.js';
import { workplaceOf } from './workplace.js';

/** Something said to the customer did not reach them, or nobody knows: its owner is told, and decides. */
export async function undelivered(
  scene: Scene,
  entry: { messageId: string; fate: 'failed' | 'unknown'; reason: string },
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
  if (conversation.ownerId === undefined) return;
  const to = await workplaceOf(scene, conversation, conversation.ownerId);
  if (!to) return;
  const words = contentWords(locale, message.content);
  const what =
    entry.fate === 'failed'
      ? text(locale, 'error.sendRefused', { reason: entry.reason })
      : text(locale, 'error.sendUnknown');
  await enqueue(scene, { kind: 'tell', to, text: `${what}\n「${words}」` });
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
