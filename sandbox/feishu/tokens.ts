import type { Clock } from '../kernel/clock.js';
import type { Ids } from './ids.js';
import { Refusal } from './refusal.js';
import type { State } from './state.js';
import type { App, Token } from './world.js';

const LIFE_MS = 2 * 60 * 60 * 1000;
const RENEW_BELOW_MS = 30 * 60 * 1000;

/** Access tokens: two hours, the same one again while half an hour remains, the old one valid beside the new. */
export class Tokens {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(state: State, clock: Clock, ids: Ids) {
    this.#state = state;
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(app: App, kind: Token['kind']): { token: string; expire: number } {
    const now = this.#clock.now();
    let current: Token | undefined;
    for (const token of [...this.#state.tokens.values()]) {
      if (token.expiresAt <= now) this.#state.tokens.delete(token.token);
      else if (token.app === app.appId && token.kind === kind && token.expiresAt - now >= RENEW_BELOW_MS)
        current = token;
    }
    if (!current) {
      const token = kind === 'tenant' ? this.#ids.tenantToken() : this.#ids.appToken();
      current = { token, app: app.appId, kind, expiresAt: now + LIFE_MS };
      this.#state.tokens.put(token, current);
    }
    return { token: current.token, expire: Math.floor((current.expiresAt - now) / 1000) };
  }

  /** The app that bears this token. */
  check(authorization: string | undefined): App {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token)
      throw new Refusal(
        99991661,
        'Missing access token for authorization. Please make a request with token attached.',
      );
    if (token.startsWith('u-') || token.startsWith('eyJ'))
      throw new Refusal(
        99991668,
        'Invalid access token for authorization. Please make a request with token attached.',
      );
    if (!token.startsWith('t-')) throw new Refusal(99991671, 'Invalid token: must start with t-/u-');
    const app = this.appOf(token);
    if (!app)
      throw new Refusal(
        99991663,
        'Invalid access token for authorization. Please make a request with token attached.',
      );
    return app;
  }

  appOf(token: string): App | undefined {
    const known = this.#state.tokens.get(token);
    if (known?.kind !== 'tenant' || known.expiresAt <= this.#clock.now()) return undefined;
    return this.#state.apps.get(known.app);
  }

  expireAll(app: string): number {
    const isOf = (token: { app: string }) => token.app === app;
    const tokens = [...this.#state.tokens.values()].filter(isOf);
    const users = [...this.#state.userTokens.values()].filter(isOf);
    for (const { token } of tokens) this.#state.tokens.delete(token);
    for (const { token } of users) this.#state.userTokens.delete(token);
    return tokens.length + users.length;
  }
}
