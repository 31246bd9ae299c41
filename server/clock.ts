import { z } from 'zod';
import { type Clock, systemClock } from '../core/clock.js';
import type { Logger } from '../core/log.js';

const askEveryMs = 200;
const answerWithinMs = 2_000;
/** Many processes that start at once keep each other, and whoever serves the time, waiting. */
const firstWithinMs = 30_000;
/** The way of an answer takes time that nobody knows exactly; what is closer than this counts as equal. */
const apartMs = 20;

const answerSchema = z.object({ now: z.number().finite() });

export interface OpenClock extends Clock {
  stop(): void;
}

/**
 * The system's clock; or, for proofs in which hours pass in seconds, one that several processes share: `url` answers
 * `{now}` in epoch milliseconds, is asked a few times a second, and between two answers time goes on at its usual pace.
 *
 * @throws when the address does not answer at the start
 */
export async function openClock(url: string | undefined, log: Logger): Promise<OpenClock> {
  if (url === undefined) return { ...systemClock, stop() {} };
  let offsetMs = await offsetBy(url, firstWithinMs);
  let lost = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const follow = async (): Promise<void> => {
    try {
      const served = await offsetBy(url, answerWithinMs);
      if (Math.abs(served - offsetMs) > apartMs) offsetMs = served;
      lost = false;
    } catch (error) {
      if (!lost) log.warn({ error }, 'the shared clock does not answer; time goes on as it last was');
      lost = true;
    }
    if (!stopped) timer = setTimeout(() => void follow(), askEveryMs).unref();
  };
  void follow();
  return {
    now: () => Math.round(performance.now() + offsetMs),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** How far the served time is ahead of this process's monotonic one, as of the middle of the exchange. */
async function offsetBy(url: string, withinMs: number): Promise<number> {
  const asked = performance.now();
  const answer = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
  const { now } = answerSchema.parse(await answer.json());
  return now - (asked + performance.now()) / 2;
}
