import { NotPossible } from '../../control/refusal.js';
import type { Applied, Callbacks, Told } from '../callback/callbacks.js';
import type { Press } from '../card/press.js';
import type { Corp } from '../corp.js';
import { dayOf } from '../message/limits.js';
import type { Aibot, Chat, Message, Person, StreamRow, Turn } from '../world.js';
import { contentFor, eventOf, frameOf, quoteFor, responseUrl } from './incoming.js';
import { STREAM_MS } from './streams.js';

const IN_FLIGHT_MAX = 3;
/** How often WeCom asks on for an unfinished stream is not documented. */
const POLL_MS = 1_000;
const CLICK_MS = 5_000;

type Body = Record<string, unknown>;

/** What people do towards AI bots, and what comes back over an address. Source: 接收消息, 接收事件, 被动回复消息. */
export class Bots {
  readonly #corp: () => Corp;
  readonly #callbacks: Callbacks;
  readonly #clicks = new Map<string, (applied: Applied) => void>();
  readonly #polling = new Set<string>();
  #closed = false;

  /** @param corp asked when it is needed: the corporation holds this */
  constructor(corp: () => Corp, callbacks: Callbacks) {
    this.#corp = corp;
    this.#callbacks = callbacks;
  }

  said(bot: Aibot, chat: Chat, person: Person, message: Message): void {
    const corp = this.#corp();
    corp.state.heard.put(`${bot.botId}|${chat.id}`, corp.clock.now());
    const turn = this.#begin(bot, chat, person, { kind: 'message' });
    const quoted = message.quote ? corp.state.message(message.quote) : undefined;
    const body = {
      ...frameOf(corp, bot, chat, person),
      ...responseUrl(corp, bot, turn),
      ...contentFor(corp, bot, message),
      ...(quoted ? { quote: quoteFor(corp, bot, quoted) } : {}),
    };
    void this.#tell(turn, body, bot.mode === 'url' ? 'again' : 'once');
  }

  /** Who has three unanswered streams has to wait. */
  checkInFlight(bot: Aibot, person: Person): void {
    const { state, clock } = this.#corp();
    const open = [...state.streams.values()].filter((stream) => {
      const turn = state.turns.get(stream.turn);
      const isTheirs = turn?.bot === bot.botId && turn.person === person.id;
      return isTheirs && !stream.finished && clock.now() - stream.startedAt <= STREAM_MS;
    });
    if (open.length >= IN_FLIGHT_MAX)
      throw new NotPossible(
        'busy',
        `${bot.name} is still answering ${IN_FLIGHT_MAX} messages of ${person.id}`,
      );
  }

  /** Told once a day, whether or not it was answered. */
  entered(bot: Aibot, chat: Chat, person: Person): void {
    const corp = this.#corp();
    const key = `${bot.botId}|${person.id}`;
    const today = dayOf(corp.clock.now());
    if (corp.state.entered.get(key) === today) return;
    corp.state.entered.put(key, today);
    const turn = this.#begin(bot, chat, person, { kind: 'enter' });
    void this.#tell(turn, { ...frameOf(corp, bot, chat, person), ...eventOf('enter_chat', {}) }, 'once');
  }

  /** A press on one of the bot's cards: told once, answered within five seconds or not at all. */
  async pressed(
    bot: Aibot,
    chat: Chat,
    person: Person,
    message: Message,
    press: Extract<Press, { does: 'call' }>,
  ): Promise<Told> {
    const corp = this.#corp();
    const card = corp.cards.copyOf(message, person.id);
    const taskId = typeof message.card?.task_id === 'string' ? message.card.task_id : '';
    const turn = this.#begin(bot, chat, person, { kind: 'card', message: message.id, taskId });
    const items = press.selected.map(({ question, options }) => ({
      question_key: question,
      option_ids: { option_id: options },
    }));
    const event = eventOf('template_card_event', {
      card_type: card.card_type,
      event_key: press.key,
      task_id: taskId,
      ...(items.length > 0 ? { selected_items: { selected_item: items } } : {}),
    });
    const body = { ...frameOf(corp, bot, chat, person), ...responseUrl(corp, bot, turn), ...event };
    if (bot.mode === 'url') return this.#tell(turn, body, 'once', 'callback');
    const answered = this.#whenUpdated(turn);
    const told = await this.#tell(turn, body, 'once', 'callback');
    return told.outcome.ok ? { ...told, applied: await answered } : told;
  }

