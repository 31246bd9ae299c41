import type { Clock } from '../kernel/clock.js';
import { Rates } from '../kernel/rates.js';
import type { Ids } from './ids.js';
import { refuse } from './refusal.js';
import type { State } from './state.js';
import type { App } from './world.js';

const LIFE_MS = 7_200_000;
const KEPT_EXPIRED_MS = 24 * 60 * 60 * 1000;
/** After that many wrong secrets in an hour the caller is locked out. Source: what WeCom's staff say of 45009 on gettoken. */
const WRONG = [{ times: 2_000, perMs: 60 * 60 * 1000 }];

/** The name under which the tokens of 通讯录同步 stand. */
export const CONTACTS = 'contacts';

/** Access tokens: one secret, one token, the same one while it lives. Source: 获取access_token. */
export class Tokens {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #rates: Rates;

  constructor(state: State, clock: Clock, ids: Ids) {
    this.#state = state;
    this.#clock = clock;
    this.#ids = ids;
    this.#rates = new Rates(clock);
  }

  issue(corpId: string | null, secret: string | null): Record<string, unknown> {
    if (!secret) refuse(41004);
    if (corpId !== this.#state.corpId) refuse(40013);
    const app = this.#holderOf(secret);
    if (!app) {
      if (!this.#rates.take('wrong secret', WRONG).allowed) refuse(45009);
      refuse(40001);
    }
    // WeCom says 7200 whenever it is asked, also of a token that has less left: 42001 is what tells.
    return { access_token: this.#current(app), expires_in: LIFE_MS / 1000 };
  }

  /** Whose token this is: an app's, or 通讯录同步's. */
  check(token: string | null): App | typeof CONTACTS {
    if (!token) refuse(41001);
    const known = this.#state.tokens.get(token);
    if (!known) refuse(40014);
    if (known.expiresAt <= this.#clock.now()) refuse(42001);
    if (known.app === CONTACTS) return CONTACTS;
    return this.#state.apps.get(known.app) ?? refuse(40014);
  }

  /** For logs and faults: whose a token is, whether or not it still counts. */
  ownerOf(token: string | null): string | undefined {
    return token ? this.#state.tokens.get(token)?.app : undefined;
  }

  expireAll(app: string): number {
    const tokens = [...this.#state.tokens.values()].filter((token) => token.app === app);
    for (const { token } of tokens) this.#state.tokens.delete(token);
    return tokens.length;
  }

  #holderOf(secret: string): string | undefined {
    if (secret === this.#state.settings.get('contactsSecret')) return CONTACTS;
    const app = [...this.#state.apps.values()].find((each) => each.secret === secret);
    return app && String(app.agentId);
  }

  #current(app: string): string {
    const now = this.#clock.now();
    for (const token of [...this.#state.tokens.values()]) {
      if (token.app === app && token.expiresAt > now) return token.token;
      if (token.expiresAt < now - KEPT_EXPIRED_MS) this.#state.tokens.delete(token.token);
    }
    const token = this.#ids.token();
    this.#state.tokens.put(token, { token, app, expiresAt: now + LIFE_MS });
    return token;
  }
}
