import type { Clock } from '../../kernel/clock.js';
import type { Ids } from '../ids.js';
import type { State, Token } from '../state.js';
import type { App, Person } from '../world.js';

/** Seconds; source: obtain-the-access-token-of-an-internal-app, obtain-user-token. */
export const LIFE_SECONDS = 7200;
const REFRESH_LIFE_SECONDS = 30 * 24 * 60 * 60;

/**
 * Access tokens. Whoever asks again within the two hours gets the same token, renewed; all of them are good for both
 * hosts. Source: obtain-the-access-token-of-an-internal-app (有效期内重复获取会返回相同结果并自动续期).
 */
export class Tokens {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(state: State, clock: Clock, ids: Ids) {
    this.#state = state;
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(app: App): string {
    return this.#issue({ app: app.appKey, kind: 'app' }, LIFE_SECONDS);
  }

  issueFor(app: App, person: Person): { accessToken: string; refreshToken: string } {
    const of = { app: app.appKey, person: person.id };
    return {
      accessToken: this.#issue({ ...of, kind: 'user' }, LIFE_SECONDS),
      refreshToken: this.#issue({ ...of, kind: 'refresh' }, REFRESH_LIFE_SECONDS),
    };
  }

  find(token: string, kind: Token['kind']): Token | undefined {
    const known = this.#state.tokens.get(token);
    return known?.kind === kind && known.expiresAt > this.#clock.now() ? known : undefined;
  }

  appOf(token: string): App | undefined {
    const known = this.find(token, 'app') ?? this.find(token, 'user');
    return known && this.#state.apps.get(known.app);
  }

  expireAll(app: string): number {
    const tokens = [...this.#state.tokens.values()].filter((token) => token.app === app);
    for (const { token } of tokens) this.#state.tokens.delete(token);
    return tokens.length;
  }

  #issue(of: Omit<Token, 'token' | 'expiresAt'>, seconds: number): string {
    const now = this.#clock.now();
    let current: Token | undefined;
    for (const token of [...this.#state.tokens.values()]) {
      if (token.expiresAt <= now) this.#state.tokens.delete(token.token);
      else if (token.app === of.app && token.kind === of.kind && token.person === of.person) current = token;
    }
    const token = { ...of, token: current?.token ?? this.#ids.token(), expiresAt: now + seconds * 1000 };
    this.#state.tokens.put(token.token, token);
    return token.token;
  }
}
