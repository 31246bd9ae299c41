import type { DropRecord } from '../control/parts.js';
import type { Clock } from '../kernel/clock.js';
import type { Ring } from '../kernel/ring.js';

/** What WeCom answers "ok" to and then does not do, written down because nobody is told. */
export class Drops {
  readonly #log: Ring<DropRecord>;
  readonly #clock: Clock;
  #sinceAsked = new Set<string>();

  constructor(log: Ring<DropRecord>, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @param person who did not get it: a person's id, or a chat's */
  add(app: string, person: string, why: string): void {
    this.#log.add({ at: this.#clock.now(), platform: 'wecom', app, person, why });
    this.#sinceAsked.add(why);
  }

  /** The reasons since this was last asked, for the record of the call that caused them. */
  take(): string | undefined {
    const why = [...this.#sinceAsked].join('; ');
    this.#sinceAsked = new Set();
    return why === '' ? undefined : why;
  }
}
