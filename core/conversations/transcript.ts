import { deliver } from '../outbox/deliver.js';
import type { Scene } from '../pipeline/scene.js';
import type { Shown } from '../ports/connector.js';
import { searchTerms } from '../text/bigrams.js';
import { type Conversation, conversationById, news, type Reads } from './conversation.js';
import {
  type AuthorKind,
  type Content,
  type CustomerMessage,
  contentSchema,
  type Note,
  type Revised,
} from './message.js';

interface Row extends Record<string, unknown> {
  tenant_id: string;
  id: string;
  conversation_id: string;
  audience: 'customer' | 'staff';
  author_kind: AuthorKind;
  author_id: string | null;
  author_name: string | null;
  content: unknown;
  quotes: string | null;
  revision: number;
  at: Date;
  recalled_at: Date | null;
  edited_at: Date | null;
  delivery: CustomerMessage['delivery'] | null;
}

const columns = `tenant_id, id, conversation_id, audience, author_kind, author_id, author_name, content, quotes, revision, at,
  recalled_at, edited_at, delivery`;

const shared = (row: Row) => ({
  tenantId: row.tenant_id,
  id: row.id,
  conversationId: row.conversation_id,
  revision: row.revision,
  at: row.at.getTime(),
  content: contentSchema.parse(row.content),
  quotes: row.quotes ?? undefined,
});

const toCustomerMessage = (row: Row): Revised<CustomerMessage> => ({
  ...shared(row),
  audience: 'customer',
  author: { kind: row.author_kind, id: row.author_id ?? undefined, name: row.author_name ?? undefined },
  recalledAt: row.recalled_at?.getTime(),
  editedAt: row.edited_at?.getTime(),
  delivery: row.delivery ?? undefined,
});

const toNote = (row: Row): Revised<Note> => ({
  ...shared(row),
  audience: 'staff',
  author: {
    kind: row.author_kind === 'customer' ? 'system' : row.author_kind,
    id: row.author_id ?? undefined,
    name: row.author_name ?? undefined,
  },
});

/** What a content is in words. */
export function contentText(content: Content): string {
  if (content.type === 'text' || content.type === 'other') return content.text;
  if (content.type === 'location') return content.name ?? `${content.latitude}, ${content.longitude}`;
  if (content.type === 'rating') return content.card.prompt;
  return content.text ?? content.media.name ?? '';
}

/** Writes what the customer said. Nothing goes out for it. */
export function heardFromCustomer(
  scene: Scene,
  conversation: Conversation,
  said: { content: Content; name: string; quotes?: string },
): CustomerMessage {
  return insertForCustomer(scene, conversation, {
    author: { kind: 'customer', id: conversation.customerId, name: said.name },
    content: said.content,
    quotes: said.quotes,
    delivery: undefined,
  });
}

/**
 * Says something to the customer: it is written and put on its way in one go, to the only customer there is here.
 * `holdMs`: so long it can still be taken back before it leaves.
 */
export async function sayToCustomer(
  scene: Scene,
  conversation: Conversation,
  said: { author: CustomerMessage['author']; content: Content; quotes?: string; holdMs?: number },
): Promise<CustomerMessage> {
  const message = insertForCustomer(scene, conversation, { ...said, delivery: 'pending' });
  await deliver(scene, conversation, message, said.holdMs);
  return message;
}

/** Writes what the house said in the channel's own app: the customer has it already, so nothing goes out for it. */
export function saidElsewhere(
  scene: Scene,
  conversation: Conversation,
  said: { author: CustomerMessage['author']; content: Content },
): CustomerMessage {
  return insertForCustomer(scene, conversation, { ...said, delivery: 'sent' });
}

/** Writes a note: for staff only. There is no way from here to a customer. */
export function writeNote(
  scene: Scene,
  conversation: Conversation,
  said: { author: Note['author']; content: Content; quotes?: string },
): Note {
  const note: Note = { ...written(scene, conversation, said), audience: 'staff', author: said.author };
  insert(scene, note);
  return note;
}

function insertForCustomer(
  scene: Scene,
  conversation: Conversation,
  said: {
    author: CustomerMessage['author'];
    content: Content;
    quotes?: string;
    delivery: 'pending' | 'sent' | undefined;
  },
): CustomerMessage {
  news(scene, conversation, 'messages');
  const { author, delivery } = said;
  const message: CustomerMessage = {
    ...written(scene, conversation, said),
    audience: 'customer',
    author,
    delivery,
  };
  insert(scene, message);
  return message;
}

