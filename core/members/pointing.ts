import { codeRestMs, looksLikeCode } from '../conversations/codes.js';
import {
  type Conversation,
  conversationByCode,
  conversationById,
  subjectOf,
} from '../conversations/conversation.js';
import { pieceNames } from '../outbox/merge.js';
import type { Scene } from '../pipeline/scene.js';
import type { InboundMessage } from '../ports/inbound.js';
import type { OpenConversation } from './target.js';

/**
 * What a quoted message of the platform shows: null when it is none of a conversation's, or holds the words of several
 * customers, so that nobody can tell whose were meant.
 */
export async function quotedIn(
  scene: Scene,
  workspaceId: string,
  event: InboundMessage,
): Promise<{ conversationId: string; messageId?: string } | null | undefined> {
  if (!event.quote) return undefined;
  const rows = await scene.tx.query<{ conversation_id: string | null; message_id: string | null }>(
    `select conversation_id, message_id from appearances
      where tenant_id = $1 and source = $2 and external_id = any($3::text[]) order by array_position($3::text[], external_id)`,
    [scene.tenant.id, workspaceId, pieceNames(event.quote.id)],
  );
  const [row] = rows;
  const isOne = rows.every(({ conversation_id }) => conversation_id === row?.conversation_id);
  if (!row?.conversation_id || !isOne) return null;
  return { conversationId: row.conversation_id, messageId: row.message_id ?? undefined };
}

/**
 * "A3 您好": the conversation whose code stands in front, and the rest; null when no conversation has it. One that closed
 * keeps its code while that rests: words for it are words for nobody else.
 */
export async function codedIn(
  scene: Scene,
  words: string,
): Promise<{ conversation: Conversation; rest: string } | null | undefined> {
  const match = /^#?([A-Za-z]\d{1,5})[\s:：,，]+([\s\S]+)$/u.exec(words.trim());
  const [, code = '', rest = ''] = match ?? [];
  if (!looksLikeCode(code)) return undefined;
  const conversation = await conversationByCode(scene.tx, scene.tenant.id, code);
  const isForgotten = scene.now - (conversation?.closedAt ?? scene.now) >= codeRestMs;
  return conversation && !isForgotten ? { conversation, rest: rest.trim() } : null;
}

/** The conversation of the topic a message stands in. */
export async function conversationOfTopic(
  scene: Scene,
  workspaceId: string,
  event: InboundMessage,
): Promise<Conversation | undefined> {
  if (event.chat?.thread === undefined) return undefined;
  const [card] = await scene.tx.query<{ subject: string }>(
    'select subject from cards where tenant_id = $1 and workspace_id = $2 and thread = $3',
    [scene.tenant.id, workspaceId, event.chat.thread],
  );
  const id = card?.subject.split(':')[1];
  return id === undefined ? undefined : conversationById(scene.tx, scene.tenant.id, id);
}

/** Where a member reads one to one, whatever platform they type on: what they were shown there they may be answering here. */
const readsAt = `select 'direct:' || workspace_id || ':' || member_id from member_identities
  where tenant_id = $1 and member_id = $2`;

/**
 * A member's open conversations with when there was last news of each. What a customer wrote may be shown to the member
 * much later (their platform was slow, or limits were kept), and it is then that they may begin to answer it; what is on
 * its way to them at this moment may stand before their eyes already. A conversation that a colleague or the queue gave them
 * is news too, as its brief is: they may begin to speak to it at once.
 */
