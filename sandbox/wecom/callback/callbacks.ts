import type { Clock } from '../../kernel/clock.js';
import type { Deliveries, Delivery, Outcome } from '../../kernel/deliveries.js';
import type { Table } from '../../kernel/journal.js';

/** What is told, and whom it concerns: kept in a delivery, so that an answer can be applied after a crash too. */
export interface Payload {
  /** The plain text: XML for an app, JSON for an AI bot. */
  body: string;
  person: string;
  chat: string;
  /** The card that was pressed. */
  message?: string;
  /** Of an AI bot: the turn that the answer belongs to. */
  turn?: string;
}

/** What an answer changed in the client. */
export interface Applied {
  cardUpdated: boolean;
  error?: string;
}

export interface Told {
  outcome: Outcome;
  applied: Applied | undefined;
}

/** Source: 使用接收消息 (three more tries). The pause between them is not documented. */
const RETRIES = 3;
const PAUSE_MS = 1_000;

/**
 * Tells apps what happened, again when they do not take it, and hands their answers on. Unlike the common way of
 * delivering, an answer counts here, and only if it came back: one that was lost on the way changes nothing.
 */
export class Callbacks {
  readonly #parts: {
    table: Table<Delivery>;
    clock: Clock;
    deliveries: Deliveries;
    answered: (delivery: Delivery, payload: Payload, answer: string) => Applied | undefined;
  };
  #closed = false;

  constructor(parts: {
    table: Table<Delivery>;
    clock: Clock;
    deliveries: Deliveries;
    answered: (delivery: Delivery, payload: Payload, answer: string) => Applied | undefined;
  }) {
    this.#parts = parts;
  }

  /** Takes up what an earlier process left behind. */
  resume(): void {
    for (const delivery of [...this.#parts.table.values()]) this.#later(delivery);
  }

  /** Settles after the first try; the others follow by themselves. */
  tell(delivery: Delivery, tries: 'again' | 'once'): Promise<Told> {
    if (tries === 'again') this.#parts.table.put(delivery.id, delivery);
    return this.#try(delivery, tries === 'again' ? RETRIES : 0);
  }

  withhold(delivery: Delivery, reason: string): void {
    this.#parts.deliveries.withhold(delivery, `withheld: ${reason}`);
  }

  close(): void {
    this.#closed = true;
  }

  #later(delivery: Delivery): void {
    const start = () => void (this.#closed ? undefined : this.#try(delivery, RETRIES));
    if (delivery.dueAt <= this.#parts.clock.now()) start();
    else this.#parts.clock.at(delivery.dueAt, start);
  }

  async #try(delivery: Delivery, retries: number): Promise<Told> {
    const outcome = await this.#parts.deliveries.call(delivery);
    if (this.#closed) return { outcome, applied: undefined };
    if (!outcome.ok && delivery.attempts < retries) {
      const dueAt = this.#parts.clock.now() + PAUSE_MS;
      const next = { ...delivery, attempts: delivery.attempts + 1, dueAt };
      this.#parts.table.put(next.id, next);
      this.#later(next);
      return { outcome, applied: undefined };
    }
    this.#parts.table.delete(delivery.id);
    const payload: Payload = JSON.parse(delivery.payload);
    return {
      outcome,
      applied: outcome.ok ? this.#parts.answered(delivery, payload, outcome.answer) : undefined,
    };
  }
}
