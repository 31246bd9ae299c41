import { normalise, runsOf } from '../text/bigrams.js';

/** What is looked for: a `tsquery` over terms, and the runs that have to stand in the text as they are. */
export interface Pattern {
  query: string;
  /** In the order typed, in the spelling that texts are compared in. */
  runs: string[];
  /** Patterns of LIKE: longer Chinese runs, whose pairs of characters alone could stand anywhere in a text. */
  like: string[];
}

const termsMax = 40;
const termLengthMax = 40;
/** The beginnings of shorter words are the beginnings of too many. */
const prefixFrom = 3;

/**
 * Undefined where nothing that could be looked for was typed. Every word has to be there: of Chinese the characters in a
 * row, of other scripts the word or what begins with it.
 */
export function patternOf(words: string): Pattern | undefined {
  const runs = runsOf(normalise(words));
  const terms = new Set<string>();
  for (const run of runs) {
    for (const term of termsOf(run)) if (terms.size < termsMax) terms.add(term);
  }
  if (terms.size === 0) return undefined;
  const long = runs.filter(({ kind, text }) => kind === 'han' && [...text].length > 2);
  return {
    query: [...terms].join(' & '),
    runs: runs.map(({ text }) => text),
    like: long.map(({ text }) => `%${text}%`),
  };
}

/** Letters and digits only, so nothing in a quoted term means anything to PostgreSQL. */
function termsOf({ kind, text }: { kind: 'han' | 'word'; text: string }): string[] {
  const characters = [...text];
  if (kind === 'word') {
    const word = characters.slice(0, termLengthMax).join('');
    return [characters.length < prefixFrom ? `'${word}'` : `'${word}':*`];
  }
  if (characters.length === 1) return [`'${text}'`];
  return characters.slice(1).map((character, at) => `'${characters[at]}${character}'`);
}
