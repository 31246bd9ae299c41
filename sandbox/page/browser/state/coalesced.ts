/** Runs a piece of reading at most once at a time; asked again meanwhile, it runs once more afterwards. */
export class Coalesced {
  private running: Promise<void> | null = null;
  private again = false;
  private readonly work: () => Promise<void>;

  constructor(work: () => Promise<void>) {
    this.work = work;
  }

  /** Settles when what was current at the moment of asking has been read. Failures are left to the next event. */
  run(): Promise<void> {
    if (this.running !== null) {
      this.again = true;
      return this.running;
    }
    this.running = this.loop().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async loop(): Promise<void> {
    do {
      this.again = false;
      await this.work().catch(() => {});
    } while (this.again);
  }
}
