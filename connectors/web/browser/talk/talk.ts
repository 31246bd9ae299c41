import { fromKept, type Pending, toKeep } from '../../chat/pending.js';
import { inOrder, type Known, merged, stillPending, unreadAbove } from '../../chat/timeline.js';
import type { ChatMessage, ChatSession, ChatStanding, ServerFrame } from '../../chat/wire.js';
import type { ClientFrame } from '../../frames.js';
import { type Api, Refused } from './api.js';
import { type Line, openLine } from './line.js';
import type { Memory } from './memory.js';
import { dispatcher } from './sending.js';
import type { Settings } from './settings.js';
import { trailOf } from './trail.js';

/** Everything the panel shows. A new value with every change. */
export interface TalkState {
  line: 'none' | 'connecting' | 'open' | 'away';
  config?: ChatSession['config'];
  standing: ChatStanding;
  messages: ChatMessage[];
  pending: Pending[];
  earlier: boolean;
  typing: boolean;
  unread: number;
  /** The code of an error the visitor should know of. */
  trouble?: string;
  rated: Readonly<Record<string, number>>;
}

export interface Talk {
  state(): TalkState;
  watch(changed: (state: TalkState) => void): void;
  /** Begins the visit; again and again until it succeeds. */
  begin(): void;
  say(text: string, quote?: ChatMessage): void;
  give(file: File): void;
  retry(id: string): void;
  drop(id: string): void;
  /** Takes back what the visitor wrote, by the id it was given here. */
  withdraw(client: string): Promise<void>;
  askPerson(): Promise<void>;
  rate(conversation: string, score: number, remark: string): Promise<void>;
  writing(): void;
  /** The visitor is looking at the conversation. */
  seen(): void;
  loadEarlier(): Promise<void>;
  wake(): void;
}

const typingShownMs = 6000;
const typingToldMs = 3000;

