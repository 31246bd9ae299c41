import type { DropRecord } from '../../control/parts.js';
import type { Clock } from '../../kernel/clock.js';
import type { Deliveries } from '../../kernel/deliveries.js';
import type { Ring } from '../../kernel/ring.js';
import type { Card } from '../card/card.js';
import type { Ids } from '../ids.js';
import type { Quota } from '../quota.js';
import type { State } from '../state.js';
import type { App, Chat, Message, Person } from '../world.js';
import { CARD_TOPIC, ROBOT_TOPIC } from './deadlines.js';
import { robotPayload } from './robot-payload.js';

/** What the directory tells costs nothing. Source: appendix-a-list-of-events-not-included-in-webhook. */
const directoryEvents = ['user_add_org', 'user_modify_org', 'user_leave_org'];

export interface PushParts {
  state: State;
  clock: Clock;
  ids: Ids;
  quota: Quota;
  events: Deliveries;
  robotMessages: Deliveries;
  drops: Ring<DropRecord>;
  base: () => string;
}

/** What the apps are told. Source of the shapes: robot-message-type, event-callback-card, and each event's own page. */
export class Pushes {
  readonly #parts: PushParts;

  constructor(parts: PushParts) {
    this.#parts = parts;
  }

  /** A person's message to a robot. Over the month's quota it arrives without what was said. */
  said(message: Message, chat: Chat, app: App, person: Person): void {
    const withinQuota = this.#parts.quota.takePush();
    if (!withinQuota) this.#dropped(app, chat.id, 'Webhook & Stream quota of the month used up: no content');
    const payload = robotPayload(this.#parts, { message, chat, app, person, withinQuota });
    this.#parts.robotMessages.enqueue(this.#delivery(app, 'event', ROBOT_TOPIC, JSON.stringify(payload)));
  }

  /** An event of the directory: `user_add_org`, `user_modify_org` or `user_leave_org`. */
  directory(type: string, people: readonly Person[]): void {
    const userIds = people.map(({ userId }) => userId);
    const timeStamp = String(this.#parts.clock.now());
    for (const app of this.#parts.state.apps.values()) this.#event(app, type, { timeStamp, userId: userIds });
  }

  /** A person read what a robot had sent. Source: bot-message-read-event (that spelling of operatTime). */
  read(app: App, chat: Chat, person: Person, processQueryKey: string): void {
    this.#event(app, 'robot_msg_read', {
      unionId: person.unionId,
      operatTime: String(this.#parts.clock.now()),
      robotCode: app.robotCode,
      openConversationId: chat.id,
      userId: person.userId,
      processQueryKey,
    });
  }

  /** A press on a card, whose answer somebody is waiting for. Whether it counts against the quota is not documented; it does here. */
  pressed(card: Card, app: App, person: Person, space: { type: string; id: string }, content: unknown) {
    this.#parts.quota.takePush();
    const byUnionId = card.userIdType === 2;
    const body = {
      type: 'actionCallback',
      outTrackId: card.outTrackId,
      corpId: this.#parts.state.corpId,
      userId: byUnionId ? person.unionId : person.userId,
      userIdType: card.userIdType,
      spaceType: space.type,
      spaceId: space.id,
      extension: '{}',
      content: JSON.stringify(content),
    };
    return this.#parts.robotMessages.call(this.#delivery(app, 'callback', CARD_TOPIC, JSON.stringify(body)));
  }

  #event(app: App, type: string, data: Record<string, unknown>): void {
    if (!(app.eventTypes ?? directoryEvents).includes(type)) return;
    if (!directoryEvents.includes(type) && !this.#parts.quota.takePush()) {
      this.#dropped(app, type, 'Webhook & Stream quota of the month used up');
      return;
    }
    const { corpId } = this.#parts.state;
    const born = this.#parts.clock.now();
    const delivery = this.#delivery(app, 'event', type, '');
    const stream = { eventType: type, eventId: delivery.id, eventBornTime: String(born), data };
    const http = {
      ...{ EventType: type, EventTime: born, CorpId: corpId, BizId: delivery.id, eventId: delivery.id },
      // Two pages of the documents spell the fields in two ways: each reader finds its own.
      ...{ ...data, ...capitalised(data) },
    };
    this.#parts.events.enqueue({ ...delivery, payload: JSON.stringify({ stream, http }) });
  }

  #delivery(app: App, kind: 'event' | 'callback', type: string, payload: string) {
    const dueAt = this.#parts.clock.now();
    return { id: this.#parts.ids.uuid(), app: app.appKey, kind, type, payload, attempts: 0, dueAt };
  }

  #dropped(app: App, person: string, why: string): void {
    this.#parts.drops.add({
      at: this.#parts.clock.now(),
      platform: 'dingtalk',
      app: app.appKey,
      person,
      why,
    });
  }
}

const capitalised = (data: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key.slice(0, 1).toUpperCase() + key.slice(1), value]),
  );
