/**
 * Which documents hold a term: one chain per term through a single typed array of (document, next) pairs, so that adding
 * costs nothing but its place and half a million terms need no half a million arrays. Documents are never taken out of a
 * chain; whoever walks it skips the dead ones, and starts afresh when there are many.
 */
export class Postings {
  readonly #ids = new Map<string, number>();
  #heads = new Int32Array(1_024).fill(-1);
  #counts = new Int32Array(1_024);
  #links = new Int32Array(8_192);
  #used = 0;

  add(term: string, document: number): void {
    const id = this.#idOf(term);
    if (this.#used + 2 > this.#links.length) this.#links = grown(this.#links, 0);
    this.#links[this.#used] = document;
    this.#links[this.#used + 1] = this.#heads[id] ?? -1;
    this.#heads[id] = this.#used;
    this.#counts[id] = this.count(term) + 1;
    this.#used += 2;
  }

  /** Counts one document less; it stays in the chain. */
  discount(term: string): void {
    const id = this.#ids.get(term);
    if (id !== undefined) this.#counts[id] = this.count(term) - 1;
  }

  /** How many living documents hold the term. */
  count(term: string): number {
    const id = this.#ids.get(term);
    return id === undefined ? 0 : (this.#counts[id] ?? 0);
  }

  /** Adds `weight` to every document that holds the term, and notes those that had none. Returns how many are noted. */
  weigh(
    term: string,
    weight: number,
    scores: Float32Array,
    touched: Int32Array,
    touchedCount: number,
  ): number {
    const id = this.#ids.get(term);
    if (id === undefined) return touchedCount;
    const links = this.#links;
    let noted = touchedCount;
    for (let at = this.#heads[id] ?? -1; at >= 0; at = links[at + 1] ?? -1) {
      const document = links[at] ?? 0;
      const score = scores[document] ?? 0;
      if (score === 0) touched[noted++] = document;
      scores[document] = score + weight;
    }
    return noted;
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(term, id);
    if (id === this.#heads.length) {
      this.#heads = grown(this.#heads, -1);
      this.#counts = grown(this.#counts, 0);
    }
    return id;
  }
}

/** Twice the length, the new half filled with `value`. */
function grown(old: Int32Array<ArrayBuffer>, value: number): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(old.length * 2).fill(value, old.length);
  bigger.set(old);
  return bigger;
}
