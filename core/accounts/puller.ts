import type { Core } from '../core.js';
import type { Account } from './accounts.js';
import { Pulling } from './pulling.js';

/** How long what is done again and again rests in between. */
export interface PullPace {
  /** Without a hint, where the connector names no time of its own. */
  pullEveryMs: number;
  /** After one failure, after two, and so on; the last for ever. */
  retryDelaysMs: readonly number[];
  /** How often it is looked whether there are new accounts. */
  lookEveryMs: number;
  /** How often a process that does not lead looks whether it does by now. */
  leadEveryMs: number;
}

const usualPace: PullPace = {
  pullEveryMs: 60_000,
  retryDelaysMs: [1_000, 5_000, 15_000, 60_000],
  lookEveryMs: 10_000,
  leadEveryMs: 1_000,
};

/** Pulls every account whose channel has to be asked, each in one process at a time. */
export function openPuller(
  core: Core,
  channels: readonly string[],
  processId: string,
  pace: PullPace = usualPace,
): { stop(): Promise<void> } {
  const pulled = new Map<string, Pulling>();
  let stopped = false;

  async function look(): Promise<void> {
    const ids = await core.accounts.idsOf(channels);
    for (const id of ids) {
      if (pulled.has(id)) continue;
      const account = await opened(core, id);
      if (account && !stopped) pulled.set(id, new Pulling(core, account, processId, pace));
    }
    for (const [id, one] of pulled) {
      if (ids.includes(id)) continue;
      pulled.delete(id);
      await one.stop();
    }
  }

  let looking = Promise.resolve();
  const lookAgain = (): void => {
    looking = looking.then(() =>
      stopped
        ? undefined
        : look().catch((error: unknown) =>
            core.log.error({ error }, 'it could not be looked what is to be pulled'),
          ),
    );
  };
  lookAgain();
  const timer = setInterval(lookAgain, pace.lookEveryMs);
  const deaf = core.hints.hear((hint) => {
    if (hint.kind !== 'pull') return;
    // An account that was only just set up may be pinged before anybody looked for it.
    const one = pulled.get(hint.accountId);
    if (one) one.wake();
    else lookAgain();
  });
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      deaf();
      await looking;
      await Promise.all([...pulled.values()].map((one) => one.stop()));
    },
  };
}

/** One whose settings don't parse keeps the others from nothing. */
async function opened(core: Core, id: string): Promise<Account | undefined> {
  try {
    return await core.accounts.byId(id);
  } catch (error) {
    core.log.error({ error, account: id }, 'an account could not be opened to be pulled');
    return undefined;
  }
}
