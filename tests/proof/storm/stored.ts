/** What the product kept, held against what was said: everything that was accepted once, in order, in its own conversation. */
import type { Stage } from '../../stage.js';
import type { Book, Said } from './said.js';
import { groupedBy, marksIn, ownerOf, sideOf } from './said.js';

export interface Kept {
  id: string;
  mark: string;
  text: string;
  number: number;
  identity: string;
  delivery: 'pending' | 'sent' | 'failed' | 'unknown' | null;
  /** It was said while an agent had the conversation, so somebody had to be shown it. */
  isShown: boolean;
}

interface Row extends Record<string, unknown> {
  id: string;
  text: string;
  number: string;
  by: string;
  identity: string;
  delivery: Kept['delivery'];
  isShown: boolean;
}

export async function keptIn(stage: Stage): Promise<(Kept & { by: string })[]> {
  const rows = await stage.db.query<Row>(
    `select m.id, m.content->>'text' as text, m.number, m.author_kind as by, c.identity_id as identity, m.delivery,
            c.claimed_at is not null and m.at > c.claimed_at as "isShown"
       from messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      where m.content->>'type' = 'text' and m.audience = 'customer' and m.author_kind in ('customer', 'agent') order by m.number`,
  );
  return rows.flatMap(({ number, ...row }) => {
    const [mark] = marksIn(row.text);
    return mark === undefined ? [] : [{ ...row, mark, number: Number(number) }];
  });
}

/** @returns what is kept of each mark, once it is clear that it is one thing */
export function auditStored(
  kept: readonly (Kept & { by: string })[],
  book: Book,
  broken: string[],
  count: (what: string, times?: number) => void,
): Map<string, Kept> {
  const byMark = groupedBy(kept, ({ mark }) => mark);
  const known = new Map<string, Kept>();
  for (const said of book.all) {
    const found = byMark.get(said.mark) ?? [];
    const [one, ...more] = found;
    if (said.acceptedAt !== undefined) count(`messages accepted, ${whose(said)}`);
    else count(`messages that a platform gave up, ${whose(said)}`);
    if (more.length > 0) broken.push(`${said.mark} is stored ${found.length} times`);
    if (!one) {
      if (said.acceptedAt !== undefined) broken.push(`${said.mark} was accepted and is not stored`);
      continue;
    }
    count(`messages stored, ${whose(said)}`);
    known.set(said.mark, one);
    if (one.by !== said.by) broken.push(`${said.mark} is stored as said by ${one.by}`);
    if (one.text !== said.text) broken.push(`${said.mark} is stored as "${one.text}", not as "${said.text}"`);
  }
  for (const mark of byMark.keys()) if (!book.find(mark)) broken.push(`${mark} was never said`);
  auditPlaces(known, broken);
  auditOrder(known, book, broken);
  return known;
}

const whose = ({ by, customer }: Said): string =>
  by === 'customer'
    ? `by customers (${customer.channel})`
    : `by agents (${customer.enterprise.apps[0]?.platform})`;

/** All of one customer's in one identity, and nothing of another's. */
function auditPlaces(known: ReadonlyMap<string, Kept>, broken: string[]): void {
  const homes = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const [mark, { identity }] of known) {
    const owner = ownerOf(mark);
    if ((homes.get(owner) ?? identity) !== identity) broken.push(`${mark} is in another conversation`);
    if ((owners.get(identity) ?? owner) !== owner)
      broken.push(`${mark} is in the conversation of ${owners.get(identity)}`);
    homes.set(owner, identity);
    owners.set(identity, owner);
  }
}

/**
 * What one sender said in one conversation is in the order in which it was accepted: whatever was accepted before the next
 * was said comes before it. Of what was still on its way then, the platform decides the order.
 */
function auditOrder(known: ReadonlyMap<string, Kept>, book: Book, broken: string[]): void {
  const lines = groupedBy(book.all, (said) => `${ownerOf(said.mark)}${sideOf(said.mark)}`);
  for (const line of lines.values()) {
    for (const later of line) {
      const place = known.get(later.mark);
      if (!place) continue;
      for (const earlier of line) {
        if (earlier.acceptedAt === undefined || earlier.acceptedAt >= later.saidAt) continue;
        const before = known.get(earlier.mark);
        if (before && before.number > place.number)
          broken.push(`${earlier.mark} was accepted before ${later.mark} was said, and is stored behind it`);
      }
    }
  }
}
