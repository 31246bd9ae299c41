import type { Clock } from '../clock.js';
import type { Hint } from '../pipeline/hints.js';

/** Two instants so close are one: a limit's next turn is worked out anew each time, to a millisecond or two. */
const sameMs = 20;
const knownMax = 10_000;

/**
 * Gives hints later, and each only once: who asks again for one that will be given by then anyway is not given another. What waits
 * for a platform's limit is found waiting by every sweep, and would otherwise leave a job behind each time, which in its turn
 * leaves another for as long as there is something that waits.
 */
export function laterOnce(
  clock: Clock,
  give: (hint: Hint, delayMs: number) => void,
): (hint: Hint, delayMs: number) => void {
  const dueAt = new Map<string, number>();
  const forgetPast = (): void => {
    for (const [key, at] of dueAt) if (at <= clock.now()) dueAt.delete(key);
  };
  return (hint, delayMs) => {
    const key = JSON.stringify(hint);
    const at = clock.now() + delayMs;
    const known = dueAt.get(key);
    if (known !== undefined && known > clock.now() && known <= at + sameMs) return;
    if (dueAt.size >= knownMax) forgetPast();
    dueAt.set(key, at);
    give(hint, delayMs);
  };
}
