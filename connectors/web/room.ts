import { type Clock, idsFrom, movableClock } from '../../core/clock.js';
import { type Logger, silent } from '../../core/log.js';
import type {
  ChannelHost,
  ChannelRequest,
  ChannelSocket,
  News,
  Shown,
  Standing,
} from '../../core/ports/connector.js';
import type { Inbound } from '../../core/ports/inbound.js';
import type { ServerFrame } from './chat/wire.js';

/**
 * A `ChannelHost` in memory, for tests of this folder and for looking at the widget: it keeps what is received, once per
 * id, and lets the test answer.
 */
export interface Room extends ChannelHost {
  clock: Clock & { advance(ms: number): void; set(ms: number): void };
  received: Inbound[];
  settings: Record<string, unknown>;
  standings: Map<string, Standing>;
  /** Puts a message into a customer's transcript, or changes one, and spreads the news. */
  put(visitor: string, message: Partial<Shown> & Pick<Shown, 'content'>): Shown;
  news(visitor: string, news: News): void;
  typed: string[];
  /** Makes the next `receive` fail. */
  failNext: boolean;
}

export const accountId = 'acc-1';

export function room(
  settings: Record<string, unknown>,
  start = 1_700_000_000_000,
  log: Logger = silent,
): Room {
  const clock = movableClock(start);
  const ids = idsFrom(clock);
  const transcripts = new Map<string, Shown[]>();
  const listeners = new Set<(accountId: string, sender: string, news: News) => void>();
  const files = new Map<string, Buffer>();
  const seen = new Set<string>();
  let revision = 0;
  const of = (visitor: string): Shown[] =>
    [...(transcripts.get(visitor) ?? [])].sort((one, two) => one.revision - two.revision);

  const self: Room = {
    clock,
    ids,
    log,
    received: [],
    settings,
    standings: new Map(),
    typed: [],
    failNext: false,
    account: async (id) =>
      id === accountId ? { tenantId: 't', id, name: '演示', settings: self.settings } : undefined,
    async receive(_account, events) {
      if (self.failNext) {
        self.failNext = false;
        throw new Error('the database is away');
      }
      for (const event of events) {
        if (seen.has(event.id)) continue;
        seen.add(event.id);
        self.received.push(event);
        if (event.kind === 'message') echo(event);
      }
    },
    transcript: async (_account, sender, after, limit) =>
      of(sender)
        .filter((message) => message.revision > after)
        .slice(0, limit),
    earlier: async (_account, sender, before, limit) =>
      of(sender)
        .filter((message) => message.revision < before)
        .slice(-limit),
    standing: async (_account, sender) => self.standings.get(sender) ?? { state: 'none', robot: '小德' },
    shared: () => Object.create(null),
    async storeMedia(_account, bytes, name) {
      if (bytes.subarray(0, 2).toString() === 'MZ') throw new Error('programs are not stored');
      const mediaId = ids.next();
      files.set(mediaId, bytes);
      const isImage = /\.(png|jpe?g|gif|webp)$/i.test(name);
      const mime = isImage ? 'image/png' : 'application/octet-stream';
      return { mediaId, name, mime, type: isImage ? 'image' : 'file' };
    },
    mediaLink: (_account, mediaId) => `https://desk.example/files/${mediaId}?sig=x`,
    onNews(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    typing: (_account, sender, typing) => void self.typed.push(`${sender} ${typing}`),
    put(visitor, message) {
      revision += 1;
      const id = message.id ?? ids.next();
      const list = (transcripts.get(visitor) ?? []).filter((other) => other.id !== id);
      const author = { kind: 'agent', id: 'member-1', name: '陈一' } as const;
      const base = {
        id,
        tenantId: 't',
        conversationId: 'c1',
        at: clock.now(),
        audience: 'customer',
        author,
      } as const;
      const shown: Shown = { ...base, ...message, revision };
      transcripts.set(visitor, [...list, shown]);
      self.news(visitor, 'messages');
      return shown;
    },
    news(visitor, news) {
      for (const heard of listeners) heard(accountId, visitor, news);
    },
  };

  function echo(event: Extract<Inbound, { kind: 'message' }>): void {
    const author = { kind: 'customer', name: event.profile?.name } as const;
    const media = { ...event.media, name: event.media?.name };
    const content =
      event.type === 'image' || event.type === 'file'
        ? { type: event.type, media, text: event.text }
        : ({ type: 'text', text: event.text ?? '' } as const);
    const quoted = event.quote?.id;
    const quotes = quoted && of(event.sender).find(({ id, source }) => id === quoted || source === quoted);
    self.put(event.sender, {
      author,
      content,
      source: event.id,
      at: event.at,
      quotes: quotes ? quotes.id : undefined,
    });
  }
  return self;
}

/** A socket that remembers what was sent on it. */
export function fakeSocket(): ChannelSocket & { frames: ServerFrame[]; closed?: number; buffered: number } {
  const frames: ServerFrame[] = [];
  const socket: ReturnType<typeof fakeSocket> = {
    frames,
    buffered: 0,
    send: (text) => void frames.push(JSON.parse(text)),
    close: (code) => {
      socket.closed ??= code;
    },
  };
  return socket;
}

export function request(
  path: string,
  more: {
    token?: string;
    body?: unknown;
    query?: Record<string, string>;
    headers?: Record<string, string>;
    ip?: string;
    method?: string;
  } = {},
): ChannelRequest {
  const { token, body, query = {}, ip = '198.51.100.7' } = more;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const auth: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { origin: 'https://shop.example', ...auth, ...more.headers };
  return {
    method: more.method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    query,
    headers,
    body: bytes,
    ip,
  };
}
