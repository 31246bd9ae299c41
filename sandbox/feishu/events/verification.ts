import type { Clock } from '../../kernel/clock.js';
import { isRecord } from '../../kernel/shape.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { App } from '../world.js';
import { postSigned } from './http.js';

const DEADLINE_MS = 1_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Who is only just starting needs no complaint. */
const SAID_AT_MS = 8 * FIRST_WAIT_MS;

/**
 * Feishu's url_verification for each address of each app. A console would refuse an address that is down; here the app
 * often starts after the sandbox, so it is asked until it answers rightly, and only the first failure is said aloud.
 */
export class Verification {
  readonly #parts: { state: State; clock: Clock; ids: Ids; say: (line: string) => void };
  readonly #asked = new Map<string, { app: string; url: string; problem?: string }>();
  #closed = false;

  constructor(parts: { state: State; clock: Clock; ids: Ids; say: (line: string) => void }) {
    this.#parts = parts;
  }

  check(app: App): void {
    if (app.mode !== 'http') return;
    for (const url of new Set([app.eventUrl, app.callbackUrl])) {
      const key = `${app.appId}|${url}`;
      if (!url || this.#asked.has(key) || this.#parts.state.verified.get(key)) continue;
      this.#asked.set(key, { app: app.appId, url });
      void this.#askUntilAnswered(app.appId, url, key);
    }
  }

  list(): { app: string; url: string; verified: boolean; problem?: string }[] {
    const done = [...this.#parts.state.verified.entries()].map(([key]) => {
      const [app = '', ...url] = key.split('|');
      return { app, url: url.join('|'), verified: true };
    });
    return [...done, ...[...this.#asked.values()].map((asked) => ({ ...asked, verified: false }))];
  }

  close(): void {
    this.#closed = true;
  }

  async #askUntilAnswered(appId: string, url: string, key: string): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.#closed; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const app = this.#parts.state.apps.get(appId);
      if (app?.eventUrl !== url && app?.callbackUrl !== url) break;
      const problem = await this.#ask(app, url);
      if (this.#closed) return;
      const asked = this.#asked.get(key);
      if (problem === undefined) {
        this.#parts.state.verified.put(key, true);
        break;
      }
      if (asked && waitMs === SAID_AT_MS)
        this.#parts.say(`url_verification of ${url}: ${problem}; asking on`);
      if (asked) asked.problem = problem;
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
    this.#asked.delete(key);
  }

  async #ask(app: App, url: string): Promise<string | undefined> {
    const challenge = this.#parts.ids.hex();
    const plain = JSON.stringify({ challenge, token: app.verificationToken ?? '', type: 'url_verification' });
    const result = await postSigned({ url, app, deadlineMs: DEADLINE_MS }, plain, this.#parts);
    if (result.kind === 'timeout') return 'no answer within 1 s';
    if (result.kind === 'unreachable') return `unreachable (${result.code})`;
    if (result.status !== 200) return `HTTP ${result.status}`;
    try {
      const answer: unknown = JSON.parse(result.body);
      return isRecord(answer) && answer.challenge === challenge
        ? undefined
        : 'the challenge was not given back';
    } catch {
      return 'the answer is not JSON';
    }
  }
}
