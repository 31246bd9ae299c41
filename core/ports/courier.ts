import type { CardView } from '../cards/card.js';

/**
 * What goes out to a platform or a channel. Places and message ids are the other side's own. Text is plain: the courier
 * escapes it for its surface, so nobody's words become markup or a mention there.
 */
export type Outgoing =
  /** `automatic`: nobody of the house said it, the robot or the desk did. */
  | { kind: 'text'; to: Place; text: string; quote?: string; choices?: Choice[]; automatic?: true }
  | { kind: 'media'; to: Place; media: OutgoingMedia; quote?: string; caption?: string; automatic?: true }
  | { kind: 'card'; to: Place; card: CardView }
  /** `edit` is the newest code that allows one edit, on platforms that ask for one (`Sent.edit`, `InboundClick.edit`). */
  | { kind: 'redraw'; messageId: string; card: CardView; edit?: string }
  /** Of what a customer was sent, as far as `ChannelAbilities.recallMs` and `editMs` go. */
  | { kind: 'recall'; messageId: string }
  | { kind: 'edit'; messageId: string; text: string };

/**
 * One-to-one with a person; a chat; or below the root message of a topic. `chat` says whose limit a topic's sends count
 * against. `reply` is where a platform wants the answer to one message (`InboundMessage.reply`).
 */
export type Place =
  | { kind: 'direct'; person: string; reply?: string }
  | { kind: 'chat'; chat: string; reply?: string }
  | { kind: 'topic'; root: string; chat?: string };

/** An answer offered to the customer; choosing it says `say`. */
export interface Choice {
  label: string;
  say: string;
}

export interface OutgoingMedia {
  type: 'image' | 'file' | 'voice' | 'video';
  mime: string;
  name: string;
  bytes(): Promise<Buffer>;
  /** A signed, expiring address of it, for surfaces that show links rather than files. */
  url: string;
}

/** What the other side says of a send. `thread` is the topic it stands in, `edit` the code that allows one edit of it. */
export interface Sent {
  messageId: string;
  thread?: string;
  edit?: string;
  /** The channel counts it against no window: it went where the answer to one message was waited for (`Place.reply`). */
  free?: boolean;
}

/**
 * How certain a send can be. `keyed`: a repeat with the same key inside `lifeMs` has no further effect. `repeatable`: the
 * effect of two is the effect of one (a redraw). `unkeyed`: a send whose fate is unknown must not be repeated by itself.
 */
export type Certainty = { kind: 'keyed'; lifeMs: number } | { kind: 'repeatable' } | { kind: 'unkeyed' };

/** At most one in `everyMs` on average, `burst` of them at once; counted per `scope` in the account's ledger. */
export interface Limit {
  scope: string;
  everyMs: number;
  burst: number;
}

/** Speaks to one workspace or one account. Made by its bot or connector; holds no state that matters. */
export interface Courier {
  /** Texts that follow each other to one place may be sent as one message, line below line, up to so many bytes of UTF-8. */
  readonly mergesUpTo?: number;
  /** It can only send where the workspace's connection is held (`BotParts.line`). */
  readonly needsLine?: boolean;
  certainty(out: Outgoing): Certainty;
  limits(out: Outgoing): Limit[];
  /**
   * @param key  the same for every attempt of one send: at most 50 characters of [0-9a-z-]
   * @throws {SendError}
   */
  send(out: Outgoing, key: string): Promise<Sent>;
  /** Shows the customer that somebody is writing, or no longer; what becomes of it does not matter. */
  typing?(to: Place, typing: boolean): Promise<void>;
  /** The bytes behind `InboundMedia.handle` of `messageId`. @throws {SendError} */
  fetchMedia?(
    messageId: string,
    handle: string,
    type: 'image' | 'file' | 'voice' | 'video',
  ): Promise<{ bytes: Buffer; name?: string }>;
}

/**
 * Why a send did not succeed, in the one form the outbox asks about: did it have an effect, and is it worth another try?
 *
 * - `refused`: it had none and never will in this form (`fallback` says whether plain text may be accepted instead)
 * - `later`: it had none; try again after `retryAfterMs` (a limit, an expired token, a refused connection)
 * - `unknown`: nobody can tell (a time-out, a broken connection, a 5xx)
 *
 * `window`: the channel says that its reply window is closed, or that what it allows in it is used up; our ledger was wrong.
 */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly fate: 'refused' | 'later' | 'unknown';
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly fallback: boolean;
  readonly window: 'closed' | 'used' | undefined;

  constructor(
    fate: 'refused' | 'later' | 'unknown',
    code: string,
    message: string,
    more: { retryAfterMs?: number; fallback?: boolean; window?: 'closed' | 'used' } = {},
  ) {
    super(message);
    this.fate = fate;
    this.code = code;
    this.retryAfterMs = more.retryAfterMs;
    this.fallback = more.fallback ?? false;
    this.window = more.window;
  }
}
