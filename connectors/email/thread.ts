import type { Shown } from '../../core/ports/connector.js';
import { subjectMark } from './read.js';

/** How an answer finds its thread in the customer's mailbox. */
export interface Thread {
  subject: string | undefined;
  inReplyTo: string | undefined;
  references: string[];
}

const referencesMax = 20;

/**
 * The thread of a customer, out of what was said: nothing is kept besides. Messages know the Message-ID under which they
 * came or went; the subject stands above the words that began the thread.
 *
 * @param shown  the newest messages, the oldest first
 * @param quote  the Message-ID that is answered, where that is a certain one
 */
export function threadOf(shown: readonly Shown[], quote: string | undefined): Thread {
  const known = shown
    .map(({ source, author }) => ({ id: source?.replace(/#\d+$/, ''), by: author.kind }))
    .filter((one): one is { id: string; by: typeof one.by } => one.id?.includes('@') === true);
  const theirs = known.filter(({ by }) => by === 'customer').map(({ id }) => id);
  const inReplyTo = quote?.replace(/#\d+$/, '') ?? theirs.at(-1);
  const ids = [...new Set(known.map(({ id }) => id))].filter((id) => id !== inReplyTo);
  const [root] = ids;
  const recent = ids.slice(1).slice(-(referencesMax - 2));
  const references = [root, ...recent, inReplyTo].filter((id) => id !== undefined);
  const subject = shown.map(subjectIn).findLast((found) => found !== undefined);
  return { subject, inReplyTo, references };
}

/** The subject that a customer's words begin with. */
function subjectIn({ author, content }: Shown): string | undefined {
  if (author.kind !== 'customer' || content.type !== 'text') return undefined;
  const line = content.text.split('\n', 2).find((one) => one.startsWith(subjectMark));
  return line?.slice(subjectMark.length).trim() || undefined;
}

const again = /^((re|aw|sv|fw|fwd|回复|回覆|答复|转发)\s*(\[\d+\])?\s*[:：]\s*)+/i;

/** "Re: " once, and nothing that could begin a header of its own. */
export function answering(subject: string | undefined, otherwise: string): string {
  const plain = (subject ?? '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(again, '')
    .trim()
    .slice(0, 200);
  return plain === '' ? otherwise : `Re: ${plain}`;
}
