import { z } from 'zod';
import type { CustomerMessage, Note } from '../conversations/message.js';
import { type MessageRow, messageColumns, messageFrom } from '../conversations/transcript.js';
import { messageWords } from '../conversations/words.js';
import { type Locale, text } from '../i18n/texts.js';
import type { Outgoing } from '../ports/courier.js';
import { appearanceIn } from './appearance.js';
import type { ComposeParts, Composition, OutboxRow } from './compose.js';
import { type StaffPlace, staffPlaceSchema } from './place.js';
import { noPlace, type PlaceRow, placeColumns, placeFrom, whereIn } from './place-of.js';

const bodySchema = z.object({ to: staffPlaceSchema });

type RelayRow = MessageRow & PlaceRow & { code: string | null; customer: string; quote: string | null };

/** A message or a note shown to staff: all that it takes is asked for at once. */
export async function composeRelay(parts: ComposeParts, row: OutboxRow): Promise<Composition> {
  const { db, vault, tenants, workspaces } = parts;
  const { to } = bodySchema.parse(row.body);
  const workspace = await workspaces.byId(row.tenantId, to.workspaceId);
  if (!workspace) return { nothing: 'its workspace is gone' };
  const quote = appearanceIn({ tenantId: '$1', source: '$2', messageId: 'm.quotes' });
  const [found] = await db.query<RelayRow>(
    `select ${messageColumns('m')}, c.code, u.name as customer, ${quote} as quote, ${placeColumns(to)}
       from messages m
       join conversations c on c.tenant_id = $1 and c.id = m.conversation_id
       join customers u on u.tenant_id = $1 and u.id = c.customer_id
      where m.tenant_id = $1 and m.id = $4`,
    [row.tenantId, to.workspaceId, whereIn(to), row.messageId],
  );
  if (!found) return { nothing: 'the message is gone' };
  const place = await placeFrom(vault, row.tenantId, to, found);
  if (!place) return noPlace(db, row.tenantId, to);
  const message = messageFrom(found);
  const { locale } = await tenants.get(row.tenantId);
  const named = relayWords(locale, to, message, found, messageWords(locale, message));
  const media =
    'media' in message.content && (await parts.media.outgoing(row.tenantId, message.id, message.content));
  const plain: Outgoing = { kind: 'text', to: place, text: named };
  const quoted = found.quote ?? undefined;
  return {
    out: media
      ? {
          kind: 'media',
          to: place,
          media,
          quote: quoted,
          caption: relayWords(locale, to, message, found, ''),
        }
      : { ...plain, quote: quoted },
    courier: workspace.courier,
    key: row.id,
    source: workspace.id,
    conversationId: message.conversationId,
    plain,
  };
}

/** "王女士：在吗"; one to one, where several customers meet, with the code in front: "A3 王女士：在吗". */
function relayWords(
  locale: Locale,
  to: StaffPlace,
  message: CustomerMessage | Note,
  { code, customer }: Pick<RelayRow, 'code' | 'customer'>,
  /** '': only who it is from, where what they sent is shown beside it. */
  words: string,
): string {
  const who =
    message.author.kind === 'customer'
      ? customer
      : (message.author.name ?? text(locale, `conversation.author.${message.author.kind}`));
  const note = message.audience === 'staff' ? `${text(locale, 'conversation.noteMark')} ` : '';
  return text(locale, 'conversation.relay', {
    code: to.kind === 'topic' ? '' : `${code ?? ''} `,
    note,
    who,
    words,
  }).trim();
}