const written = (
  { tenant, ids, now }: Scene,
  conversation: Conversation,
  { content, quotes }: { content: Content; quotes?: string },
) => ({ tenantId: tenant.id, id: ids.next(), conversationId: conversation.id, at: now, content, quotes });

/** All of it is known here, so nothing waits for it to be written. */
function insert(scene: Scene, message: CustomerMessage | Note): void {
  scene.tx.send(
    `insert into messages (tenant_id, id, conversation_id, audience, author_kind, author_id, author_name, content, quotes,
       revision, at, delivery, search)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nextval('message_revisions'), $10, $11, array_to_tsvector($12::text[]))`,
    [
      message.tenantId,
      message.id,
      message.conversationId,
      message.audience,
      message.author.kind,
      message.author.id ?? null,
      message.author.name ?? null,
      JSON.stringify(message.content),
      message.quotes ?? null,
      new Date(message.at),
      message.audience === 'customer' ? (message.delivery ?? null) : null,
      searchTerms(contentText(message.content)),
    ],
  );
}

/** Replaces what a message of ours holds (a rating that was given); whoever reads on sees it again, changed. */
export async function rewrite(
  scene: Scene,
  conversation: Conversation,
  messageId: string,
  content: Content,
): Promise<void> {
  news(scene, conversation, 'messages');
  await scene.tx.query(
    `update messages set content = $3, revision = nextval('message_revisions') where tenant_id = $1 and id = $2`,
    [scene.tenant.id, messageId, JSON.stringify(content)],
  );
}

/** Its author has another wording of it; whoever reads on sees it again, changed. */
export async function reword(
  scene: Scene,
  conversation: Conversation,
  messageId: string,
  content: Content,
  editedAt: number | null = scene.now,
): Promise<void> {
  news(scene, conversation, 'messages');
  await scene.tx.query(
    `update messages set content = $3, edited_at = $4, search = array_to_tsvector($5::text[]),
       revision = nextval('message_revisions') where tenant_id = $1 and id = $2`,
    [
      scene.tenant.id,
      messageId,
      JSON.stringify(content),
      editedAt === null ? null : new Date(editedAt),
      searchTerms(contentText(content)),
    ],
  );
}

/** Its author takes it back, or (null) could not; whoever reads on sees that. */
export async function markRecalled(
  scene: Scene,
  conversation: Conversation,
  messageId: string,
  at: number | null = scene.now,
): Promise<void> {
  news(scene, conversation, 'messages');
  await scene.tx.query(
    `update messages set recalled_at = $3, revision = nextval('message_revisions') where tenant_id = $1 and id = $2`,
    [scene.tenant.id, messageId, at === null ? null : new Date(at)],
  );
}

/** A file that a message only named is ours now: whoever reads on sees it. */
export async function fetched(scene: Scene, messageId: string, content: Content): Promise<void> {
  const message = await messageById(scene.tx, scene.tenant.id, messageId);
  const conversation = message && (await conversationById(scene.tx, scene.tenant.id, message.conversationId));
  if (conversation) await rewrite(scene, conversation, messageId, content);
}

/** The highest revision an agent has certainly seen: whoever writes has read what stood above. */
export async function readByAgent(
  db: Reads,
  tenantId: string,
  conversation: Conversation,
): Promise<number | undefined> {
  if (conversation.ownerWroteAt === undefined) return undefined;
  const [row] = await db.query<{ revision: number | null }>(
    `select max(revision) as revision from messages
      where tenant_id = $1 and conversation_id = $2 and author_kind = 'customer' and at <= $3`,
    [tenantId, conversation.id, new Date(conversation.ownerWroteAt)],
  );
  return row?.revision ?? undefined;
}

/** The last messages of a conversation up to a time, oldest first, notes among them: for staff. */
export async function messagesUntil(
  db: Reads,
  conversation: { tenantId: string; id: string },
  until: number,
  limit: number,
): Promise<(CustomerMessage | Note)[]> {
  const rows = await db.query<Row>(
    `select ${columns} from messages where tenant_id = $1 and conversation_id = $2 and at <= $3
      order by number desc limit $4`,
    [conversation.tenantId, conversation.id, new Date(until), limit],
  );
  return rows.reverse().map((row) => (row.audience === 'staff' ? toNote(row) : toCustomerMessage(row)));
}

