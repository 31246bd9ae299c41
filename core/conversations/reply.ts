import { z } from 'zod';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { memberById } from '../members/member.js';
import { type Caller, done, type Origin, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { type Conversation, change, conversationById, wrote } from './conversation.js';
import { contentSchema } from './message.js';
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
    const message = await sayToCustomer(scene, conversation, {
      author: { kind: 'agent', id: caller.id, name: caller.name },
      content: input.content,
      quotes: input.quotes,
    });
    await keepAppearance(scene, input, message.id);
    const changed = await wrote(scene, conversation, 'owner');
    if (conversation.heldUntil !== undefined) await watch(scene, changed);
    // Typed one to one, it is missing in the topic, where colleagues read along.
    await relayToTopics(scene, conversation, message, placeOf(invocation.origin));
    if (!input.echo) return done();
    const customer = await customerName(scene.tx, scene.tenant.id, conversation.customerId);
    return done(text(locale, 'command.sent', { customer, code: conversation.code ?? '' }));
  },
});

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
  const written = await writeNote(scene, conversation, {
    author: { kind: 'agent', id: caller.id, name: caller.name },
    content: input.content,
    quotes: input.quotes,
  });
  await keepAppearance(scene, input, written.id);
  if (conversation.state === 'waiting') await change(scene, conversation, {});
  const relay = conversation.ownerId === caller.id ? relayToTopics : relayToStaff;
  await relay(scene, conversation, written, placeOf(origin));
}

const placeOf = (origin: Origin) => (origin.kind === 'typed' ? origin.place : undefined);

async function keepAppearance(
  scene: Scene,
  { appearance, conversation }: Said,
  messageId: string,
): Promise<void> {
  if (!appearance) return;
  await scene.tx.query(
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
