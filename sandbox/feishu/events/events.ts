import type { Clock } from '../../kernel/clock.js';
import type { Deliveries } from '../../kernel/deliveries.js';
import type { Ids } from '../ids.js';
import { hasScope, type State } from '../state.js';
import { personIds } from '../users.js';
import type { App, Author, Chat, Message, Person, Reaction } from '../world.js';

/** The envelope of version 2. Source: 事件概述. */
export function envelope(
  parts: { state: State; clock: Clock },
  app: App,
  event: { id: string; type: string; createTime?: string; body: Record<string, unknown> },
): string {
  return JSON.stringify({
    schema: '2.0',
    header: {
      event_id: event.id,
      token: app.verificationToken ?? '',
      create_time: event.createTime ?? String(parts.clock.now()),
      event_type: event.type,
      tenant_key: parts.state.tenantKey,
      app_id: app.appId,
    },
    event: event.body,
  });
}

/** What the apps are told: one method per event, each queueing one delivery. */
export class Events {
  readonly #parts: { state: State; clock: Clock; ids: Ids; deliveries: Deliveries };

  constructor(parts: { state: State; clock: Clock; ids: Ids; deliveries: Deliveries }) {
    this.#parts = parts;
  }

  /** A person's message, to every app of the chat whose scopes let it hear. Source: 接收消息. */
  received(message: Message, chat: Chat, person: Person): void {
    for (const id of chat.apps) {
      const app = this.#parts.state.apps.get(id);
      if (!app) continue;
      const missing = missingScopes(app, chat, message);
      this.#queue(app, 'im.message.receive_v1', this.#receivedBody(app, message, chat, person), missing);
    }
  }

