import { randomBytes } from 'node:crypto';

/** The one source of time. Milliseconds since the epoch; passed in everywhere so that tests and proofs can move it. */
export interface Clock {
  now(): number;
}

/** The one source of ids: UUIDv7 (RFC 9562), which sort by the time they were made. */
export interface Ids {
  next(): string;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved. */
export function movableClock(startMs: number): Clock & { advance(ms: number): void; set(ms: number): void } {
  let now = startMs;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    set: (ms) => {
      now = ms;
    },
  };
}

/** Ids from a clock and a source of random bytes (`random` is replaced only to replay a seed). */
export function idsFrom(clock: Clock, random: (size: number) => Buffer = randomBytes): Ids {
  return {
    next() {
      const bytes = random(16);
      bytes.writeUIntBE(clock.now(), 0, 6);
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = bytes.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}
