/** The last `limit` entries of a log, each with a number that only grows. */
export class Ring<Entry> {
  readonly #entries: (Entry & { n: number })[] = [];
  readonly #limit: number;
  #last = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(entry: Entry): void {
    this.#last += 1;
    this.#entries.push({ ...entry, n: this.#last });
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  since(n: number): (Entry & { n: number })[] {
    return this.#entries.filter((entry) => entry.n > n);
  }
}
