import type { Reads } from '../conversations/conversation.js';
import type { Pattern } from './pattern.js';
import { inSight, type Sight, Values, type Wanted } from './visible.js';

/** What to look for, and where. */
export interface Search {
  tenantId: string;
  sight: Sight;
  wanted: Wanted;
  /** Epoch milliseconds; what was said before is left out. */
  since?: number;
  /** Only what stands before this number, which is where the last page ended. */
  before?: number;
}

/** A message that was found, by its place in time. */
interface Hit {
  number: number;
  conversationId: string;
}

export interface Found {
  /** Newest first. */
  numbers: number[];
  /** Not everything could be looked through: there may be more further back. */
  cut: boolean;
}

/**
 * So many numbers back from the newest the words are looked for message by message, at first and then; a message takes one or
 * two. What is said so often that a stage is full of hits stands among the newest: whoever sees too little of it is better
 * served by their own conversations.
 */
const stages = [
  { numbers: 2_000, hits: 40 },
  { numbers: 16_000, hits: 240 },
];
/** Of what the index of words finds, so many are looked at further. */
const indexedHits = 3_000;
/** How many conversations are looked through, where few of all are in sight. */
const conversationsMost = 3_000;

/**
 * The newest messages in sight that hold the words. The index of words knows no time, so what is said often would have to be
 * fetched and sorted whole; therefore the newest messages are read first, then, if the words are rare, the index is asked,
 * and if they are frequent but hardly any of it is in sight, the conversations in sight are read.
 */
export async function search(db: Reads, asked: Search, pattern: Pattern, limit: number): Promise<Found> {
  const newest = asked.before ?? (await newestNumber(db, asked.tenantId)) + 1;
  let isFrequent = false;
  for (const stage of stages) {
    const near = await nearbyHitsOf(db, asked, pattern, newest, stage);
    const seen = await inSightOf(db, asked, near, limit);
    if (seen.length >= limit) return { numbers: seen, cut: false };
    isFrequent = near.length === stage.hits;
  }
  return isFrequent ? byConversation(db, asked, pattern, limit) : byIndex(db, asked, pattern, limit);
}

async function newestNumber(db: Reads, tenantId: string): Promise<number> {
  const [row] = await db.query<{ number: number }>(
    'select number from messages where tenant_id = $1 order by number desc limit 1',
    [tenantId],
  );
  return row?.number ?? 0;
}

/** The condition on messages `m` that the words and the time make. */
function said(values: Values, { since, before }: Search, { query, like }: Pattern): string {
  return [
    `m.search @@ ${values.add(query)}::tsquery`,
    ...(since === undefined ? [] : [`m.at >= ${values.add(new Date(since))}::timestamptz`]),
    ...(before === undefined ? [] : [`m.number < ${values.add(before)}::bigint`]),
    ...(like.length === 0 ? [] : [`${spelling} like all(${values.add(like)}::text[])`]),
  ].join(' and ');
}

/** What a message says, as words are compared: see `contentText` and `normalise`. */
const spelling = `lower(normalize(coalesce(m.content ->> 'text', m.content -> 'media' ->> 'name', m.content ->> 'name', ''), NFKC))`;

interface HitRow extends Record<string, unknown> {
  number: number;
  conversation_id: string;
}
const hitOf = ({ number, conversation_id }: HitRow): Hit => ({ number, conversationId: conversation_id });

async function nearbyHitsOf(
  db: Reads,
  asked: Search,
  pattern: Pattern,
  newest: number,
  { numbers, hits }: (typeof stages)[number],
): Promise<Hit[]> {
  const values = new Values();
  const rows = await db.query<HitRow>(
    `select m.number, m.conversation_id from messages m
      where m.tenant_id = ${values.add(asked.tenantId)} and m.number >= ${values.add(newest - numbers)}::bigint
        and m.number < ${values.add(newest)}::bigint and ${said(values, { ...asked, before: undefined }, pattern)}
      order by m.number desc limit ${hits}`,
    values.all,
  );
  return rows.map(hitOf);
}

/** Of these hits the first in sight. */
async function inSightOf(db: Reads, asked: Search, hits: readonly Hit[], limit: number): Promise<number[]> {
  if (hits.length === 0) return [];
  const values = new Values();
  const rows = await db.query<{ id: string }>(
    `select c.id from conversations c where c.tenant_id = ${values.add(asked.tenantId)}
        and c.id = any(${values.add([...new Set(hits.map((hit) => hit.conversationId))])}::uuid[])
        and ${inSight(values, asked.sight, asked.wanted)}`,
    values.all,
  );
  const visible = new Set(rows.map(({ id }) => id));
  return hits
    .filter((hit) => visible.has(hit.conversationId))
    .slice(0, limit)
    .map(({ number }) => number);
}

/** By the index of words; its hits are gathered before they are put in order, or the planner may walk through all messages. */
async function byIndex(db: Reads, asked: Search, pattern: Pattern, limit: number): Promise<Found> {
  const values = new Values();
  const rows = await db.query<HitRow>(
    `with found as materialized (
       select m.number, m.conversation_id from messages m
        where m.tenant_id = ${values.add(asked.tenantId)} and ${said(values, asked, pattern)})
     select number, conversation_id from found order by number desc limit ${indexedHits}`,
    values.all,
  );
  const hits = rows.map(hitOf);
  const numbers = await inSightOf(db, asked, hits, limit);
  return { numbers, cut: hits.length === indexedHits && numbers.length < limit };
}

/** The messages of the conversations in sight, of which there are few. */
async function byConversation(db: Reads, asked: Search, pattern: Pattern, limit: number): Promise<Found> {
  const values = new Values();
  const tenant = values.add(asked.tenantId);
  const rows = await db.query<HitRow & { looked: number }>(
    `with near as materialized (
       select c.id from conversations c where c.tenant_id = ${tenant} and ${inSight(values, asked.sight, asked.wanted)}
        order by c.opened_at desc limit ${conversationsMost}),
     found as materialized (
       select m.number, m.conversation_id from near join messages m
           on m.tenant_id = ${tenant} and m.conversation_id = near.id and ${said(values, asked, pattern)})
     select number, conversation_id, (select count(*)::int from near) as looked
       from found order by number desc limit ${values.add(limit)}`,
    values.all,
  );
  return {
    numbers: rows.map(({ number }) => number),
    cut: rows.length < limit && (rows[0]?.looked ?? conversationsMost) === conversationsMost,
  };
}
