import type { Reads } from '../conversations/conversation.js';
import { type AuthorKind, type Content, contentSchema } from '../conversations/message.js';

/** One line of a transcript as staff read it. */
export interface Line {
  /** Its place; it never changes. */
  number: number;
  at: number;
  kind: AuthorKind | 'note' | 'whisper';
  author?: string;
  content: Content;
  recalled: boolean;
  edited: boolean;
  /** What became of it on its way to the customer, where that is worth telling. */
  delivery?: 'pending' | 'failed' | 'unknown';
}

/** Whose transcript for whom, and which part: `before` and `after` are numbers. */
export interface Part {
  tenantId: string;
  conversationId: string;
  /** The member who reads: whispers are for who said and who heard them. */
  readerId: string;
  /** Only what the customer can see, too. */
  customerOnly: boolean;
  before?: number;
  after?: number;
}

interface Row extends Record<string, unknown> {
  number: number;
  at: Date;
  audience: 'customer' | 'staff' | 'whisper';
  kind: AuthorKind;
  author: string | null;
  content: unknown;
  recalled: boolean;
  edited: boolean;
  delivery: 'pending' | 'sent' | 'failed' | 'unknown' | null;
}

/** Up to `limit` lines, oldest first: those next after `after`, or else the last before `before`. */
export async function linesOf(db: Reads, part: Part, limit: number): Promise<Line[]> {
  const forward = part.after !== undefined;
  const order = forward ? 'asc' : 'desc';
  const bound = forward ? 'number > $3' : 'number < coalesce($3, 9223372036854775807)';
  const rows = await db.query<Row>(
    `select * from (
       (select number, at, audience, author_kind as kind, author_name as author, content, recalled_at is not null as recalled, edited_at is not null as edited, delivery
          from messages where tenant_id = $1 and conversation_id = $2 and ${bound} and (audience = 'customer' or not $4)
         order by number ${order} limit $5)
       union all
       (select w.number, w.at, 'whisper', 'agent', m.name, jsonb_build_object('type', 'text', 'text', w.words), false, false, null
          from whispers w join members m on m.tenant_id = w.tenant_id and m.id = w.author_id
         where w.tenant_id = $1 and w.conversation_id = $2 and ${bound} and not $4 and $6::uuid in (w.author_id, w.to_id)
         order by w.number ${order} limit $5)) as lines
     order by number ${order} limit $5`,
    [
      part.tenantId,
      part.conversationId,
      part.after ?? part.before ?? null,
      part.customerOnly,
      limit,
      part.readerId,
    ],
  );
  const lines = rows.map(lineOf);
  return forward ? lines : lines.reverse();
}

const lineOf = (row: Row): Line => ({
  number: row.number,
  at: row.at.getTime(),
  kind: row.audience === 'staff' ? 'note' : row.audience === 'whisper' ? 'whisper' : row.kind,
  author: row.author ?? undefined,
  content: contentSchema.parse(row.content),
  recalled: row.recalled,
  edited: row.edited,
  delivery: row.delivery === 'sent' ? undefined : (row.delivery ?? undefined),
});
