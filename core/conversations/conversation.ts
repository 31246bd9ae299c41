import { redrawCards } from '../cards/post.js';
import {
  type Identity,
  type IdentityRow,
  identityColumns,
  identityFrom,
  identityTables,
} from '../customers/identity.js';
import { robotStandsBack } from '../outbox/robot-stands-back.js';
import { happened, type Scene } from '../pipeline/scene.js';
import type { ChannelAbilities, News } from '../ports/connector.js';
import { refreshNotices } from '../queues/notice.js';
import type { Transaction } from '../storage/database.js';

/** robot: the robot answers · waiting: in its queue · active: an agent owns it · closed. */
export type ConversationState = 'robot' | 'waiting' | 'active' | 'closed';

/** One customer's exchange, from first message to close. Times are epoch milliseconds. */
export interface Conversation {
  id: string;
  identityId: string;
  customerId: string;
  accountId: string;
  /** The name of the account's channel. */
  channel: string;
  queueId: string;
  state: ConversationState;
  ownerId?: string;
  /** Rises whenever somebody else begins to answer; what was begun under an older one is dropped. */
  epoch: number;
  /** Rises with every change; cards show a version. */
  version: number;
  /** "A3", from the hand-over on. */
  code?: string;
  /** Questions in a row that the robot could not answer. */
  misses: number;
  handoverReason?: string;
  openedAt: number;
  waitingSince?: number;
  claimedAt?: number;
  closedAt?: number;
  closeReason?: string;
  closeSummary?: string;
  rating?: number;
  /** When the customer was asked how it was: once for each conversation. */
  ratingAskedAt?: number;
  customerWroteAt?: number;
  ownerWroteAt?: number;
  /** Whom its owner has asked to take it over, who asked them, and when; it stays with the owner until they accept. */
  offeredTo?: string;
  offeredBy?: string;
  offeredAt?: number;
  /** Put aside until then. */
  heldUntil?: number;
}

const own = `id, identity_id, customer_id, account_id, queue_id, state, owner_id, epoch, version, code, misses,
  handover_reason, opened_at, waiting_since, claimed_at, closed_at, close_reason, close_summary, rating,
  customer_wrote_at, owner_wrote_at, rating_asked_at, offered_to, offered_by, offered_at, held_until`;
const columns = `${own}, (select a.channel from accounts a
    where a.tenant_id = conversations.tenant_id and a.id = conversations.account_id) as channel`;

interface Row extends Record<string, unknown> {
  id: string;
  identity_id: string;
  customer_id: string;
  account_id: string;
  channel: string;
  queue_id: string;
  state: ConversationState;
  owner_id: string | null;
  epoch: number;
  version: number;
  code: string | null;
  misses: number;
  handover_reason: string | null;
  opened_at: Date;
  waiting_since: Date | null;
  claimed_at: Date | null;
  closed_at: Date | null;
  close_reason: string | null;
  close_summary: string | null;
  rating: number | null;
  rating_asked_at: Date | null;
  customer_wrote_at: Date | null;
  owner_wrote_at: Date | null;
  offered_to: string | null;
  offered_by: string | null;
  offered_at: Date | null;
  held_until: Date | null;
}

const fromRow = (row: Row): Conversation => ({
  id: row.id,
  identityId: row.identity_id,
  customerId: row.customer_id,
  accountId: row.account_id,
  channel: row.channel,
  queueId: row.queue_id,
  state: row.state,
  ownerId: row.owner_id ?? undefined,
  epoch: row.epoch,
  version: row.version,
  code: row.code ?? undefined,
  misses: row.misses,
  handoverReason: row.handover_reason ?? undefined,
  openedAt: row.opened_at.getTime(),
  waitingSince: row.waiting_since?.getTime(),
  claimedAt: row.claimed_at?.getTime(),
  closedAt: row.closed_at?.getTime(),
  closeReason: row.close_reason ?? undefined,
  closeSummary: row.close_summary ?? undefined,
  rating: row.rating ?? undefined,
  ratingAskedAt: row.rating_asked_at?.getTime(),
  customerWroteAt: row.customer_wrote_at?.getTime(),
  ownerWroteAt: row.owner_wrote_at?.getTime(),
  offeredTo: row.offered_to ?? undefined,
  offeredBy: row.offered_by ?? undefined,
  offeredAt: row.offered_at?.getTime(),
  heldUntil: row.held_until?.getTime(),
});

/** Something that can be asked: a transaction, or the database outside one. */
export type Reads = Pick<Transaction, 'query'>;

async function find(db: Reads, tenantId: string, where: string, values: unknown[]): Promise<Conversation[]> {
  const rows = await db.query<Row>(`select ${columns} from conversations where tenant_id = $1 and ${where}`, [
    tenantId,
    ...values,
  ]);
  return rows.map(fromRow);
}

