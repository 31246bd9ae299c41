import { z } from 'zod';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { type Caller, done, type Origin, type Outcome, operation, refuse } from '../operations/operation.js';
import { isOpen, type Window, windowOf } from '../outbox/windows.js';
import type { Scene } from '../pipeline/scene.js';
import type { ChannelAbilities } from '../ports/connector.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { settingsOf } from '../queues/settings.js';
import { splitText } from '../text/split.js';
import { type Conversation, change, channelOf, conversationById, wrote } from './conversation.js';
import { contentSchema } from './message.js';
import { offerToPostpone } from './postpone.js';
import { leftAfterWaiting, windowWords } from './reply-window.js';
import { sayToCustomer, writeNote } from './transcript.js';
import { watch } from './watch.js';
import { relayToStaff, relayToTopics } from './workplace.js';

const said = z.object({
  conversation: z.uuid(),
  content: contentSchema,
  /** Our id of the message this one quotes. */
  quotes: z.uuid().optional(),
  /** What the member's own message is called on their platform, for later quotes of it. */
  appearance: z.object({ source: z.string(), externalId: z.string() }).optional(),
  /** Says where it went, where the target could be doubted. */
  echo: z.boolean().default(false),
});
type Said = z.infer<typeof said>;

/**
 * The owner's words to the customer. Whether the caller still owns the conversation is decided here, in its mailbox: if
 * it has changed hands since they typed, the words are kept as a note and they are told.
 */
export const reply = operation({
  name: 'conversation.reply',
  input: said,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller, invocation }) {
    const locale = scene.tenant.locale;
    const conversation = await readable(scene, input.conversation, caller);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    if (conversation.state === 'closed') return refuse(text(locale, 'error.conversationClosed'));
    if (conversation.state !== 'active' || conversation.ownerId !== caller.id) {
      await keepNote(scene, conversation, caller, input, invocation.origin);
      return refuse(text(locale, 'error.notOwner', { name: await ownerName(scene, conversation) }));
    }
    const can = channelOf(scene, conversation);
    const window = can?.windows && (await windowOf(scene.tx, scene.tenant.id, conversation.identityId));
    if (can?.windows && !isOpen(window, scene.now))
      return postponed(scene, conversation, caller, input, window);
    const message = await sayToCustomer(scene, conversation, {
      author: { kind: 'agent', id: caller.id, name: caller.name },
      content: input.content,
      quotes: input.quotes,
      holdMs: await holdOf(scene, conversation, can),
    });
    keepAppearance(scene, input, message.id);
    // Where sends are counted the brief says how many are left; one that was put aside goes on, which it says as well.
    const changed =
      window && conversation.heldUntil === undefined
        ? await change(scene, conversation, { ownerWroteAt: scene.now })
        : await wrote(scene, conversation, 'owner');
    if (conversation.heldUntil !== undefined) await watch(scene, changed);
    // Typed one to one, it is missing in the topic, where colleagues read along.
    await relayToTopics(scene, conversation, message, placeOf(invocation.origin));
    return done(await echo(scene, conversation, input, can, window));
  },
});

/** It is not sent, and its author may have it sent when the customer writes again. */
async function postponed(
  scene: Scene,
  conversation: Conversation,
  caller: Caller,
  { content, quotes }: Said,
  window: Window | undefined,
): Promise<Outcome> {
  const { locale } = scene.tenant;
  await offerToPostpone(scene, conversation, caller.id, { content, quotes });
  const isUsed = window !== undefined && window.closesAt > scene.now;
  const why = text(locale, isUsed ? 'delivery.cannotUsed' : 'delivery.cannotTime');
  return refuse(`${why}\n${text(locale, 'delivery.postponeHint')}`);
}

/** Where it can't be taken back once it has left, or quick words should become one message, it leaves a little later. */
async function holdOf(
  scene: Scene,
  { queueId }: Conversation,
  can: ChannelAbilities | undefined,
): Promise<number> {
  if (!can || (can.recallMs !== undefined && !can.windows)) return 0;
  return (await settingsOf(scene.tx, scene.tenant.id, queueId)).undoSeconds * 1_000;
}

