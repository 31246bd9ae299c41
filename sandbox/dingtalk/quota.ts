import type { Clock } from '../kernel/clock.js';
import type { State, Usage } from './state.js';
import type { App, Edition } from './world.js';

/**
 * What each edition has, per organisation and natural month, and per app, API and second.
 * Source: dingtalk-application-development-platform-billing-model (standard since 2025-11-19; professional: one pack),
 * how-to-process-api-throttling-on-the-dingtalk-server (20 a second).
 */
const editions: Readonly<Record<Edition, { calls: number; pushes: number; qps: number }>> = {
  standard: { calls: 5_000, pushes: 3_000, qps: 20 },
  professional: { calls: 200_000, pushes: 50_000, qps: 20 },
};

const CHINA_MS = 8 * 60 * 60 * 1000;

/** The organisation's monthly use of calls and of Webhook & Stream messages; a month begins at midnight in China. */
export class Quota {
  readonly #state: State;
  readonly #clock: Clock;

  constructor(state: State, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  get edition(): Edition {
    return this.#state.settings.get('edition') === 'professional' ? 'professional' : 'standard';
  }

  /** Takes one call, unless none is left. */
  takeCall(): boolean {
    return this.#take('calls');
  }

  /** Takes one Webhook or Stream message, unless none is left. */
  takePush(): boolean {
    return this.#take('pushes');
  }

  qpsOf(app: App): number {
    return app.qps ?? this.#setting('qps') ?? editions[this.edition].qps;
  }

  describe(): Record<string, unknown> {
    const { month, used } = this.#now();
    const max = { calls: this.#max('calls'), pushes: this.#max('pushes') };
    return { edition: this.edition, month, ...used, callsMax: max.calls, pushesMax: max.pushes };
  }

  #take(what: keyof Usage): boolean {
    const { month, used } = this.#now();
    if (used[what] >= this.#max(what)) return false;
    this.#state.usage.put(month, { ...used, [what]: used[what] + 1 });
    return true;
  }

  #max(what: keyof Usage): number {
    return this.#setting(what === 'calls' ? 'monthlyCalls' : 'monthlyPushes') ?? editions[this.edition][what];
  }

  #setting(name: string): number | undefined {
    const value = this.#state.settings.get(name);
    return value === undefined ? undefined : Number(value);
  }

  #now(): { month: string; used: Usage } {
    const month = new Date(this.#clock.now() + CHINA_MS).toISOString().slice(0, 7);
    return { month, used: this.#state.usage.get(month) ?? { calls: 0, pushes: 0 } };
  }
}
