/** What the server tells the widget. The other way is `ClientFrame` in `../frames.ts`. */

export interface ChatMedia {
  /** Absent while the file is still being fetched. */
  url?: string;
  name?: string;
  mime?: string;
  bytes?: number;
}

export interface ChatChoice {
  label: string;
  say: string;
}

export interface ChatRating {
  conversation: string;
  state: 'open' | 'given' | 'expired';
  prompt: string;
  scores: { score: number; label: string }[];
  given?: string;
}

export type ChatContent =
  | { type: 'text'; text: string; choices?: ChatChoice[] }
  | { type: 'image' | 'file' | 'voice' | 'video'; media: ChatMedia; text?: string }
  | { type: 'location'; latitude: number; longitude: number; name?: string }
  | { type: 'rating'; card: ChatRating }
  | { type: 'other'; text: string }
  | { type: 'recalled' };

export interface ChatMessage {
  id: string;
  /** Rises with every message and every change of one. */
  revision: number;
  at: number;
  by: { kind: 'customer' | 'agent' | 'robot' | 'system'; name?: string };
  content: ChatContent;
  /** The `id` of the message this one quotes. */
  quotes?: string;
  /** What to name when quoting it or saying it was read. */
  ref: string;
  /** Changed by who wrote it. */
  edited?: boolean;
  /** The id the widget itself gave it, on the visitor's own. */
  client?: string;
}

export interface ChatStanding {
  state: 'none' | 'robot' | 'waiting' | 'active' | 'closed';
  agent?: string;
  place?: number;
  robot: string;
  readUpTo?: number;
}

/** `code` is for the widget to put into words; `message` is for developers. */
export interface ChatError {
  code: string;
  message: string;
  retryAfterMs?: number;
}

export interface ChatSession {
  token: string;
  expires: number;
  customer: { id: string; name?: string; identified: boolean };
  history: ChatMessage[];
  /** Whether there is more before the history. */
  earlier: boolean;
  /** The highest revision in the history: where to resume. */
  after: number;
  standing: ChatStanding;
  config: {
    title: string;
    robot: string;
    color: string;
    welcome: string;
    suggestions: string[];
    textMax: number;
    uploadMaxBytes: number;
  };
}

export interface ChatPage {
  messages: ChatMessage[];
  after: number;
  /** Whether there is more in the direction asked for. */
  more: boolean;
  standing: ChatStanding;
  typing?: boolean;
}

export type ServerFrame =
  | { type: 'ready'; standing: ChatStanding }
  | { type: 'messages'; messages: ChatMessage[]; after: number }
  | { type: 'standing'; standing: ChatStanding }
  | { type: 'typing' }
  | { type: 'ack'; id: string }
  | ({ type: 'error'; id?: string } & ChatError)
  | { type: 'pong' };

export interface ChatUpload {
  /** Names the file when it is sent; worth nothing to anybody else. */
  media: string;
  type: 'image' | 'file' | 'voice' | 'video';
  name: string;
  mime: string;
  url: string;
}

export const textMax = 4000;
/** So long visitors may take back what they wrote. */
export const withdrawMs = 120_000;
export const uploadMaxBytes = 20 * 1024 * 1024;
export const pingEveryMs = 25_000;

/** Why the server closed a socket, in the range left to applications. */
export const closeCodes = {
  badFrame: 4400,
  token: 4401,
  idle: 4408,
  tooLarge: 4413,
  flood: 4429,
  slow: 4430,
} as const;
