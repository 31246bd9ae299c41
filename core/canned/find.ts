import { bigrams, normalise } from '../text/bigrams.js';
import type { Canned } from './canned.js';

/** How well a text answers what was looked for, best first: by its name, by a part of its name, by what it says. */
type Fit = 'name' | 'partly' | 'words' | 'none';
const order: Fit[] = ['name', 'partly', 'words'];

/** How much of what was looked for has to be in a text that does not hold it word for word. */
const shareMin = 0.6;

/** Those that fit what was looked for, best first; among equals the order given stays. '' is fit by all. */
export function findCanned<One extends Pick<Canned, 'name' | 'words'>>(
  all: readonly One[],
  search: string,
): One[] {
  const sought = normalise(search).trim();
  if (sought === '') return [...all];
  const fits = all.map((one) => ({ one, fit: fitOf(one, sought) }));
  return order.flatMap((fit) => fits.filter((found) => found.fit === fit).map(({ one }) => one));
}

/** The one that is surely meant: the only one of this name, or else the only one with it in its name. */
export function onlyMeant<One extends Pick<Canned, 'name' | 'words'>>(
  all: readonly One[],
  search: string,
): One | undefined {
  const sought = normalise(search).trim();
  if (sought === '') return undefined;
  for (const fit of ['name', 'partly'] as const) {
    const [one, ...others] = all.filter((each) => fitOf(each, sought) === fit);
    if (one) return others.length === 0 ? one : undefined;
  }
  return undefined;
}

function fitOf({ name, words }: Pick<Canned, 'name' | 'words'>, sought: string): Fit {
  const called = normalise(name).trim();
  if (called === sought) return 'name';
  if (called.includes(sought)) return 'partly';
  if (normalise(words).includes(sought)) return 'words';
  const terms = new Set(bigrams(sought));
  const held = new Set(bigrams(`${name} ${words}`));
  const found = [...terms].filter((term) => held.has(term)).length;
  return terms.size > 0 && found / terms.size >= shareMin ? 'words' : 'none';
}
