import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.js';
import type { Outcome } from '../../kernel/deliveries.js';
import type { Faults } from '../../kernel/faults.js';
import type { Request } from '../../kernel/http.js';
import { isRecord } from '../../kernel/shape.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { Connection } from './connection.js';

const CONNECTIONS_MAX = 50;
const SERVICE_ID = 33554678;
const TICKET_LIFE_MS = 60_000;
/** Seconds; the values Feishu's SDKs start from. */
const defaultConfig = { ReconnectCount: -1, ReconnectInterval: 120, ReconnectNonce: 30, PingInterval: 120 };

interface Live {
  id: string;
  app: string;
  since: number;
  connection: Connection;
}

/**
 * The long connections of all apps: `POST /callback/ws/endpoint` gives an address with a ticket, the WebSocket there
 * carries events and callbacks, each to one random connection of its app. Source: 使用长连接接收事件; the SDKs' frames.
 */
export class SocketHub {
  readonly #parts: { state: State; clock: Clock; ids: Ids; faults: Faults };
  readonly #tickets = new Map<string, { app: string; until: number }>();
  readonly #live = new Map<string, Live>();

  constructor(parts: { state: State; clock: Clock; ids: Ids; faults: Faults }) {
    this.#parts = parts;
  }

  /** The answer to `{AppID, AppSecret}`; always with a `data` object, whose lack the Node SDK takes for a passing fault. */
  endpoint(request: Request): Record<string, unknown> {
    const given = parse(request.body);
    const app = typeof given.AppID === 'string' ? this.#parts.state.apps.get(given.AppID) : undefined;
    if (!app || given.AppSecret !== app.appSecret) return { code: 514, msg: 'auth failed', data: {} };
    if (this.#of(app.appId).length >= CONNECTIONS_MAX) {
      return { code: 1000040350, msg: 'the number of connections exceeded the limit', data: {} };
    }
    const ticket = this.#parts.ids.hex();
    this.#forgetOldTickets();
    this.#tickets.set(ticket, { app: app.appId, until: this.#parts.clock.now() + TICKET_LIFE_MS });
    const device = BigInt(`0x${this.#parts.ids.hex().slice(0, 15)}`);
    const query = `device_id=${device}&access_key=${ticket}&service_id=${SERVICE_ID}&ticket=${ticket}`;
    const URL = `ws://${request.headers.host ?? '127.0.0.1'}/ws/v2?${query}`;
    return { code: 0, msg: '', data: { URL, ClientConfig: this.#clientConfig() } };
  }

  /** Takes an upgrade of `/ws/v2`. The WebSocket library is loaded only when somebody first connects. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ticket = new URL(request.url ?? '/', 'http://sandbox').searchParams.get('ticket') ?? '';
    const known = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (!known || known.until < this.#parts.clock.now()) {
      refuseHandshake(socket, 'ticket is unknown or too old');
      return;
    }
    const { accept, Connection } = await import('./connection.js');
    const connection = new Connection(await accept(request, socket, head), SERVICE_ID, () =>
      this.#clientConfig(),
    );
    const live = { id: ticket.slice(-8), app: known.app, since: this.#parts.clock.now(), connection };
    this.#live.set(ticket, live);
    connection.onClose(() => this.#live.delete(ticket));
    if (this.#parts.faults.forSocket('drop-socket', live.app)) connection.drop();
  }

  deliver(app: string, payload: string, deadlineMs: number): Promise<Outcome> {
    const live = this.#of(app);
    const chosen = live[Number.parseInt(this.#parts.ids.hex().slice(-8), 16) % Math.max(1, live.length)];
    if (!chosen) return Promise.resolve({ ok: false, why: 'unconfigured', reason: 'app not online' });
    if (this.#parts.faults.forSocket('deaf-socket', app)) return unheard(deadlineMs);
    return chosen.connection.deliver(this.#parts.ids.hex(), payload, deadlineMs);
  }

  /** Closes what is open now if a `drop-socket` fault asks for it. */
  dropFaulty(): void {
    for (const app of new Set([...this.#live.values()].map((live) => live.app))) {
      if (!this.#parts.faults.forSocket('drop-socket', app)) continue;
      for (const { connection } of this.#of(app)) connection.drop();
    }
  }

  list(): { app: string; id: string; since: number; deaf: boolean }[] {
    const deaf = (app: string) =>
      this.#parts.faults.list().some(({ kind, on }) => kind === 'deaf-socket' && (!on.app || on.app === app));
    return [...this.#live.values()].map(({ app, id, since }) => ({ app, id, since, deaf: deaf(app) }));
  }

  close(): void {
    for (const { connection } of this.#live.values()) connection.drop();
  }

  #of(app: string): Live[] {
    return [...this.#live.values()].filter((live) => live.app === app);
  }

  #clientConfig(): Record<string, number> {
    return { ...defaultConfig, ...JSON.parse(this.#parts.state.settings.get('clientConfig') ?? '{}') };
  }

  #forgetOldTickets(): void {
    const now = this.#parts.clock.now();
    for (const [ticket, { until }] of this.#tickets) if (until < now) this.#tickets.delete(ticket);
  }
}

const unheard = (deadlineMs: number): Promise<Outcome> =>
  new Promise((resolve) => {
    setTimeout(() => resolve({ ok: false, why: 'timeout', reason: 'timeout' }), deadlineMs);
  });

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function refuseHandshake(socket: Duplex, message: string): void {
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nHandshake-Status: 403\r\nHandshake-Msg: ${message}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
