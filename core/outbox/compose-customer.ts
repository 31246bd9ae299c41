import { z } from 'zod';
import type { Account } from '../accounts/accounts.js';
import { type Conversation, conversationById } from '../conversations/conversation.js';
import type { CustomerMessage } from '../conversations/message.js';
import { messageById } from '../conversations/transcript.js';
import { contentWords } from '../conversations/words.js';
import { type Identity, identityById, personOfIdentity } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import type { Outgoing, Place } from '../ports/courier.js';
import { splitText, type TextLimit } from '../text/split.js';
import { appearanceOf, appearancesOf, isShared } from './appearance.js';
import type { ComposeParts, Composition, OutboxRow } from './compose.js';
import { stoodBack } from './robot-stands-back.js';
import { leftIn, mayUse, windowOf } from './windows.js';

interface Way {
  message: CustomerMessage;
  conversation: Conversation;
  identity: Identity;
  account: Account;
}

/** A row for a customer, and what is known of its way there. */
async function customersWay(
  { db, accounts }: ComposeParts,
  row: OutboxRow,
): Promise<Way | { nothing: string }> {
  const message = row.messageId === null ? undefined : await messageById(db, row.tenantId, row.messageId);
  if (message?.audience !== 'customer') return { nothing: 'it is no customer message' };
  const conversation = await conversationById(db, row.tenantId, message.conversationId);
  const identity = conversation && (await identityById(db, row.tenantId, conversation.identityId));
  const account = identity && (await accounts.byId(identity.accountId));
  if (!conversation || !identity || !account) return { nothing: 'its account is gone' };
  return { message, conversation, identity, account };
}

const partSchema = z.object({ part: z.number().default(0), takenOver: z.boolean().default(false) });

/** What is said to a customer, while their channel lets us say it. */
export async function composeDelivery(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { db, vault, clock } = parts;
  const way = await customersWay(parts, row);
  if ('nothing' in way) return way;
  const { message, conversation, identity, account } = way;
  const { abilities } = account.connector;
  const { part, takenOver } = partSchema.parse(row.body);
  if (takenOver) return { refused: stoodBack };
  if (part > 0 && message.delivery === 'failed') return { nothing: 'what goes before it did not arrive' };
  const window = abilities.windows && (await windowOf(db, row.tenantId, identity.id));
  const left = abilities.windows && leftIn(window, clock.now());
  // An answer to one message of the customer's is not counted, while the channel waits for it.
  const reply = left !== undefined && window && window.closesAt > clock.now() ? window.reply : undefined;
  const may =
    left === undefined || reply !== undefined || (window !== undefined && mayUse(left, window, message));
  if (!may && left === 0 && message.author.kind === 'agent') {
    const isClosed = !window || window.closesAt <= clock.now();
    return { refused: 'the reply window is closed', window: isClosed ? 'closed' : 'used' };
  }
  if (!may && left === 0) return { nothing: 'the channel allows no more messages now' };
  const to: Place = {
    kind: 'direct',
    person: await personOfIdentity(db, vault, row.tenantId, identity.id),
    reply,
  };
  const quote = message.quotes && (await appearanceOf(db, row.tenantId, account.id, message.quotes));
  return {
    out: partOf(await outgoing(parts, abilities.cards, message, to, quote), part, abilities.text),
    courier: account.courier,
    key: row.id,
    source: account.id,
    conversationId: conversation.id,
    ...(abilities.windows && {
      mergesUpTo: abilities.text,
      counts: { identityId: identity.id, reply },
      givesWay: may ? undefined : 'few messages are left, and they are kept for others',
    }),
  };
}

/** Of a text that is too long for one message its part; the first answers what is quoted, the last offers the choices. */
function partOf(out: Outgoing, part: number, limit: TextLimit): Outgoing {
  if (out.kind !== 'text') return out;
  const texts = splitText(out.text, limit);
  if (texts.length < 2) return out;
  return {
    ...out,
    text: texts[part] ?? '',
    quote: part === 0 ? out.quote : undefined,
    choices: part === texts.length - 1 ? out.choices : undefined,
  };
}

const changeSchema = z.union([z.object({ workspaceId: z.string(), externalId: z.string() }), partSchema]);

/** Something that was sent is taken back, or shown as it is now. */
export async function composeChange(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { db, workspaces } = parts;
  const body = changeSchema.parse(row.body);
  if ('externalId' in body) {
    const workspace = await workspaces.byId(row.tenantId, body.workspaceId);
    if (!workspace) return { nothing: 'its workspace is gone' };
    const out: Outgoing = { kind: 'recall', messageId: body.externalId };
    return { out, courier: workspace.courier, key: row.id, source: workspace.id };
  }
  const way = await customersWay(parts, row);
  if ('nothing' in way) return way;
  const { message, conversation, account } = way;
  const names = await appearancesOf(db, row.tenantId, account.id, message.id);
  const messageId = names[body.part];
  if (messageId === undefined) return { nothing: 'it did not leave' };
  if (await isShared(db, row.tenantId, account.id, messageId, message.id))
    return { refused: 'it went as one message with others' };
  const { content } = message;
  return {
    out:
      row.kind === 'edit' && content.type === 'text'
        ? { kind: 'edit', messageId, text: content.text }
        : { kind: 'recall', messageId },
    courier: account.courier,
    key: row.id,
    source: account.id,
    conversationId: conversation.id,
  };
}

async function outgoing(
  parts: ComposeParts,
  cards: boolean,
  message: CustomerMessage,
  to: Place,
  quote: string | undefined,
): Promise<Outgoing> {
  const tenant = await parts.tenants.get(message.tenantId);
  const { content } = message;
  const automatic = message.author.kind === 'agent' ? {} : { automatic: true as const };
  if (content.type === 'text')
    return { kind: 'text', to, text: content.text, quote, choices: content.choices, ...automatic };
  if (content.type === 'rating' && cards) {
    const plain = text(tenant.locale, 'rating.promptInWords');
    return {
      kind: 'card',
      to,
      card: { template: 'rating', data: content.card, plain, locale: tenant.locale },
    };
  }
  if (content.type === 'rating') {
    const choices = content.card.scores.map(({ score, label }) => ({ label, say: String(score) }));
    return { kind: 'text', to, text: text(tenant.locale, 'rating.promptInWords'), choices, ...automatic };
  }
  if ('media' in content) {
    const media = await parts.media.outgoing(message.tenantId, message.id, content);
    if (media) return { kind: 'media', to, media, quote, ...automatic };
  }
  return { kind: 'text', to, text: contentWords(tenant.locale, content), quote, ...automatic };
}
