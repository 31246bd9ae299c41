/** How many of something there are at the moment, by key. */
export interface Tally {
  of(key: string): number;
  /** Returns the way to take it back. */
  add(key: string): () => void;
}

export function tally(): Tally {
  const counts = new Map<string, number>();
  const of = (key: string): number => counts.get(key) ?? 0;
  return {
    of,
    add(key) {
      counts.set(key, of(key) + 1);
      return () => {
        if (of(key) <= 1) counts.delete(key);
        else counts.set(key, of(key) - 1);
      };
    },
  };
}
