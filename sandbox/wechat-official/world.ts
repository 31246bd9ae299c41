import { boolean, list, object, oneOf, optional, type Shape, type Shaped, text } from '../kernel/shape.js';
import type { PhoneMenuEntry } from '../phone/view.js';

const id = text({ min: 1, max: 200 });

const entry: Shape<PhoneMenuEntry> = (value, path) =>
  object({
    name: id,
    key: optional(text({ min: 1, max: 128 })),
    url: optional(id),
    items: optional(list(entry, { max: 5 })),
  })(value, path);

const account = object({
  /** The original id, which begins with gh_. */
  id,
  name: id,
  about: optional(id),
  appId: id,
  appSecret: id,
  /** Whether WeChat has verified its owner; without that it has no custom/send. */
  verified: optional(boolean),
  url: id,
  token: text({ min: 3, max: 32 }),
  /** 明文模式 or 安全模式. */
  mode: optional(oneOf('plain', 'encrypted')),
  encodingAesKey: optional(text({ min: 43, max: 43 })),
  menu: optional(list(entry, { max: 3 })),
});

const customer = object({
  id,
  name: id,
  /** The accounts they follow already. */
  follows: optional(list(id)),
});

export const worldShape = object({ accounts: optional(list(account)), customers: optional(list(customer)) });

export type Account = Shaped<typeof account>;
export type Customer = Pick<Shaped<typeof customer>, 'id' | 'name'>;

/** One customer at one account. */
export interface Follower {
  openId: string;
  account: string;
  customer: string;
  follows: boolean;
  /** What they did last that lets the account write, and how often it has since. */
  opening?: { kind: 'message' | 'event'; at: number; sent: number };
  /** When anything was last said, either way. */
  spokeAt?: number;
  typingUntil?: number;
}

export interface Said {
  id: string;
  openId: string;
  seq: number;
  at: number;
  side: 'me' | 'them' | 'notice';
  /** How it came from the account. */
  via?: 'passive' | 'custom';
  msgtype: 'text' | 'image' | 'voice' | 'video' | 'location' | 'link' | 'news' | 'msgmenu';
  content: Record<string, unknown>;
}

export interface Media {
  id: string;
  account: string;
  type: 'image' | 'voice' | 'video' | 'thumb';
  name: string;
  mime: string;
  at: number;
}

export interface Token {
  token: string;
  account: string;
  kind: 'token' | 'stable';
  expiresAt: number;
}
