import type { Scene } from '../pipeline/scene.js';
import { isCourtesy } from '../robot/small-talk.js';
import { type Conversation, type Reads, subjectOf } from './conversation.js';
import { contentSchema } from './message.js';
import { contentText } from './transcript.js';

/** Whose turn it is in an open conversation, and since when. */
export interface Standing {
  /** The customer waits for a word of the owner's; else the owner has answered, and the customer is silent. */
  waits: boolean;
  since: number;
  /** The customer's words that wait for an answer, oldest first. */
  unanswered: string[];
}

const looksBack = 40;

/**
 * Read from what was said, since being claimed counts as no answer. Who took it over speaks next, whatever their
 * predecessor said; a mere thanks waits for nothing; and time that it was put aside counts for nobody.
 */
export async function standingOf(db: Reads, tenantId: string, conversation: Conversation): Promise<Standing> {
  const rows = await db.query<{ author_kind: string; content: unknown; at: Date }>(
    `select author_kind, content, at from messages
      where tenant_id = $1 and conversation_id = $2 and audience = 'customer' and author_kind in ('customer', 'agent')
        and recalled_at is null order by number desc limit ${looksBack}`,
    [tenantId, conversation.id],
  );
  const [resumed] = await db.query<{ at: Date | null }>(
    `select max(at) as at from events where tenant_id = $1 and subject = $2 and kind = 'conversation.resumed'`,
    [tenantId, subjectOf(conversation.id)],
  );
  const claimedAt = conversation.claimedAt ?? conversation.openedAt;
  const ours = rows.findIndex((row) => row.author_kind === 'agent');
  const answeredAt = rows[ours]?.at.getTime() ?? 0;
  const theirs = (ours < 0 ? rows : rows.slice(0, ours)).reverse().map((row) => ({
    at: row.at.getTime(),
    content: contentSchema.parse(row.content),
  }));
  const real = theirs.filter(({ content }) => content.type !== 'text' || !isCourtesy(content.text));
  const unanswered = real.map(({ content }) => contentText(content));
  const resumedAt = resumed?.at?.getTime() ?? 0;
  const [first] = real;
  if (first || answeredAt < claimedAt)
    return { waits: true, since: Math.max(first?.at ?? claimedAt, claimedAt, resumedAt), unanswered };
  return { waits: false, since: Math.max(answeredAt, theirs.at(-1)?.at ?? 0, resumedAt), unanswered };
}

/** Since when the customer has waited for people, to be kept when it goes back to a queue: that time was waited already. */
export async function waitingSinceOf(scene: Scene, conversation: Conversation): Promise<number> {
  const rows = await scene.tx.query<{ at: Date }>(
    `select at from messages where tenant_id = $1 and conversation_id = $2 and audience = 'customer'
        and author_kind = 'customer' and recalled_at is null and number > coalesce((
          select max(number) from messages where tenant_id = $1 and conversation_id = $2 and audience = 'customer'
             and author_kind = 'agent' and recalled_at is null), 0)
      order by number limit 1`,
    [scene.tenant.id, conversation.id],
  );
  return rows[0]?.at.getTime() ?? scene.now;
}
