import { get } from '../wecom/callback/get.js';
import { signedInto } from './push.js';
import type { Wechat } from './wechat.js';
import type { Account } from './world.js';

const DEADLINE_MS = 5_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * The check with `echostr` that WeChat makes when an address is saved (验证消息的确来自微信服务器). The console would refuse one
 * that is down; here the product often starts later, so it is asked until it answers rightly.
 */
export class Verification {
  readonly #of: Wechat;
  readonly #problems = new Map<string, string>();
  readonly #asking = new Set<string>();
  #closed = false;

  constructor(of: Wechat) {
    this.#of = of;
  }

  check(account: Account): void {
    const key = keyOf(account);
    if (this.#asking.has(key) || this.#of.state.verified.get(key)) return;
    this.#asking.add(key);
    void this.#askUntilAnswered(account, key);
  }

  list(): { app: string; url: string; verified: boolean; problem?: string }[] {
    return [...this.#of.state.accounts.values()].map((account) => {
      const key = keyOf(account);
      const problem = this.#problems.get(key);
      const verified = this.#of.state.verified.get(key) === true;
      return { app: account.id, url: account.url, verified, ...(problem && !verified ? { problem } : {}) };
    });
  }

  close(): void {
    this.#closed = true;
  }

  async #askUntilAnswered(account: Account, key: string): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.#closed; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const now = this.#of.state.accounts.get(account.id);
      if (!now || keyOf(now) !== key) break;
      const problem = await this.#ask(account);
      if (this.#closed) return;
      if (problem === undefined) {
        this.#of.state.verified.put(key, true);
        break;
      }
      this.#problems.set(key, problem);
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
    this.#asking.delete(key);
  }

  async #ask(account: Account): Promise<string | undefined> {
    const echo = String(BigInt(`0x${this.#of.random().slice(0, 15)}`));
    const to = new URL(account.url);
    signedInto(to, account, this.#of.clock, this.#of.random);
    to.searchParams.set('echostr', echo);
    const result = await get(to.href, DEADLINE_MS);
    if (result.kind === 'timeout') return 'no answer within 5 s';
    if (result.kind === 'unreachable') return `unreachable (${result.code})`;
    if (result.status !== 200) return `HTTP ${result.status}`;
    return result.body === echo ? undefined : 'the answer is not exactly the echostr';
  }
}

/** Another token at the same address is another address. */
const keyOf = ({ id, url, token }: Account): string => [id, url, token].join('|');
