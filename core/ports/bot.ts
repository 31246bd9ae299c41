import type { ZodType } from 'zod';
import type { CardView } from '../cards/card.js';
import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Courier } from './courier.js';
import type { Delivery, Reading, Response } from './delivery.js';
import type { ContentType } from './inbound.js';

/** What an answer to a click can carry: a word in passing, and the card as it now stands. */
export interface ClickAnswer {
  toast?: { type: 'success' | 'info' | 'warning' | 'error'; text: string };
  card?: CardView;
}

export const platforms = ['feishu', 'dingtalk', 'wecom', 'wecom-aibot', 'wecom-webhook'] as const;
export type PlatformName = (typeof platforms)[number];

/**
 * Facts of a platform that decide how work is shown there; core asks these and never a platform's name. Made into the
 * capability table of the docs.
 */
export interface BotAbilities {
  /** Workspaces of one realm call a person by the same id, so that who is known in one is known in the others. */
  realm: string;
  /** Whether members can be written to one to one. */
  direct: boolean;
  /** Whether members can work there: be shown customers' words at any time, and answer. */
  work: boolean;
  /** What the bot hears in a group: everything, what is addressed to it, nothing (it can only send), or it can't be in one. */
  groups: 'everything' | 'addressed' | 'sends' | 'none';
  topics: boolean;
  /** What members can say to it one to one. */
  hears: readonly ContentType[];
  /** What it can show members besides text. */
  media: readonly ('image' | 'file' | 'voice' | 'video')[];
  /** Whether a member's quote tells which message they quote. */
  quotes: boolean;
  /** Whether it can take back what it said. */
  recall: boolean;
  /** Buttons that can be clicked, links only, or no cards at all. */
  cards: 'buttons' | 'links' | 'none';
  /** Whether a card can hold text fields; where it can't, its link opens the page with the same card. */
  cardInputs: boolean;
  /** How a card that was posted can be changed: at any time, once for each code the platform gave, or not at all. */
  cardEdits: 'always' | 'once' | 'never';
  /** How long after it was posted a card can still be redrawn and clicked; 0 when it can't be at all. */
  cardLifeMs: number;
  /** Whether who clicks can be told something in passing. Where not, the card says it. */
  toasts: boolean;
  /** By when a click has to be answered. */
  clickDeadlineMs: number;
  /** What a desk shows: a card for each conversation, or one of the whole queue where posting and editing are dear. */
  desk: 'conversation' | 'queue';
  /** How many long connections may be open at once; with one, a second throws out the first. */
  connections: 'none' | 'one' | 'several';
  /** Whether an answer can grow before the reader's eyes. */
  streaming: boolean;
}

/** The platforms on which members can work. */
export const workable = (bots: ReadonlyMap<string, { readonly abilities: BotAbilities }>): string[] =>
  [...bots].filter(([, { abilities }]) => abilities.work).map(([platform]) => platform);

/** What a bot is handed to keep in common with other processes: a place for values that expire, such as access tokens. */
export interface SharedValues {
  get(key: string): Promise<string | undefined>;
  /** The same as this process saw it last: for what whoever uses it is told when it was replaced (a token that is refused). */
  lastSeen(key: string): Promise<string | undefined>;
  set(key: string, value: string, expiresAt: number): Promise<void>;
  /** Sets it unless somebody has: of all who claim a key, in whichever process, one value stands. @returns that value */
  claim(key: string, value: string, expiresAt: number): Promise<string>;
  delete(key: string): Promise<void>;
}

export interface BotParts {
  clock: Clock;
  log: Logger;
  shared: SharedValues;
  /** Counts calls that the platform counts against the month. */
  used?(calls: number): void;
  /** The platform's address; only this and the credentials differ between the real one and the sandbox. */
  baseUrl: string;
  /** The connection that this process holds for the workspace, if it holds it: for platforms that are also spoken to over it. */
  line(): Socket | undefined;
}

/**
 * The code that speaks one platform. `read` and `answerClick` are pure functions of what they are given, so that they
 * are tested by recorded deliveries and serve `inspect`.
 */
