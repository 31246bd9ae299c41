import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { appearancesOf, isShared } from '../outbox/appearance.js';
import { deliver } from '../outbox/deliver.js';
import { enqueue } from '../outbox/enqueue.js';
import type { Scene } from '../pipeline/scene.js';
import { shorten } from '../text/shorten.js';
import { splitText } from '../text/split.js';
import { type Conversation, channelOf, conversationById } from './conversation.js';
import type { Content, CustomerMessage } from './message.js';
import { lastSaidBy, markRecalled, messageById, reword as rewordMessage } from './transcript.js';
import { contentWords } from './words.js';
import { tellTopics, workplaceOf } from './workplace.js';

const wordsLength = 60;

/** "撤回": takes back what the caller last said to the customer, or the messages named, which must be their own. */
export const undo = operation({
  name: 'conversation.undo',
  input: z.object({ conversation: z.uuid(), messages: z.array(z.uuid()).min(1).max(20).optional() }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const found = await theirs(call, input.conversation, input.messages);
    if ('refused' in found) return found.refused;
    let outcome: Outcome | undefined;
    for (const message of found.messages) {
      const came = await takeBack(call.scene, found.conversation, message);
      if (came.ok) await tellColleagues(call, found.conversation, message);
      // One that was refused is what they have to know of.
      outcome = outcome?.ok === false ? outcome : came;
    }
    return outcome;
  },
});

/** Gives the customer another wording of what the caller said to them. */
export const reword = operation({
  name: 'conversation.reword',
  input: z.object({
    conversation: z.uuid(),
    message: z.uuid(),
    text: z.string().trim().min(1).max(20_000),
  }),
  who: ['agent', 'supervisor', 'admin'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const found = await theirs(call, input.conversation, [input.message]);
    if ('refused' in found) return found.refused;
    // Other words are new words: who has it now speaks to this customer, and nobody does once it is over.
    const { state, ownerId } = found.conversation;
    if (state !== 'active' || ownerId !== call.caller?.id)
      return refuse(text(call.scene.tenant.locale, 'error.notYourConversation'));
    const [message] = found.messages;
    return message && change(call.scene, found.conversation, message, input.text);
  },
});

type Theirs = { conversation: Conversation; messages: CustomerMessage[] } | { refused: Outcome };

/** The caller's own messages to this customer, and nobody else's. */
async function theirs(
  { scene, caller }: Call,
  conversationId: string,
  named: readonly string[] | undefined,
): Promise<Theirs> {
  const { locale } = scene.tenant;
  const refused = (key: 'onlyYourOwn' | 'nothingToTakeBack'): Theirs => ({
    refused: refuse(text(locale, `delivery.${key}`)),
  });
  const conversation = await conversationById(scene.tx, scene.tenant.id, conversationId);
  if (!conversation || !caller) return { refused: refuse(text(locale, 'error.conversationNotFound')) };
  const last = named ? undefined : await lastSaidBy(scene.tx, scene.tenant.id, conversation.id, caller.id);
  const ids = named ?? (last ? [last] : []);
  const messages: CustomerMessage[] = [];
  for (const id of ids) {
    const message = await messageById(scene.tx, scene.tenant.id, id);
    const isTheirs =
      message?.audience === 'customer' &&
      message.conversationId === conversation.id &&
      message.author.kind === 'agent' &&
      message.author.id === caller.id;
    if (!isTheirs) return refused('onlyYourOwn');
    messages.push(message);
  }
  return messages.length > 0 ? { conversation, messages } : refused('nothingToTakeBack');
}

async function takeBack(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage,
): Promise<Outcome> {
  const { locale } = scene.tenant;
  const words = wordsOf(scene, message);
  if (message.recalledAt !== undefined) return refuse(text(locale, 'delivery.alreadyTakenBack'));
  if (message.delivery === 'failed') return refuse(text(locale, 'delivery.neverArrived'));
  const names = await appearancesOf(scene.tx, scene.tenant.id, conversation.accountId, message.id);
  const { parts, kept } = await keepBack(scene, message.id, { whole: true });
  const gone = Math.max(parts - kept, names.length);
  if (gone === 0) {
    await markRecalled(scene, conversation, message.id);
    return done(text(locale, 'delivery.takenBackInTime', { words }));
  }
  const recallMs = channelOf(scene, conversation)?.recallMs;
  if (recallMs === undefined) return refuse(text(locale, 'delivery.cannotTakeBack'));
  if (scene.now - message.at > recallMs) return refuse(text(locale, 'delivery.tooLateToTakeBack'));
  for (const name of names) {
    if (await isShared(scene.tx, scene.tenant.id, conversation.accountId, name, message.id))
      return refuse(text(locale, 'delivery.goneTogether'));
  }
  await keepBack(scene, message.id, { whole: false });
  for (let part = 0; part < gone; part++)
    await enqueue(scene, { kind: 'recall', identityId: conversation.identityId, message, part });
  await markRecalled(scene, conversation, message.id);
  return done(text(locale, 'delivery.takenBack', { words }));
}

