import type { Clock } from '../../kernel/clock.js';
import type { Deliveries, Outcome } from '../../kernel/deliveries.js';
import { isRecord } from '../../kernel/shape.js';
import type { Teller } from '../../kernel/stream.js';
import { envelope } from '../events/events.js';
import type { Ids } from '../ids.js';
import { cardRefused, isLegacyCard, knownTo } from '../im/content.js';
import type { State } from '../state.js';
import { personIds } from '../users.js';
import type { App, Message, Person } from '../world.js';
import { type Callback, readCallback } from './callback.js';
import { CARD_BYTES_MAX, validateCard } from './validate.js';

/** What the person at the card sees of the app's answer. `errorCode` is the one the client shows. */
export interface ClickResult {
  toast?: { type: string; content: string };
  cardUpdated: boolean;
  errorCode?: number;
  error?: string;
}

interface Pending {
  token: string;
  /** The card as it was before something changed it while this click waited for its answer. */
  before?: string;
}

/**
 * Cards as they change. While a click waits for its answer, the client holds the card: whatever else changes it in
 * between is undone by the answer. Source: 处理卡片回调 (the warning on updating in parallel), 延时更新消息卡片.
 */
export class Cards {
  readonly #parts: { state: State; clock: Clock; ids: Ids; stream: Teller; deliveries: Deliveries };
  readonly #pending = new Map<string, Set<Pending>>();

  constructor(parts: { state: State; clock: Clock; ids: Ids; stream: Teller; deliveries: Deliveries }) {
    this.#parts = parts;
  }

  /** An update by the app, of its own accord. */
  patch(message: Message, content: string): void {
    if (goesBack(message, JSON.parse(content))) {
      throw cardRefused(200830, 'a card of schema 2.0 can not be updated to schema 1.0');
    }
    for (const pending of this.#pending.get(message.id) ?? []) pending.before ??= message.content;
    this.#replace(message, content);
  }

  isPending(message: string, token: string): boolean {
    return [...(this.#pending.get(message) ?? [])].some((pending) => pending.token === token);
  }

  /** Tells the app of a click and waits for what it answers. */
  async click(
    message: Message,
    app: App,
    person: Person,
    action: Record<string, unknown>,
  ): Promise<ClickResult> {
    const pending: Pending = { token: this.#parts.ids.cardToken() };
    this.#parts.state.cardTokens.put(pending.token, {
      token: pending.token,
      app: app.appId,
      message: message.id,
      at: this.#parts.clock.now(),
      uses: 0,
    });
    const waiting = this.#pending.get(message.id) ?? new Set();
    this.#pending.set(message.id, waiting.add(pending));
    const outcome = await this.#call(message, app, person, pending.token, action);
    waiting.delete(pending);
    if (waiting.size === 0) this.#pending.delete(message.id);
    return this.#answered(message, app, person, pending, outcome);
  }

  #call(
    message: Message,
    app: App,
    person: Person,
    token: string,
    action: Record<string, unknown>,
  ): Promise<Outcome> {
    const id = this.#parts.ids.event();
    const type = 'card.action.trigger';
    const body = {
      operator: { tenant_key: this.#parts.state.tenantKey, ...personIds(person, app, this.#parts.state) },
      token,
      action,
      host: 'im_message',
      context: { open_message_id: message.id, open_chat_id: message.chat },
    };
    // Callbacks give microseconds where events give milliseconds.
    const createTime = `${this.#parts.clock.now()}000`;
    const payload = envelope(this.#parts, app, { id, type, createTime, body });
    const dueAt = this.#parts.clock.now();
    return this.#parts.deliveries.call({
      id,
      app: app.appId,
      kind: 'callback',
      type,
      payload,
      attempts: 0,
      dueAt,
    });
  }

  #answered(message: Message, app: App, person: Person, pending: Pending, outcome: Outcome): ClickResult {
    if (!outcome.ok) return { cardUpdated: false, errorCode: clientCode(outcome), error: outcome.reason };
    const answer = readCallback(outcome.answer);
    if ('error' in answer) return { cardUpdated: false, errorCode: 200672, error: answer.error };
    const toast = answer.toast ? { toast: answer.toast } : {};
    if (answer.toast) {
      this.#parts.stream.tell({ type: 'toast', message: message.id, toast: answer.toast }, [person.id]);
    }
    if (answer.card === undefined) {
      if (pending.before !== undefined) this.#replace(message, pending.before);
      return { ...toast, cardUpdated: false };
    }
    const problem = this.#problemOf(message, app, answer);
    if (problem) return { ...toast, cardUpdated: false, ...problem };
    this.#replace(message, JSON.stringify(answer.card));
    // The answer is the card's new state for everybody: an answer still to come has nothing older to go back to.
    for (const other of this.#pending.get(message.id) ?? []) delete other.before;
    return { ...toast, cardUpdated: true };
  }

  #problemOf(
    message: Message,
    app: App,
    { card }: Callback,
  ): { errorCode: number; error: string } | undefined {
    if (goesBack(message, card)) return { errorCode: 200830, error: 'a 1.0 card for a 2.0 one' };
    if (Buffer.byteLength(JSON.stringify(card)) > CARD_BYTES_MAX) {
      return { errorCode: 200673, error: 'the card is longer than 30 KB' };
    }
    if (isRecord(card) && isLegacyCard(card)) return undefined;
    const [problem] = validateCard(card, knownTo(app, this.#parts.state)).filter(
      ({ code }) => code !== 200530,
    );
    return problem && { errorCode: 200673, error: `${problem.code} ${problem.path}: ${problem.message}` };
  }

  #replace(message: Message, content: string): void {
    message.content = content;
    message.updatedAt = this.#parts.clock.now();
    this.#parts.state.save(message);
    const chat = this.#parts.state.chats.get(message.chat);
    this.#parts.stream.tell({ type: 'update', chat: message.chat, message: message.id }, chat?.people ?? []);
  }
}

/** Whether a card of schema 2.0 would become one of 1.0. */
export function goesBack(message: Message, card: unknown): boolean {
  const current: unknown = JSON.parse(message.content);
  const isNew = isRecord(current) && current.schema === '2.0';
  return isNew && isRecord(card) && isLegacyCard(card);
}

/** Source: 处理卡片回调, 错误码. */
function clientCode(outcome: Extract<Outcome, { ok: false }>): number {
  const codes = { unconfigured: 200340, unreachable: 200342, timeout: 200341, refused: 200671 };
  return codes[outcome.why];
}
