import { contentWords } from '../conversations/words.js';
import { type Locale, text } from '../i18n/texts.js';
import type { Member } from '../members/member.js';
import type { Line } from './lines.js';

/** Who said a line: their name, or what they are. */
export const authorOf = (locale: Locale, { kind, author }: Line): string =>
  author ?? text(locale, `conversation.author.${kind === 'whisper' ? 'agent' : kind}`);

/** What has to be told of a line besides its words. */
export function marksOf(locale: Locale, line: Line): string[] {
  return [
    ...(line.kind === 'note' ? [text(locale, 'search.mark.note')] : []),
    ...(line.kind === 'whisper' ? [text(locale, 'search.mark.whisper')] : []),
    ...(line.kind === 'robot' ? [text(locale, 'search.mark.robot')] : []),
    ...(line.edited ? [text(locale, 'search.mark.edited')] : []),
    ...(line.recalled ? [text(locale, 'search.mark.recalled')] : []),
    ...(line.delivery ? [text(locale, `search.mark.${line.delivery}`)] : []),
  ];
}

/** What its author took back stays for those who look after the log. */
export const seesRecalled = ({ role }: Pick<Member, 'role'>): boolean =>
  role === 'supervisor' || role === 'admin';

/** What a line says to a reader, and the stored file it holds. */
export function wordsOf(
  locale: Locale,
  reader: Pick<Member, 'role'>,
  line: Line,
): { words: string; mediaId: string | undefined } {
  if (line.recalled && !seesRecalled(reader))
    return { words: text(locale, 'delivery.withdrawn'), mediaId: undefined };
  const mediaId = 'media' in line.content ? line.content.media.mediaId : undefined;
  return { words: contentWords(locale, line.content), mediaId };
}
