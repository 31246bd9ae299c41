import type { Clock } from '../../kernel/clock.js';
import type { DeliveryRecord } from '../../kernel/deliveries.js';
import type { Ring } from '../../kernel/ring.js';
import type { Frame } from './frame.js';

const KEPT = 200;

/** Pushes that were not acknowledged in time, so that an answer which then still comes can be told from none at all. */
export class Overdue {
  readonly #parts: { clock: Clock; realNow: () => number; log: Ring<DeliveryRecord> };
  readonly #frames = new Map<string, { app: string; frame: Frame; sentAt: number }>();

  constructor(parts: { clock: Clock; realNow: () => number; log: Ring<DeliveryRecord> }) {
    this.#parts = parts;
  }

  expect(messageId: string, app: string, frame: Frame, waitedMs: number): void {
    this.#frames.set(messageId, { app, frame, sentAt: this.#parts.realNow() - waitedMs });
    const [oldest] = this.#frames.keys();
    if (this.#frames.size > KEPT && oldest !== undefined) this.#frames.delete(oldest);
  }

  came(messageId: string): void {
    const known = this.#frames.get(messageId);
    if (!known) return;
    this.#frames.delete(messageId);
    const { app, frame, sentAt } = known;
    const isCard = frame.headers.topic?.startsWith('/v1.0/card/') ?? false;
    this.#parts.log.add({
      at: this.#parts.clock.now(),
      platform: 'dingtalk',
      app,
      kind: isCard ? 'callback' : 'event',
      type: frame.headers.eventType ?? frame.headers.topic ?? '',
      eventId: messageId,
      attempt: 1,
      via: 'socket',
      outcome: `late: acknowledged after ${Math.round(this.#parts.realNow() - sentAt)} ms`,
    });
  }
}
