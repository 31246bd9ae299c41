import type { Outcome } from '../operations/operation.js';
import type { Database } from '../storage/database.js';
import type { Hints } from './hints.js';

/** Hints of other processes may be lost; so whoever waits also looks. */
const lookEveryMs = 150;

/** Waits for what a call came to, for those who answer in the same breath (a click). */
export class Outcomes {
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly db: Database,
    hints: Hints,
  ) {
    hints.hear((hint) => {
      if (hint.kind !== 'outcome') return;
      for (const look of this.waiting.get(hint.id) ?? []) look();
    });
  }

  /** The outcome of a call, or undefined if there is none within `waitMs` of real time. */
  async of(tenantId: string, id: string, waitMs: number): Promise<Outcome | undefined> {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const hinted = this.hintFor(id);
      const outcome = await this.find(tenantId, id);
      const left = deadline - performance.now();
      if (outcome || left <= 0) {
        hinted.forget();
        return outcome;
      }
      await hinted.within(Math.min(left, lookEveryMs));
    }
  }

  private hintFor(id: string) {
    const looks = this.waiting.get(id) ?? new Set();
    this.waiting.set(id, looks);
    let timer: NodeJS.Timeout | undefined;
    let look: () => void = () => {};
    const heard = new Promise<void>((resolve) => {
      look = resolve;
    });
    looks.add(look);
    const forget = () => {
      clearTimeout(timer);
      looks.delete(look);
      if (looks.size === 0) this.waiting.delete(id);
    };
    return {
      forget,
      async within(ms: number) {
        timer = setTimeout(look, ms);
        await heard;
        forget();
      },
    };
  }

  private async find(tenantId: string, id: string): Promise<Outcome | undefined> {
    const [row] = await this.db.query<{ outcome: Outcome }>(
      'select outcome from invocations where tenant_id = $1 and id = $2',
      [tenantId, id],
    );
    return row?.outcome;
  }
}
