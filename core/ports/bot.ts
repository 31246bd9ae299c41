import type { ZodType } from 'zod';
import type { CardView } from '../cards/card.js';
import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Courier } from './courier.js';
import type { Delivery, Reading, Response } from './delivery.js';

/** What an answer to a click can carry: a word in passing, and the card as it now stands. */
export interface ClickAnswer {
  toast?: { type: 'success' | 'info' | 'warning' | 'error'; text: string };
  card?: CardView;
}

/** Facts of a platform that decide how work is shown there. Made into the capability table of the docs. */
export interface BotAbilities {
  topics: boolean;
  cardInputs: boolean;
  /** How long after it was posted a card can still be redrawn and clicked; 0 when it can't be at all. */
  cardLifeMs: number;
  recall: boolean;
  /** By when a click has to be answered. */
  clickDeadlineMs: number;
}

/** What a bot is handed to keep in common with other processes: a place for values that expire, such as access tokens. */
export interface SharedValues {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, expiresAt: number): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface BotParts {
  clock: Clock;
  log: Logger;
  shared: SharedValues;
  /** The platform's address; only this and the credentials differ between the real one and the sandbox. */
  baseUrl: string;
}

/**
 * The code that speaks one platform. `read` and `answerClick` are pure functions of what they are given, so that they
 * are tested by recorded deliveries and serve `inspect`.
 */
export interface Bot<Credentials = unknown> {
  readonly platform: 'feishu' | 'dingtalk' | 'wecom';
  readonly credentials: ZodType<Credentials>;
  readonly abilities: BotAbilities;
  read(delivery: Delivery, credentials: Credentials, now: number): Reading;
  /** The answer to a delivery that held a click, in place of the reading's own `response`. */
  answerClick(answer: ClickAnswer, delivery: Delivery, credentials: Credentials): Response;
  courier(credentials: Credentials, parts: BotParts): Courier;
  directory(credentials: Credentials, parts: BotParts): Directory;
  /** Opens one long-lived connection; the keeper opens several, replaces deaf ones, and hands every frame to `heard`. */
  connect?(credentials: Credentials, parts: BotParts, ears: SocketEars): Promise<Socket>;
}

/** Looks people up. Returns undefined for somebody the app may not see. @throws {SendError} */
export interface Directory {
  /** `name` is absent where the app was not granted the right to read names. */
  person(id: string): Promise<{ name?: string; avatarUrl?: string; departed: boolean } | undefined>;
}

/** What a connection tells its keeper. `heard` resolves to the frame to send back, once the delivery is recorded. */
export interface SocketEars {
  heard(delivery: Delivery): Promise<Response>;
  /** Any sign that the other side still speaks to us on this socket; pings do not count as `application`. */
  alive(sign: 'application' | 'ping'): void;
  closed(reason: string): void;
}

/** One open connection. Its keeper has the only timers, so it is the keeper who pings, as often as the platform asks. */
export interface Socket {
  readonly pingEveryMs: number;
  /** Asks the other side for a sign; the answer is told to `alive`. */
  ping(): void;
  /** Lets what was heard be answered, then closes. */
  close(): Promise<void>;
}
