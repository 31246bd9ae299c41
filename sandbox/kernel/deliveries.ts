import type { Clock } from './clock.js';
import type { Fault, Faults } from './faults.js';
import type { Table } from './journal.js';
import type { StandInName } from './platforms.js';
import type { Ring } from './ring.js';

/** One thing to tell an app, kept in the journal until the app has taken it or the last retry has failed. */
export interface Delivery {
  id: string;
  app: string;
  kind: 'event' | 'callback';
  type: string;
  /** What is to be told, as the platform's transports understand it. */
  payload: string;
  /** How often it was tried before. */
  attempts: number;
  dueAt: number;
}

export type Outcome =
  | { ok: true; answer: string }
  | { ok: false; why: 'unconfigured' | 'unreachable' | 'timeout' | 'refused'; reason: string };

export interface DeliveryRecord {
  at: number;
  platform: StandInName;
  app: string;
  kind: 'event' | 'callback';
  type: string;
  eventId: string;
  attempt: number;
  via: string;
  outcome: string;
}

/** How one app is reached: over HTTP, or over one of its sockets. */
export interface Transport {
  via(delivery: Delivery): 'http' | 'socket';
  send(delivery: Delivery): Promise<Outcome>;
}

export interface DeliveryParts {
  platform: StandInName;
  table: Table<Delivery>;
  clock: Clock;
  faults: Faults;
  log: Ring<DeliveryRecord>;
  transport: Transport;
  /** Waits before each retry. */
  retryAfterMs: readonly number[];
}

const RUNNING_MAX = 100;
const REORDER_AT_MOST_MS = 10_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Sends events at least once, with retries by the sandbox's clock, and callbacks exactly once; takes the ordered faults. */
export class Deliveries {
  readonly #parts: DeliveryParts;
  readonly #waiting: Delivery[] = [];
  readonly #held = new Map<string, (() => void)[]>();
  #running = 0;
  #closed = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Takes up what an earlier process left behind. */
  resume(): void {
    for (const delivery of this.#parts.table.values()) this.#schedule(delivery);
  }

  enqueue(delivery: Delivery): void {
    this.#parts.table.put(delivery.id, delivery);
    this.#schedule(delivery);
  }

  /** Sends a callback, whose answer somebody is waiting for: once, never again. */
  async call(delivery: Delivery): Promise<Outcome> {
    return this.#attempt(delivery);
  }

  /** Notes that something was not sent at all, and why, for whoever wonders at the silence. */
  withhold(delivery: Delivery, reason: string): void {
    this.#record(delivery, { ok: false, why: 'unconfigured', reason });
  }

  close(): void {
    this.#closed = true;
  }

  #schedule(delivery: Delivery): void {
    if (delivery.dueAt <= this.#parts.clock.now()) this.#start(delivery);
    else this.#parts.clock.at(delivery.dueAt, () => this.#start(delivery));
  }

  #start(delivery: Delivery): void {
    if (this.#closed) return;
    if (this.#running >= RUNNING_MAX) {
      this.#waiting.push(delivery);
      return;
    }
    this.#running += 1;
    void this.#attempt(delivery)
      .then((outcome) => this.#settle(delivery, outcome))
      .finally(() => {
        this.#running -= 1;
        const next = this.#waiting.shift();
        if (next) this.#start(next);
      });
  }

  #settle(delivery: Delivery, outcome: Outcome): void {
    if (this.#closed) return;
    const waitMs = this.#parts.retryAfterMs[delivery.attempts];
    if (outcome.ok || waitMs === undefined) {
      this.#parts.table.delete(delivery.id);
      return;
    }
    this.enqueue({ ...delivery, attempts: delivery.attempts + 1, dueAt: this.#parts.clock.now() + waitMs });
  }

  async #attempt(delivery: Delivery): Promise<Outcome> {
    const fault = this.#parts.faults.forDelivery(delivery);
    if (fault?.kind === 'delay') await pause(fault.ms ?? 1_000);
    if (fault?.kind === 'reorder') await this.#hold(delivery.app);
    const outcome = await this.#send(delivery, fault);
    this.#release(delivery.app);
    return outcome;
  }

  async #send(delivery: Delivery, fault: Fault | undefined): Promise<Outcome> {
    if (fault?.kind === 'drop-before-effect') return this.#record(delivery, lost('dropped on the way'));
    if (fault?.kind === 'duplicate') {
      const [first] = await Promise.all([
        this.#parts.transport.send(delivery),
        this.#parts.transport.send(delivery).then((outcome) => this.#record(delivery, outcome)),
      ]);
      return this.#record(delivery, first);
    }
    const outcome = await this.#parts.transport.send(delivery);
    return this.#record(delivery, fault?.kind === 'timeout-after-effect' ? lost('timeout') : outcome);
  }

  #record(delivery: Delivery, outcome: Outcome): Outcome {
    this.#parts.log.add({
      at: this.#parts.clock.now(),
      platform: this.#parts.platform,
      app: delivery.app,
      kind: delivery.kind,
      type: delivery.type,
      eventId: delivery.id,
      attempt: delivery.attempts + 1,
      via: this.#parts.transport.via(delivery),
      outcome: outcome.ok ? 'ok' : outcome.reason,
    });
    return outcome;
  }

  #hold(app: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, REORDER_AT_MOST_MS);
      const release = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#held.set(app, [...(this.#held.get(app) ?? []), release]);
    });
  }

  #release(app: string): void {
    const held = this.#held.get(app) ?? [];
    this.#held.delete(app);
    for (const release of held) release();
  }
}

const lost = (reason: string): Outcome => ({ ok: false, why: 'timeout', reason });
