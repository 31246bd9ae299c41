import type { Inbound } from './inbound.js';

/**
 * What arrived from outside, before anything is believed: one HTTP request, one socket frame (`method: "STREAM"`) or one
 * pulled item (`method: "PULL"`). `body` holds the bytes exactly as received, since signatures are made over them.
 */
export interface Delivery {
  method: string;
  query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** The answer to a delivery: an HTTP response, or for a socket the acknowledging frame as `body`. */
export interface Response {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/**
 * What a delivery turned out to be. A genuine duplicate reads exactly like the first time; only what is forged, stale or
 * unreadable is refused. `events` may be empty (a handshake, an echo of our own message, a type we have no use for).
 */
export type Reading =
  /** `polls`: it asks what has been said since to the reply address that this names; `Bot.answerPoll` answers it. */
  /**
   * `pulls`: there is something to be pulled, with this ticket ('' where none is needed) · `holds`: the answer may wait for
   * our first words; see `Connector.answerHeld`.
   */
  | { verified: true; events: Inbound[]; response: Response; polls?: string; pulls?: string; holds?: Holds }
  | { verified: false; reason: string; response: Response };

/** An answer that waits for what is said to `reply` (`InboundMessage.reply`), for so long. */
export interface Holds {
  reply: string;
  forMs: number;
}

export const json = (status: number, value: unknown): Response => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** Whether a body may be JSON by its content type. One that names none is given the benefit of the doubt. */
export const mayBeJson = ({ headers }: Pick<Delivery, 'headers'>): boolean =>
  /^(application\/json|)\s*(;|$)/i.test(headers['content-type'] ?? '');

/** A refusal that says what was wrong and never what would have been right. */
export const refused = (status: number, reason: string): Reading => ({
  verified: false,
  reason,
  response: json(status, { error: { message: reason } }),
});
