import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom, systemClock } from '../core/clock.js';
import { fireTimers, sweep } from '../core/pipeline/sweep.js';
import { Vault } from '../core/secrets/vault.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { type Imdesk, openImdesk } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { testDatabase } from './database.js';
import {
  descriptionOf,
  type Enterprise,
  type EnterprisePlan,
  enterpriseOf,
  type Surface,
  worldOf,
} from './enterprise-plan.js';
import { type Call, seatAt } from './enterprise-seat.js';
import { freePort } from './imdesk.js';
import { startSandbox, until } from './sandbox.js';
import { openVisit } from './visitor.js';

export interface EnterprisesOptions {
  /** How many processes of Imdesk share the work; each is whole. */
  processes?: number;
  /** More of DingTalk's world. */
  dingtalk?: object;
  /** How long a request's body may take. */
  bodyWithinMs?: number;
}

/**
 * The whole product in this process, with several enterprises in it, over a real database and against a sandbox in a process
 * of its own. Both read one clock, which `advance` moves.
 */
export async function startEnterprises(
  t: TestContext,
  plans: readonly EnterprisePlan[],
  options: EnterprisesOptions = {},
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-enterprises-'));
  const running = new Map<string, Imdesk>();
  t.after(async () => {
    await Promise.all([...running.values()].map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  });
  const { url: databaseUrl, db } = await testDatabase(t);
  let aheadMs = 0;
  const clock = { now: () => systemClock.now() + aheadMs };
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock });
  const sandbox = await startSandbox(t, {});
  const enterprises = plans.map((plan, at) => enterpriseOf(at + 1, plan));
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  for (const one of enterprises)
    await setUpTenant(
      { db, databaseUrl, vault, clock, ids: idsFrom(clock), ...ports },
      descriptionOf(one, sandbox.url),
    );

  const logged: string[] = [];
  const homes: string[] = [];
  async function start(): Promise<string> {
    const port = await freePort();
    const home = homes[0] ?? `http://127.0.0.1:${port}`;
    homes.push(home);
    const config = readConfig({
      ...{ PORT: String(port), HOST: '127.0.0.1', IMDESK_DATA: folder, DATABASE_URL: databaseUrl },
    });
    const processId = `process-${homes.length}`;
    const imdesk = await openImdesk({
      config: { ...config, publicUrl: home },
      ...{ databaseUrl, db, vault, masterKey, clock, processId, bodyWithinMs: options.bodyWithinMs },
      log: openLog('debug', { write: (line) => void logged.push(line) }),
      random: () => 0,
    });
    running.set(processId, imdesk);
    return processId;
  }
  const tell = async (transport: 'http' | 'socket', url: string) => {
    for (const one of enterprises)
      for (const app of one.apps.filter((each) => each.transport === transport))
        await sandbox.control('PUT', 'world', worldOf(one, app, url));
  };
  if (options.dingtalk) await sandbox.control('PUT', 'world', { dingtalk: options.dingtalk });
  // Nobody is called there.
  await tell('socket', 'http://127.0.0.1:1');
  for (let count = 0; count < (options.processes ?? 1); count++) await start();
  const [url = ''] = homes;
  await tell('http', url);
  await until('everything hears', async () => {
    const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
    return urls.every(({ verified }) => verified) && (await fetch(`${url}/readyz`)).ok;
  });

  const core = () => {
    const [first] = running.values();
    if (!first) throw new Error('no process is left');
    return first.core;
  };
  const left = async () => {
    const [row] = await db.query<{ inbox: number; outbox: number; tasks: number; held: number }>(
      `select (select count(*) from inbox where read_at is null)::int as inbox,
              (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox,
              (select count(*) from tasks where done_at is null)::int as tasks,
              (select count(*) from destinations where lease_until is not null and name not like 'socket:%')::int as held`,
    );
    return row ?? { inbox: 1, outbox: 1, tasks: 1, held: 1 };
  };

  return {
    url,
    db,
    clock,
    vault,
    sandbox,
    enterprises,
    /** Everything that was logged, a line each. */
    logged,
    left,
    /** Moves the clock of the product and of the sandbox, and has the product look at once what is due now. */
    async advance(ms: number): Promise<void> {
      aheadMs += ms;
      await sandbox.control('POST', 'clock', { advanceMs: ms });
      const { hints } = core();
      hints.give(await fireTimers(db, clock));
      hints.give(await sweep(db, clock));
    },
    /** Waits until nothing is under way: what is left waits for its turn. */
    async atRest(withinMs = 60_000): Promise<void> {
      await until(
        'everything under way has come to its end',
        async () => {
          const { inbox, tasks, held } = await left();
          return inbox + tasks + held === 0;
        },
        withinMs,
      );
    },
    /** Waits until nothing is left to do. */
    settled: (withinMs = 30_000) =>
      until(
        'nothing is left to do',
        async () => {
          const { inbox, outbox, tasks } = await left();
          return inbox + outbox + tasks === 0;
        },
        withinMs,
      ),
    processes: () => [...running.keys()],
    /** Ends one process as if it had been told to. */
    async stop(processId: string): Promise<void> {
      const one = running.get(processId);
      running.delete(processId);
      await one?.stop();
    },
    /** A new process over the same database. */
    start,
    visit: (one: Enterprise, name: string) => openVisit(url, one.account, name),
    seat: (one: Enterprise, person: string, platform?: Surface) => {
      const app = one.apps.find((each) => platform === undefined || each.platform === platform);
      if (!app) throw new Error(`enterprise ${one.number} is not on ${platform}`);
      return seatAt(sandbox, app, person);
    },
    async calls(since = 0): Promise<Call[]> {
      return (await sandbox.control<{ calls: Call[] }>('GET', `calls?since=${since}`)).calls;
    },
    async drops(): Promise<object[]> {
      return (await sandbox.control<{ drops: object[] }>('GET', 'drops?since=0')).drops;
    },
  };
}

export type Enterprises = Awaited<ReturnType<typeof startEnterprises>>;
