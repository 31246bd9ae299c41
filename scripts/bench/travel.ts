import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from './numbers.js';

/** One message on its way. */
export interface Journey {
  /** What way it takes, for instance to whom. */
  way: string;
  /** When the schedule wanted it sent; everything is counted from then, so that a sender who falls behind hides nothing. */
  dueAt: number;
  sentAt?: number;
  /** When it was seen where it was to go. */
  seenAt?: number;
  /** How often it was seen there. */
  times: number;
}

/** Something that carries messages, and is watched at both ends. */
export interface Road {
  /** Sends the message of this number and says which way it takes. @throws when it was not taken */
  begin(number: number, dueAt: number): { journey: Journey; sent: Promise<void> };
  /** Looks what has arrived since it last looked, where that is not told by itself. */
  look(): Promise<void>;
}

export interface Trip {
  /** Messages a second, all ways together. */
  rate: number;
  seconds: number;
  /** From 0 to 1, the same ones for the same seed. */
  random(): number;
  /** How long after the last one was due it is waited for those that are still under way. */
  patienceMs: number;
}

export interface Travelled {
  trip: Trip;
  journeys: Journey[];
  /** Messages that were not taken, and why. */
  refused: string[];
}

const lookEveryMs = 250;

/** Instants at which people write who know nothing of each other: the gaps between them are exponential. */
export function schedule({ rate, seconds, random }: Trip): number[] {
  const dues: number[] = [];
  for (let at = 0; ; ) {
    at += (-Math.log(1 - random()) / rate) * 1_000;
    if (at >= seconds * 1_000) return dues;
    dues.push(at);
  }
}

/** Sends by the schedule, whatever has become of those before: an open loop. */
export async function travel(road: Road, trip: Trip): Promise<Travelled> {
  const dues = schedule(trip);
  const journeys: Journey[] = [];
  const refused: string[] = [];
  const sending: Promise<void>[] = [];
  const begunAt = Date.now() + 20;
  let lookedAt = 0;
  let looking = Promise.resolve();
  const look = (): void => {
    if (Date.now() - lookedAt < lookEveryMs) return;
    lookedAt = Number.POSITIVE_INFINITY;
    looking = road.look().then(() => {
      lookedAt = Date.now();
    });
  };
  for (let next = 0; next < dues.length; ) {
    const dueAt = begunAt + (dues[next] ?? 0);
    if (dueAt > Date.now()) {
      look();
      await pause(Math.min(5, Math.max(1, dueAt - Date.now())));
      continue;
    }
    const { journey, sent } = road.begin(next, dueAt);
    journey.sentAt = Date.now();
    journeys.push(journey);
    sending.push(sent.catch((error: unknown) => void refused.push(String(error))));
    next += 1;
  }
  await Promise.all(sending);
  await looking;
  const until = Date.now() + trip.patienceMs;
  for (;;) {
    await road.look();
    if (journeys.every(({ seenAt }) => seenAt !== undefined) || Date.now() > until) break;
    await pause(50);
  }
  return { trip, journeys, refused };
}

/** How long messages took, sorted. What never arrived counts as having taken for ever. */
export const waits = (journeys: readonly Journey[]): number[] =>
  journeys
    .map(({ dueAt, seenAt }) => (seenAt === undefined ? Number.POSITIVE_INFINITY : seenAt - dueAt))
    .sort((one, other) => one - other);

export interface Spread {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  missing: number;
  /** Seen more than once. */
  doubled: number;
  /** How late the sender itself was, at worst of a hundred: what it adds to the other figures. */
  senderLateP99: number;
}

export function spreadOf(journeys: readonly Journey[]): Spread {
  const all = waits(journeys);
  const late = journeys.map(({ dueAt, sentAt = dueAt }) => sentAt - dueAt).sort((one, other) => one - other);
  return {
    count: all.length,
    p50: quantile(all, 0.5),
    p95: quantile(all, 0.95),
    p99: quantile(all, 0.99),
    missing: journeys.filter(({ seenAt }) => seenAt === undefined).length,
    doubled: journeys.filter(({ times }) => times > 1).length,
    senderLateP99: quantile(late, 0.99),
  };
}
