import { type Locale, text } from '../i18n/texts.js';
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
    ...(line.recalled ? [text(locale, 'search.mark.recalled')] : []),
    ...(line.delivery ? [text(locale, `search.mark.${line.delivery}`)] : []),
  ];
}
