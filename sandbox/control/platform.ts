import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Reply, Request } from '../kernel/http.js';
import {
  anything,
  boolean,
  list,
  object,
  optional,
  record,
  type Shaped,
  strictObject,
  text,
} from '../kernel/shape.js';

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
  quote: place,
  thread: place,
  newTopic: optional(boolean),
  mention: optional(list(id, { max: 50 })),
  platform: place,
});
export type Saying = Shaped<typeof sayShape>;

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

/** One platform's stand-in: the wire it speaks to the product, and what people can do in its client. */
export interface Platform {
  /** Answers the product, or `undefined` when the path is not this platform's. */
  answer(request: Request): Promise<Reply> | undefined;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  load(world: unknown): void;
  world(): Record<string, unknown>;
  client: Client;
  dropFaultySockets(): void;
  expireTokens(app: string): number;
  connections(): unknown[];
  urls(): unknown[];
  close(): void;
}

/** What people do and see. Every method throws `NotPossible` when the real client would not let them. */
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
