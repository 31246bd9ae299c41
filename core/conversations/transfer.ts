import { z } from 'zod';
import { button, panel } from '../cards/panel.js';
import { postCard } from '../cards/post.js';
import { showPanel } from '../cards/show-panel.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { originPlace } from '../operations/origin.js';
import { maySee, type Queue, queuesFor } from '../queues/queue.js';
import { type Conversation, conversationById, subjectOf } from './conversation.js';
import { whyCannotTake } from './give.js';
import { putInQueue } from './hand-over.js';
import { offer } from './offer.js';
import { writeNote } from './transcript.js';
import { relayToTopics } from './workplace.js';

/** "转交给谁？": shows the caller who could take one of their conversations. */
export const offerTransfer = operation({
  name: 'conversation.offerTransfer',
  input: z.object({ conversation: z.uuid() }),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(scene.tenant.locale, 'error.conversationNotFound'));
    const refusal = await whyNotTheirs(call, conversation);
    if (refusal) return refusal;
    const asked = originPlace(call);
    if (asked) {
      await postCard(scene, {
        subject: subjectOf(conversation.id),
        template: 'transfer',
        audience: `member:${caller.id}`,
        // A choice of colleagues with their load is for the caller alone.
        place: { kind: 'direct', workspaceId: asked.workspaceId, memberId: caller.id },
      });
    }
    return done();
  },
});

const transferred = z.object({
  conversation: z.uuid(),
  /** A colleague, who is asked; or a queue, which takes it at once. */
  to: z.uuid(),
  /** A word for whoever takes it, kept as a note. */
  words: z.string().trim().max(2_000).optional(),
  /** Although they said that they take nothing now. */
  sure: z.boolean().default(false),
});

/** Hands a conversation on: to a colleague, who may accept or decline; or to a queue. */
export const transfer = operation({
  name: 'conversation.transfer',
  input: transferred,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const refusal = await whyNotTheirs(call, conversation);
    if (refusal) return refusal;
    const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
    const code = conversation.code ?? '';
    const queues = await queuesFor(scene.tx, scene.tenant.id, caller.id);
    const queue = queues.find((one) => one.id === input.to);
    if (queue) {
      const from = queues.find((one) => one.id === conversation.queueId);
      if (!isOpenBetween(from, queue)) return refuse(text(locale, 'shift.queueConfidential'));
      if (input.words) await leaveWords(call, conversation, input.words);
      await putInQueue(scene, conversation, queue, caller);
      return done(text(locale, 'shift.queued', { code, customer, queue: queue.name }));
    }
    if (conversation.ownerId === input.to) return refuse(text(locale, 'error.transferToSelf'));
    const cannot = await whyCannotTake(scene, conversation, input.to);
    if (cannot) return cannot;
    const to = await memberById(scene.tx, scene.tenant.id, input.to);
    if (!to) return refuse(text(locale, 'error.colleagueGone', { name: '' }));
    if (to.status !== 'on' && !input.sure) {
      await showPanel(call, surePanel, input);
      return refuse(
        text(locale, 'shift.colleagueAway', {
          name: to.name,
          status: text(locale, `shift.status.${to.status}`),
        }),
      );
    }
    if (input.words) await leaveWords(call, conversation, input.words);
    await offer(scene, conversation, to, caller, input.words);
    return done(text(locale, 'shift.offered', { code, customer, to: to.name }));
  },
});

/** What is confidential stays among those who serve its queue, and nothing else gets in among it. */
export const isOpenBetween = (from: Queue | undefined, to: Queue): boolean =>
  from?.id === to.id || (!from?.confidential && !to.confidential);

/** "TA 正在小憩，仍要转交吗？" */
export const surePanel = panel({
  name: 'transferSure',
  asked: transferred,
  async view({ db, tenant }, _, asked) {
    const { locale } = tenant;
    const [conversation, to] = await Promise.all([
      conversationById(db, tenant.id, asked.conversation),
      memberById(db, tenant.id, asked.to),
    ]);
    if (!conversation || !to) return undefined;
    const about = { conversation: conversation.id };
    return {
      title: text(locale, 'shift.sureTitle', { name: to.name }),
      tag: conversation.code ?? '',
      tone: 'warning' as const,
      told: text(locale, 'shift.sureTold', {
        name: to.name,
        status: text(locale, `shift.status.${to.status}`),
      }),
      buttons: [
        button(text(locale, 'shift.sure'), transfer.name, {
          ...about,
          words: asked.words ?? '',
          to: to.id,
          sure: true,
        }),
        button(text(locale, 'shift.somebodyElse'), offerTransfer.name, about),
      ],
    };
  },
});

async function leaveWords({ scene, caller }: Call, conversation: Conversation, words: string): Promise<void> {
  if (!caller) return;
  const written = writeNote(scene, conversation, {
    author: { kind: 'agent', id: caller.id, name: caller.name },
    content: { type: 'text', text: words },
  });
  await relayToTopics(scene, conversation, written);
}

/** Only its owner hands a conversation on; a supervisor who may see it, too. */
async function whyNotTheirs(
  { scene, caller }: Call,
  conversation: Conversation,
): Promise<Outcome | undefined> {
  const { locale } = scene.tenant;
  if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
  if (conversation.state !== 'active') return refuse(text(locale, 'error.notYours'));
  if (!caller || conversation.ownerId === caller.id) return undefined;
  const queue = (await queuesFor(scene.tx, scene.tenant.id, caller.id)).find(
    (one) => one.id === conversation.queueId,
  );
  if (!queue || (queue.confidential && !queue.serves)) return refuse(text(locale, 'error.notAllowed'));
  if (caller.role !== 'agent' && maySee(queue, caller)) return undefined;
  const owner = conversation.ownerId && (await memberById(scene.tx, scene.tenant.id, conversation.ownerId));
  return refuse(text(locale, 'error.ownedBy', { name: owner ? owner.name : '' }));
}
