import * as z from 'zod/mini';

/** The shapes of the sandbox's control API that this page reads. Unknown fields are ignored. */
const text = z.string();
const number = z.number();
const optionalText = z.nullish(z.string());

const author = z.object({ id: text, name: text, kind: z.enum(['person', 'bot']) });

const message = z.object({
  id: text,
  seq: number,
  at: number,
  author,
  type: text,
  content: z.unknown(),
  card: z.optional(z.unknown()),
  rootId: optionalText,
  threadId: optionalText,
  quote: z.nullish(z.object({ id: text, text })),
  recalled: z.nullish(z.boolean()),
  edited: z.nullish(z.boolean()),
  read: z.nullish(z.boolean()),
  mentions: z.nullish(z.array(z.object({ key: text, id: text, name: text }))),
  reactions: z.nullish(z.array(z.object({ emoji: text, by: z.array(text) }))),
});

const chat = z.object({
  id: text,
  name: text,
  kind: z.enum(['p2p', 'group', 'topic']),
  unread: number,
  last: z.nullish(z.object({ text, at: number, author: text })),
  peer: z.nullish(z.object({ id: text, name: text, kind: text })),
});

const menuItem = z.object({
  name: text,
  key: optionalText,
  url: optionalText,
  items: z.nullish(z.array(z.object({ name: text, key: optionalText, url: optionalText }))),
});

const app = z.object({
  appId: text,
  name: text,
  kind: z.nullish(z.enum(['app', 'bot', 'webhook'])),
  botOpenId: optionalText,
  aliases: z.nullish(z.array(text)),
  availability: z.nullish(z.array(text)),
  menu: z.nullish(z.array(menuItem)),
});

const person = z.object({
  id: text,
  name: text,
  title: optionalText,
  openIds: z.nullish(z.record(z.string(), z.string())),
  aliases: z.nullish(z.array(text)),
});

const group = z.object({ id: text, name: text, kind: text, people: z.array(text), apps: z.array(text) });

const platform = z.object({ apps: z.array(app), people: z.array(person), chats: z.array(group) });

export const worldShape = z.object({
  feishu: platform,
  dingtalk: platform,
  wecom: platform,
  shop: z.nullish(
    z.object({ name: text, customers: z.nullish(z.array(z.object({ id: text, name: text }))) }),
  ),
});

export const chatsShape = z.object({ chats: z.array(chat) });
export const messagesShape = z.object({ messages: z.array(message) });

export const clickShape = z.object({
  toast: z.nullish(z.object({ type: z.nullish(text), content: z.nullish(text) })),
  cardUpdated: z.nullish(z.boolean()),
  /** What was pressed leads there. */
  url: optionalText,
  errorCode: z.nullish(number),
  error: optionalText,
});

const call = z.object({
  n: number,
  at: number,
  platform: text,
  method: text,
  path: text,
  app: optionalText,
  status: z.nullish(number),
  code: z.nullish(number),
  error: optionalText,
  ms: z.nullish(number),
  body: z.optional(z.unknown()),
  fault: z.optional(z.unknown()),
  dropped: optionalText,
});

const drop = z.object({ n: number, at: number, platform: text, app: text, person: text, why: text });

const delivery = z.object({
  n: number,
  at: number,
  platform: text,
  app: optionalText,
  kind: text,
  type: optionalText,
  eventId: optionalText,
  attempt: z.nullish(number),
  via: optionalText,
  outcome: optionalText,
});

const socket = z.object({ platform: text, app: text, id: text, since: number, deaf: z.nullish(z.boolean()) });
const url = z.object({
  platform: text,
  app: text,
  url: text,
  verified: z.nullish(z.boolean()),
  problem: optionalText,
});

export const callsShape = z.object({ calls: z.array(call) });
export const deliveriesShape = z.object({ deliveries: z.array(delivery) });
export const dropsShape = z.object({ drops: z.array(drop) });
export const connectionsShape = z.object({ connections: z.array(socket), urls: z.array(url) });
export const faultShape = z.object({ id: z.union([text, number]) });
const standingFault = z.object({
  id: z.union([text, number]),
  on: z.record(z.string(), z.unknown()),
  kind: text,
  status: z.optional(number),
  code: z.optional(number),
  ms: z.optional(number),
});
export const faultsShape = z.object({ faults: z.array(standingFault) });
export const clockShape = z.object({ now: number });

/** A change, as the stream tells it; the page then reads what changed. */
export const eventShape = z.object({ type: text, chat: z.optional(text) });

export type Message = z.infer<typeof message>;
export type Chat = z.infer<typeof chat>;
export type World = z.infer<typeof worldShape>;
export type PlatformWorld = z.infer<typeof platform>;
export type MenuItem = z.infer<typeof menuItem>;
export type App = z.infer<typeof app>;
export type Person = z.infer<typeof person>;
export type ClickAnswer = z.infer<typeof clickShape>;
export type Call = z.infer<typeof call>;
export type Delivery = z.infer<typeof delivery>;
export type StandingFault = z.infer<typeof standingFault>;
export type Drop = z.infer<typeof drop>;
export type Connections = z.infer<typeof connectionsShape>;
export type StreamEvent = z.infer<typeof eventShape>;
