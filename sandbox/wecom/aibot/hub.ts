import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.js';
import type { Outcome } from '../../kernel/deliveries.js';
import type { Faults } from '../../kernel/faults.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';

/** What a client sends: `{cmd, headers: {req_id}, body}`. */
export interface Frame {
  cmd: string;
  reqId: string;
  body: Record<string, unknown>;
}

export interface Connection {
  send(frame: Record<string, unknown>): void;
  end(): void;
  drop(): void;
  onClose(task: () => void): void;
}

export interface Ack {
  errcode: number;
  errmsg: string;
  body?: Record<string, unknown>;
}

export type Answer = (bot: string, frame: Frame) => Promise<Ack | undefined>;

interface Live {
  connection: Connection;
  id: string;
  since: number;
}

const PATH = '/aibot';

/**
 * The AI bots' WebSocket. A bot has one live connection: whoever subscribes takes it over, and the one before is told
 * and closed. Source: 智能机器人长连接; the codes for a failed subscription are unverified.
 */
export class Hub {
  readonly #parts: { state: State; clock: Clock; ids: Ids; faults: Faults };
  readonly #live = new Map<string, Live>();
  readonly #botOf = new Map<Connection, string>();
  readonly #all = new Set<Connection>();
  #answer: Answer = () => Promise.resolve(undefined);

  constructor(parts: { state: State; clock: Clock; ids: Ids; faults: Faults }) {
    this.#parts = parts;
  }

  /** Who answers the commands of a subscribed bot; `undefined` is no answer at all. */
  answerWith(answer: Answer): void {
    this.#answer = answer;
  }

  /** Takes an upgrade of `/aibot`. The WebSocket library is loaded only when somebody first connects. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (new URL(request.url ?? '/', 'http://sandbox').pathname !== PATH) return false;
    void this.#accept(request, socket, head).catch(() => socket.destroy());
    return true;
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { accept } = await import('./connection.js');
    const connection = await accept(request, socket, head, (from, frame) => this.#receive(from, frame));
    this.#all.add(connection);
    connection.onClose(() => this.#closed(connection));
  }

  /** Tells the bot; there is nothing that acknowledges it. */
  deliver(bot: string, type: string, reqId: string, body: string): Outcome {
    const live = this.#live.get(bot);
    if (!live) return { ok: false, why: 'unconfigured', reason: 'not connected' };
    if (this.#parts.faults.forSocket('deaf-socket', bot))
      return { ok: false, why: 'timeout', reason: 'the connection is deaf' };
    const isEvent = JSON.parse(body).msgtype === 'event';
    const cmd = isEvent ? 'aibot_event_callback' : 'aibot_msg_callback';
    live.connection.send({ cmd, headers: { req_id: reqId }, body: JSON.parse(body) });
    return { ok: true, answer: `${type}\n` };
  }

  /** Closes what is open now if a `drop-socket` fault asks for it. */
  dropFaulty(): void {
    for (const [bot, { connection }] of this.#live)
      if (this.#parts.faults.forSocket('drop-socket', bot)) connection.drop();
  }

  list(): { app: string; id: string; since: number; deaf: boolean }[] {
    const deaf = (bot: string) =>
      this.#parts.faults.list().some(({ kind, on }) => kind === 'deaf-socket' && (!on.app || on.app === bot));
    return [...this.#live].map(([app, { id, since }]) => ({ app, id, since, deaf: deaf(app) }));
  }

  close(): void {
    for (const connection of this.#all) connection.drop();
  }

  #closed(connection: Connection): void {
    const bot = this.#botOf.get(connection);
    this.#all.delete(connection);
    this.#botOf.delete(connection);
    if (bot !== undefined && this.#live.get(bot)?.connection === connection) this.#live.delete(bot);
  }

  async #receive(connection: Connection, frame: Frame): Promise<void> {
    const bot = this.#botOf.get(connection);
    const ack =
      frame.cmd === 'aibot_subscribe' ? this.#subscribe(connection, frame) : await this.#command(bot, frame);
    if (ack) connection.send({ headers: { req_id: frame.reqId }, ...ack });
  }

  async #command(bot: string | undefined, frame: Frame): Promise<Ack | undefined> {
    if (bot === undefined) return { errcode: 40014, errmsg: 'not subscribed' };
    if (frame.cmd === 'ping') return { errcode: 0, errmsg: 'ok' };
    return this.#answer(bot, frame);
  }

  #subscribe(connection: Connection, { body }: Frame): Ack {
    const bot = this.#parts.state.aibots.get(String(body.bot_id));
    if (bot?.mode !== 'socket' || !bot.secret || bot.secret !== body.secret)
      return { errcode: 40001, errmsg: 'invalid bot_id or secret' };
    const before = this.#live.get(bot.botId);
    if (before && before.connection !== connection) this.#takeOver(bot.botId, before.connection);
    this.#botOf.set(connection, bot.botId);
    this.#live.set(bot.botId, {
      connection,
      id: this.#parts.ids.hex().slice(-8),
      since: this.#parts.clock.now(),
    });
    if (this.#parts.faults.forSocket('drop-socket', bot.botId)) connection.drop();
    return { errcode: 0, errmsg: 'ok' };
  }

  #takeOver(bot: string, connection: Connection): void {
    this.#botOf.delete(connection);
    connection.send({
      cmd: 'aibot_event_callback',
      headers: { req_id: this.#parts.ids.hex() },
      body: {
        msgid: this.#parts.ids.message(),
        create_time: Math.floor(this.#parts.clock.now() / 1000),
        aibotid: bot,
        msgtype: 'event',
        event: { eventtype: 'disconnected_event' },
      },
    });
    connection.end();
  }
}