  recalled(app: string, message: Message): void {
    this.#to(app, 'im.message.recalled_v1', () => ({
      message_id: message.id,
      chat_id: message.chat,
      recall_time: String(this.#parts.clock.now()),
      recall_type: 'message_owner',
    }));
  }

  /** Only for what a bot said in a one-to-one chat. Source: 消息已读. */
  read(app: string, person: Person, messages: readonly string[]): void {
    this.#to(app, 'im.message.message_read_v1', (to) => ({
      reader: {
        reader_id: this.#ids(person, to),
        read_time: String(this.#parts.clock.now()),
        tenant_key: this.#parts.state.tenantKey,
      },
      message_id_list: messages,
    }));
  }

  reaction(app: string, reaction: Reaction, what: 'created' | 'deleted'): void {
    this.#to(app, `im.message.reaction.${what}_v1`, (to) => ({
      message_id: reaction.message,
      reaction_type: { emoji_type: reaction.emoji },
      operator_type: reaction.by.kind === 'bot' ? 'app' : 'user',
      ...(reaction.by.kind === 'bot'
        ? { app_id: reaction.by.id }
        : { user_id: this.#authorIds(reaction.by, to) }),
      action_time: String(this.#parts.clock.now()),
    }));
  }

  entered(app: string, chat: Chat, person: Person, last: Message | undefined): void {
    this.#to(app, 'im.chat.access_event.bot_p2p_chat_entered_v1', (to) => ({
      chat_id: chat.id,
      operator_id: this.#ids(person, to),
      last_message_id: last?.id ?? '',
      last_message_create_time: last ? String(last.at) : '',
    }));
  }

  menu(app: string, person: Person, key: string): void {
    this.#to(app, 'application.bot.menu_v6', (to) => ({
      operator: { operator_name: person.name, operator_id: this.#ids(person, to) },
      event_key: key,
      timestamp: Math.floor(this.#parts.clock.now() / 1000),
    }));
  }

  peopleAdded(app: string, chat: Chat, people: readonly string[], operator: Author | undefined): void {
    this.#to(app, 'im.chat.member.user.added_v1', (to) => ({
      ...this.#membership(chat, operator, to),
      users: people.flatMap((id) => {
        const person = this.#parts.state.people.get(id);
        if (!person) return [];
        return [
          { name: person.name, tenant_key: this.#parts.state.tenantKey, user_id: this.#ids(person, to) },
        ];
      }),
    }));
  }

  botAdded(app: string, chat: Chat, operator: Author | undefined): void {
    this.#to(app, 'im.chat.member.bot.added_v1', (to) => this.#membership(chat, operator, to));
  }

  #membership(chat: Chat, operator: Author | undefined, to: App): Record<string, unknown> {
    return {
      chat_id: chat.id,
      operator_id: operator ? this.#authorIds(operator, to) : {},
      external: false,
      operator_tenant_key: this.#parts.state.tenantKey,
      name: chat.name,
      i18n_names: { zh_cn: chat.name, en_us: '', ja_jp: '' },
    };
  }

  #receivedBody(app: App, message: Message, chat: Chat, person: Person): Record<string, unknown> {
    const { state } = this.#parts;
    return {
      sender: { sender_id: this.#ids(person, app), sender_type: 'user', tenant_key: state.tenantKey },
      message: {
        message_id: message.id,
        ...(message.root ? { root_id: message.root } : {}),
        ...(message.parent ? { parent_id: message.parent } : {}),
        create_time: String(message.at),
        update_time: String(message.updatedAt),
        chat_id: chat.id,
        ...(message.thread ? { thread_id: message.thread } : {}),
        chat_type: chat.kind === 'p2p' ? 'p2p' : 'group',
        message_type: message.type,
        content: message.content,
        ...(message.mentions.length > 0
          ? {
              mentions: message.mentions.map(({ key, who }) => ({
                key,
                id: this.#authorIds(who, app),
                mentioned_type: who.kind === 'bot' ? 'bot' : 'user',
                name: state.nameOf(who),
                tenant_key: state.tenantKey,
              })),
            }
          : {}),
      },
    };
  }

  #ids(person: Person, app: App): Record<string, string> {
    return personIds(person, app, this.#parts.state);
  }

  #authorIds(who: Author, app: App): Record<string, string> {
    const person = who.kind === 'person' ? this.#parts.state.people.get(who.id) : undefined;
    if (person) return this.#ids(person, app);
    return { open_id: this.#parts.state.apps.get(who.id)?.botOpenId ?? '', union_id: '' };
  }

  #to(id: string, type: string, body: (app: App) => Record<string, unknown>): void {
    const app = this.#parts.state.apps.get(id);
    if (app) this.#queue(app, type, body(app));
  }

  #queue(app: App, type: string, body: Record<string, unknown>, missingScopes?: readonly string[]): void {
    const id = this.#parts.ids.event();
    const delivery = {
      id,
      app: app.appId,
      kind: 'event' as const,
      type,
      payload: envelope(this.#parts, app, { id, type, body }),
      attempts: 0,
      dueAt: this.#parts.clock.now(),
    };
    if (missingScopes)
      this.#parts.deliveries.withhold(delivery, `withheld: needs one of ${missingScopes.join(', ')}`);
    else this.#parts.deliveries.enqueue(delivery);
  }
}

const all = ['im:message.group_msg', 'im:message.group_msg:readonly'];
const named = [
  ...['im:message.group_at_msg', 'im:message.group_at_msg:readonly'],
  'im:message.group_at_msg.include_bot:readonly',
];
const oneToOne = ['im:message.p2p_msg', 'im:message.p2p_msg:readonly'];

/** The scopes an app lacks to hear a message: one-to-one, one that names its bot, and any other each need their own. */
function missingScopes(app: App, chat: Chat, message: Message): readonly string[] | undefined {
  const isNamed = message.mentions.some(({ who }) => who.kind === 'bot' && who.id === app.appId);
  const needed = chat.kind === 'p2p' ? oneToOne : isNamed ? [...named, ...all] : all;
  return hasScope(app, ...needed) ? undefined : needed;
}
