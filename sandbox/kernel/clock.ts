/** What the sandbox needs of time. `now` is epoch ms. */
export interface Clock {
  now(): number;
  /** Runs `task` once `dueAt` has come, also when the clock is moved past it; returns a way to call it off. */
  at(dueAt: number, task: () => void): () => void;
}

interface Timer {
  dueAt: number;
  task: () => void;
}

const LONGEST_SLEEP_MS = 60 * 60 * 1000;

/** Real time plus an offset that people may move, so that six hours of retries take no time. */
export class MovableClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #real: () => number;
  #offsetMs = 0;
  #sleep: NodeJS.Timeout | undefined;
  /** When the sleep ends, by this clock. */
  #wakeAt = Infinity;

  constructor(real: () => number, offsetMs = 0) {
    this.#real = real;
    this.#offsetMs = offsetMs;
  }

  now(): number {
    return this.#real() + this.#offsetMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  moveTo(now: number): void {
    this.#offsetMs = now - this.#real();
    this.#runDue();
  }

  at(dueAt: number, task: () => void): () => void {
    const timer = { dueAt, task };
    this.#timers.add(timer);
    if (dueAt < this.#wakeAt) this.#arm(dueAt);
    return () => {
      this.#timers.delete(timer);
    };
  }

  close(): void {
    this.#timers.clear();
    clearTimeout(this.#sleep);
  }

  #runDue(): void {
    const now = this.now();
    const due = [...this.#timers].filter((timer) => timer.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.task();
    }
    let next = Infinity;
    for (const timer of this.#timers) next = Math.min(next, timer.dueAt);
    this.#arm(next);
  }

  #arm(wakeAt: number): void {
    clearTimeout(this.#sleep);
    this.#wakeAt = wakeAt;
    if (wakeAt === Infinity) return;
    const waitMs = Math.min(Math.max(0, wakeAt - this.now()), LONGEST_SLEEP_MS);
    this.#sleep = setTimeout(() => this.#runDue(), waitMs);
    this.#sleep.unref();
  }
}
