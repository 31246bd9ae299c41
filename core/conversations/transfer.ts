import { z } from 'zod';
import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { takeTurnOf } from '../members/load.js';
import { memberById } from '../members/member.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { originPlace } from '../operations/origin.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { maySee, queuesFor, serves } from '../queues/queue.js';
import { shorten } from '../text/shorten.js';
import { type Conversation, change, conversationById, subjectOf } from './conversation.js';
import { sayToCustomer, writeNote } from './transcript.js';
import { relayToTopics, workplaceOf } from './workplace.js';

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

/** Gives a conversation to a colleague: the customer is told, and the colleague gets the brief, whatever platform they are on. */
export const transfer = operation({
  name: 'conversation.transfer',
  input: z.object({
    conversation: z.uuid(),
    to: z.uuid(),
    /** A word for the colleague, kept as a note. */
    words: z.string().trim().max(2_000).optional(),
  }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const conversation = await conversationById(scene.tx, scene.tenant.id, input.conversation);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const refusal =
      (await whyNotTheirs(call, conversation)) ?? (await whyNotTo(scene, conversation, input.to));
    if (refusal) return refusal;
    const to = await memberById(scene.tx, scene.tenant.id, input.to);
    if (!to) return refuse(text(locale, 'error.colleagueGone', { name: '' }));
    if (input.words) {
      const written = await writeNote(scene, conversation, {
        author: { kind: 'agent', id: caller.id, name: caller.name },
        content: { type: 'text', text: input.words },
      });
      await relayToTopics(scene, conversation, written);
    }
    await giveTo(scene, conversation, to, caller, input.words);
    const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
    return done(
      text(locale, 'command.transferred', { code: conversation.code ?? '', customer, to: to.name }),
    );
  },
});

/** Longer ones are read whole among the notes of the brief. */
const wordsTold = 300;

async function giveTo(
  scene: Scene,
  conversation: Conversation,
  to: { id: string; name: string },
  from: { id: string; name: string },
  words?: string,
): Promise<void> {
  const { locale } = scene.tenant;
  const given = await change(
    scene,
    conversation,
    { state: 'active', ownerId: to.id, epoch: conversation.epoch + 1, claimedAt: scene.now },
    { kind: 'conversation.transferred', actor: from.id, data: { from: conversation.ownerId, to: to.id } },
  );
  if (conversation.ownerId !== undefined) await assignNextTo(scene, conversation.ownerId);
  await sayToCustomer(scene, given, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(locale, 'conversation.agentChanged', { agent: to.name }) },
  });
  const place = await workplaceOf(scene, given, to.id);
  if (!place) return;
  const customer = await customerName(scene.tx, scene.tenant.id, given.customerId);
  const told = { from: from.name, code: given.code ?? '', customer };
  // Not every platform's brief has room for notes; whoever takes over reads the words where they are told of it.
  const lines = [
    text(locale, 'command.takenOver', told),
    ...(words ? [text(locale, 'command.takenOverWords', { words: shorten(words, wordsTold) })] : []),
  ];
  await enqueue(scene, { kind: 'tell', to: place, text: lines.join('\n') });
  await postCard(scene, {
    subject: subjectOf(given.id),
    template: 'brief',
    audience: `member:${to.id}`,
    place,
  });
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

async function whyNotTo(scene: Scene, conversation: Conversation, to: string): Promise<Outcome | undefined> {
  const { locale } = scene.tenant;
  const colleague = await memberById(scene.tx, scene.tenant.id, to);
  const name = colleague?.name ?? '';
  if (conversation.ownerId === to) return refuse(text(locale, 'error.transferToSelf'));
  const canTake =
    colleague &&
    !colleague.departed &&
    colleague.role !== 'employee' &&
    (await serves(scene.tx, scene.tenant.id, conversation.queueId, to)) &&
    (await workplaceOf(scene, conversation, to));
  if (!canTake) return refuse(text(locale, 'error.colleagueGone', { name }));
  return (await takeTurnOf(scene, to))
    ? undefined
    : refuse(text(locale, 'error.colleagueFull', { name, limit: colleague.capacity }));
}
