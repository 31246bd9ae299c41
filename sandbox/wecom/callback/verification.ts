import type { Clock } from '../../kernel/clock.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { Callback } from '../world.js';
import { encrypt, sign } from './crypto.js';
import { get } from './get.js';

const DEADLINE_MS = 1_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Who is only just starting needs no complaint. */
const SAID_AT_MS = 8 * FIRST_WAIT_MS;

interface Asked {
  app: string;
  url: string;
  problem?: string;
}

/**
 * The check with `echostr` that WeCom makes when an address is saved. The console would refuse an address that is down; here
 * the app often starts after the sandbox, so it is asked until it answers rightly, and only the first failure is said aloud.
 * Source: 使用接收消息 (验证URL有效性).
 */
export class Verification {
  readonly #parts: { state: State; clock: Clock; ids: Ids; say: (line: string) => void };
  readonly #asked = new Map<string, Asked>();
  #closed = false;

  constructor(parts: { state: State; clock: Clock; ids: Ids; say: (line: string) => void }) {
    this.#parts = parts;
  }

  /** @param receiveId the corpid for an app, nothing for an AI bot */
  check(app: string, callback: Callback | undefined, receiveId: string): void {
    if (!callback) return;
    const key = keyOf(app, callback);
    if (this.#asked.has(key) || this.#parts.state.verified.get(key)) return;
    this.#asked.set(key, { app, url: callback.url });
    void this.#askUntilAnswered(app, callback, receiveId, key);
  }

  list(): { app: string; url: string; verified: boolean; problem?: string }[] {
    const done = [...this.#holders()].flatMap(([app, callback]) => {
      const verified = callback && this.#parts.state.verified.get(keyOf(app, callback));
      return verified ? [{ app, url: callback.url, verified }] : [];
    });
    return [...done, ...[...this.#asked.values()].map((asked) => ({ ...asked, verified: false }))];
  }

  close(): void {
    this.#closed = true;
  }

  *#holders(): Iterable<[string, Callback | undefined]> {
    for (const [id, app] of this.#parts.state.apps.entries()) yield [id, app.callback];
    for (const [id, bot] of this.#parts.state.aibots.entries()) yield [id, bot.callback];
  }

  #isStill(app: string, key: string): boolean {
    const callback = new Map(this.#holders()).get(app);
    return callback !== undefined && keyOf(app, callback) === key;
  }

  async #askUntilAnswered(app: string, callback: Callback, receiveId: string, key: string): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.#closed; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      if (!this.#isStill(app, key)) break;
      const problem = await this.#ask(callback, receiveId);
      if (this.#closed) return;
      const asked = this.#asked.get(key);
      if (problem === undefined) {
        this.#parts.state.verified.put(key, true);
        break;
      }
      if (asked && waitMs === SAID_AT_MS)
        this.#parts.say(`verification of ${callback.url}: ${problem}; asking on`);
      if (asked) asked.problem = problem;
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
    this.#asked.delete(key);
  }

  async #ask({ url, token, encodingAesKey }: Callback, receiveId: string): Promise<string | undefined> {
    const { clock, ids } = this.#parts;
    const echo = ids.incoming();
    const echostr = encrypt(echo, encodingAesKey, receiveId, ids.bytes());
    const timestamp = String(Math.floor(clock.now() / 1000));
    const nonce = ids.nonce();
    const to = new URL(url);
    to.searchParams.set('msg_signature', sign(token, timestamp, nonce, echostr));
    to.searchParams.set('timestamp', timestamp);
    to.searchParams.set('nonce', nonce);
    to.searchParams.set('echostr', echostr);
    const result = await get(to.href, DEADLINE_MS);
    if (result.kind === 'timeout') return 'no answer within 1 s';
    if (result.kind === 'unreachable') return `unreachable (${result.code})`;
    if (result.status !== 200) return `HTTP ${result.status}`;
    return result.body === echo ? undefined : 'the answer is not exactly the decrypted echostr';
  }
}

/** Another token or key at the same address is another address. */
const keyOf = (app: string, { url, token, encodingAesKey }: Callback): string =>
  [app, url, token, encodingAesKey].join('|');
