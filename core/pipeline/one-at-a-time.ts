/** One piece of work for each key at a time. Asked for again while it runs, it runs once more, however often it was asked. */
export class OneAtATime {
  private readonly running = new Map<string, Promise<void>>();
  private readonly again = new Set<string>();
  private stopped = false;

  /** Whether nothing new is to be begun. */
  get stopping(): boolean {
    return this.stopped;
  }

  /** Resolves when this process is through with it. `work` deals with its own failures. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const running = this.running.get(key);
    if (running) {
      this.again.add(key);
      return running;
    }
    if (this.stopped) return Promise.resolve();
    const run = this.repeat(key, work);
    this.running.set(key, run);
    return run;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.allSettled(this.running.values());
  }

  private async repeat(key: string, work: () => Promise<void>): Promise<void> {
    try {
      do {
        this.again.delete(key);
        await work();
      } while (this.again.has(key) && !this.stopped);
    } finally {
      // In one step with the last look at `again`: whoever asks from now on begins anew.
      this.running.delete(key);
    }
  }
}
