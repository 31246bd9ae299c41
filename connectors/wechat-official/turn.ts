import { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import type { SharedValues } from '../../core/ports/bot.js';

/**
 * Who says a text that may be said in two ways: the courier, by custom/send, or the push that is held open, as its answer.
 * Two values settle it, and each is claimed once, whichever processes the two are in:
 *
 * - the *turn* of a push goes to the first words that the courier leaves for it, or to nobody (`over`) once it is answered
 *   without any;
 * - what was left is *taken* by the held push (`push`), or back by the courier (`courier`) when nobody came for it.
 *
 * Once the push has taken it, every further try of the same push is answered with the same words: WeChat only tries again
 * when it did not get them.
 */
export interface Left {
  key: string;
  words: string;
}

const leftSchema = z.object({ key: z.string(), words: z.string() });
const over = 'over';

/** Longer than WeChat tries. */
const keptMs = 10 * 60_000;
/** How often it is looked; who is in the same process is woken. */
const lookEveryMs = 250;

export class Turn {
  readonly #shared: SharedValues;
  readonly #clock: Clock;
  readonly #id: string;

  constructor(shared: SharedValues, clock: Clock, id: string) {
    this.#shared = shared;
    this.#clock = clock;
    this.#id = id;
  }

  /**
   * The courier's side: leaves words, and waits until they are taken.
   * @param untilAt by the clock; nobody comes for them later
   * @returns whether the push says them; if not, they are still the courier's to say, and nobody else's
   */
  async give(left: Left, untilAt: number): Promise<boolean> {
    const mine = JSON.stringify(left);
    if ((await this.#claim('turn', mine)) !== mine) return false;
    wake(this.#id);
    const taken = await this.#look('taken', untilAt - this.#clock.now());
    const by = taken ?? (await this.#claim('taken', 'courier'));
    return by === 'push';
  }

  /**
   * The held push's side: waits for words and takes them.
   * @param last after this one nobody will come for them, so that the turn goes to nobody
   */
  async take(forMs: number, last: boolean): Promise<string | undefined> {
    const turn = (await this.#look('turn', forMs)) ?? (last ? await this.#claim('turn', over) : undefined);
    if (turn === undefined || turn === over) return undefined;
    const by = await this.#claim('taken', 'push');
    wake(this.#id);
    return by === 'push' ? leftSchema.parse(JSON.parse(turn)).words : undefined;
  }

  /** Which of WeChat's tries this is, from 1; they come one after the other. */
  async tries(): Promise<number> {
    const name = this.#name('tries');
    const tries = Number((await this.#shared.get(name)) ?? 0) + 1;
    await this.#shared.set(name, String(tries), this.#clock.now() + keptMs);
    return tries;
  }

  #name(what: string): string {
    return `official-${what}:${this.#id}`;
  }

  #claim(what: 'turn' | 'taken', value: string): Promise<string> {
    return this.#shared.claim(this.#name(what), value, this.#clock.now() + keptMs);
  }

  async #look(what: 'turn' | 'taken', forMs: number): Promise<string | undefined> {
    const end = performance.now() + forMs;
    for (;;) {
      // Asked for before looking: what happens in between is not slept over.
      const woken = rest(this.#id, Math.max(0, Math.min(lookEveryMs, end - performance.now())));
      const value = await this.#shared.get(this.#name(what));
      if (value !== undefined || performance.now() >= end) {
        woken.cancel();
        return value;
      }
      await woken.over;
    }
  }
}

const resting = new Map<string, Set<() => void>>();

function wake(id: string): void {
  for (const end of resting.get(id) ?? []) end();
}

/** Until it is woken, or for so long. */
function rest(id: string, ms: number): { over: Promise<void>; cancel(): void } {
  const here = resting.get(id) ?? new Set();
  resting.set(id, here);
  let cancel = (): void => {};
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(() => cancel(), ms);
    cancel = () => {
      clearTimeout(timer);
      here.delete(cancel);
      if (here.size === 0 && resting.get(id) === here) resting.delete(id);
      resolve();
    };
    here.add(cancel);
  });
  return { over, cancel: () => cancel() };
}
