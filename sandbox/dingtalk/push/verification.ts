import type { Clock } from '../../kernel/clock.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import { CHECK_URL_MS } from './deadlines.js';
import { postEvent } from './http.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Who is only just starting needs no complaint. */
const SAID_AT_MS = 8 * FIRST_WAIT_MS;

interface Parts {
  state: State;
  clock: Clock;
  ids: Ids;
  say: (line: string) => void;
}

/**
 * The `check_url` event for each app's event address. The console would refuse an address that is down; here the app often
 * starts after the sandbox, so it is asked until it answers rightly, and only the first failure is said aloud.
 */
export class Verification {
  readonly #parts: Parts;
  readonly #asked = new Map<string, { app: string; url: string; problem?: string }>();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  checkAll(): void {
    for (const { appKey, events } of this.#parts.state.apps.values()) {
      const key = `${appKey}|${events?.url}`;
      if (!events || this.#asked.has(key) || this.#parts.state.verified.get(key)) continue;
      this.#asked.set(key, { app: appKey, url: events.url });
      void this.#askUntilAnswered(appKey, events.url, key);
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

  async #askUntilAnswered(appKey: string, url: string, key: string): Promise<void> {
    for (let waitMs = FIRST_WAIT_MS; !this.#closed; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      const app = this.#parts.state.apps.get(appKey);
      if (!app?.events || app.events.url !== url) break;
      const plain = JSON.stringify({ EventType: 'check_url' });
      const outcome = await postEvent(app, app.events, plain, this.#parts, CHECK_URL_MS);
      if (this.#closed) return;
      if (outcome.ok) {
        this.#parts.state.verified.put(key, true);
        break;
      }
      const asked = this.#asked.get(key);
      if (asked && waitMs === SAID_AT_MS)
        this.#parts.say(`check_url of ${url}: ${outcome.reason}; asking on`);
      if (asked) asked.problem = outcome.reason;
      await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
    }
    this.#asked.delete(key);
  }
}
