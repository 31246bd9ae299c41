import { SendError } from '../../core/ports/courier.js';
import type { Timers } from '../keeper.js';
import type { Frame } from './frame.js';

interface Pending {
  text: string;
  resolve(answer: string): void;
  reject(error: SendError): void;
  /** Forgets the time-out; undefined while it waits for its turn. */
  forget?: () => void;
}

/**
 * Matches answers to what they answer. They carry nothing but its `req_id`, which all answers to one message share; so of
 * these one is on its way at a time, and the next waits. When an answer does not come in time it may still come later, and
 * would be taken for the next one's: then nothing else is said under that `req_id`, except the very same again, whose
 * answer says as much.
 */
export class Exchange {
  readonly #queues = new Map<string, Pending[]>();
  /** What was said under a `req_id` and never answered. */
  readonly #hanging = new Map<string, string>();
  #closed = false;

  constructor(private readonly parts: { timers: Timers; withinMs: number; send(text: string): void }) {}

  /** Resolves to the text of the answer, whatever it says. @throws {SendError} */
  ask(reqId: string, text: string): Promise<string> {
    if (this.#closed) return Promise.reject(new SendError('later', 'no-line', 'the connection is closed'));
    const hanging = this.#hanging.get(reqId);
    if (hanging !== undefined && hanging !== text) {
      const words = 'an earlier answer to the same message is still unanswered itself';
      return Promise.reject(new SendError('refused', 'hanging', words));
    }
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(reqId) ?? [];
      this.#queues.set(reqId, queue);
      queue.push({ text, resolve, reject });
      if (queue.length === 1) this.#sendFirst(reqId, queue);
    });
  }

  /**
   * Whether the frame answered something. What was said twice is owed two answers, so the first of them settles nothing for
   * others.
   */
  answered({ headers: { req_id: reqId } }: Frame, text: string): boolean {
    const pending = this.#queues.get(reqId)?.[0];
    if (!pending) return this.#hanging.delete(reqId);
    pending.resolve(text);
    this.#next(reqId);
    return true;
  }

  /** What was on its way may have arrived; what waited has not left. */
  close(): void {
    this.#closed = true;
    for (const queue of this.#queues.values()) {
      for (const { forget, reject } of queue) {
        forget?.();
        reject(
          forget
            ? new SendError('unknown', 'line-lost', 'the connection was lost before the answer came')
            : new SendError('later', 'no-line', 'the connection was lost'),
        );
      }
    }
    this.#queues.clear();
    this.#hanging.clear();
  }

  #sendFirst(reqId: string, [first]: readonly Pending[]): void {
    if (!first) return;
    first.forget = this.parts.timers.after(this.parts.withinMs, () => this.#giveUp(reqId));
    this.parts.send(first.text);
  }

  #giveUp(reqId: string): void {
    const queue = this.#queues.get(reqId) ?? [];
    const [first, ...others] = queue;
    if (!first) return;
    this.#hanging.set(reqId, first.text);
    this.#queues.delete(reqId);
    first.reject(new SendError('unknown', 'timeout', 'WeCom did not answer in time'));
    for (const { reject } of others)
      reject(new SendError('refused', 'hanging', 'an earlier answer to the same message was not answered'));
  }

  #next(reqId: string): void {
    const queue = this.#queues.get(reqId) ?? [];
    queue.shift()?.forget?.();
    if (queue.length > 0) this.#sendFirst(reqId, queue);
    else this.#queues.delete(reqId);
  }
}
