import type { Clock } from '../../kernel/clock.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { App, Message, Person } from '../world.js';
import type { Callbacks, Payload, Told } from './callbacks.js';
import { writeXml, type XmlFields } from './xml.js';

interface Parts {
  state: State;
  clock: Clock;
  ids: Ids;
  callbacks: Callbacks;
}

/** Events an app gets only if they are ticked in its settings; messages and card events come always. */
const ticked = new Set(['subscribe', 'unsubscribe', 'enter_agent', 'click', 'view', 'change_contact']);

/** What apps are told, as the plain XML inside. Source: 消息格式, 事件格式, 成员变更通知. */
export class Events {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What a person said in the one-to-one chat; `fields` are those of its type. */
  said(app: App, person: Person, message: Message, fields: XmlFields): void {
    const MsgId = BigInt(this.#parts.ids.incoming());
    const body = this.#xml(person.userId, { MsgType: message.type, ...fields, MsgId, AgentID: app.agentId });
    void this.#tell(app, message.type, { body }, person, message.chat);
  }

  entered(app: App, person: Person, chat: string): void {
    this.#event(app, person, chat, 'enter_agent', { EventKey: '' });
  }

  menu(app: App, person: Person, chat: string, event: 'click' | 'view', key: string): void {
    this.#event(app, person, chat, event, { EventKey: key });
  }

  /** Somebody came to see the app, or does no more. Source: 事件格式 (成员关注及取消关注事件). */
  visibility(app: App, person: Person, event: 'subscribe' | 'unsubscribe'): void {
    this.#event(app, person, '', event, { EventKey: '' });
  }

  /** `change` is create_user, update_user or delete_user. Source: 成员变更通知. */
  directory(app: App, person: Person, change: string, fields: XmlFields): void {
    const event = { Event: 'change_contact', ChangeType: change, UserID: person.userId, ...fields };
    const body = this.#xml('sys', { MsgType: 'event', ...event });
    void this.#tell(app, 'change_contact', { body }, person, '');
  }

  /** A press on a card; the answer may change the presser's copy. Source: 模板卡片事件推送, 通用模板卡片右上角菜单事件推送. */
  pressed(
    app: App,
    person: Person,
    card: { message: Message; event: 'template_card_event' | 'template_card_menu_event'; fields: XmlFields },
  ): Promise<Told> {
    const { event, fields, message } = card;
    const body = this.#xml(person.userId, {
      MsgType: 'event',
      Event: event,
      ...fields,
      AgentID: app.agentId,
    });
    return this.#tell(app, event, { body, message: message.id }, person, message.chat);
  }

  /** Something waits in 微信客服 for this account; no word of what. Source: 接收消息和事件 (path/94670). */
  kf(app: App, openKfId: string, token: string): void {
    const CreateTime = Math.floor(this.#parts.clock.now() / 1000);
    const event = { MsgType: 'event', Event: 'kf_msg_or_event', Token: token, OpenKfId: openKfId };
    const body = writeXml({ ToUserName: this.#parts.state.corpId, CreateTime, ...event });
    void this.#tell(app, 'kf_msg_or_event', { body }, { id: '' }, '');
  }

  #event(app: App, person: Person, chat: string, event: string, fields: XmlFields): void {
    const all = { MsgType: 'event', Event: event, ...fields, AgentID: app.agentId };
    void this.#tell(app, event, { body: this.#xml(person.userId, all) }, person, chat);
  }

  #xml(from: string, fields: XmlFields): string {
    return writeXml({
      ToUserName: this.#parts.state.corpId,
      FromUserName: from,
      CreateTime: Math.floor(this.#parts.clock.now() / 1000),
      ...fields,
    });
  }

  #tell(
    app: App,
    type: string,
    payload: Pick<Payload, 'body' | 'message'>,
    person: Pick<Person, 'id'>,
    chat: string,
  ): Promise<Told> {
    const { callbacks, clock, ids } = this.#parts;
    const delivery = {
      id: ids.delivery(),
      app: String(app.agentId),
      kind: type.startsWith('template_card') ? ('callback' as const) : ('event' as const),
      type,
      payload: JSON.stringify({ ...payload, person: person.id, chat } satisfies Payload),
      attempts: 0,
      dueAt: clock.now(),
    };
    if (app.callback && ticked.has(type) && app.events && !app.events.includes(type)) {
      callbacks.withhold(delivery, `${type} is not ticked in the app's settings`);
      return Promise.resolve({ outcome: { ok: true, answer: '' }, applied: undefined });
    }
    return callbacks.tell(delivery, app.callback ? 'again' : 'once');
  }
}