/**
 * Keeps what has not left from leaving: `kept` of all its `parts`. `whole`: none, where a part of it has left or is about to;
 * the customer would be left with half of a message.
 */
async function keepBack(
  { tx, tenant, now }: Scene,
  messageId: string,
  { whole }: { whole: boolean },
): Promise<{ parts: number; kept: number }> {
  // Held, so that none of them leaves while this is decided.
  const parts = await tx.query<{ state: string }>(
    `select state from outbox where tenant_id = $1 and message_id = $2 and kind = 'deliver' and state <> 'dropped'
      order by id for update`,
    [tenant.id, messageId],
  );
  const pending = parts.filter(({ state }) => state === 'pending').length;
  if (pending === 0 || (whole && pending < parts.length)) return { parts: parts.length, kept: 0 };
  await tx.query(
    `update outbox set state = 'dropped', settled_at = $3, error = 'taken back'
      where tenant_id = $1 and message_id = $2 and kind = 'deliver' and state = 'pending'`,
    [tenant.id, messageId, new Date(now)],
  );
  return { parts: parts.length, kept: pending };
}

async function change(
  scene: Scene,
  conversation: Conversation,
  message: CustomerMessage,
  words: string,
): Promise<Outcome> {
  const { locale } = scene.tenant;
  if (message.recalledAt !== undefined) return refuse(text(locale, 'delivery.alreadyTakenBack'));
  if (message.delivery === 'failed') return refuse(text(locale, 'delivery.neverArrived'));
  const before = message.content;
  if (before.type !== 'text') return refuse(text(locale, 'delivery.cannotReword'));
  const content: Content = { ...before, text: words };
  const can = channelOf(scene, conversation);
  const said = done(text(locale, 'delivery.reworded', { words: shorten(words, wordsLength) }));
  const isLong = can !== undefined && [before.text, words].some((one) => splitText(one, can.text).length > 1);
  const names = await appearancesOf(scene.tx, scene.tenant.id, conversation.accountId, message.id);
  const { parts, kept } = await keepBack(scene, message.id, { whole: true });
  if (names.length === 0 && parts > 0 && kept === parts) {
    // The customer has seen nothing of it yet, so for them it was never otherwise.
    await rewordMessage(scene, conversation, message.id, content, null);
    await deliver(scene, conversation, { ...message, content });
    return said;
  }
  if (can?.editMs === undefined || scene.now - message.at > can.editMs || isLong)
    return refuse(text(locale, 'delivery.cannotReword'));
  const [name] = names;
  if (name && (await isShared(scene.tx, scene.tenant.id, conversation.accountId, name, message.id)))
    return refuse(text(locale, 'delivery.goneTogether'));
  await rewordMessage(scene, conversation, message.id, content);
  await enqueue(scene, { kind: 'edit', identityId: conversation.identityId, message, before });
  return said;
}

/** What was asked for came to nothing: the customer sees what they saw, and so do we. Its author is told. */
export async function unchanged(
  scene: Scene,
  entry: { messageId: string; wanted: 'recall' | 'edit'; reason: string; before?: Content },
): Promise<void> {
  const { locale } = scene.tenant;
  const message = await messageById(scene.tx, scene.tenant.id, entry.messageId);
  const conversation = message && (await conversationById(scene.tx, scene.tenant.id, message.conversationId));
  if (message?.audience !== 'customer' || !conversation) return;
  if (entry.wanted === 'recall') await markRecalled(scene, conversation, message.id, null);
  else if (entry.before) await rewordMessage(scene, conversation, message.id, entry.before, null);
  const author = message.author.kind === 'agent' ? message.author.id : undefined;
  const to = author === undefined ? undefined : await workplaceOf(scene, conversation, author);
  if (!to) return;
  const words = wordsOf(scene, message);
  const { reason } = entry;
  await enqueue(scene, {
    kind: 'tell',
    to,
    text: text(locale, entry.wanted === 'recall' ? 'delivery.recallRefused' : 'delivery.editRefused', {
      reason,
      words,
    }),
  });
}

/** Colleagues who read along in the topic saw it too. */
async function tellColleagues(
  { scene, caller, invocation: { origin } }: Call,
  conversation: Conversation,
  message: CustomerMessage,
): Promise<void> {
  const told = text(scene.tenant.locale, 'delivery.colleagueTookBack', {
    name: caller?.name ?? '',
    words: wordsOf(scene, message),
  });
  await tellTopics(scene, conversation, told, origin.kind === 'typed' ? origin.place : undefined);
}

const wordsOf = (scene: Scene, { content }: CustomerMessage): string =>
  shorten(contentWords(scene.tenant.locale, content), wordsLength);
