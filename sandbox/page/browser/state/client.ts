import { api, type ClientApi, clientApi, type Saying } from '../control/api.js';
import type { App, Chat, Message, PlatformWorld, StreamEvent } from '../control/shapes.js';
import { listen } from '../control/stream.js';
import type { Drafts, PlatformDrawing } from '../platform.js';
import { Coalesced } from './coalesced.js';
import { Directory } from './directory.js';

export type Change = 'seat' | 'chats' | 'open' | 'messages' | 'connection' | 'clock';

/** One line of the chat list. A bot has its line before anybody wrote to it, so `chat` may be null. */
export interface Entry {
  /** The chat's id, or the app's id for the one-to-one chat with its bot. */
  key: string;
  name: string;
  kind: 'bot' | Chat['kind'];
  chat: Chat | null;
}

/** What one person's client knows: chats, the open one and its messages. Views subscribe and draw what it says. */
export class Client {
  readonly drawing: PlatformDrawing;
  readonly api: ClientApi;
  readonly directory: Directory;
  as = '';
  entries: Entry[] = [];
  /** Key of the open entry. */
  open: string | null = null;
  messages: Message[] = [];
  /** False until the messages of the open chat were read once. */
  loaded = false;
  online = true;
  /** The sandbox's time when it was last asked, and this machine's at that moment. */
  private clock = { sandbox: Date.now(), here: Date.now() };
  private chats: Chat[] = [];
  private chatsRead = false;
  private readonly drafts = new Map<string, Drafts>();
  private readonly listeners = new Set<(change: Change) => void>();
  private stopListening: () => void = () => {};
  private readonly leaving = new AbortController();
  private readonly chatsSync = new Coalesced(() => this.readChats());
  private readonly messagesSync = new Coalesced(() => this.readMessages());

  constructor(drawing: PlatformDrawing, world: PlatformWorld) {
    this.drawing = drawing;
    this.api = clientApi(drawing.id);
    this.directory = new Directory(world);
  }

  subscribe(listener: (change: Change) => void): void {
    this.listeners.add(listener);
  }

  /** The sandbox's time, epoch milliseconds. */
  now(): number {
    return this.clock.sandbox + Date.now() - this.clock.here;
  }

  /** Begins to listen as this person; everything shown before is dropped. */
  sitDown(as: string, open: string | null): void {
    this.stopListening();
    this.as = as;
    this.chats = [];
    this.chatsRead = false;
    this.entries = this.listEntries();
    this.tell('seat');
    this.show(open);
    this.stopListening = listen(
      { platform: this.drawing.id, as },
      {
        event: (event) => this.happened(event),
        standing: (standing) => this.connected(standing),
      },
    );
  }

  /** Aborted when this client is closed for good. */
  get left(): AbortSignal {
    return this.leaving.signal;
  }

  leave(): void {
    this.stopListening();
    this.listeners.clear();
    this.leaving.abort();
  }

  show(key: string | null): void {
    this.open = key;
    this.messages = [];
    this.loaded = false;
    this.tell('open');
    void this.messagesSync.run();
    const app = this.openApp;
    if (app !== null)
      void this.api
        .enter(this.as, app.appId)
        .then(() => this.refresh())
        .catch(() => {});
  }

  get openEntry(): Entry | null {
    return this.entries.find(({ key }) => key === this.open) ?? null;
  }

  /** The app whose bot the open chat is with, if it is a one-to-one chat with a bot. */
  get openApp(): App | null {
    return this.open === null ? null : this.directory.app(this.open);
  }

  /** What this person typed into a message and has not sent: it survives the message being redrawn under the typing hand. */
  draftsOf(messageId: string): Drafts {
    const key = `${this.as} ${messageId}`;
    const known = this.drafts.get(key) ?? new Map<string, unknown>();
    this.drafts.set(key, known);
    return known;
  }

  async say(what: Omit<Saying, 'as' | 'chat' | 'bot'>): Promise<void> {
    const app = this.openApp;
    const to = app === null ? { chat: this.open ?? '' } : { bot: app.appId };
    await this.api.say({ as: this.as, ...to, ...what });
    await this.refresh();
  }

  /** Reads again what may have changed; after an action whose effect should be seen at once. */
  refresh(): Promise<unknown> {
    return this.chatsSync.run().then(() => this.messagesSync.run());
  }

  private happened({ type, chat }: StreamEvent): void {
    if (type === 'clock') void this.readClock();
    else if (type === 'reload') void this.refresh();
    else if (type !== 'toast') void this.chatsSync.run();
    if (chat !== undefined && chat === this.openEntry?.chat?.id) void this.messagesSync.run();
  }

  private connected(standing: boolean): void {
    this.online = standing;
    this.tell('connection');
    if (!standing) return;
    void this.refresh();
    void this.readClock();
  }

  private async readClock(): Promise<void> {
    const { now } = await api.clock();
    this.clock = { sandbox: now, here: Date.now() };
    this.tell('clock');
  }

  private async readChats(): Promise<void> {
    const as = this.as;
    const { chats } = await this.api.chats(as);
    if (as !== this.as) return;
    const wasUnknown = !this.openEntry?.chat;
    this.chatsRead = true;
    this.chats = chats;
    this.entries = this.listEntries();
    this.tell('chats');
    if (!this.loaded || (wasUnknown && this.openEntry?.chat)) void this.messagesSync.run();
  }

  private async readMessages(): Promise<void> {
    const { as, open } = this;
    const chat = this.openEntry?.chat ?? null;
    const messages = chat === null ? [] : (await this.api.messages(as, chat.id)).messages;
    if (as !== this.as || open !== this.open) return;
    this.messages = messages;
    // A chat that only the address named is not known to be empty before the chats were read.
    this.loaded = chat !== null || this.chatsRead;
    this.tell('messages');
  }

  private listEntries(): Entry[] {
    const chats = this.chats.map((chat): Entry => {
      const app = this.directory.appOf(chat);
      if (app !== null) return { key: app.appId, name: app.name, kind: 'bot', chat };
      return { key: chat.id, name: chat.peer?.name ?? chat.name, kind: chat.kind, chat };
    });
    const bots = this.directory
      .botsFor(this.as)
      .filter(({ appId }) => chats.every(({ key }) => key !== appId));
    return [
      ...chats,
      ...bots.map(({ appId, name }): Entry => ({ key: appId, name, kind: 'bot', chat: null })),
    ];
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }
}
