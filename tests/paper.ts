import { z } from 'zod';
import type { CardView } from '../core/cards/card.js';
import type { Bot, BotAbilities, ClickAnswer, DirectoryPerson, PlatformName } from '../core/ports/bot.js';
import type { ChannelAbilities, Connector } from '../core/ports/connector.js';
import type { Certainty, Courier, Outgoing, Place } from '../core/ports/courier.js';
import { json } from '../core/ports/delivery.js';
import type { Inbound } from '../core/ports/inbound.js';

/** One thing that arrived on paper: what it was, and what it came to be called. */
export interface Arrived {
  id: string;
  key: string;
  out: Outgoing;
}

/** What paper can do, unless a test says otherwise: everything. */
export const paperAbilities: BotAbilities = {
  realm: 'paper',
  direct: true,
  work: true,
  groups: 'everything',
  topics: true,
  hears: ['text', 'image', 'file', 'voice', 'video'],
  media: ['image', 'file', 'voice', 'video'],
  quotes: true,
  recall: true,
  cards: 'buttons',
  cardInputs: true,
  cardEdits: 'always',
  cardLifeMs: 14 * 86_400_000,
  toasts: true,
  clickDeadlineMs: 3_000,
  desk: 'conversation',
  connections: 'none',
  streaming: false,
};

/** What the channel of paper can do, unless a test says otherwise: we may write whenever we like, and take it back. */
export const paperChannel: ChannelAbilities = {
  text: { max: 4_000, unit: 'characters' },
  media: ['image', 'file', 'voice', 'video'],
  choices: true,
  cards: true,
  recallMs: Number.POSITIVE_INFINITY,
  pace: 'chat',
};

/**
 * A platform and a channel made of paper: the smallest implementation of the ports. They believe every delivery, remember
 * what they are sent, and honour idempotency keys. For tests of core; the real wire is tested through the sandbox.
 */
export class Paper {
  readonly toStaff: Arrived[] = [];
  readonly toCustomers: Arrived[] = [];
  /** The newest view of each posted card. */
  readonly cards = new Map<string, CardView>();
  /** Called before a send takes effect; throws what the other side would refuse. */
  before: (out: Outgoing, key: string) => Promise<void> = async () => {};
  /** Called after it took effect; throws what can be lost on the way back. */
  after: (out: Outgoing, key: string) => Promise<void> = async () => {};
  /** How certain sends to customers and to staff are; redraws always may be repeated. */
  certainty: Certainty = { kind: 'keyed', lifeMs: 3_600_000 };
  /** What each redraw was allowed by. */
  readonly edits: (string | undefined)[] = [];
  /** Longest text that may be made of several. */
  mergesUpTo: number | undefined;
  /** What the platform's directory knows of a person. */
  directory: (id: string) => Promise<DirectoryPerson | undefined> = async () => undefined;
  /** To whom it was shown that somebody is writing; undefined: it can not show that. */
  typing: string[] | undefined;
  private made = 0;

  readonly bot: Bot;
  readonly connector: Connector;

  /** @param can  what it can do as a platform, and as a channel, other than everything */
  constructor(
    can: {
      platform?: PlatformName;
      abilities?: Partial<BotAbilities>;
      channel?: Partial<ChannelAbilities>;
    } = {},
  ) {
    this.bot = {
      platform: can.platform ?? 'feishu',
      credentials: z.object({}),
      abilities: { ...paperAbilities, ...can.abilities },
      read: (delivery) => ({ verified: true, events: eventsIn(delivery.body), response: json(200, {}) }),
      answerClick: (answer) => json(200, answer),
      courier: () => this.courier(this.toStaff),
      directory: () => ({ person: (id) => this.directory(id) }),
    };
    this.connector = {
      channel: 'paper',
      account: z.object({}),
      abilities: { ...paperChannel, ...can.channel },
      read: (delivery) => ({ verified: true, events: eventsIn(delivery.body), response: json(202, {}) }),
      courier: () => this.courier(this.toCustomers),
    };
  }

  private courier(arrived: Arrived[]): Courier {
    const paper = this;
    return {
      get mergesUpTo() {
        return paper.mergesUpTo;
      },
      certainty: (out) => (out.kind === 'redraw' ? { kind: 'repeatable' } : this.certainty),
      limits: () => [],
      send: async (out, key) => {
        await this.before(out, key);
        const known = arrived.find((one) => one.key === key);
        const sent = known ?? { id: this.name(out), key, out };
        if (!known) arrived.push(sent);
        if (out.kind === 'card' || out.kind === 'redraw') this.cards.set(sent.id, out.card);
        if (out.kind === 'redraw') this.edits.push(out.edit);
        await this.after(out, key);
        const isRoot = out.kind === 'card' && out.to.kind === 'chat';
        const isOnce = this.bot.abilities.cardEdits === 'once' && out.kind === 'card';
        return {
          messageId: sent.id,
          thread: isRoot ? `thread-of-${sent.id}` : undefined,
          edit: isOnce ? `edit-of-${sent.id}` : undefined,
          free:
            'to' in out &&
            out.to.kind === 'direct' &&
            out.to.reply !== undefined &&
            arrived === this.toCustomers,
        };
      },
      get typing() {
        const { typing } = paper;
        return typing && (async (to: Place) => void (to.kind === 'direct' && typing.push(to.person)));
      },
      fetchMedia: async () => ({ bytes: Buffer.from('a file from paper'), name: 'paper.txt' }),
    };
  }

  private name(out: Outgoing): string {
    if ('messageId' in out) return out.messageId;
    this.made += 1;
    return `paper-${this.made}`;
  }
}

export const delivery = (events: readonly Inbound[]) => ({
  method: 'POST',
  query: {},
  headers: {},
  body: Buffer.from(JSON.stringify(events)),
});

const eventsIn = (body: Buffer): Inbound[] => z.array(z.custom<Inbound>()).parse(JSON.parse(body.toString()));

export const clickAnswer = (body: string | Buffer): ClickAnswer =>
  z.custom<ClickAnswer>().parse(JSON.parse(body.toString()));
