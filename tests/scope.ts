import type { Scope } from './sandbox.js';

/** Hooks that run in reverse, the newest first, so that what was opened last is closed first; one that fails stops none. */
export function openScope(): Scope & { close(): Promise<void> } {
  const hooks: (() => Promise<void>)[] = [];
  return {
    after(clean) {
      hooks.push(clean);
    },
    async close() {
      const failures: unknown[] = [];
      for (let clean = hooks.pop(); clean; clean = hooks.pop()) {
        await clean().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw new AggregateError(failures, 'not everything could be tidied up');
    },
  };
}
