import { createHash } from 'node:crypto';
import type { Journal, Table } from '../kernel/journal.js';
import type { Account, Customer, Follower, Media, Said, Token } from './world.js';

/** Everything that WeChat holds of its official accounts. */
export class State {
  readonly accounts: Table<Account>;
  readonly customers: Table<Customer>;
  /** By openid. */
  readonly followers: Table<Follower>;
  readonly tokens: Table<Token>;
  readonly media: Table<Media>;
  /** `account|url|token` → true, once the address has answered its echo. */
  readonly verified: Table<true>;
  /** `account|day` → how often a stable token was forced. */
  readonly forced: Table<number>;
  readonly #said: Table<Said>;
  readonly #byOpenId = new Map<string, Said[]>();
  #lastSeq = 0;

  constructor(journal: Journal) {
    this.accounts = journal.table('wechat-official.accounts');
    this.customers = journal.table('wechat-official.customers');
    this.followers = journal.table('wechat-official.followers');
    this.tokens = journal.table('wechat-official.tokens');
    this.media = journal.table('wechat-official.media');
    this.verified = journal.table('wechat-official.verified');
    this.forced = journal.table('wechat-official.forced');
    this.#said = journal.table('wechat-official.said');
    for (const said of this.#said.values()) this.#index(said);
  }

  accountByAppId(appId: unknown): Account | undefined {
    return [...this.accounts.values()].find((account) => account.appId === appId);
  }

  /** A customer as this account knows them; nobody has followed before they did. */
  followerOf(account: Account, customer: Customer): Follower {
    const openId = openIdOf(account.appId, customer.id);
    return (
      this.followers.get(openId) ?? { openId, account: account.id, customer: customer.id, follows: false }
    );
  }

  saidTo(openId: string): readonly Said[] {
    return this.#byOpenId.get(openId) ?? [];
  }

  say(said: Omit<Said, 'seq'>): Said {
    const whole = { ...said, seq: this.#lastSeq + 1 };
    this.#said.put(whole.id, whole);
    this.#index(whole);
    return whole;
  }

  #index(said: Said): void {
    this.#byOpenId.set(said.openId, [...(this.#byOpenId.get(said.openId) ?? []), said]);
    this.#lastSeq = Math.max(this.#lastSeq, said.seq);
  }
}

/** 28 characters that begin with an o, another one at each account. */
export const openIdOf = (appId: string, customer: string): string =>
  `o${createHash('sha256').update(`${appId}\n${customer}`).digest('base64url').slice(0, 27)}`;
