import type { Journal, Table } from '../kernel/journal.js';
import type { CallbackRoute, Card, Template } from './card/card.js';
import { defaultCorpId, p2pChatIdOf } from './ids.js';
import type { App, Author, Chat, Department, Message, Person, Resource, Webhook } from './world.js';

export interface Token {
  token: string;
  app: string;
  /** The person it speaks for; left out, the app itself. */
  person?: string;
  kind: 'app' | 'user' | 'refresh';
  expiresAt: number;
}

/** What a person's browser or client was given, to be spent once by the app. */
export interface AuthCode {
  code: string;
  app: string;
  person: string;
  expiresAt: number;
}

/** A chat's address for answers. */
export interface Session {
  id: string;
  app: string;
  chat: string;
  expiresAt: number;
}

/** What an organisation used in one natural month. */
export interface Usage {
  calls: number;
  pushes: number;
}

/** Everything the organisation holds. Rows are changed in place and then saved, so that every index sees the change. */
export class State {
  readonly apps: Table<App>;
  readonly people: Table<Person>;
  readonly departments: Table<Department>;
  readonly chats: Table<Chat>;
  readonly webhooks: Table<Webhook>;
  readonly templates: Table<Template>;
  readonly cards: Table<Card>;
  readonly callbackRoutes: Table<CallbackRoute>;
  readonly tokens: Table<Token>;
  readonly authCodes: Table<AuthCode>;
  readonly sessions: Table<Session>;
  readonly resources: Table<Resource>;
  /** `author msgUuid` of the webhook messages that were sent, so that a repeat is none. */
  readonly msgUuids: Table<number>;
  /** downloadCode → the resource's key. */
  readonly downloads: Table<{ resource: string; app: string; at: number }>;
  /** `chat|person` → the seq up to which the person has read. */
  readonly reads: Table<number>;
  /** message → who has read it. */
  readonly readers: Table<string[]>;
  /** `YYYY-MM` → what was used. */
  readonly usage: Table<Usage>;
  /** `app|url` → true, once the address has answered `check_url`. */
  readonly verified: Table<true>;
  readonly settings: Table<string>;
  readonly #messages: Table<Message>;
  readonly #byChat = new Map<string, Message[]>();
  readonly #byCard = new Map<string, Message[]>();
  readonly #byQueryKey = new Map<string, Message[]>();
  #lastSeq = 0;

  constructor(journal: Journal) {
    this.apps = journal.table('dingtalk.apps');
    this.people = journal.table('dingtalk.people');
    this.departments = journal.table('dingtalk.departments');
    this.chats = journal.table('dingtalk.chats');
    this.webhooks = journal.table('dingtalk.webhooks');
    this.templates = journal.table('dingtalk.templates');
    this.cards = journal.table('dingtalk.cards');
    this.callbackRoutes = journal.table('dingtalk.callbackRoutes');
    this.tokens = journal.table('dingtalk.tokens');
    this.authCodes = journal.table('dingtalk.authCodes');
    this.sessions = journal.table('dingtalk.sessions');
    this.resources = journal.table('dingtalk.resources');
    this.msgUuids = journal.table('dingtalk.msgUuids');
    this.downloads = journal.table('dingtalk.downloads');
    this.reads = journal.table('dingtalk.reads');
    this.readers = journal.table('dingtalk.readers');
    this.usage = journal.table('dingtalk.usage');
    this.verified = journal.table('dingtalk.verified');
    this.settings = journal.table('dingtalk.settings');
    this.#messages = journal.table('dingtalk.messages');
    for (const message of this.#messages.values()) this.#index(message);
  }

  get corpId(): string {
    return this.settings.get('corpId') ?? defaultCorpId;
  }

  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  /** Where a card (`appKey|outTrackId`) stands. */
  messagesOfCard(card: string): readonly Message[] {
    return this.#byCard.get(card) ?? [];
  }

  messagesUnder(processQueryKey: string): readonly Message[] {
    return this.#byQueryKey.get(processQueryKey) ?? [];
  }

  messagesOf(chat: string): readonly Message[] {
    return this.#byChat.get(chat) ?? [];
  }

  save(message: Message): void {
    if (!this.#messages.get(message.id)) this.#index(message);
    this.#messages.put(message.id, message);
  }

  /** The chat of one robot and one person; it arises when it is first needed. */
  p2pChat(app: App, person: Person, now: number): Chat {
    const id = p2pChatIdOf(app.appKey, person.id);
    const found = this.chats.get(id);
    if (found) return found;
    const chat: Chat = {
      ...{ id, name: app.name, kind: 'p2p', createdAt: now },
      ...{ people: [person.id], robots: [app.appKey] },
    };
    this.chats.put(id, chat);
    return chat;
  }

  appByRobot(robotCode: string): App | undefined {
    return [...this.apps.values()].find((app) => app.robotCode === robotCode);
  }

  /** Whoever of the organisation has this userId, or unionId for `userIdType` 2. */
  personBy(userIdType: number, id: string): Person | undefined {
    return [...this.people.values()].find((person) =>
      userIdType === 2 ? person.unionId === id : person.userId === id && !person.external && !person.departed,
    );
  }

  available(person: Person, app: App): boolean {
    return !person.departed && (app.availability === undefined || app.availability.includes(person.id));
  }

  nameOf(author: Author): string {
    if (author.kind === 'person') return this.people.get(author.id)?.name ?? author.id;
    const webhook = [...this.webhooks.values()].find(({ token }) => webhookId(token) === author.id);
    return this.apps.get(author.id)?.name ?? webhook?.name ?? author.id;
  }

  #index(message: Message): void {
    addTo(this.#byChat, message.chat, message);
    if (message.card) addTo(this.#byCard, message.card, message);
    if (message.processQueryKey) addTo(this.#byQueryKey, message.processQueryKey, message);
    this.#lastSeq = Math.max(this.#lastSeq, message.seq);
  }
}

function addTo(index: Map<string, Message[]>, key: string, message: Message): void {
  const list = index.get(key) ?? [];
  index.set(key, list);
  list.push(message);
}

/** How a custom robot is named where its token, which is a secret, must not be seen. */
export const webhookId = (token: string): string => `webhook-${token.slice(-6)}`;

/** Whether the app was granted this permission. An app without a list was granted all. */
export const may = (app: App, permission: string): boolean =>
  app.permissions === undefined || app.permissions.includes(permission);