/** What its author is told: for whom it was where that could be doubted, and what they may still send where that is counted. */
async function echo(
  scene: Scene,
  conversation: Conversation,
  { echo: named, content }: Said,
  can: ChannelAbilities | undefined,
  window: Window | undefined,
): Promise<string | undefined> {
  const { locale, id } = scene.tenant;
  const parts = can && content.type === 'text' ? splitText(content.text, can.text).length : 1;
  if (!named && !window && parts === 1) return undefined;
  const customer = named ? await customerName(scene.tx, id, conversation.customerId) : '';
  const sent = named
    ? text(locale, 'command.sent', { customer, code: conversation.code ?? '' })
    : text(locale, 'delivery.sent');
  const left = window && (await leftAfterWaiting(scene.tx, id, conversation.identityId, window, scene.now));
  return [
    sent,
    ...(parts > 1 ? [text(locale, 'delivery.parts', { count: parts })] : []),
    ...(window && left !== undefined ? [windowWords(locale, window, left, scene.now)] : []),
  ].join(' · ');
}

/** Words among staff. They reach nobody outside: a note is no customer message, and nothing here makes one of it. */
export const note = operation({
  name: 'conversation.note',
  input: said,
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, { scene, caller, invocation }) {
    const locale = scene.tenant.locale;
    const conversation = await readable(scene, input.conversation, caller);
    if (!conversation || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const { origin } = invocation;
    await keepNote(scene, conversation, caller, input, origin);
    return isInItsTopic(origin, conversation)
      ? done()
      : done(text(locale, 'command.noted', { code: conversation.code ?? '' }));
  },
});

/** In the topic everybody sees what was noted on what; elsewhere the one who typed is told. */
const isInItsTopic = (origin: Origin, { id }: Conversation): boolean =>
  origin.kind === 'typed' && origin.place.kind === 'topic' && origin.place.conversationId === id;

async function keepNote(
  scene: Scene,
  conversation: Conversation,
  caller: Caller,
  input: Said,
  origin: Origin,
): Promise<void> {
  const written = writeNote(scene, conversation, {
    author: { kind: 'agent', id: caller.id, name: caller.name },
    content: input.content,
    quotes: input.quotes,
  });
  keepAppearance(scene, input, written.id);
  if (conversation.state === 'waiting') await change(scene, conversation, {});
  const relay = conversation.ownerId === caller.id ? relayToTopics : relayToStaff;
  await relay(scene, conversation, written, placeOf(origin));
}

const placeOf = (origin: Origin) => (origin.kind === 'typed' ? origin.place : undefined);

function keepAppearance(scene: Scene, { appearance, conversation }: Said, messageId: string): void {
  if (!appearance) return;
  scene.tx.send(
    `insert into appearances (tenant_id, source, external_id, conversation_id, message_id, at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [scene.tenant.id, appearance.source, appearance.externalId, conversation, messageId, new Date(scene.now)],
  );
}

/** The conversation if the caller may see what is said in it; to everybody else it does not exist. */
async function readable(
  scene: Scene,
  id: string,
  caller: Caller | undefined,
): Promise<Conversation | undefined> {
  const conversation = await conversationById(scene.tx, scene.tenant.id, id);
  if (!conversation || !caller || conversation.ownerId === caller.id) return conversation;
  const queues = await queuesFor(scene.tx, scene.tenant.id, caller.id);
  const queue = queues.find((one) => one.id === conversation.queueId);
  return queue && maySee(queue, caller) ? conversation : undefined;
}

async function ownerName(scene: Scene, conversation: Conversation): Promise<string> {
  if (conversation.ownerId === undefined) return text(scene.tenant.locale, 'conversation.author.robot');
  return (await memberById(scene.tx, scene.tenant.id, conversation.ownerId))?.name ?? '';
}