export async function conversationById(
  db: Reads,
  tenantId: string,
  id: string,
): Promise<Conversation | undefined> {
  return (await find(db, tenantId, 'id = $2', [id]))[0];
}

export async function conversationOfMessage(
  db: Reads,
  tenantId: string,
  messageId: string,
): Promise<Conversation | undefined> {
  const where = 'id = (select conversation_id from messages where tenant_id = $1 and id = $2)';
  return (await find(db, tenantId, where, [messageId]))[0];
}

/** Those of these that there are, in the order asked for. */
export async function conversationsById(
  db: Reads,
  tenantId: string,
  ids: readonly string[],
): Promise<Conversation[]> {
  return find(db, tenantId, 'id = any($2::uuid[]) order by array_position($2::uuid[], id)', [ids]);
}

export async function openConversationOf(
  db: Reads,
  tenantId: string,
  identityId: string,
): Promise<Conversation | undefined> {
  return (await find(db, tenantId, `identity_id = $2 and state <> 'closed'`, [identityId]))[0];
}

/** An identity, and the conversation that is open with it: together, since everything a customer does asks for both. */
export async function identityWithOpen(
  db: Reads,
  tenantId: string,
  identityId: string,
): Promise<{ identity: Identity; open?: Conversation } | undefined> {
  const [row] = await db.query<IdentityRow & (Row | { id: null })>(
    `select ${identityColumns}, a.channel, ${own.replace(/\w+/g, 'v.$&')} from ${identityTables}
       left join conversations v on v.tenant_id = i.tenant_id and v.identity_id = i.id and v.state <> 'closed'
      where i.tenant_id = $1 and i.id = $2`,
    [tenantId, identityId],
  );
  return row && { identity: identityFrom(row), open: row.id === null ? undefined : fromRow(row) };
}

/** The one open, or else the one closed last. */
export async function latestConversationOf(
  db: Reads,
  tenantId: string,
  identityId: string,
): Promise<Conversation | undefined> {
  return (await find(db, tenantId, 'identity_id = $2 order by opened_at desc limit 1', [identityId]))[0];
}

/** The newest conversation that carries a code; codes come back only long after their last one closed. */
export async function conversationByCode(
  db: Reads,
  tenantId: string,
  code: string,
): Promise<Conversation | undefined> {
  return (await find(db, tenantId, 'code = $2 order by opened_at desc limit 1', [code.toUpperCase()]))[0];
}

export function activeConversationsOf(
  db: Reads,
  tenantId: string,
  memberId: string,
): Promise<Conversation[]> {
  return find(db, tenantId, `owner_id = $2 and state = 'active' order by claimed_at`, [memberId]);
}

/** What is before a member: their own, and what they are asked to take over. */
export function conversationsBefore(db: Reads, tenantId: string, memberId: string): Promise<Conversation[]> {
  const where = `(owner_id = $2 or offered_to = $2) and state = 'active' order by claimed_at`;
  return find(db, tenantId, where, [memberId]);
}

/** Which a member has been asked to take over, and has not answered. */
export function conversationsOfferedTo(
  db: Reads,
  tenantId: string,
  memberId: string,
): Promise<Conversation[]> {
  return find(db, tenantId, `offered_to = $2 and state = 'active' order by offered_at`, [memberId]);
}

/** Oldest first, in the given queues. */
export function waitingConversations(
  db: Reads,
  tenantId: string,
  queueIds: readonly string[],
  limit: number,
): Promise<Conversation[]> {
  return find(db, tenantId, `queue_id = any($2) and state = 'waiting' order by waiting_since, id limit $3`, [
    queueIds,
    limit,
  ]);
}