  /** Over an address the bot has answered: if it has begun a stream, it is asked on. */
  answered(turnId: string | undefined): void {
    const turn = this.#corp().state.turns.get(turnId ?? '');
    if (turn) this.#poll(turn);
  }

  /** Over the WebSocket the update is a command of its own. */
  updated(turn: Turn): void {
    this.#clicks.get(turn.id)?.({ cardUpdated: true });
  }

  /** 1 right, 2 wrong, 3 taken back. */
  judged(bot: Aibot, chat: Chat, person: Person, message: Message, type: 1 | 2 | 3): void {
    const corp = this.#corp();
    const turn = this.#begin(bot, chat, person, { kind: 'feedback' });
    const event = {
      id: message.feedback ?? '',
      type,
      ...(type === 2 ? { content: '', inaccurate_reason_list: [2] } : {}),
    };
    void this.#tell(
      turn,
      { ...frameOf(corp, bot, chat, person), ...eventOf('feedback_event', event) },
      'once',
    );
  }

  /** Goes on asking for the streams that an earlier process left unfinished. */
  resume(): void {
    const { state } = this.#corp();
    for (const stream of state.streams.values()) {
      const turn = state.turns.get(stream.turn);
      if (turn && !stream.finished) this.#poll(turn);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #begin(bot: Aibot, chat: Chat, person: Person, about: Partial<Turn> & Pick<Turn, 'kind'>): Turn {
    const { state, ids, clock } = this.#corp();
    const turn = {
      ...about,
      id: ids.hex(),
      bot: bot.botId,
      chat: chat.id,
      person: person.id,
      at: clock.now(),
    };
    state.turns.put(turn.id, turn);
    return turn;
  }

  #tell(
    turn: Turn,
    body: Body,
    tries: 'again' | 'once',
    kind: 'event' | 'callback' = 'event',
  ): Promise<Told> {
    const { ids, clock } = this.#corp();
    const event = body.event;
    const named =
      typeof event === 'object' && event !== null && 'eventtype' in event ? event.eventtype : body.msgtype;
    const payload = { body: JSON.stringify(body), person: turn.person, chat: turn.chat, turn: turn.id };
    return this.#callbacks.tell(
      {
        id: ids.delivery(),
        app: turn.bot,
        kind,
        type: String(named),
        payload: JSON.stringify(payload),
        attempts: 0,
        dueAt: clock.now(),
      },
      tries,
    );
  }

  #whenUpdated(turn: Turn): Promise<Applied> {
    return new Promise((resolve) => {
      const settle = (applied: Applied) => {
        clearTimeout(timer);
        this.#clicks.delete(turn.id);
        resolve(applied);
      };
      const timer = setTimeout(() => settle({ cardUpdated: false, error: 'no answer within 5 s' }), CLICK_MS);
      timer.unref();
      this.#clicks.set(turn.id, settle);
    });
  }

  /** Asks on for the turn's stream until it is finished or six minutes old. Over the WebSocket the bot pushes. */
  #poll(turn: Turn): void {
    const { state, clock } = this.#corp();
    const bot = state.aibots.get(turn.bot);
    const stream = this.#openStream(turn);
    if (this.#closed || !bot || bot.mode !== 'url' || !stream || this.#polling.has(turn.id)) return;
    this.#polling.add(turn.id);
    clock.at(clock.now() + POLL_MS, () => void this.#ask(turn, bot, stream));
  }

  async #ask(turn: Turn, bot: Aibot, stream: StreamRow): Promise<void> {
    const corp = this.#corp();
    const chat = corp.state.chats.get(turn.chat);
    const person = corp.state.people.get(turn.person);
    if (this.#closed || !chat || !person) return;
    this.#polling.delete(turn.id);
    if (corp.clock.now() - turn.at > STREAM_MS) {
      corp.state.streams.put(stream.key, { ...stream, finished: true });
      return;
    }
    await this.#tell(
      turn,
      { ...frameOf(corp, bot, chat, person), msgtype: 'stream', stream: { id: stream.id } },
      'once',
    );
    this.#poll(turn);
  }

  #openStream({ id }: Turn): StreamRow | undefined {
    return [...this.#corp().state.streams.values()].find(({ turn, finished }) => turn === id && !finished);
  }
}
