import {
  anything,
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

/** The shapes of a DingTalk organisation as a world file gives it; see this folder's README. */
const id = text({ min: 1, max: 200 });

/** Where an app is called: an absolute http or https URL. */
const address: Shape<string> = (value, path) => {
  const given = text({ max: 2_000 })(value, path);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new Misshapen(path, 'an http(s) URL is required');
  return given;
};

/** Source: callback-event-message-body-encryption-and-decryption (token 3–32 letters or digits, aes_key 43). */
const matching =
  (pattern: RegExp, wanted: string): Shape<string> =>
  (value, path) => {
    const given = text()(value, path);
    if (!pattern.test(given)) throw new Misshapen(path, wanted);
    return given;
  };

const eventsShape = object({
  url: address,
  token: matching(/^[A-Za-z0-9]{3,32}$/, '3 to 32 letters or digits'),
  aesKey: matching(/^[A-Za-z0-9]{43}$/, '43 letters or digits'),
});

const edition = optional(oneOf('standard', 'professional'));

const appShape = object({
  appKey: id,
  appSecret: id,
  robotCode: optional(id),
  agentId: optional(number),
  name: id,
  mode: optional(oneOf('stream', 'http')),
  robotUrl: optional(address),
  events: optional(eventsShape),
  /** What is ticked under 事件订阅; left out: the directory's events. */
  eventTypes: optional(list(id)),
  permissions: optional(list(id)),
  redirectUrls: optional(list(address)),
  availability: optional(list(id)),
  edition,
  monthlyCalls: optional(number),
  monthlyPushes: optional(number),
  qps: optional(number),
});

const personShape = object({
  id,
  userId: optional(id),
  unionId: optional(id),
  name: id,
  title: optional(text()),
  mobile: optional(text()),
  departments: optional(list(number)),
  departed: optional(boolean),
  external: optional(boolean),
});

const departmentShape = object({ id: number, name: id, parentId: optional(number) });

const groupShape = object({
  openConversationId: optional(id),
  name: id,
  people: list(id),
  robots: list(id),
});

const webhookShape = object({
  token: id,
  name: optional(id),
  secret: optional(id),
  keywords: optional(list(id, { max: 10 })),
  group: id,
});

const templateShape = object({
  id: matching(/^[\w-]+\.schema$/, '<uuid>.schema'),
  name: id,
  file: anything,
  published: optional(boolean),
});

export const worldShape = object({
  corpId: optional(id),
  corpName: optional(id),
  edition,
  monthlyCalls: optional(number),
  monthlyPushes: optional(number),
  qps: optional(number),
  /** Whether a robot message that was not acknowledged comes again after a minute. */
  redeliverRobotMessages: optional(boolean),
  /** How long a connection of Stream lives before it is told to leave; left out, for ever. */
  connectionSeconds: optional(number),
  /** How many messages an app's robot may send to one chat in a minute; DingTalk publishes no number. */
  perChatPerMinute: optional(number),
  apps: optional(list(appShape)),
  departments: optional(list(departmentShape)),
  people: optional(list(personShape)),
  groups: optional(list(groupShape)),
  webhooks: optional(list(webhookShape)),
  templates: optional(list(templateShape)),
});

export type WorldFile = Shaped<typeof worldShape>;
export type Edition = 'standard' | 'professional';

export interface App
  extends Omit<
    Shaped<typeof appShape>,
    'robotCode' | 'agentId' | 'mode' | 'edition' | 'monthlyCalls' | 'monthlyPushes'
  > {
  robotCode: string;
  agentId: number;
  mode: 'stream' | 'http';
}

export interface Person {
  id: string;
  userId: string;
  unionId: string;
  name: string;
  title: string | undefined;
  mobile: string | undefined;
  departments: number[];
  departed: boolean;
  /** Not of the robot's organisation: no userId reaches the app. */
  external: boolean;
}

export type Department = Shaped<typeof departmentShape>;

export interface Chat {
  /** The openConversationId. */
  id: string;
  name: string;
  kind: 'p2p' | 'group';
  people: string[];
  /** appKeys of the robots in it. */
  robots: string[];
  createdAt: number;
}

/** A custom robot of one group: it only speaks. */
export interface Webhook {
  token: string;
  name: string;
  secret: string | undefined;
  keywords: string[];
  group: string;
}

export interface Author {
  kind: 'person' | 'bot';
  /** A person's id, an appKey, or `webhook-<n>` of a custom robot. */
  id: string;
}

export interface Message {
  /** The msgId. */
  id: string;
  seq: number;
  chat: string;
  /** Epoch ms, by the sandbox's clock. */
  at: number;
  author: Author;
  type: string;
  content: Record<string, unknown>;
  /** Ids of the people and robots it mentions; `all` is everybody. */
  mentions: string[];
  quote?: string;
  /** What the app got for it; one key may stand for the messages to several people. */
  processQueryKey?: string;
  /** The card it shows, `appKey|outTrackId`. */
  card?: string;
  /** Who of a group sees it; left out: everybody. */
  recipients?: string[];
  recalled?: boolean;
}

export interface Resource {
  key: string;
  kind: 'image' | 'file' | 'voice' | 'video';
  name: string;
  mime: string;
  bytes: number;
  owner: Author;
}