/**
 * The last that was said between customer and house in each of these conversations, newest first, by the conversation's id.
 * @param most  how many messages of each
 */
export async function lastWordsIn(
  db: Reads,
  tenantId: string,
  conversationIds: readonly string[],
  most: number,
): Promise<Map<string, Revised<CustomerMessage>[]>> {
  const rows = await db.query<Row>(
    `select last.* from unnest($2::uuid[]) as wanted (id) cross join lateral (
       select ${columns}, number from messages
        where tenant_id = $1 and conversation_id = wanted.id and audience = 'customer' and author_kind <> 'system'
        order by number desc limit $3) as last order by last.number desc`,
    [tenantId, conversationIds, most],
  );
  const words = new Map<string, Revised<CustomerMessage>[]>(conversationIds.map((id) => [id, []]));
  for (const row of rows) words.get(row.conversation_id)?.push(toCustomerMessage(row));
  return words;
}

/** The highest revision that each of these conversations' customers has read, by the conversation's id; 0: none known. */
export async function readUpTo(
  db: Reads,
  tenantId: string,
  conversationIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; read_up_to: number }>(
    `select c.id, i.read_up_to from conversations c
       join identities i on i.tenant_id = c.tenant_id and i.id = c.identity_id
      where c.tenant_id = $1 and c.id = any($2::uuid[])`,
    [tenantId, conversationIds],
  );
  return new Map(rows.map((row) => [row.id, row.read_up_to]));
}

export async function messageCount(
  db: Reads,
  conversation: { tenantId: string; id: string },
  until: number,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from messages where tenant_id = $1 and conversation_id = $2 and at <= $3',
    [conversation.tenantId, conversation.id, new Date(until)],
  );
  return row?.count ?? 0;
}

/** What a member last said to the customer, whatever became of it. */
export async function lastSaidBy(
  db: Reads,
  tenantId: string,
  conversationId: string,
  memberId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `select id from messages
      where tenant_id = $1 and conversation_id = $2 and author_id = $3 and author_kind = 'agent' and audience = 'customer'
      order by number desc limit 1`,
    [tenantId, conversationId, memberId],
  );
  return row?.id;
}

export async function messageById(
  db: Reads,
  tenantId: string,
  id: string,
): Promise<CustomerMessage | Note | undefined> {
  const [row] = await db.query<Row>(`select ${columns} from messages where tenant_id = $1 and id = $2`, [
    tenantId,
    id,
  ]);
  return row && (row.audience === 'staff' ? toNote(row) : toCustomerMessage(row));
}

/** Whose transcript: a customer's, as one account knows them. */
interface Viewer {
  tenantId: string;
  /** The account's id. */
  id: string;
  identityId: string;
}

/** What one customer may see of all their conversations with an account, lowest revision first. */
export function messagesAfter(db: Reads, viewer: Viewer, after: number, limit: number): Promise<Shown[]> {
  return shownTo(db, viewer, 'm.revision > $4 order by m.revision limit $5', after, limit);
}

/** The way back: the `limit` highest revisions below `before`, lowest first. */
export async function messagesBefore(
  db: Reads,
  viewer: Viewer,
  before: number,
  limit: number,
): Promise<Shown[]> {
  return (
    await shownTo(db, viewer, 'm.revision < $4 order by m.revision desc limit $5', before, limit)
  ).reverse();
}

async function shownTo(
  db: Reads,
  viewer: Viewer,
  which: string,
  revision: number,
  limit: number,
): Promise<Shown[]> {
  const rows = await db.query<Row & { source: string | null }>(
    `select ${columns.replace(/\b(\w+)\b/g, 'm.$1')}, a.external_id as source
       from messages m
       left join appearances a on a.tenant_id = m.tenant_id and a.message_id = m.id and a.source = $3
      where m.tenant_id = $1 and m.audience = 'customer'
        and m.conversation_id in (select id from conversations where tenant_id = $1 and identity_id = $2)
        and ${which}`,
    [viewer.tenantId, viewer.identityId, viewer.id, revision, limit],
  );
  return rows.map((row) => ({ ...toCustomerMessage(row), source: row.source ?? undefined }));
}
