import { z } from 'zod';
import type { Account } from '../accounts/accounts.js';
import type { CustomerMessage } from '../conversations/message.js';
import { type MessageRow, messageColumns, messageFrom } from '../conversations/transcript.js';
import { contentWords } from '../conversations/words.js';
import { openPerson } from '../customers/identity.js';
import { text } from '../i18n/texts.js';
import type { Outgoing, Place } from '../ports/courier.js';
import { splitText, type TextLimit } from '../text/split.js';
import { appearanceIn, appearancesOf, isShared } from './appearance.js';
import type { ComposeParts, Composition, OutboxRow } from './compose.js';
import { stoodBack } from './robot-stands-back.js';
import { leftIn, mayUse, type Window, type WindowRow, windowColumns, windowFrom } from './windows.js';

interface Way {
  message: CustomerMessage;
  identityId: string;
  account: Account;
  /** What the channel calls the customer, sealed; what it calls the message that is quoted; when it lets us write. */
  sealed: string;
  quote: string | undefined;
  window: Window | undefined;
}

type WayRow = MessageRow & {
  identity_id: string;
  account_id: string;
  person_sealed: string;
  quote: string | null;
} & (WindowRow | { opening: null });

/** A row for a customer, and what is known of its way there, asked for at once. */
async function customersWay(
  { db, accounts }: ComposeParts,
  row: OutboxRow,
): Promise<Way | { nothing: string }> {
  const quote = appearanceIn({ tenantId: '$1', source: 'i.account_id', messageId: 'm.quotes' });
  const [found] = await db.query<WayRow>(
    `select ${messageColumns('m')}, i.id as identity_id, i.account_id, i.person_sealed, ${quote} as quote, ${windowColumns}
       from messages m
       join conversations c on c.tenant_id = $1 and c.id = m.conversation_id
       join identities i on i.tenant_id = $1 and i.id = c.identity_id
       left join windows w on w.tenant_id = $1 and w.identity_id = i.id
      where m.tenant_id = $1 and m.id = $2`,
    [row.tenantId, row.messageId],
  );
  const message = found && messageFrom(found);
  if (message?.audience !== 'customer') return { nothing: 'it is no customer message' };
  const account = await accounts.byId(found?.account_id ?? '');
  if (!found || !account) return { nothing: 'its account is gone' };
  return {
    message,
    account,
    identityId: found.identity_id,
    sealed: found.person_sealed,
    quote: found.quote ?? undefined,
    window: found.opening === null ? undefined : windowFrom(found),
  };
}

const partSchema = z.object({ part: z.number().default(0), takenOver: z.boolean().default(false) });

/** What is said to a customer, while their channel lets us say it. */
export async function composeDelivery(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { vault, clock } = parts;
  const way = await customersWay(parts, row);
  if ('nothing' in way) return way;
  const { message, identityId, account } = way;
  const { abilities } = account.connector;
  const { part, takenOver } = partSchema.parse(row.body);
  if (takenOver) return { refused: stoodBack };
  if (part > 0 && message.delivery === 'failed') return { nothing: 'what goes before it did not arrive' };
  const window = abilities.windows && way.window;
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
    person: await openPerson(vault, row.tenantId, identityId, way.sealed),
    reply,
  };
  return {
    out: partOf(await outgoing(parts, abilities.cards, message, to, way.quote), part, abilities.text),
    courier: account.courier,
    key: row.id,
    source: account.id,
    conversationId: message.conversationId,
    ...(abilities.windows && {
      mergesUpTo: abilities.text,
      counts: { identityId, reply },
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
  const { message, account } = way;
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
    conversationId: message.conversationId,
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
