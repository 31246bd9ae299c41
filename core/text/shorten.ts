/** Code units one grapheme may take; more is a pile of combining marks, of which the first few are kept. */
const UNITS_PER_GRAPHEME = 32;

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * The text in at most `max` characters as a reader counts them, the last being "…" when something was left out. Never
 * cuts through an emoji, a flag or an accent. The result takes at most 32 × `max` UTF-16 code units, however the text
 * was made.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept: string[] = [];
  for (const { segment } of graphemes.segment(text.slice(0, (max + 1) * UNITS_PER_GRAPHEME))) {
    if (kept.length === max)
      return `${kept
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
    kept.push(segment.length <= UNITS_PER_GRAPHEME ? segment : firstUnits(segment));
  }
  const whole = kept.join('');
  return whole === text
    ? text
    : `${kept
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** The start of a grapheme, never ending in half a surrogate pair. */
function firstUnits(segment: string): string {
  const start = segment.slice(0, UNITS_PER_GRAPHEME);
  return /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start;
}

/** The text on one line: every run of white space becomes a single space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The text without the invisible characters that turn the direction of what stands around them (U+202A–U+202E,
 * U+2066–U+2069), by which a name could make "A12" beside it read "21A". Arabic and Hebrew keep their own direction.
 */
export function withoutDirectionMarks(text: string): string {
  return text.replace(/[\u202A-\u202E\u2066-\u2069]/g, '');
}
