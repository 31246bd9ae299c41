/** Sleeps that can be cut short: some by whoever wakes, all by the end. A wake while nobody sleeps counts for the next rest. */
export class Rest {
  private woken = false;
  private ended = false;
  private readonly resting = new Set<{ wakeable: boolean; end: () => void }>();

  wake(): void {
    this.woken = true;
    for (const one of [...this.resting]) if (one.wakeable) one.end();
  }

  end(): void {
    this.ended = true;
    for (const one of [...this.resting]) one.end();
  }

  /** Runs what looks for news: only a wake from now on is still news to it. */
  attentively<T>(look: () => Promise<T>): Promise<T> {
    this.woken = false;
    return look();
  }

  sleep(ms: number): Promise<void> {
    return this.for(ms, false);
  }

  /** At once, if a wake came since `attentively`. */
  untilWoken(ms: number): Promise<void> {
    return this.woken ? Promise.resolve() : this.for(ms, true);
  }

  private for(ms: number, wakeable: boolean): Promise<void> {
    if (this.ended || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const one = {
        wakeable,
        end: () => {
          clearTimeout(timer);
          this.resting.delete(one);
          resolve();
        },
      };
      const timer = setTimeout(one.end, ms);
      this.resting.add(one);
    });
  }
}
