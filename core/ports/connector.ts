import type { ZodType } from 'zod';
import type { Clock, Ids } from '../clock.js';
import type { CustomerMessage, Revised } from '../conversations/message.js';
import type { Logger } from '../log.js';
import type { Check, SharedValues } from './bot.js';
import type { Courier } from './courier.js';
import type { Delivery, Holds, Reading, Response } from './delivery.js';
import type { Inbound, InboundMedia } from './inbound.js';

/** Facts of a channel that decide what is sent there. */
export interface ChannelAbilities {
  /** The longest text of one message, in the channel's own unit; longer ones are split by core. */
  text: { max: number; unit: 'characters' | 'utf16' | 'bytes' };
  media: readonly ('image' | 'file' | 'voice' | 'video')[];
  choices: boolean;
  /** Whether the rating card can be drawn and clicked there; otherwise it is asked in words. */
  cards: boolean;
  /** How long what was sent can be taken back, and changed, in milliseconds; absent: never. */
  recallMs?: number;
  editMs?: number;
  /** How long customers may take back what they wrote, where it is for us to mind; absent: the channel minds it. */
  withdrawMs?: number;
  /**
   * When the channel lets us write, by what the customer did last: `message` they wrote, `visit` they came without a word
   * (`InboundVisit`). A newer opening takes the place of an older one. Absent: whenever we like.
   */
  windows?: Partial<Record<Opening, ReplyWindow>>;
  /** Customers read the transcript itself: what is said stands before them at once, and sending it does nothing. */
  readsTranscript?: true;
  /** A letter is answered in hours, a chat in minutes: nobody is reminded of a letter after ten minutes. */
  pace: 'chat' | 'letter';
}

/** What a customer did that lets us write. */
export type Opening = 'message' | 'visit';

/** For so long from then on, and at most so many messages; `sends` absent: as many as we like. */
export interface ReplyWindow {
  ms: number;
  sends?: number;
}

/**
 * The code that speaks one channel; one folder under `connectors/`, found by its name. Three shapes exist and may be mixed:
 *
 * - *pushed to*: the channel calls `/channels/<channel>/<account id>`; `read` verifies and parses;
 * - *pulling*: `pull` fetches what came after a cursor, which moves once that is recorded; fetched twice, it is recorded once;
 * - *connected*: `serve` answers requests and sockets of its own (the web widget).
 */
