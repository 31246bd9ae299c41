import * as z from 'zod/mini';
import type { PlatformName, Press } from '../platform.js';
import * as shape from './shapes.js';

/** What the control API refused, in its own words. */
export class Refused extends Error {}

export type Attachment = { base64: string; name: string };

/** One thing a person says; exactly one of text, image, file and location. */
export interface Saying {
  as: string;
  chat?: string;
  /** The app whose bot is spoken to, when there is no chat with it yet. */
  bot?: string;
  text?: string;
  image?: Attachment;
  file?: Attachment;
  location?: { latitude: number; longitude: number; name: string };
  quote?: string;
  thread?: string;
  newTopic?: boolean;
  mention?: string[];
}

export interface Click extends Press {
  as: string;
  message: string;
}

export interface Fault {
  on: {
    platform?: PlatformName;
    method?: string;
    path?: string;
    app?: string;
    delivery?: 'event' | 'callback' | 'any';
    socket?: true;
  };
  kind: string;
  times?: number;
  ms?: number;
  status?: number;
  code?: number;
}

const nothing = z.unknown();
const refusal = z.object({ error: z.object({ message: z.string() }) });

/** The sandbox's control API, one function per request. Each throws `Refused` with words fit to be shown. */
export const api = {
  world: () => call('GET', 'world', shape.worldShape),
  calls: (since: number) => call('GET', `calls?since=${since}`, shape.callsShape),
  deliveries: (since: number) => call('GET', `deliveries?since=${since}`, shape.deliveriesShape),
  drops: (since: number) => call('GET', `drops?since=${since}`, shape.dropsShape),
  connections: () => call('GET', 'connections', shape.connectionsShape),
  clock: () => call('GET', 'clock', shape.clockShape),
  advance: (advanceMs: number) => call('POST', 'clock', shape.clockShape, { advanceMs }),
  faults: () => call('GET', 'faults', shape.faultsShape),
  addFault: (fault: Fault) => call('POST', 'faults', shape.faultShape, fault),
  removeFaults: () => call('DELETE', 'faults', nothing),
  removeFault: (id: string | number) => call('DELETE', `faults/${encodeURIComponent(id)}`, nothing),
};

/** What people do and see in one platform's client. */
export const clientApi = (platform: PlatformName) => ({
  chats: (as: string) => call('GET', `chats?${query({ platform, as })}`, shape.chatsShape),
  /** Everything in the chat that this person sees, the answers in topics too. */
  messages: (as: string, chat: string) =>
    call('GET', `messages?${query({ platform, as, chat, thread: '*' })}`, shape.messagesShape),
  read: (as: string, chat: string) => call('POST', 'read', nothing, { platform, as, chat }),
  say: (saying: Saying) => call('POST', 'say', z.object({ messageId: z.string() }), { platform, ...saying }),
  click: (click: Click) => call('POST', 'click', shape.clickShape, { platform, ...click }),
  recall: (as: string, message: string) => call('POST', 'recall', nothing, { platform, as, message }),
  edit: (as: string, message: string, text: string) =>
    call('POST', 'edit', nothing, { platform, as, message, text }),
  react: (as: string, message: string, emoji: string, remove: boolean) =>
    call('POST', 'react', nothing, { platform, as, message, emoji, remove }),
  /** Opens the one-to-one chat with an app's bot, as the client does when it is looked at. */
  enter: (as: string, app: string) =>
    call('POST', 'enter', z.object({ chat: z.string() }), { platform, as, app }),
  menu: (as: string, app: string, key: string) => call('POST', 'menu', nothing, { platform, as, app, key }),
});
export type ClientApi = ReturnType<typeof clientApi>;

/** Opens a page as this person's client would: whoever asks the platform there who they are, hears of them. */
export const clientOpenAddress = (platform: PlatformName, as: string, url: string): string =>
  `/client/open?${query({ platform, as, url })}`;

export const resourceAddress = (key: string): string => `/control/resources/${encodeURIComponent(key)}`;

const query = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

async function call<T extends z.ZodMiniType>(
  method: string,
  path: string,
  answer: T,
  body?: unknown,
): Promise<z.output<T>> {
  const response = await fetch(`/control/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Refused('沙盒没有响应，请检查它是否还在运行');
  });
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const said = refusal.safeParse(json);
    throw new Refused(said.success ? said.data.error.message : `沙盒返回了 ${response.status}`);
  }
  const read = answer.safeParse(json);
  if (!read.success) throw new Refused(`沙盒的回答无法读取：${path.split('?')[0]}`);
  return read.data;
}
