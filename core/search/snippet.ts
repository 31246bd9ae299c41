import { normalise } from '../text/bigrams.js';
import { oneLine, withoutDirectionMarks } from '../text/shorten.js';

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });
/** What is looked at of a text; somebody may have pasted a book. */
const lookedAt = 20_000;

/**
 * The words around the first hit, on one line of at most `max` characters, with "…" where something was left out. Where the
 * runs do not stand in the text as they are, its beginning.
 */
export function snippet(text: string, runs: readonly string[], max: number): string {
  const line = withoutDirectionMarks(oneLine(text.slice(0, lookedAt)));
  const pieces = [...graphemes.segment(line)].map(({ segment }) => segment);
  if (pieces.length <= max) return line;
  const at = firstHit(pieces, runs);
  // A third of it before the hit: what follows tells more than what went before.
  const from = Math.max(0, Math.min(at - Math.floor(max / 3), pieces.length - max));
  const head = from > 0 ? '…' : '';
  const tail = from + max < pieces.length ? '…' : '';
  return `${head}${pieces.slice(from + head.length, from + max - tail.length).join('')}${tail}`;
}

/** Which character of the text the first of the runs begins at, in the spelling that texts are compared in; 0 for none. */
function firstHit(pieces: readonly string[], runs: readonly string[]): number {
  const spelled = pieces.map(normalise);
  const whole = spelled.join('');
  const places = runs.map((run) => whole.indexOf(run)).filter((place) => place >= 0);
  if (places.length === 0) return 0;
  const first = Math.min(...places);
  let passed = 0;
  return Math.max(
    0,
    spelled.findIndex((piece) => {
      passed += piece.length;
      return passed > first;
    }),
  );
}
