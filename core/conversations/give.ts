import { postCard } from '../cards/post.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { takeTurnOf } from '../members/load.js';
import { memberById } from '../members/member.js';
import { type Outcome, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { serves } from '../queues/queue.js';
import { shorten } from '../text/shorten.js';
import { type Conversation, change, subjectOf } from './conversation.js';
import { noteHandover } from './handover-brief.js';
import { sayToCustomer } from './transcript.js';
import { watch } from './watch.js';
import { workplaceOf } from './workplace.js';

/** Longer ones are read whole among the notes of the brief. */
const wordsTold = 300;

/**
 * Makes a colleague the owner, at once: the customer is told, and they get the brief, whatever platform they are on. Who
 * calls this has asked them (`offer.ts`) or has the right to decide for them, and has checked that they can take it
 * (`whyCannotTake`).
 * @param from  who gives it
 */
export async function giveTo(
  scene: Scene,
  conversation: Conversation,
  to: { id: string; name: string },
  from: { id: string; name: string },
  words?: string,
): Promise<Conversation> {
  const { locale } = scene.tenant;
  await noteHandover(scene, conversation);
  const given = await change(
    scene,
    conversation,
    { state: 'active', ownerId: to.id, epoch: conversation.epoch + 1, claimedAt: scene.now },
    { kind: 'conversation.transferred', actor: from.id, data: { from: conversation.ownerId, to: to.id } },
  );
  await watch(scene, given);
  if (conversation.ownerId !== undefined) await assignNextTo(scene, conversation.ownerId);
  await sayToCustomer(scene, given, {
    author: { kind: 'system' },
    content: { type: 'text', text: text(locale, 'conversation.agentChanged', { agent: to.name }) },
  });
  const place = await workplaceOf(scene, given, to.id);
  if (!place) return given;
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
  return given;
}

/** Why somebody can't be given this conversation: gone, not of its queue, nowhere to be reached, or full. */
export async function whyCannotTake(
  scene: Scene,
  conversation: Conversation,
  to: string,
): Promise<Outcome | undefined> {
  const { locale } = scene.tenant;
  const colleague = await memberById(scene.tx, scene.tenant.id, to);
  const name = colleague?.name ?? '';
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
