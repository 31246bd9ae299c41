import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  anything,
  boolean,
  list,
  number,
  object,
  optional,
  record,
  type Shaped,
  strictObject,
  text,
} from '../kernel/shape.js';
import type { Channel } from './channel.js';

const id = text({ min: 1, max: 200 });
const attachment = object({ base64: text({ min: 1 }), name: text({ min: 1, max: 250 }) });
const place = optional(text({ min: 1 }));

export const sayShape = strictObject({
  as: id,
  chat: place,
  bot: place,
  text: optional(text({ min: 1, max: 150_000 })),
  image: optional(attachment),
  file: optional(attachment),
  /** Only where the client has messages of their own for these (WeCom). */
  location: optional(object({ latitude: number, longitude: number, name: text({ min: 1 }) })),
  link: optional(object({ title: text({ min: 1 }), url: text({ min: 1 }), description: optional(text()) })),
  quote: place,
  thread: place,
  newTopic: optional(boolean),
  mention: optional(list(id, { max: 50 })),
  platform: place,
});
type Said = Shaped<typeof sayShape>;
/** What a person says. A platform that says something for them need not name what is absent. */
export type Saying = Pick<Said, 'as'> & Partial<Said>;

const step = (value: unknown, path: string): string | number =>
  typeof value === 'number' ? value : text()(value, path);

export const clickShape = strictObject({
  as: id,
  message: id,
  button: optional(strictObject({ name: optional(id), text: optional(id), path: optional(list(step)) })),
  value: anything,
  form: optional(record),
  platform: place,
});

/** An entry of a bot's menu: it calls the app by its key, opens an address, or holds further entries. */
export interface MenuItem {
  name: string;
  key?: string;
  url?: string;
  items?: MenuItem[];
}

/** What `GET /control/world` tells of a platform, without secrets; the page reads the fields named here. */
export interface PlatformWorld {
  apps: {
    /** How people name the app in control calls (`bot`, `app`, `mention`): one id per speaker, unique on the platform. */
    appId: string;
    name: string;
    /** `app` (left out: the same) can be written to; `bot` too, and is mentioned in groups; `webhook` only speaks. */
    kind?: 'app' | 'bot' | 'webhook';
    /** Ids of the people who may use it; left out: everybody. */
    availability?: string[] | undefined;
    menu?: MenuItem[] | undefined;
  }[];
  people: { id: string; name: string; title?: string | undefined }[];
  /** Every chat but the one-to-one ones. `apps` are those that speak or can be mentioned there. */
  chats: { id: string; name: string; kind: string; people: string[]; apps: string[] }[];
  [more: string]: unknown;
}

/** One platform's stand-in: the wire it speaks to the product, and what people can do in its client. */
export interface Platform extends Channel {
  /** Takes an upgrade to WebSocket; false when the path is not this platform's. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  world(): PlatformWorld;
  client: Client;
  /** Closes the long connections for which a `drop-socket` fault was just ordered. */
  dropFaultySockets(): void;
  /** The open long connections: `{app, id, since, deaf}`. */
  connections(): object[];
}

/**
 * What people do and see; the shapes of a chat and a message are the README's, the same for every platform. Every method
 * throws `NotPossible` when the real client would not let them, as one does that has no reactions, menu or editing.
 */
export interface Client {
  chats(as: string): unknown[];
  messages(as: string, where: { chat: string; thread: string | undefined; after: number }): unknown[];
  say(saying: Saying): Record<string, unknown>;
  click(click: {
    as: string;
    message: string;
    button: { name?: string; text?: string; path?: (string | number)[] } | undefined;
    value: unknown;
    form: Record<string, unknown> | undefined;
  }): Promise<Record<string, unknown>>;
  edit(as: string, message: string, text: string): void;
  recall(as: string, message: string): void;
  react(as: string, message: string, emoji: string, remove: boolean): void;
  read(as: string, chat: string): void;
  menu(as: string, app: string, key: string): void;
  enter(as: string, app: string): string;
  resource(key: string): { mime: string; name: string; bytes: Buffer } | undefined;
}
