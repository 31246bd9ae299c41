import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.js';
import type { DeliveryRecord, Outcome } from '../../kernel/deliveries.js';
import type { Faults } from '../../kernel/faults.js';
import type { Ring } from '../../kernel/ring.js';
import type { Ids } from '../ids.js';
import { unifiedAppIdOf } from '../ids.js';
import type { State } from '../state.js';
import type { App } from '../world.js';
import type { Answer, Connection } from './connection.js';
import { type Frame, responseIn, statusIn } from './frame.js';
import { Overdue } from './overdue.js';
import { Tickets } from './tickets.js';

/** Real time; field reports say every 20 to 30 s. */
const PING_EVERY_MS = 30_000;
/** After SYSTEM disconnect the line stays open, and nothing comes over it any more. Source: the protocol page. */
const LEAVING_MS = 10_000;

interface Live {
  id: string;
  app: string;
  since: number;
  subscriptions: readonly string[];
  connection: Connection;
  leaving: boolean;
}

export interface HubParts {
  state: State;
  clock: Clock;
  realNow: () => number;
  ids: Ids;
  faults: Faults;
  log: Ring<DeliveryRecord>;
}

export interface StreamEvent {
  eventType: string;
  eventId: string;
  eventBornTime: string;
  data: Record<string, unknown>;
}

/**
 * The connections of Stream. Each push goes to one random connection of its app that subscribed to its topic, whoever
 * opened it. Source: the protocol page of the developer site.
 */
