import type { Clock } from './clock.js';

export interface Limit {
  times: number;
  perMs: number;
}

/** Sliding windows: at most `times` in any span of `perMs`, by the sandbox's clock. */
export class Rates {
  readonly #taken = new Map<string, number[]>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one unit of `key` if every limit allows it; otherwise takes nothing and tells how long to wait. */
  take(
    key: string,
    limits: readonly Limit[],
  ): { allowed: true } | { allowed: false; limit: Limit; waitMs: number } {
    const now = this.#clock.now();
    const longest = Math.max(...limits.map((limit) => limit.perMs));
    // A clock that was set back would otherwise keep old entries in the future and block for ever.
    const taken = (this.#taken.get(key) ?? []).filter((at) => at > now - longest && at <= now);
    this.#taken.set(key, taken);
    for (const limit of limits) {
      const oldest = taken[taken.length - limit.times];
      if (oldest !== undefined && oldest > now - limit.perMs) {
        return { allowed: false, limit, waitMs: oldest + limit.perMs - now };
      }
    }
    taken.push(now);
    if (this.#taken.size > 10_000) this.#forgetIdle(now - longest);
    return { allowed: true };
  }

  #forgetIdle(before: number): void {
    for (const [key, taken] of this.#taken) {
      if ((taken.at(-1) ?? 0) <= before) this.#taken.delete(key);
    }
  }
}
