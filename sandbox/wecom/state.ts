import type { MenuItem } from '../control/platform.js';
import type { Journal, Table } from '../kernel/journal.js';
import { openUserIdOf, p2pChatIdOf, webhookIdOf } from './ids.js';
import type {
  Aibot,
  App,
  Author,
  Chat,
  Department,
  Message,
  OauthCode,
  Person,
  Resource,
  ResponseCode,
  Send,
  StreamRow,
  Token,
  Turn,
} from './world.js';

/** Everything the enterprise holds. Rows are changed in place and then saved, so that every index sees the change. */
export class State {
  readonly apps: Table<App>;
  readonly aibots: Table<Aibot>;
  readonly people: Table<Person>;
  readonly departments: Table<Department>;
  readonly chats: Table<Chat>;
  /** id → the webhook; `key` is its secret. */
  readonly webhooks: Table<{ id: string; key: string; name: string; chat: string }>;
  readonly tokens: Table<Token>;
  readonly sends: Table<Send>;
  readonly responseCodes: Table<ResponseCode>;
  /** `app or bot|task_id` → true: no task_id is ever used twice. */
  readonly taskIds: Table<true>;
  /** `app|digest` → what was sent under duplicate check. */
  readonly duplicates: Table<{ msgid: string; at: number }>;
  /** `app|day` → person-times. */
  readonly daily: Table<number>;
  readonly resources: Table<Resource>;
  readonly oauthCodes: Table<OauthCode>;
  /** Menus made by the API; the world's own stay in `apps`. */
  readonly menus: Table<MenuItem[]>;
  /** `chat|person` → the seq up to which the person has read. */
  readonly reads: Table<number>;
  /** `app|url|…` → true, once the address has answered its echo. */
  readonly verified: Table<true>;
  readonly turns: Table<Turn>;
  readonly streams: Table<StreamRow>;
  /** What an AI bot may download for five minutes: token → the media and the key it is encrypted with. */
  readonly downloads: Table<{ token: string; resource: string; aesKey: string; at: number }>;
  /** `bot|chat` → when a person last wrote to the bot there. */
  readonly heard: Table<number>;
  /** `bot|person` → the day on which entering was last told. */
  readonly entered: Table<string>;
  readonly settings: Table<string>;
  readonly #messages: Table<Message>;
  readonly #byChat = new Map<string, Message[]>();
  #lastSeq = 0;

  constructor(journal: Journal) {
    this.apps = journal.table('wecom.apps');
    this.aibots = journal.table('wecom.aibots');
    this.people = journal.table('wecom.people');
    this.departments = journal.table('wecom.departments');
    this.chats = journal.table('wecom.chats');
    this.webhooks = journal.table('wecom.webhooks');
    this.tokens = journal.table('wecom.tokens');
    this.sends = journal.table('wecom.sends');
    this.responseCodes = journal.table('wecom.responseCodes');
    this.taskIds = journal.table('wecom.taskIds');
    this.duplicates = journal.table('wecom.duplicates');
    this.daily = journal.table('wecom.daily');
    this.resources = journal.table('wecom.resources');
    this.oauthCodes = journal.table('wecom.oauthCodes');
    this.menus = journal.table('wecom.menus');
    this.reads = journal.table('wecom.reads');
    this.verified = journal.table('wecom.verified');
    this.turns = journal.table('wecom.turns');
    this.streams = journal.table('wecom.streams');
    this.downloads = journal.table('wecom.downloads');
    this.heard = journal.table('wecom.heard');
    this.entered = journal.table('wecom.entered');
    this.settings = journal.table('wecom.settings');
    this.#messages = journal.table('wecom.messages');
    for (const message of this.#messages.values()) this.#index(message);
  }

  get corpId(): string {
    return this.settings.get('corpId') ?? 'ww0123456789abcdef';
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

  /** The chat of one app or bot and one person; it arises when it is first needed. */
  p2pChat(app: string, name: string, person: Person, now: number): Chat {
    const id = p2pChatIdOf(app, person.id);
    const found = this.chats.get(id);
    if (found) return found;
    const chat: Chat = { id, name, kind: 'p2p', people: [person.id], apps: [app], createdAt: now };
    this.chats.put(id, chat);
    return chat;
  }

  /** userids are compared without regard to case. */
  byUserId(userId: string): Person | undefined {
    const wanted = userId.toLowerCase();
    return [...this.people.values()].find((person) => person.userId.toLowerCase() === wanted);
  }

  byOpenUserId(openUserId: string): Person | undefined {
    return [...this.people.values()].find((person) => this.openUserId(person) === openUserId);
  }

  openUserId(person: Person): string {
    return openUserIdOf(this.corpId, person.id);
  }

  /** Who may use an app or a bot: those it is visible to, who have not left. */
  available(person: Person, { visible }: { visible?: string[] | undefined }): boolean {
    return !person.departed && (visible === undefined || visible.includes(person.id));
  }

  nameOf({ kind, id }: Author): string {
    if (kind === 'person') return this.people.get(id)?.name ?? id;
    if (kind === 'app') return this.apps.get(id)?.name ?? id;
    return (kind === 'aibot' ? this.aibots.get(id)?.name : this.webhooks.get(id)?.name) ?? id;
  }

  /** Whoever of the three kinds of speakers this id names. */
  speaker(id: string): Author | undefined {
    if (this.apps.get(id)) return { kind: 'app', id };
    if (this.aibots.get(id)) return { kind: 'aibot', id };
    return this.webhooks.get(id) ? { kind: 'webhook', id } : undefined;
  }

  webhookByKey(key: string): { id: string; key: string; name: string; chat: string } | undefined {
    return this.webhooks.get(webhookIdOf(key));
  }

  menuOf(app: App): MenuItem[] {
    return this.menus.get(String(app.agentId)) ?? app.menu ?? [];
  }

  #index(message: Message): void {
    const list = this.#byChat.get(message.chat) ?? [];
    this.#byChat.set(message.chat, list);
    list.push(message);
    this.#lastSeq = Math.max(this.#lastSeq, message.seq);
  }
}
