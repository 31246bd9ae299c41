import type { Journal, Table } from '../kernel/journal.js';
import { openIdOf, p2pChatIdOf } from './ids.js';
import type {
  App,
  Author,
  AuthorizationCode,
  CardToken,
  Chat,
  Message,
  Person,
  Reaction,
  Resource,
  Token,
  UserToken,
} from './world.js';

/** Everything the tenant holds. Rows are changed in place and then saved, so that every index sees the change. */
export class State {
  readonly apps: Table<App>;
  readonly people: Table<Person>;
  readonly chats: Table<Chat>;
  readonly tokens: Table<Token>;
  readonly cardTokens: Table<CardToken>;
  readonly codes: Table<AuthorizationCode>;
  readonly userTokens: Table<UserToken>;
  readonly resources: Table<Resource>;
  readonly reactions: Table<Reaction>;
  /** `chat|person` → the seq up to which the person has read. */
  readonly reads: Table<number>;
  /** message → who has read it, when. */
  readonly readers: Table<{ person: string; at: number }[]>;
  /** `app|uuid` → what was sent under it. */
  readonly sent: Table<{ message: string; at: number }>;
  /** `app|url` → true, once the address has answered its challenge. */
  readonly verified: Table<true>;
  readonly settings: Table<string>;
  readonly #messages: Table<Message>;
  readonly #byChat = new Map<string, Message[]>();
  #lastSeq = 0;

  constructor(journal: Journal) {
    this.apps = journal.table('feishu.apps');
    this.people = journal.table('feishu.people');
    this.chats = journal.table('feishu.chats');
    this.tokens = journal.table('feishu.tokens');
    this.codes = journal.table('feishu.codes');
    this.userTokens = journal.table('feishu.userTokens');
    this.cardTokens = journal.table('feishu.cardTokens');
    this.resources = journal.table('feishu.resources');
    this.reactions = journal.table('feishu.reactions');
    this.reads = journal.table('feishu.reads');
    this.readers = journal.table('feishu.readers');
    this.sent = journal.table('feishu.sent');
    this.verified = journal.table('feishu.verified');
    this.settings = journal.table('feishu.settings');
    this.#messages = journal.table('feishu.messages');
    for (const message of this.#messages.values()) this.#index(message);
  }

  get tenantKey(): string {
    return this.settings.get('tenantKey') ?? '2ed263bf32cf1651';
  }

  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  messagesOf(chat: string): readonly Message[] {
    return this.#byChat.get(chat) ?? [];
  }

  save(message: Message): void {
    if (!this.#messages.get(message.id)) this.#index(message);
    this.#messages.put(message.id, message);
  }

  /** The chat of one app and one person; it arises when it is first needed. */
  p2pChat(app: App, person: Person, now: number): Chat {
    const id = p2pChatIdOf(app.appId, person.id);
    const found = this.chats.get(id);
    if (found) return found;
    const chat: Chat = {
      id,
      name: app.name,
      kind: 'p2p',
      people: [person.id],
      apps: [app.appId],
      createdAt: now,
    };
    this.chats.put(id, chat);
    return chat;
  }

  openId(person: Person, app: string): string {
    return person.openIds[app] ?? openIdOf(app, person.id);
  }

  available(person: Person, app: App): boolean {
    return app.availability === undefined || app.availability.includes(person.id);
  }

  nameOf(author: Author): string {
    const found = author.kind === 'bot' ? this.apps.get(author.id) : this.people.get(author.id);
    return found?.name ?? author.id;
  }

  #index(message: Message): void {
    const list = this.#byChat.get(message.chat) ?? [];
    this.#byChat.set(message.chat, list);
    list.push(message);
    this.#lastSeq = Math.max(this.#lastSeq, message.seq);
  }
}

/** Whether the app was granted one of these scopes. An app without a list was granted all. */
export const hasScope = (app: App, ...scopes: string[]): boolean =>
  app.scopes === undefined || scopes.some((scope) => app.scopes?.includes(scope));
