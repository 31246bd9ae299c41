import { oneLine, shorten, withoutDirectionMarks } from '../core/text/shorten.js';
import { storable } from '../core/text/storable.js';

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** What stands as wide as a Chinese character: East Asian letters and punctuation, and pictures. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\u2026]|^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u;

const widthOfOne = (grapheme: string): number => (wide.test(grapheme) ? 1 : 0.5);

/** The length of a text in 字, as wide as it stands: two Latin letters or digits take the room of one character. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfOne(segment);
  return width;
}

/** The text in at most `max` 字, the last being "…" when something was left out; never cuts through what is read as one. */
export function fit(text: string, max: number): string {
  const bounded = shorten(text, max * 2 + 2);
  let width = 0;
  let kept = '';
  for (const { segment } of graphemes.segment(bounded)) {
    width += widthOfOne(segment);
    if (width > max) return `${kept.trimEnd()}…`;
    if (width <= max - 1) kept += segment;
  }
  return bounded;
}

/** Whether nothing of a text has to be left out. Reads no more of it than there is room for. */
export const fits = (text: string, max: number): boolean => fit(text, max) === text;

/** Text as it may stand on a card: storable, and without marks that turn around what stands beside it. */
export const tidy = (text: string): string => withoutDirectionMarks(storable(text)).trim();
export const line = (text: string): string => oneLine(tidy(text));