export interface Connector<Account = unknown> {
  readonly channel: string;
  /** Settings and secrets of one account; secrets carry `.meta({ secret: true })`. */
  readonly account: ZodType<Account>;
  readonly abilities: ChannelAbilities;
  /** Pure. Also reads what was pulled (`method: "PULL"`), item by item. */
  read(delivery: Delivery, account: Account, now: number): Reading;
  courier(account: OpenAccount<Account>, host: ChannelHost): Courier;
  /**
   * One batch of what came after `cursor` (undefined: from now, or from the start, as the channel has it). `ticket` is what
   * the newest delivery named as `Reading.pulls`. @throws when the channel can't be asked; it is tried again, later and later
   */
  pull?(
    account: OpenAccount<Account>,
    cursor: string | undefined,
    host: ChannelHost,
    ticket?: string,
  ): Promise<Pulled>;
  /** How often it is pulled without a hint, in milliseconds. */
  readonly pullEveryMs?: number;
  /** Keeps a connection that says when there is something to pull; resolves or throws when it has ended, and is opened again. */
  follow?(
    account: OpenAccount<Account>,
    host: ChannelHost,
    heard: () => void,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * The answer to a delivery that may wait for our first words (`Reading.holds`), which the courier left for it in
   * `ChannelHost.shared`. Called once the delivery is recorded; at most `holds.forMs` later there is an answer.
   */
  answerHeld?(
    holds: Holds,
    delivery: Delivery,
    account: OpenAccount<Account>,
    host: ChannelHost,
  ): Promise<Response>;
  serve?(host: ChannelHost): ChannelService;
  /** Whether an account works, as far as that can be asked. Sends nothing to anybody, and never throws. */
  check?(account: OpenAccount<Account>, host: ChannelHost): Promise<Check>;
  /** What an administrator pastes somewhere instead of the callback address, where that is not it. */
  paste?(origin: string, accountId: string): string;
  /** A pulled item out of what the channel's own tools save (a mail's source), for `inspect`; its files are kept nowhere. `example`: settings to read it with. */
  readonly raw?: {
    extension: string;
    example: unknown;
    item(bytes: Buffer, account: Account): Promise<Delivery>;
  };
}

/** A batch: each item is read like a delivery. `more`: there is another one at once. */
export interface Pulled {
  items: Delivery[];
  cursor: string;
  more: boolean;
}

/** One configured instance of a channel, its settings parsed by the connector's own schema. */
export interface OpenAccount<Account = unknown> {
  tenantId: string;
  id: string;
  name: string;
  settings: Account;
}

/** What core offers to a connector that serves its customers itself. */
export interface ChannelHost {
  clock: Clock;
  ids: Ids;
  log: Logger;
  /** The account with this id if it is one of this channel's and its settings still parse. */
  account(id: string): Promise<OpenAccount<unknown> | undefined>;
  /** Records what a customer said or did; resolves once it cannot be lost any more. */
  receive(account: OpenAccount<unknown>, events: Inbound[]): Promise<void>;
  /** What this customer may see, lowest revision first: everything with a revision above `after`, at most `limit`. */
  transcript(account: OpenAccount<unknown>, sender: string, after: number, limit: number): Promise<Shown[]>;
  /** The way back: of everything with a revision below `before` the `limit` highest, lowest revision first. */
  earlier(account: OpenAccount<unknown>, sender: string, before: number, limit: number): Promise<Shown[]>;
  /** How things stand for this customer: who answers, and their place when waiting. */
  standing(account: OpenAccount<unknown>, sender: string): Promise<Standing>;
  storeMedia(
    account: OpenAccount<unknown>,
    bytes: Buffer,
    name: string,
  ): Promise<InboundMedia & { mediaId: string; mime: string; type: 'image' | 'file' | 'voice' | 'video' }>;
  /** Values of this account that all processes share and that expire: access tokens, words left for a held answer. */
  shared(account: OpenAccount<unknown>): SharedValues;
  /** A signed address of a stored file, on this origin. */
  mediaLink(account: OpenAccount<unknown>, mediaId: string): string;
  /** Calls back whenever there is news for a customer of this channel, in whichever process it arose. Returns the way to stop. */
  onNews(heard: (accountId: string, sender: string, news: News) => void): () => void;
  /** Passed to whoever works for this customer, and forgotten. */
  typing(account: OpenAccount<unknown>, sender: string, typing: boolean): void;
}

/**
 * A message as its customer sees it. `source` is its id on the customer's side: what it was received under, or what the
 * courier's `send` returned; the customer's side knows its own messages again by it, and quotes by it (by `id` while it has none).
 */
export interface Shown extends Revised<CustomerMessage> {
  source?: string;
}

/** `messages`: the transcript moved; `standing`: who answers has changed; `typing`: somebody is writing. */
export type News = 'messages' | 'standing' | 'typing';

export interface Standing {
  state: 'none' | 'robot' | 'waiting' | 'active' | 'closed';
  agent?: string;
  /** 1 is next. */
  place?: number;
  robot: string;
  /** The highest revision an agent has seen, as far as is known. */
  readUpTo?: number;
}

export interface ChannelRequest extends Delivery {
  /** Below `/channels/<channel>`, beginning with a slash. */
  path: string;
  /** The address of who asks, as far as trusted proxies tell. */
  ip: string;
}

export interface ChannelService {
  /** The largest body accepted at a path, in bytes. */
  bodyLimit(path: string): number;
  handle(request: ChannelRequest): Promise<Response>;
  /** Accepts a socket, or says why not. */
  connect?(request: ChannelRequest, socket: ChannelSocket): Promise<ChannelSocketEars | Response>;
}

export interface ChannelSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Bytes accepted for sending that have not left yet: a slow reader shows here. */
  readonly buffered: number;
}

export interface ChannelSocketEars {
  heard(text: string): void;
  closed(): void;
}
