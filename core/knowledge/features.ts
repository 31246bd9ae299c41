import { normalise, runsOf } from '../text/bigrams.js';
import { askingCharacters, askingWords, commonCharacters, particles, phrases, synonyms } from './wording.js';

/** A question's terms with how much each may tell, before its rarity is weighed in. */
export type Features = ReadonlyMap<string, number>;

/** A code of letters and digits ("E4", "iphone15") tells two questions apart that are otherwise the same. */
const codeWeight = 3;
const pairWeight = 0.5;
/** A pair across the border of a phrase ("么发" of 怎么发货) is mostly chance. */
const borderPairWeight = 0.25;

/**
 * The terms of a question: synonyms made one, phrases such as 什么时候 taken whole, other Chinese as characters and pairs
 * of neighbours, other scripts as words.
 */
export function featuresOf(text: string): Features {
  const features = new Map<string, number>();
  const add = (term: string, weight: number) => {
    if ((features.get(term) ?? 0) < weight) features.set(term, weight);
  };
  for (const run of runsOf(inFirstWords(normalise(text)))) {
    if (run.kind === 'word')
      add(run.text, /\p{L}/u.test(run.text) && /\p{N}/u.test(run.text) ? codeWeight : 1);
    else addChinese(run.text, add);
  }
  return features;
}

function addChinese(run: string, add: (term: string, weight: number) => void): void {
  const pieces = split(run, phraseMatcher);
  let before: { character: string; soft: boolean } | undefined;
  for (const { text, phrase } of pieces) {
    if (phrase) add(`=${text}`, 1);
    const characters = [...text];
    for (const [at, character] of characters.entries()) {
      const soft = phrase || particle.has(character);
      if (!phrase) add(character, 1);
      if (before && !(before.soft && soft) && !(phrase && at > 0)) {
        add(before.character + character, before.soft || soft ? borderPairWeight : pairWeight);
      }
      before = { character, soft };
    }
  }
}

/** Out of how many imaginary earlier questions `prior` is a share. */
export const priorQuestions = 1_000;

/** The share of all questions expected to hold this term, known before any article is read: 0 for what tells a lot. */
export function prior(term: string): number {
  if (term.startsWith('=')) return 0.6;
  const [first = '', second, third] = [...term];
  if (asking.has(term)) return 0.8;
  if (second === undefined) return characterPrior(first);
  return third === undefined ? 0.5 * Math.min(characterPrior(first), characterPrior(second)) : 0;
}

const asking = new Set([...askingCharacters, ...askingWords.split(' ')]);
const particle = new Set(particles);
const common = new Map([...new Set(commonCharacters)].map((character, rank) => [character, 3 / (rank + 10)]));
const characterPrior = (character: string) => (asking.has(character) ? 0.8 : (common.get(character) ?? 0));

interface Matcher {
  /** Wordings by their first character, the longest first. */
  byFirst: Map<string, string[]>;
}

function matcher(wordings: readonly string[]): Matcher {
  const byFirst = new Map<string, string[]>();
  for (const wording of [...new Set(wordings)].sort((a, b) => b.length - a.length)) {
    const first = wording.charAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), wording]);
  }
  return { byFirst };
}

const phraseMatcher = matcher(phrases);
const firstWording = new Map(
  synonyms.flatMap(([first = '', ...others]) => others.map((other) => [other, first])),
);
/** The first wordings too, so that 几天到 inside a longer one is not torn apart. */
const synonymMatcher = matcher(synonyms.flat());

const inFirstWords = (text: string) =>
  split(text, synonymMatcher)
    .map((piece) => firstWording.get(piece.text) ?? piece.text)
    .join('');

/** Cuts a text into known phrases, longest first, and what lies between them. */
function split(text: string, { byFirst }: Matcher): { text: string; phrase: boolean }[] {
  const pieces: { text: string; phrase: boolean }[] = [];
  let plainFrom = 0;
  for (let at = 0; at < text.length; ) {
    const found = byFirst.get(text.charAt(at))?.find((wording) => text.startsWith(wording, at));
    if (found === undefined) {
      at += 1;
      continue;
    }
    if (plainFrom < at) pieces.push({ text: text.slice(plainFrom, at), phrase: false });
    pieces.push({ text: found, phrase: true });
    at += found.length;
    plainFrom = at;
  }
  if (plainFrom < text.length) pieces.push({ text: text.slice(plainFrom), phrase: false });
  return pieces;
}