export function talkOf(settings: Settings, api: Api, memory: Memory, newId: () => string): Talk {
  let state: TalkState = {
    line: 'none',
    standing: { state: 'none', robot: '' },
    messages: [],
    pending: [],
    earlier: false,
    typing: false,
    unread: 0,
    rated: {},
  };
  const watchers: ((state: TalkState) => void)[] = [];
  let known: Known = new Map();
  let session: ChatSession | undefined;
  let line: Line | undefined;
  let after = 0;
  let begun = false;
  let typingEnds: ReturnType<typeof setTimeout> | undefined;
  let typingTold = 0;
  let loading = false;

  const change = (part: Partial<TalkState>): void => {
    state = { ...state, ...part };
    for (const changed of watchers) changed(state);
  };
  const seenRevision = (): number => Number(memory.get('seen') ?? 0);
  const token = (): string => session?.token ?? '';
  const keepPending = (pending: Pending[]): void => {
    memory.set(`queue:${session?.customer.id ?? ''}`, toKeep(pending));
    change({ pending });
  };
  const sending = dispatcher({
    pending: () => state.pending,
    change: keepPending,
    trouble: (code) => change({ trouble: code }),
    upload: (file) => api.upload(token(), file),
    send: (frame) =>
      line ? line.send(frame) : Promise.reject(new Refused(0, { code: 'offline', message: '' })),
    trail: () => trail.untold(),
    trailTold: (told) => trail.told(told),
    page: () => ({ url: location.href.slice(0, 4000), title: document.title.slice(0, 500) }),
  });

  /** To who has said something before each page is told at once; of anybody else with their first words. */
  const trail = trailOf(memory, tellTrail);
  function tellTrail(): void {
    const pages = trail.untold();
    if (!line || !pages || !state.messages.some(({ by }) => by.kind === 'customer')) return;
    line.mention({ type: 'pages', id: newId(), pages });
    trail.told(pages);
  }

  async function renew(): Promise<void> {
    const fresh = await api.session(memory.get('visitor'));
    const changed = session !== undefined && session.customer.id !== fresh.customer.id;
    if (changed || !session) {
      known = new Map();
      after = 0;
    }
    const first = session === undefined || changed;
    session = fresh;
    if (!fresh.customer.identified) memory.set('visitor', fresh.token);
    memory.set('color', fresh.config.color);
    if (settings.userId && !fresh.customer.identified) {
      console.warn(
        'imdesk: data-user-id without data-user-signature identifies nobody; the visitor is anonymous',
      );
    }
    if (first) {
      const kept = fromKept(memory.get(`queue:${fresh.customer.id}`), Date.now());
      change({
        config: fresh.config,
        standing: fresh.standing,
        earlier: fresh.earlier,
        pending: kept,
        trouble: undefined,
      });
    }
    take(fresh.history);
    after = Math.max(after, first ? fresh.after : after);
  }

  function take(fresh: readonly ChatMessage[]): void {
    known = merged(known, fresh.map(withAddress));
    const pending = stillPending(state.pending, known);
    if (pending.length !== state.pending.length) keepPending(pending);
    change({ messages: inOrder(known), unread: unreadAbove(known, seenRevision()).length });
  }

  /** Addresses of files are the desk's, which is not where this page is. */
  function withAddress(message: ChatMessage): ChatMessage {
    const { content } = message;
    if (!('media' in content) || content.media.url === undefined) return message;
    const url = new URL(content.media.url, settings.base).href;
    return { ...message, content: { ...content, media: { ...content.media, url } } };
  }

  function heard(frame: ServerFrame): void {
    if (frame.type === 'messages') {
      after = Math.max(after, frame.after);
      if (frame.messages.some(({ by }) => by.kind !== 'customer')) stopTyping();
      take(frame.messages);
    } else if (frame.type === 'ready' || frame.type === 'standing') change({ standing: frame.standing });
    else if (frame.type === 'typing') {
      clearTimeout(typingEnds);
      typingEnds = setTimeout(stopTyping, typingShownMs);
      change({ typing: true });
    }
  }

  function stopTyping(): void {
    clearTimeout(typingEnds);
    if (state.typing) change({ typing: false });
  }

  async function start(attempt: number): Promise<void> {
    try {
      await renew();
    } catch (error) {
      const { code, status } = error instanceof Refused ? error : { code: 'other', status: 0 };
      if (!(error instanceof Refused)) console.error('imdesk:', error);
      const hopeless = status >= 400 && status < 500 && status !== 429;
      if (hopeless) console.error(`imdesk: ${error instanceof Error ? error.message : code}`);
      change({ line: 'away', trouble: hopeless || code === 'flood' ? code : undefined });
      if (!hopeless) setTimeout(() => void start(attempt + 1), Math.min(30_000, 1000 * 2 ** attempt));
      return;
    }
    line = openLine(settings.base, api, {
      token,
      after: () => after,
      heard,
      renew,
      state: (now) => {
        change({ line: now });
        if (now !== 'open') return;
        sending.flush();
        tellTrail();
      },
    });
  }

  function command(frame: Extract<ClientFrame, { type: 'rate' | 'person' | 'withdraw' }>): Promise<void> {
    const sent =
      line?.send(frame) ?? Promise.reject(new Refused(0, { code: 'offline', message: 'there is no line' }));
    return sent.catch((error: unknown) => {
      change({ trouble: error instanceof Refused && error.code === 'flood' ? 'flood' : 'other' });
      throw error;
    });
  }

  memory.watch((name) => {
    if (name === 'seen') change({ unread: unreadAbove(known, seenRevision()).length });
  });

  return {
    state: () => state,
    watch: (changed) => void watchers.push(changed),
    begin() {
      if (begun) return;
      begun = true;
      change({ line: 'connecting' });
      void start(0);
    },
    say(text, quoted) {
      const quote = quoted ? { ref: quoted.ref, id: quoted.id } : undefined;
      sending.add({ id: newId(), at: Date.now(), text, quote, state: 'waiting' });
    },
    give: (file) => sending.add({ id: newId(), at: Date.now(), file: file.name, state: 'waiting' }, file),
    retry: sending.retry,
    drop: sending.drop,
    withdraw: (client) => command({ type: 'withdraw', id: newId(), message: client }),
    askPerson: () => command({ type: 'person', id: newId() }),
    async rate(conversation, score, remark) {
      await command({ type: 'rate', id: newId(), conversation, score, remark: remark || undefined });
      change({ rated: { ...state.rated, [conversation]: score } });
    },
    writing() {
      if (Date.now() - typingTold < typingToldMs) return;
      typingTold = Date.now();
      line?.mention({ type: 'typing', typing: true });
    },
    seen() {
      const unread = unreadAbove(known, seenRevision());
      if (unread.length === 0) return;
      memory.set('seen', String(after));
      line?.mention({ type: 'read', refs: unread.slice(-100).map(({ ref }) => ref) });
      change({ unread: 0 });
    },
    async loadEarlier() {
      const [first] = state.messages.map(({ revision }) => revision).sort((one, two) => one - two);
      if (loading || !state.earlier || first === undefined) return;
      loading = true;
      try {
        const { messages, more } = await api.before(token(), first);
        change({ earlier: more });
        take(messages);
      } finally {
        loading = false;
      }
    },
    wake: () => line?.wake(),
  };
}
