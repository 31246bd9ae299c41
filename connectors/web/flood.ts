import type { Clock } from '../../core/clock.js';

/** Lets so much through per minute and key, all of it at once if need be; in this process only. */
export interface FloodGate {
  /** 0 when it may pass; otherwise how many milliseconds to wait. */
  take(key: string, perMinute: number): number;
}

const keysMax = 20_000;

export function floodGate(clock: Clock): FloodGate {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take(key, perMinute) {
      const now = clock.now();
      if (buckets.size > keysMax) forgetIdle(buckets, now);
      const bucket = buckets.get(key) ?? { left: perMinute, at: now };
      const everyMs = 60_000 / perMinute;
      bucket.left = Math.min(perMinute, bucket.left + Math.max(0, now - bucket.at) / everyMs);
      bucket.at = now;
      buckets.set(key, bucket);
      if (bucket.left < 1) return Math.ceil((1 - bucket.left) * everyMs);
      bucket.left -= 1;
      return 0;
    },
  };
}

/** A bucket nobody touched for a minute is full again, and as good as none. */
function forgetIdle(buckets: Map<string, { left: number; at: number }>, now: number): void {
  for (const [key, { at }] of buckets) if (now - at >= 60_000) buckets.delete(key);
}
