import { isRecord } from '../kernel/shape.js';
import { refuse } from './refusal.js';
import type { Wechat } from './wechat.js';
import type { Account, Token } from './world.js';

const LIFE_MS = 7_200_000;
/** Of the last minutes of a token a new one is given, and both count. */
const OVERLAP_MS = 5 * 60_000;
const FORCED_PER_DAY = 20;
const FORCED_APART_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Access tokens, of two kinds that do not know of each other. 获取稳定版接口调用凭据: the same one while it lives, a new one in
 * its last five minutes; forced, a new one at once, and the old one is dead. 获取接口调用凭据: always a new one, and the one
 * before lives five minutes more.
 */
export class Tokens {
  readonly #of: Wechat;

  constructor(of: Wechat) {
    this.#of = of;
  }

  stable(body: unknown): Record<string, unknown> {
    const { grant_type: grant, appid, secret, force_refresh: force } = isRecord(body) ? body : {};
    const account = this.#asking(grant, appid, secret);
    const now = this.#of.clock.now();
    const [known] = this.#living(account, 'stable');
    if (force === true) return this.#forced(account, known);
    if (known && known.expiresAt - now > OVERLAP_MS) return this.#told(known);
    return this.#told(this.#issue(account, 'stable'));
  }

  plain(query: URLSearchParams): Record<string, unknown> {
    const account = this.#asking(query.get('grant_type'), query.get('appid'), query.get('secret'));
    for (const before of this.#living(account, 'token')) {
      const expiresAt = Math.min(before.expiresAt, this.#of.clock.now() + OVERLAP_MS);
      this.#of.state.tokens.put(before.token, { ...before, expiresAt });
    }
    return this.#told(this.#issue(account, 'token'));
  }

  /** Whose token this is. */
  check(token: string | null): Account {
    const { state, clock } = this.#of;
    if (!token) refuse(41001);
    const known = state.tokens.get(token);
    if (!known) refuse(40001);
    if (known.expiresAt <= clock.now()) refuse(42001);
    return state.accounts.get(known.account) ?? refuse(40001);
  }

  ownerOf(token: string | null): string | undefined {
    return token ? this.#of.state.tokens.get(token)?.account : undefined;
  }

  expireAll(account: string): number {
    const { state } = this.#of;
    const tokens = [...state.tokens.values()].filter((token) => token.account === account);
    for (const { token } of tokens) state.tokens.delete(token);
    return tokens.length;
  }

  #asking(grant: unknown, appid: unknown, secret: unknown): Account {
    if (grant !== 'client_credential') refuse(40002);
    const account = this.#of.state.accountByAppId(appid) ?? refuse(40013);
    if (account.appSecret !== secret) refuse(40125);
    return account;
  }

  #forced(account: Account, known: Token | undefined): Record<string, unknown> {
    const { state, clock } = this.#of;
    const now = clock.now();
    if (known && known.expiresAt - LIFE_MS > now - FORCED_APART_MS) return this.#told(known);
    const day = `${account.id}|${Math.floor(now / DAY_MS)}`;
    const times = state.forced.get(day) ?? 0;
    if (times >= FORCED_PER_DAY) refuse(45009, 'force_refresh, 20 times a day');
    state.forced.put(day, times + 1);
    for (const { token } of this.#living(account, 'stable')) state.tokens.delete(token);
    return this.#told(this.#issue(account, 'stable'));
  }

  /** Newest first. */
  #living(account: Account, kind: Token['kind']): Token[] {
    const now = this.#of.clock.now();
    return [...this.#of.state.tokens.values()]
      .filter((token) => token.account === account.id && token.kind === kind && token.expiresAt > now)
      .sort((a, b) => b.expiresAt - a.expiresAt);
  }

  #issue({ id }: Account, kind: Token['kind']): Token {
    const { random, state, clock } = this.#of;
    const token = `${kind === 'stable' ? 'S' : 'T'}_${random()}${random()}${random()}`;
    const issued = { token, account: id, kind, expiresAt: clock.now() + LIFE_MS };
    state.tokens.put(token, issued);
    return issued;
  }

  #told({ token, expiresAt }: Token): Record<string, unknown> {
    const seconds = Math.round((expiresAt - this.#of.clock.now()) / 1000);
    return { access_token: token, expires_in: seconds };
  }
}
