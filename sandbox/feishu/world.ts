import {
  dictionary,
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

/** The shapes of a Feishu tenant as a world file gives it; see the sandbox's README. */
const id = text({ min: 1, max: 100 });

/** Where an app is called: an absolute http or https URL. */
const address: Shape<string> = (value, path) => {
  const given = text({ max: 2_000 })(value, path);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Misshapen(path, 'an http(s) URL is required');
  return given;
};

export const appShape = object({
  appId: id,
  appSecret: id,
  encryptKey: optional(text()),
  verificationToken: optional(text()),
  name: id,
  mode: oneOf('http', 'socket'),
  eventUrl: optional(address),
  callbackUrl: optional(address),
  /** Where a login may lead back to, each letter for letter. */
  redirectUrls: optional(list(address)),
  scopes: optional(list(id)),
  botOpenId: optional(id),
  availability: optional(list(id)),
  menu: optional(list(object({ key: text({ min: 1, max: 30 }), name: id }))),
});

export const personShape = object({
  id,
  name: id,
  title: optional(text()),
  openIds: optional(dictionary(id)),
  unionId: optional(id),
  userId: optional(id),
});

export const chatShape = object({
  id,
  name: id,
  kind: oneOf('topic', 'group'),
  people: list(id),
  apps: list(id),
});

/** What a long connection's client is told of pinging and reconnecting, in seconds; Feishu's own values when left out. */
export const clientConfigShape = object({
  ReconnectCount: optional(number),
  ReconnectInterval: optional(number),
  ReconnectNonce: optional(number),
  PingInterval: optional(number),
});

export const worldShape = object({
  tenantKey: optional(id),
  clientConfig: optional(clientConfigShape),
  apps: optional(list(appShape)),
  people: optional(list(personShape)),
  chats: optional(list(chatShape)),
});

export type WorldFile = Shaped<typeof worldShape>;

/** An app of the tenant. `callbackUrl` and `eventUrl` count only in `http` mode. */
export type App = Omit<Shaped<typeof appShape>, 'botOpenId'> & { botOpenId: string };

/** A person; `openIds` by appId, since Feishu's open_id differs per app. */
export interface Person {
  id: string;
  name: string;
  title: string | undefined;
  openIds: Record<string, string>;
  unionId: string;
  userId: string;
}

export interface Chat {
  id: string;
  name: string;
  kind: 'p2p' | 'group' | 'topic';
  people: string[];
  apps: string[];
  createdAt: number;
  description?: string;
}

export interface Author {
  kind: 'person' | 'bot';
  /** A person's id or an appId. */
  id: string;
}

/** A placeholder in a text (`@_user_1`) and whom it means. */
export interface Mention {
  key: string;
  who: Author;
}

export interface Message {
  id: string;
  seq: number;
  chat: string;
  /** Epoch ms, by the sandbox's clock. */
  at: number;
  updatedAt: number;
  author: Author;
  type: string;
  /** JSON text, as Feishu keeps it: a card's whole JSON for `interactive`. */
  content: string;
  mentions: Mention[];
  /** The first message of the topic or of the chain of quotes. */
  root?: string;
  parent?: string;
  thread?: string;
  edits: number;
  recalled?: boolean;
}

export interface Resource {
  key: string;
  kind: 'image' | 'file';
  name: string;
  mime: string;
  bytes: number;
  /** The type an app gave when it uploaded the file (`pdf`, `stream`, …). */
  fileType?: string;
  owner: Author;
}

export interface Token {
  token: string;
  app: string;
  kind: 'tenant' | 'app';
  expiresAt: number;
}

/** What a person's consent to a login leaves in their browser, for the app to turn into a token. */
export interface AuthorizationCode {
  code: string;
  app: string;
  person: string;
  redirectUri: string;
  /** Scopes with spaces between, as they were asked for. */
  scope: string;
  challenge: { value: string; method: 'S256' | 'plain' } | undefined;
  at: number;
  used: boolean;
}

/** With which an app may ask who the person is. */
export interface UserToken {
  token: string;
  app: string;
  person: string;
  expiresAt: number;
}

/** What a click leaves behind: the right to update its card twice within 30 minutes. */
export interface CardToken {
  token: string;
  app: string;
  message: string;
  at: number;
  uses: number;
}

export interface Reaction {
  id: string;
  message: string;
  emoji: string;
  by: Author;
  at: number;
}