export class Hub {
  readonly tickets: Tickets;
  readonly #parts: HubParts;
  readonly #overdue: Overdue;
  readonly #live = new Set<Live>();
  readonly #pings: NodeJS.Timeout;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.tickets = new Tickets(parts);
    this.#overdue = new Overdue(parts);
    this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
  }

  /** Takes an upgrade of `/connect`. The WebSocket library is loaded only when somebody first connects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
    const ticket = this.tickets.spend(query.get('ticket') ?? '');
    if (!ticket) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { accept, Connection } = await import('./connection.js');
    const connection = new Connection(await accept(request, socket, head), (id) => this.#overdue.came(id));
    const { clock, ids, faults, state } = this.#parts;
    const live: Live = {
      ...{ id: ids.hex().slice(-8), app: ticket.app, since: clock.now(), connection },
      ...{ subscriptions: ticket.subscriptions, leaving: false },
    };
    this.#live.add(live);
    connection.onClose(() => this.#live.delete(live));
    const seconds = Number(state.settings.get('connectionSeconds'));
    if (seconds > 0) {
      const callOff = clock.at(live.since + seconds * 1000, () => this.#leave(live));
      connection.onClose(callOff);
    }
    if (faults.forSocket('drop-socket', live.app)) connection.drop();
  }

  /** Pushes a robot message or a press, and waits for the answer (`response` of its data). */
  async call(app: App, topic: string, data: string, deadlineMs: number): Promise<Outcome> {
    const headers = { topic, appId: unifiedAppIdOf(app.appKey) };
    const answer = await this.#push(
      app,
      `CALLBACK ${topic}`,
      { type: 'CALLBACK', headers, data },
      deadlineMs,
    );
    return this.#outcome(answer, (text) => ({ ok: true, answer: responseIn(text) ?? '' }));
  }

  /** Pushes an event, which only the status SUCCESS settles. */
  async event(app: App, event: StreamEvent, deadlineMs: number): Promise<Outcome> {
    const { data, ...about } = event;
    const headers = {
      ...{ topic: '*', ...about, eventCorpId: this.#parts.state.corpId },
      eventUnifiedAppId: unifiedAppIdOf(app.appKey),
    };
    const frame = { type: 'EVENT' as const, headers, data: JSON.stringify(data) };
    return this.#outcome(await this.#push(app, 'EVENT *', frame, deadlineMs), (text) => {
      const status = statusIn(text);
      if (status === 'SUCCESS') return { ok: true, answer: text };
      const reason = status === 'LATER' ? 'LATER' : 'neither SUCCESS nor LATER';
      return { ok: false, why: 'refused', reason };
    });
  }

  /** Closes what is open now if a `drop-socket` fault asks for it. */
  dropFaulty(): void {
    for (const app of new Set([...this.#live].map((live) => live.app))) {
      if (!this.#parts.faults.forSocket('drop-socket', app)) continue;
      for (const live of this.#live) if (live.app === app) live.connection.drop();
    }
  }

  list(): { app: string; id: string; since: number; deaf: boolean; subscriptions: readonly string[] }[] {
    const deaf = (app: string) =>
      this.#parts.faults.list().some(({ kind, on }) => kind === 'deaf-socket' && (!on.app || on.app === app));
    return [...this.#live].map(({ app, id, since, subscriptions, leaving }) => ({
      ...{ app, id, since, subscriptions },
      deaf: leaving || deaf(app),
    }));
  }

  close(): void {
    clearInterval(this.#pings);
    for (const { connection } of this.#live) connection.drop();
  }

  async #push(
    app: App,
    subscription: string,
    frame: Pick<Frame, 'type' | 'data' | 'headers'>,
    deadlineMs: number,
  ): Promise<Answer | { kind: 'nobody'; reason: string }> {
    const { ids, faults, clock } = this.#parts;
    const open = [...this.#live].filter((live) => live.app === app.appKey && !live.leaving);
    const fitting = open.filter(({ subscriptions }) => subscriptions.includes(subscription));
    const chosen = fitting[Number.parseInt(ids.hex().slice(-8), 16) % Math.max(1, fitting.length)];
    if (!chosen) {
      const reason =
        open.length === 0 ? 'no connection is open' : `no connection subscribed to ${subscription}`;
      return { kind: 'nobody', reason };
    }
    if (faults.forSocket('deaf-socket', app.appKey)) return unheard(deadlineMs);
    const messageId = ids.hex();
    const whole: Frame = {
      ...{ specVersion: '1.0', ...frame },
      headers: {
        ...{ messageId, contentType: 'application/json', time: String(clock.now()) },
        ...{ connectionId: chosen.id, ...frame.headers },
      },
    };
    const answer = await chosen.connection.ask(whole, deadlineMs);
    if (answer.kind === 'timeout') this.#overdue.expect(messageId, app.appKey, whole, deadlineMs);
    return answer;
  }

  #outcome(answer: Answer | { kind: 'nobody'; reason: string }, read: (data: string) => Outcome): Outcome {
    switch (answer.kind) {
      case 'nobody':
        return { ok: false, why: 'unconfigured', reason: answer.reason };
      case 'timeout':
        return { ok: false, why: 'timeout', reason: 'timeout' };
      case 'closed':
        return { ok: false, why: 'unreachable', reason: 'connection closed' };
      case 'ack':
        return answer.ack.code === 200
          ? read(answer.ack.data)
          : { ok: false, why: 'refused', reason: `code ${answer.ack.code}` };
    }
  }

  #leave(live: Live): void {
    live.leaving = true;
    live.connection.send(this.#system('disconnect', { reason: 'connection is expired' }));
    const { clock } = this.#parts;
    clock.at(clock.now() + LEAVING_MS, () => live.connection.close());
  }

  #ping(): void {
    for (const { connection } of this.#live)
      connection.send(this.#system('ping', { opaque: this.#parts.ids.hex() }));
  }

  #system(topic: string, data: Record<string, unknown>): Frame {
    const { ids, clock } = this.#parts;
    return {
      ...{ specVersion: '1.0', type: 'SYSTEM', data: JSON.stringify(data) },
      headers: { topic, messageId: ids.hex(), contentType: 'application/json', time: String(clock.now()) },
    };
  }
}

const unheard = (deadlineMs: number): Promise<Answer> =>
  new Promise((resolve) => {
    setTimeout(() => resolve({ kind: 'timeout' }), deadlineMs);
  });
