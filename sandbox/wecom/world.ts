import type { MenuItem } from '../control/platform.js';
import {
  boolean,
  list,
  Misshapen,
  number,
  object,
  oneOf,
  optional,
  type Shape,
  type Shaped,
  text,
} from '../kernel/shape.js';
import { kfShape } from '../wechat-kf/world.js';

/** The shapes of an enterprise as a world file gives it; see this folder's README. */
const id = text({ min: 1, max: 100 });
const key = text({ min: 1, max: 1_000 });

/** Where an app is called: an absolute http or https URL. */
const address: Shape<string> = (value, path) => {
  const given = text({ max: 2_000 })(value, path);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Misshapen(path, 'an http(s) URL is required');
  return given;
};

/** Source: 接收消息与事件, 使用接收消息 (43 letters and digits). */
const encodingAesKey: Shape<string> = (value, path) => {
  const given = text()(value, path);
  if (!/^[A-Za-z0-9]{43}$/.test(given)) throw new Misshapen(path, '43 letters and digits are required');
  return given;
};

const whole: Shape<number> = (value, path) => {
  const given = number(value, path);
  if (!Number.isInteger(given) || given < 0) throw new Misshapen(path, 'a whole number is required');
  return given;
};

const menuItem: Shape<MenuItem> = (value, path) => {
  const {
    name,
    key: event,
    url,
    items,
  } = object({
    name: id,
    key: optional(text({ min: 1, max: 128 })),
    url: optional(text({ min: 1, max: 1_024 })),
    items: optional(list(menuItem)),
  })(value, path);
  return { name, ...(event ? { key: event } : {}), ...(url ? { url } : {}), ...(items ? { items } : {}) };
};

export const callbackShape = object({ url: address, token: key, encodingAesKey });

export const appShape = object({
  agentId: whole,
  secret: key,
  name: id,
  callback: optional(callbackShape),
  trustedDomains: optional(list(id)),
  accountLimit: optional(whole),
  visible: optional(list(id)),
  menu: optional(list(menuItem, { max: 3 })),
  events: optional(list(id)),
});

export const personShape = object({
  id,
  userId: optional(text({ min: 1, max: 64 })),
  name: id,
  title: optional(text()),
  departments: optional(list(whole, { min: 1 })),
  departed: optional(boolean),
});

export const departmentShape = object({ id: whole, name: id, parentId: optional(whole) });

export const aibotShape = object({
  botId: id,
  name: id,
  mode: oneOf('url', 'socket'),
  callback: optional(callbackShape),
  secret: optional(key),
  visible: optional(list(id)),
  plainUserIds: optional(boolean),
});

export const groupShape = object({
  chatId: id,
  name: id,
  people: list(id),
  aibots: optional(list(id)),
  webhooks: optional(list(object({ key, name: id }))),
});

export const worldShape = object({
  corpId: optional(id),
  contactsSecret: optional(key),
  departments: optional(list(departmentShape)),
  people: optional(list(personShape)),
  apps: optional(list(appShape)),
  aibots: optional(list(aibotShape)),
  groups: optional(list(groupShape)),
  kf: optional(kfShape),
});

export type WorldFile = Shaped<typeof worldShape>;
export type Callback = Shaped<typeof callbackShape>;
export type App = Shaped<typeof appShape>;
export type Aibot = Shaped<typeof aibotShape>;
export type Department = Shaped<typeof departmentShape>;

export interface Person {
  id: string;
  userId: string;
  name: string;
  title: string | undefined;
  departments: number[];
  departed: boolean;
}

export interface Chat {
  id: string;
  name: string;
  kind: 'p2p' | 'group';
  people: string[];
  /** Who speaks there besides people: an agentId as text, botIds, ids of webhooks. */
  apps: string[];
  createdAt: number;
  /** Made by an app's `appchat/create`; the app that made it, and the owner's person id. */
  appchat?: { app: string; owner: string };
}

/** `app`, `aibot` and `webhook` are what the page calls bots. */
export interface Author {
  kind: 'person' | 'app' | 'aibot' | 'webhook';
  id: string;
}

export interface Message {
  id: string;
  seq: number;
  chat: string;
  /** Epoch ms, by the sandbox's clock. */
  at: number;
  author: Author;
  type: string;
  content: Record<string, unknown>;
  /** Of a template card: what it was sent as, and the copies of those whose card was changed since. */
  card?: Card;
  copies?: Record<string, Card>;
  /** The `msgid` that `message/send` gave for it and its like in other chats. */
  send?: string;
  quote?: string;
  mentions?: string[];
  /** An AI bot's: by this its answers are judged. */
  feedback?: string;
  hiddenFrom?: string[];
  recalled?: boolean;
}

export type Card = Record<string, unknown>;

/** One call of `message/send`, for recall and card updates. */
export interface Send {
  msgid: string;
  app: string;
  at: number;
  /** The messages that came of it, by the person who got them. */
  messages: Record<string, string>;
  taskId?: string;
  cardType?: string;
}

export interface ResponseCode {
  code: string;
  app: string;
  send: string;
  at: number;
  used: boolean;
}

export interface Resource {
  key: string;
  kind: 'image' | 'voice' | 'video' | 'file';
  name: string;
  mime: string;
  bytes: number;
  at: number;
}

export interface Token {
  token: string;
  /** An agentId as text, or `contacts` for 通讯录同步. */
  app: string;
  expiresAt: number;
}

export interface OauthCode {
  code: string;
  person: string;
  host: string;
  scope: string;
  at: number;
  used: boolean;
}

/** What an AI bot may answer: one callback it was sent. */
export interface Turn {
  /** The callback's msgid, and over the WebSocket its req_id. */
  id: string;
  bot: string;
  chat: string;
  person: string;
  kind: 'message' | 'card' | 'enter' | 'feedback';
  at: number;
  /** Of a card click: the card's message and task. */
  message?: string;
  taskId?: string;
  /** Set once this answer, of which only one is possible, was given. */
  answered?: boolean;
  /** Address mode: the deferred reply was used. */
  deferred?: boolean;
  /** Whether a card was already given in a combined answer. */
  carded?: boolean;
}

export interface StreamRow {
  /** `bot|stream id`. */
  key: string;
  id: string;
  bot: string;
  turn: string;
  message: string;
  startedAt: number;
  finished: boolean;
}