export async function waitingCount(
  db: Reads,
  tenantId: string,
  queueIds: readonly string[],
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from conversations where tenant_id = $1 and queue_id = any($2) and state = 'waiting'`,
    [tenantId, queueIds],
  );
  return row?.count ?? 0;
}

/** What may change after a conversation was opened. */
export type Change = Partial<
  Omit<
    Conversation,
    'id' | 'identityId' | 'customerId' | 'accountId' | 'channel' | 'openedAt' | 'version' | keyof Cleared
  > &
    Cleared
>;

/** What may be taken away again. */
interface Cleared {
  ownerId: string | null;
  waitingSince: number | null;
  closedAt: number | null;
  closeReason: string | null;
  offeredTo: string | null;
  offeredBy: string | null;
  offeredAt: number | null;
  heldUntil: number | null;
}

const columnOf: Record<keyof Change, string> = {
  queueId: 'queue_id',
  state: 'state',
  ownerId: 'owner_id',
  epoch: 'epoch',
  code: 'code',
  misses: 'misses',
  handoverReason: 'handover_reason',
  waitingSince: 'waiting_since',
  claimedAt: 'claimed_at',
  closedAt: 'closed_at',
  closeReason: 'close_reason',
  closeSummary: 'close_summary',
  rating: 'rating',
  ratingAskedAt: 'rating_asked_at',
  customerWroteAt: 'customer_wrote_at',
  ownerWroteAt: 'owner_wrote_at',
  offeredTo: 'offered_to',
  offeredBy: 'offered_by',
  offeredAt: 'offered_at',
  heldUntil: 'held_until',
};

/** Who asked a colleague, or put it aside, did so while it was theirs: with the epoch that ends. */
export const notOffered = { offeredTo: null, offeredBy: null, offeredAt: null } as const;
const endsWithEpoch = { ...notOffered, heldUntil: null } as const;

const isTime = (key: string): boolean => /(At|Since|Until)$/.test(key);

/**
 * Writes a change, raises the version, and asks for the conversation's cards to be drawn again. `event` names what
 * happened; a change too small for one (somebody wrote) has none.
 */
export async function change(
  scene: Scene,
  conversation: Conversation,
  given: Change,
  event?: { kind: string; actor?: string; data?: Record<string, unknown> },
): Promise<Conversation> {
  const changes: Change = given.epoch === undefined ? given : { ...endsWithEpoch, ...given };
  const keys = Object.keys(changes).filter((key): key is keyof Change => key in columnOf);
  const values = keys.map((key) => {
    const value = changes[key];
    return isTime(key) && typeof value === 'number' ? new Date(value) : (value ?? null);
  });
  const sets = keys.map((key, index) => `${columnOf[key]} = $${index + 3}`);
  const [row] = await scene.tx.query<Row>(
    `update conversations set ${[...sets, 'version = version + 1'].join(', ')}
      where tenant_id = $1 and id = $2 returning ${columns}`,
    [scene.tenant.id, conversation.id, ...values],
  );
  if (!row) throw new Error(`Conversation ${conversation.id} does not exist`);
  const isTakenOver = row.state === 'active' && conversation.state !== 'active';
  if (isTakenOver && !channelOf(scene, conversation)?.readsTranscript)
    await robotStandsBack(scene.tx, scene.tenant.id, conversation.identityId);
  if (event) await happened(scene, { ...event, subject: subjectOf(conversation.id) });
  await redrawCards(scene, subjectOf(conversation.id));
  if ((conversation.state === 'waiting') !== (row.state === 'waiting'))
    await refreshNotices(scene, row.queue_id);
  news(scene, conversation, 'standing');
  return fromRow(row);
}

/**
 * Somebody wrote. No card shows that while an agent is at work, so the version stays and nothing is drawn; save that a
 * conversation that was put aside goes on.
 */
export async function wrote(
  scene: Scene,
  conversation: Conversation,
  by: 'customer' | 'owner',
): Promise<Conversation> {
  if (conversation.state === 'waiting') return change(scene, conversation, { [writtenAt[by]]: scene.now });
  if (conversation.heldUntil !== undefined)
    return change(
      scene,
      conversation,
      { [writtenAt[by]]: scene.now, heldUntil: null },
      { kind: 'conversation.resumed', data: { by } },
    );
  // Whoever holds its mailbox knows all of it, and need not wait to be told.
  scene.tx.send(`update conversations set ${columnOf[writtenAt[by]]} = $3 where tenant_id = $1 and id = $2`, [
    scene.tenant.id,
    conversation.id,
    new Date(scene.now),
  ]);
  news(scene, conversation, 'standing');
  return { ...conversation, [writtenAt[by]]: scene.now };
}

const writtenAt = { customer: 'customerWroteAt', owner: 'ownerWroteAt' } as const;

/** Whoever serves this customer live should look. */
export function news(scene: Scene, { accountId, identityId }: Conversation, what: News): void {
  scene.hints.push({ kind: 'news', tenantId: scene.tenant.id, accountId, identityId, news: what });
}

/** What the customer's channel can do. */
export const channelOf = ({ channels }: Scene, { channel }: Conversation): ChannelAbilities | undefined =>
  channels.get(channel)?.abilities;

export const subjectOf = (conversationId: string): string => `conversation:${conversationId}`;

/** Opens a conversation, answered by the robot first. */
export async function open(
  scene: Scene,
  identity: { id: string; customerId: string; accountId: string; queueId: string },
): Promise<Conversation> {
  const [row] = await scene.tx.query<Row>(
    `insert into conversations (tenant_id, id, identity_id, customer_id, account_id, queue_id, state, opened_at)
     values ($1, $2, $3, $4, $5, $6, 'robot', $7) returning ${columns}`,
    [
      scene.tenant.id,
      scene.ids.next(),
      identity.id,
      identity.customerId,
      identity.accountId,
      identity.queueId,
      new Date(scene.now),
    ],
  );
  if (!row) throw new Error('A conversation was not opened');
  await happened(scene, { kind: 'conversation.opened', subject: subjectOf(row.id) });
  return fromRow(row);
}
