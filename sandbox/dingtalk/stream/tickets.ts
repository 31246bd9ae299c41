import type { Clock } from '../../kernel/clock.js';
import type { Request } from '../../kernel/http.js';
import { list, object, oneOf, optional, text } from '../../kernel/shape.js';
import { type OpenRoute, readJson } from '../api.js';
import type { Ids } from '../ids.js';
import { Refusal } from '../refusal.js';
import type { State } from '../state.js';

/** Source: the protocol page of the developer site (有效期 90 秒, one connection). */
const TICKET_LIFE_MS = 90_000;

const shape = object({
  clientId: optional(text()),
  clientSecret: optional(text()),
  subscriptions: list(object({ type: oneOf('EVENT', 'CALLBACK', 'SYSTEM'), topic: text({ min: 1 }) })),
  ua: optional(text()),
  localIp: optional(text()),
});

export interface Ticket {
  app: string;
  /** `TYPE topic` */
  subscriptions: string[];
  until: number;
}

/** `POST /v1.0/gateway/connections/open`: credentials for an address and a ticket. */
export class Tickets {
  readonly #parts: { state: State; clock: Clock; ids: Ids };
  readonly #tickets = new Map<string, Ticket>();

  constructor(parts: { state: State; clock: Clock; ids: Ids }) {
    this.#parts = parts;
  }

  get route(): OpenRoute {
    return {
      method: 'POST',
      pattern: '/v1.0/gateway/connections/open',
      isXmlByDefault: true,
      handle: (request) => this.#open(request),
    };
  }

  /** The ticket, which is then spent. */
  spend(ticket: string): Ticket | undefined {
    const known = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return known && known.until >= this.#parts.clock.now() ? known : undefined;
  }

  #open(request: Request): Record<string, unknown> {
    const given = readJson(request, shape);
    const app = this.#parts.state.apps.get(given.clientId ?? '');
    // As reported by users of the Python SDK; the documents have no word for it.
    if (!app || app.appSecret !== given.clientSecret) throw new Refusal('authFailed', '鉴权失败', 401);
    const wrong = given.subscriptions.find(({ type, topic }) => type === 'EVENT' && topic !== '*');
    if (wrong) throw new Refusal('param.invalid', `EVENT: topic is *, not ${wrong.topic}`);
    const now = this.#parts.clock.now();
    for (const [ticket, { until }] of this.#tickets) if (until < now) this.#tickets.delete(ticket);
    const ticket = this.#parts.ids.uuid();
    const subscriptions = given.subscriptions.map(({ type, topic }) => `${type} ${topic}`);
    this.#tickets.set(ticket, { app: app.appKey, subscriptions, until: now + TICKET_LIFE_MS });
    return { endpoint: `ws://${request.headers.host ?? '127.0.0.1'}/connect`, ticket };
  }
}