export async function withNews(
  scene: Scene,
  memberId: string,
  open: readonly Conversation[],
): Promise<OpenConversation[]> {
  if (open.length < 2) return open.map((one) => ({ id: one.id, newsAt: newsOf(one) }));
  const shown = await scene.tx.query<{ id: string; at: Date }>(
    `select id, max(at) as at from (
       select m.conversation_id as id, a.at from messages m
         join appearances a on a.tenant_id = m.tenant_id and a.message_id = m.id
          and a.source in (select workspace_id from member_identities where tenant_id = $1 and member_id = $2)
        where m.tenant_id = $1 and m.conversation_id = any($3::uuid[]) and m.author_kind = 'customer'
       union all
       select m.conversation_id, $4::timestamptz from outbox o
         join messages m on m.tenant_id = o.tenant_id and m.id = o.message_id
        where o.tenant_id = $1 and o.destination in (${readsAt}) and o.state = 'sending' and o.kind = 'relay'
          and m.conversation_id = any($3::uuid[]) and m.author_kind = 'customer'
       union all
       select split_part(c.subject, ':', 2)::uuid, coalesce(c.posted_at, $4::timestamptz) from cards c
        where c.tenant_id = $1 and c.subject = any($5::text[]) and c.template = 'brief' and c.audience = 'member:' || $2
          and (c.posted_at is not null or c.retired_at is null)
     ) as shown group by id`,
    [
      scene.tenant.id,
      memberId,
      open.map((one) => one.id),
      new Date(scene.now),
      open.map((one) => subjectOf(one.id)),
    ],
  );
  const shownAt = new Map(shown.map((one) => [one.id, one.at.getTime()]));
  return open.map((one) => ({
    id: one.id,
    newsAt: Math.max(newsOf(one), shownAt.get(one.id) ?? 0),
  }));
}

/** When its customer last wrote, or when it came to its owner, by whosever hand: then they were shown all of it. */
export const newsOf = ({ customerWroteAt, claimedAt }: Conversation): number =>
  Math.max(customerWroteAt ?? 0, claimedAt ?? 0);

/** How far back, in sends to one member, a customer may have been shown to them. */
const recentSends = 30;

/**
 * Whether a customer whose conversation is not the member's any more was shown to them since a time, by their words or because
 * they were given to them: what the member types may be an answer to that customer, typed before they noticed.
 */
export async function shownOthersSince(
  scene: Scene,
  memberId: string,
  open: readonly Conversation[],
  since: number,
): Promise<boolean> {
  // A brief that was not drawn any more, since they had lost the conversation again, follows a line that said it was theirs.
  const rows = await scene.tx.query(
    `select 1 from (
       select message_id, card_id, kind, state, settled_at from outbox
        where tenant_id = $1 and destination in (${readsAt}) order by number desc limit ${recentSends}) as o
       left join messages m on m.tenant_id = $1 and m.id = o.message_id
       left join cards c on c.tenant_id = $1 and c.id = o.card_id
      where (o.kind = 'relay' and m.author_kind = 'customer' and m.conversation_id <> all($3::uuid[])
          and (o.state = 'sending' or (o.state = 'sent' and o.settled_at > $4)))
        or (o.kind = 'draw' and c.template = 'brief' and c.subject <> all($5::text[])
          and coalesce(o.settled_at, 'infinity') > $4) limit 1`,
    [
      scene.tenant.id,
      memberId,
      open.map((one) => one.id),
      new Date(since),
      open.map((one) => subjectOf(one.id)),
    ],
  );
  return rows.length > 0;
}

/**
 * The conversation that a member last said something to the customer in, of those they have or had lately. What is still
 * unread in a mailbox was said later than all that is written down.
 */
export async function spokenToLast(scene: Scene, memberId: string): Promise<string | undefined> {
  const [row] = await scene.tx.query<{ id: string }>(
    `with near as (
       select c.id, c.identity_id from conversations c
        where c.tenant_id = $1 and (c.owner_id = $2 and c.state = 'active'
           or c.id = (select focus_conversation_id from members where tenant_id = $1 and id = $2))
     ), said as (
       select (i.entry #>> '{invocation,input,conversation}')::uuid as id, 1 as written, i.number from inbox i
        where i.tenant_id = $1 and i.read_at is null and i.mailbox in (select 'identity:' || identity_id from near)
          and i.entry #>> '{invocation,operation}' = 'conversation.reply' and i.entry #>> '{invocation,actor,id}' = $2::text
       union all
       select near.id, 0, last.number from near cross join lateral (
         select number from messages
          where tenant_id = $1 and conversation_id = near.id and author_id = $2 and audience = 'customer'
          order by number desc limit 1) as last
     )
     select id from said order by written desc, number desc limit 1`,
    [scene.tenant.id, memberId],
  );
  return row?.id;
}
