import { randomBytes } from 'node:crypto';
import type { Logger } from '../core/log.js';
import { type OpenClock, openClock } from './clock.js';
import type { Config } from './config.js';
import { type Imdesk, openImdesk } from './imdesk.js';
import { openStorage, type Storage } from './storage.js';

/** What a process needs before anything is opened to the outside. */
export interface Ground {
  config: Config;
  log: Logger;
  clock: OpenClock;
  storage: Storage;
}

export async function prepare(config: Config, log: Logger): Promise<Ground> {
  const clock = await openClock(config.clockUrl, log);
  return { config, log, clock, storage: await openStorage(config, clock, log) };
}

/** After its drain, a process that is asked to end is killed after a while; what is not done by then is found by others, or at the next start. */
const endWithinMs = 4_500;

/** Opens Imdesk in this process's roles, and ends the process when it is asked to. */
export async function run(
  ground: Ground,
  more: { homeUrl?: string; stop?(): Promise<void> } = {},
): Promise<Imdesk> {
  const { config, log, clock, storage } = ground;
  const imdesk = await openImdesk({
    config: { ...config, homeUrl: config.homeUrl ?? more.homeUrl },
    ...storage,
    clock,
    log,
    processId: `${process.pid}-${randomBytes(4).toString('hex')}`,
    random: Math.random,
  });
  onceAskedToEnd(log, config.drainMs + endWithinMs, async () => {
    await imdesk.stop();
    await more.stop?.();
    clock.stop();
    await storage.stop();
  });
  return imdesk;
}

function onceAskedToEnd(log: Logger, withinMs: number, stop: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => {
      log.warn({}, 'ended before everything had come to its end');
      process.exit(1);
    }, withinMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'the end was not in good order');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('uncaughtException', (error) => {
    log.error({ error }, 'something failed where nobody expected it; the process ends');
    process.exit(1);
  });
}
