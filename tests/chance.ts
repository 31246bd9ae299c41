/** Chances that a seed repeats (mulberry32), for proofs that are long walks rather than properties of a value. */
export function chances(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    /** A whole number from 0 to `below` - 1. */
    number: (below: number) => Math.floor(next() * below),
    /** True that often. */
    chance: (often: number) => next() < often,
    /** One of them; undefined when there is none. */
    one: <Value>(of: readonly Value[]): Value | undefined => of[Math.floor(next() * of.length)],
    /** All of them, in whatever order. */
    shuffled: <Value>(of: readonly Value[]): Value[] =>
      of
        .map((value) => ({ value, at: next() }))
        .sort((one, other) => one.at - other.at)
        .map(({ value }) => value),
    /** One of the keys, as often as its weight says. */
    weighted<Key extends string>(weights: Record<Key, number>): Key {
      const entries = Object.entries<number>(weights);
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) for (const known in weights) if (known === key) return known;
      }
      throw new Error('The weights add up to nothing');
    },
  };
}
