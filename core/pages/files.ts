import { createHash } from 'node:crypto';
import type { Reads } from '../conversations/conversation.js';
import type { Core } from '../core.js';
import type { StoredMedia } from '../media/media.js';
import { clicked } from '../members/click.js';
import type { Outcome } from '../operations/operation.js';
import type { BotAbilities } from '../ports/bot.js';
import type { InboundClick } from '../ports/inbound.js';
import type { Shown } from './show.js';
import { subjectIn } from './subject.js';

const listedMax = 10;

/** A file that the customer sent, under a link that opens it for a while. */
export interface SentFile {
  name: string;
  url: string;
}

/** Whether a page takes files for the customer: the brief of who serves them, where the platform's bot is given none. */
export const takesFiles = (
  { drawn: { view }, standing }: Pick<Shown, 'drawn' | 'standing'>,
  { hears }: BotAbilities,
): boolean =>
  standing === 'open' && view.template === 'brief' && view.data.state === 'active' && !hears.includes('file');

/** The last files of a conversation's customer, newest first. */
export async function filesOf(
  db: Reads,
  media: Pick<Core['media'], 'link'>,
  tenantId: string,
  conversationId: string,
): Promise<SentFile[]> {
  const rows = await db.query<{ id: string; name: string }>(
    `select d.id, d.name from messages m
       join media d on d.tenant_id = m.tenant_id and d.id::text = m.content -> 'media' ->> 'mediaId'
      where m.tenant_id = $1 and m.conversation_id = $2 and m.author_kind = 'customer' and m.recalled_at is null
      order by m.number desc limit ${listedMax}`,
    [tenantId, conversationId],
  );
  return rows.map(({ id, name }) => ({ name, url: media.link(tenantId, id) }));
}

/**
 * Sends a file that was put on the page: the member's reply to that conversation and no other, if it is still in the phase
 * the page was opened in. However often it is sent, one press has its effect once.
 *
 * @returns undefined while it is still being handled after `waitMs`; the same press may ask again
 */
export async function sendFile(
  core: Core,
  { link, card, conversationPhase }: Shown,
  { press, stored }: { press: string; stored: StoredMedia },
  waitMs: number,
): Promise<Outcome | undefined> {
  const { id: conversation } = subjectIn(card.subject);
  const media = { mediaId: stored.id, name: stored.name, mime: stored.mime, bytes: stored.bytes };
  const click: InboundClick = {
    kind: 'click',
    id: `page:file:${createHash('sha256').update(`${link.cardId}\n${link.memberId}\n${press}`).digest('hex')}`,
    sender: link.memberId,
    at: core.clock.now(),
    card: link.cardId,
    operation: 'conversation.reply',
    arguments: { conversation, content: { type: stored.type, media, text: stored.name }, echo: true },
    form: {},
    phase: conversationPhase,
  };
  const place = { tenantId: link.tenantId, id: link.workspaceId };
  return (await clicked(core, place, link.memberId, click, waitMs)).outcome;
}
