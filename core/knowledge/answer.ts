import type { Hit } from './search.js';

/** What to say: the answer; that we are not sure, with what may have been meant; or that nobody has written this down. */
export type Decision =
  | { kind: 'answer'; hit: Hit; related: Hit[] }
  | { kind: 'unsure'; related: Hit[] }
  | { kind: 'unknown' };

/**
 * More likely meant than not. Of judged questions that the articles don't cover, about one in twenty-five is answered all
 * the same (tests/knowledge); lower answers more and is wrong more often.
 */
const answerFrom = 0.5;
const relatedFrom = 0.1;
const relatedMax = 3;

/** @param hits  as `search` returns them, best first */
export function decide(hits: readonly Hit[]): Decision {
  const [first, ...others] = hits;
  const near = (some: readonly Hit[]) =>
    some.filter(({ confidence }) => confidence >= relatedFrom).slice(0, relatedMax);
  if (first && first.confidence >= answerFrom) return { kind: 'answer', hit: first, related: near(others) };
  const related = near(hits);
  return related.length > 0 ? { kind: 'unsure', related } : { kind: 'unknown' };
}
