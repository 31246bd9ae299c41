import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { AuthorizationCode, UserToken } from '../world.js';

const CODE_LIFE_MS = 5 * 60 * 1000;
const TOKEN_LIFE_MS = 2 * 60 * 60 * 1000;

/** Authorization codes (five minutes, one use) and the user tokens they become. */
export class LoginCodes {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(state: State, clock: Clock, ids: Ids) {
    this.#state = state;
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(given: Omit<AuthorizationCode, 'code' | 'at' | 'used'>): string {
    const code = this.#ids.loginCode();
    this.#state.codes.put(code, { ...given, code, at: this.#clock.now(), used: false });
    return code;
  }

  find(code: string): AuthorizationCode | undefined {
    return this.#state.codes.get(code);
  }

  isExpired({ at }: AuthorizationCode): boolean {
    return this.#clock.now() - at > CODE_LIFE_MS;
  }

  /** Turns a code into a token; the code is remembered as used. */
  redeem(code: AuthorizationCode): { token: string; expiresInS: number } {
    this.#state.codes.put(code.code, { ...code, used: true });
    const token: UserToken = {
      token: this.#ids.userToken(),
      app: code.app,
      person: code.person,
      expiresAt: this.#clock.now() + TOKEN_LIFE_MS,
    };
    this.#state.userTokens.put(token.token, token);
    return { token: token.token, expiresInS: TOKEN_LIFE_MS / 1000 };
  }

  tokenOf(authorization: string | undefined): UserToken | undefined {
    const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const token = this.#state.userTokens.get(bearer);
    return token && token.expiresAt > this.#clock.now() ? token : undefined;
  }

  /** Drops what has long expired. */
  forget(): void {
    const now = this.#clock.now();
    for (const { code, at } of [...this.#state.codes.values()])
      if (at < now - TOKEN_LIFE_MS) this.#state.codes.delete(code);
    for (const { token, expiresAt } of [...this.#state.userTokens.values()])
      if (expiresAt < now) this.#state.userTokens.delete(token);
  }
}

/** Whether what the app kept to itself fits what it showed at the beginning. Source: RFC 7636, 4.6. */
export function fitsChallenge({ challenge }: AuthorizationCode, verifier: string | undefined): boolean {
  if (!challenge) return true;
  if (!verifier || !/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return false;
  const shown =
    challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  return shown === challenge.value;
}
