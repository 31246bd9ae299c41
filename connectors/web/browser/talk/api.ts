import type { ChatError, ChatPage, ChatSession, ChatUpload } from '../../chat/wire.js';
import type { ClientFrame } from '../../frames.js';
import type { Settings } from './settings.js';

/** An answer that says no. `code` 0 stands for no answer at all. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, { code, message, retryAfterMs }: ChatError) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The requests of the widget. All throw `Refused`. */
export interface Api {
  session(visitorToken: string | null): Promise<ChatSession>;
  send(token: string, frame: ClientFrame): Promise<void>;
  typing(token: string): Promise<void>;
  after(token: string, revision: number): Promise<ChatPage>;
  before(token: string, revision: number): Promise<ChatPage>;
  upload(token: string, file: File): Promise<ChatUpload>;
}

export function apiOf(settings: Settings): Api {
  const { base, userId, userName: name, userSignature: signature, userJwt: jwt, lang: locale } = settings;
  async function call<T>(
    path: string,
    token: string | undefined,
    more: RequestInit & { waitMs?: number } = {},
  ): Promise<T> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), more.waitMs ?? 20_000);
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...Object(more.headers) };
    try {
      const response = await fetch(`${base}/${path}`, {
        ...more,
        headers,
        signal: stop.signal,
        credentials: 'omit',
      });
      const body = await response.json().catch(() => ({}));
      if (response.ok) return body;
      throw new Refused(response.status, body.error ?? { code: 'other', message: `HTTP ${response.status}` });
    } catch (error) {
      throw error instanceof Refused ? error : new Refused(0, { code: 'offline', message: String(error) });
    } finally {
      clearTimeout(timer);
    }
  }
  const post = <T>(path: string, token: string | undefined, value: unknown): Promise<T> =>
    call(path, token, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });

  return {
    session: (token) =>
      post('session', undefined, {
        visitorToken: token ?? undefined,
        identity: jwt ? { jwt } : userId || name ? { userId, name, signature } : undefined,
        locale,
        page: { url: location.href, title: document.title, referrer: document.referrer },
      }),
    send: (token, frame) => post('send', token, frame),
    typing: (token) => post('typing', token, {}),
    after: (token, revision) => call(`messages?after=${revision}&wait=25`, token, { waitMs: 40_000 }),
    before: (token, revision) => call(`messages?before=${revision}`, token),
    upload: (token, file) =>
      call('upload', token, {
        method: 'POST',
        headers: { 'x-file-name': encodeURIComponent(file.name), 'content-type': 'application/octet-stream' },
        body: file,
        waitMs: 120_000,
      }),
  };
}