export interface Bot<Credentials = unknown> {
  readonly platform: PlatformName;
  readonly credentials: ZodType<Credentials>;
  readonly abilities: BotAbilities;
  read(delivery: Delivery, credentials: Credentials, now: number): Reading;
  /** The answer to a delivery that held a click, in place of the reading's own `response`. */
  answerClick(answer: ClickAnswer, delivery: Delivery, credentials: Credentials): Response;
  courier(credentials: Credentials, parts: BotParts): Courier;
  directory(credentials: Credentials, parts: BotParts): Directory;
  /** How a page learns which member is looking at it. */
  readonly login?: Login<Credentials>;
  /**
   * The answer to a delivery that asked what has been said since (`Reading.polls`): the whole text so far, or undefined
   * while nothing has.
   */
  answerPoll?(said: string | undefined, delivery: Delivery, credentials: Credentials): Response;
  /** Opens one long-lived connection; the keeper opens several, replaces deaf ones, and hands every frame to `heard`. */
  connect?(credentials: Credentials, parts: BotParts, ears: SocketEars): Promise<Socket>;
  /**
   * Whether what had to be done at the platform by hand has been done there. Sends nothing to anybody, and never throws.
   * @param chats  the groups in which queues are shown
   */
  check?(credentials: Credentials, parts: BotParts, chats?: readonly string[]): Promise<Check>;
  /** Where the real platform is, by how it is heard. */
  readonly addresses?: { http: string; socket?: string };
  /** The permissions that the app has to be given, as the platform's console calls them. */
  readonly scopes?: readonly string[];
  /** Which enterprise the workspace belongs to, where its credentials tell: people's ids are that one's. */
  enterpriseOf?(credentials: Credentials): string | undefined;
  /** What the platform lets the enterprise have in a month, and what a conversation takes of it. */
  quota?(credentials: Credentials): Quota;
}

/** `problems` say in a sentence each what is missing and where it is put right; none of them, and all is well. */
export interface Check {
  ok: boolean;
  problems: string[];
}

/** Calls are what we ask of the platform; pushes are what it tells us. */
export interface Quota {
  calls: number;
  pushes: number;
  callsPerConversation: number;
  pushesPerConversation: number;
}

/** Looks people up. Returns undefined for somebody the app may not see. @throws {SendError} */
export interface Directory {
  /** `name` is absent where the app was not granted the right to read names. */
  person(id: string): Promise<DirectoryPerson | undefined>;
  /** People whose name holds these words, as far as the app may see them; absent where the platform tells nothing of the kind. */
  search?(words: string): Promise<FoundPerson[]>;
}

export interface FoundPerson {
  id: string;
  name: string;
  department?: string;
}

export interface DirectoryPerson {
  name?: string;
  avatarUrl?: string;
  /** Names of their departments, the main one first; absent where the app may not read them. */
  departments?: string[];
  departed: boolean;
}

/** The platform's OAuth, for pages that are opened from its app. */
export interface Login<Credentials = unknown> {
  /** Where the reader's browser is sent; it comes back to `redirect` with `state` and a code in the query. */
  address(credentials: Credentials, baseUrl: string, back: { redirect: string; state: string }): string;
  /**
   * Who came back, by the id that deliveries call them by. Undefined: nobody of this enterprise, or a code that is
   * spent or forged. `redirect` is where they were told to come back to, for platforms that ask for it again.
   * @throws {SendError} when the platform can't be asked
   */
  person(
    credentials: Credentials,
    parts: BotParts,
    query: Readonly<Record<string, string>>,
    redirect: string,
  ): Promise<string | undefined>;
}

/** What a connection tells its keeper. `heard` resolves to the frame to send back, once the delivery is recorded. */
export interface SocketEars {
  heard(delivery: Delivery): Promise<Response>;
  /** Any sign that the other side still speaks to us on this socket; pings do not count as `application`. */
  alive(sign: 'application' | 'ping'): void;
  /** `taken`: somebody else opened the one connection there may be; to open it again would be a fight. */
  closed(reason: string, why?: 'taken'): void;
}

/** One open connection. Its keeper has the only timers, so it is the keeper who pings, as often as the platform asks. */
export interface Socket {
  readonly pingEveryMs: number;
  /** Asks the other side for a sign; the answer is told to `alive`. */
  ping(): void;
  /** Says something over the connection, and resolves to the other side's answer. @throws {SendError} */
  request?(text: string): Promise<string>;
  /** Lets what was heard be answered, then closes. */
  close(): Promise<void>;
}
