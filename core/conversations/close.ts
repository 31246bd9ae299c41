import { z } from 'zod';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { hasRoom } from '../members/write-up.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { restCode } from './codes.js';
import { type Conversation, change, conversationById } from './conversation.js';
import { ratingRequest } from './rate.js';
import { sayToCustomer } from './transcript.js';

export const closeReasons = ['solved', 'unsolved', 'noReply', 'duplicate', 'spam'] as const;

/** Ends a conversation. The summary stays inside; the customer is told, and asked how it was. */
export const close = operation({
  name: 'conversation.close',
  input: z.object({
    conversation: z.uuid(),
    reason: z.enum(closeReasons).default('solved'),
    summary: z.string().trim().max(2_000).optional(),
  }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller }) {
    const locale = scene.tenant.locale;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (conversation.state === 'closed') return refuse(text(locale, 'error.alreadyDone'));
    if (conversation.ownerId !== caller.id) {
      const queue = (await queuesFor(scene.tx, scene.tenant.id, caller.id)).find(
        (one) => one.id === conversation.queueId,
      );
      if (caller.role === 'agent' || !queue || !maySee(queue, caller)) {
        const isSecret = !queue || (queue.confidential && !queue.serves);
        const owner =
          !isSecret &&
          conversation.ownerId &&
          (await memberById(scene.tx, scene.tenant.id, conversation.ownerId));
        return refuse(
          owner ? text(locale, 'error.ownedBy', { name: owner.name }) : text(locale, 'error.notAllowed'),
        );
      }
    }
    const told = text(locale, 'conversation.closed');
    const closed = await endConversation(scene, conversation, { ...input, told, by: caller.id });
    const customer = await customerName(scene.tx, scene.tenant.id, closed.customerId);
    const reason = text(locale, `conversation.close.${input.reason}`);
    return done(text(locale, 'command.closed', { code: closed.code ?? '', customer, reason }));
  },
});

/** Ends a conversation, by whosever hand or by itself: the customer is told, and asked how it was unless they have said. */
export async function endConversation(
  scene: Scene,
  conversation: Conversation,
  how: { reason: (typeof closeReasons)[number]; summary?: string; told: string; by?: string },
): Promise<Conversation> {
  const closed = await change(
    scene,
    conversation,
    {
      state: 'closed',
      epoch: conversation.epoch + 1,
      closedAt: scene.now,
      closeReason: how.reason,
      closeSummary: how.summary ?? conversation.closeSummary,
    },
    { kind: 'conversation.closed', actor: how.by, data: { reason: how.reason } },
  );
  await restCode(scene, closed.id);
  if (conversation.ownerId !== undefined) await hasRoom(scene, closed, conversation.ownerId);
  const author = { kind: 'system' } as const;
  await sayToCustomer(scene, closed, { author, content: { type: 'text', text: how.told } });
  if (closed.rating === undefined)
    await sayToCustomer(scene, closed, { author, content: ratingRequest(scene, closed.id) });
  return closed;
}
