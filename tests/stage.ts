import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom } from '../core/clock.js';
import { silent } from '../core/log.js';
import { openHints, postgresWire, type Wire } from '../core/pipeline/hints.js';
import { redisWire } from '../core/pipeline/redis-wire.js';
import { fireTimers, sweep } from '../core/pipeline/sweep.js';
import { Vault } from '../core/secrets/vault.js';
import { setUpTenant } from '../core/setup/set-up.js';
import { openDatabase } from '../core/storage/database.js';
import { migrate } from '../core/storage/migrate.js';
import { openClock } from '../server/clock.js';
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
import { type Scope, startSandbox, until } from './sandbox.js';
import { openScope } from './scope.js';
import { imdeskProcess, postgresProcess, type Runner, redisProcess } from './stage-processes.js';
import { openVisit } from './visitor.js';

/** Who carries jobs and hints. */
export type Backend = 'postgres' | 'redis';

export interface StageOptions {
  plans: readonly EnterprisePlan[];
  backend?: Backend;
  /** How many processes have each role; one by default. */
  web?: number;
  worker?: number;
  gateway?: number;
  /** As many processes as `web` says, each in all roles as `npm start` has it, in place of processes of one role each. */
  allInOne?: boolean;
  /** Puts something in front of the web processes, and returns where it listens: everybody comes by it. */
  front?(scope: Scope, ports: readonly number[]): Promise<string>;
  /** More of every process's environment. */
  env?: Record<string, string>;
  /** The program to start Redis with. */
  redisServer?: string;
}

/**
 * The whole product as it runs in production: processes of one role each, a durable PostgreSQL and, if asked for, a Redis of
 * their own, the sandbox, all on one clock, which is the sandbox's. Everything but the sandbox can be killed and begun again.
 * Platforms and customers call the first web process, or what was put in front. Nothing of it outlives `t`.
 */
export async function openStage(t: Scope, options: StageOptions) {
  const scope = openScope();
  t.after(() => scope.close());
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-stage-'));
  await chmod(folder, 0o755);
  scope.after(() => rm(folder, { recursive: true, force: true }));
  const folderOf = async (name: string) => {
    const made = path.join(folder, name);
    await mkdir(made);
    return made;
  };

  const postgres = postgresProcess(path.join(folder, 'postgres'));
  scope.after(() => postgres.end());
  await postgres.begin();
  const databaseUrl = postgres.url();
  const db = openDatabase({ url: databaseUrl, max: 6, applicationName: 'stage' });
  scope.after(() => db.end());
  await migrate(db);
  const withRedis = options.backend === 'redis';
  const redis = withRedis
    ? redisProcess(options.redisServer ?? 'redis-server', await freePort(), await folderOf('redis'))
    : undefined;
  if (redis) {
    scope.after(() => redis.end());
    await redis.begin();
  }

  const sandbox = await startSandbox(scope, {});
  const clockUrl = `${sandbox.url}/control/clock`;
  const clock = await openClock(clockUrl, silent);
  scope.after(async () => clock.stop());
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock });
  const enterprises = options.plans.map((plan, at) => enterpriseOf(at + 1, plan));
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  for (const one of enterprises) {
    const description = descriptionOf(one, sandbox.url);
    await setUpTenant({ db, databaseUrl, vault, clock, ids: idsFrom(clock), ...ports }, description);
  }

  const webPorts = await freePorts(options.web ?? 1);
  const url = (await options.front?.(scope, webPorts)) ?? `http://127.0.0.1:${webPorts[0]}`;
  const data = await folderOf('data');
  const env = {
    ...{ IMDESK_DATA: data, DATABASE_URL: databaseUrl, MASTER_KEY: masterKey.toString('base64') },
    ...{ PUBLIC_URL: url, CLOCK_URL: clockUrl, LOG_LEVEL: 'info' },
    ...(redis && { REDIS_URL: redis.url }),
    ...options.env,
  };
  const ofRole = (role: string, at: readonly number[]) =>
    at.map((port, index) => imdeskProcess(`${role}-${index + 1}`, port, { ...env, IMDESK_ROLES: role }));
  const processes = options.allInOne
    ? ofRole('web,worker,gateway', webPorts)
    : [
        ...ofRole('web', webPorts),
        ...ofRole('worker', await freePorts(options.worker ?? 1)),
        ...ofRole('gateway', await freePorts(options.gateway ?? 1)),
      ];
  scope.after(async () => void (await Promise.all(processes.map((one) => one.kill()))));

  const tell = async (transport: 'http' | 'socket', to: string) => {
    for (const one of enterprises)
      for (const app of one.apps.filter((each) => each.transport === transport))
        await sandbox.control('PUT', 'world', worldOf(one, app, to));
  };
  // A connection is only opened to an app that is known; an address is asked for a sign of life as soon as it is told.
  await tell('socket', 'http://127.0.0.1:1');
  await Promise.all(processes.map((one) => one.begin()));
  await tell('http', url);
  const isReady = async (): Promise<boolean> => {
    const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
    const answers = await Promise.all(
      processes.map((one) =>
        fetch(`${one.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    return urls.every(({ verified }) => verified) && answers.every(Boolean);
  };
  await until('every process is ready', isReady, 120_000);

  const wire = (): Wire => (redis ? redisWire(redis.url) : postgresWire(db));
  const look = async (): Promise<void> => {
    const hints = await openHints(wire(), 'stage', silent);
    hints.give(await fireTimers(db, clock));
    hints.give(await sweep(db, clock));
    await hints.stop();
  };
  const left = async () => {
    const [row] = await db.query<{ inbox: number; outbox: number; tasks: number; held: number }>(
      `select (select count(*) from inbox where read_at is null)::int as inbox,
              (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox,
              (select count(*) from tasks where done_at is null)::int as tasks,
              (select count(*) from destinations where lease_until > $1 and name !~ '^(socket|pull):')::int as held`,
      [new Date(clock.now())],
    );
    return row ?? { inbox: 1, outbox: 1, tasks: 1, held: 1 };
  };
  const asksSandbox = async <Rows>(what: string, since: number): Promise<Rows> =>
    sandbox.control<Rows>('GET', `${what}?since=${since}`);

  return {
    url,
    databaseUrl,
    db,
    /** The sandbox's clock as every process follows it, a fifth of a second behind at most. */
    clock,
    vault,
    masterKey,
    folder: data,
    sandbox,
    enterprises,
    processes,
    ofRole: (role: 'web' | 'worker' | 'gateway') =>
      processes.filter((one) => one.role.split(',').includes(role)),
    postgres,
    redis,
    /** All that can be killed: the processes of Imdesk, PostgreSQL, and Redis where there is one. */
    mortals: (): Runner[] => [...processes, postgres, ...(redis ? [redis] : [])],
    isReady,
    left,
    /** Moves the clock, waits until everybody has seen it, and lets the product look at once what is due now. */
    async advance(ms: number): Promise<void> {
      const to = clock.now() + ms;
      await sandbox.control('POST', 'clock', { advanceMs: ms });
      await until('the clock has moved', () => clock.now() >= to);
      await look();
    },
    /** Has the product look what lies there without a hint. */
    look,
    /** Waits until nothing is under way: what is left waits for its turn. */
    atRest: (withinMs = 120_000) =>
      until(
        'everything under way has come to its end',
        async () => {
          const { inbox, tasks, held } = await left();
          return inbox + tasks + held === 0;
        },
        withinMs,
      ),
    /** Waits until nothing is left to do. */
    async settled(withinMs = 120_000): Promise<void> {
      let last: object = {};
      await until(
        'nothing is left to do',
        async () => {
          const now = await left();
          last = now;
          return now.inbox + now.outbox + now.tasks === 0;
        },
        withinMs,
      ).catch((error: Error) => {
        throw new Error(`${error.message}: ${JSON.stringify(last)}`);
      });
    },
    /** A customer at an enterprise's web page, over this web process or the first. */
    visit: (one: Enterprise, name: string, over = url) => openVisit(over, one.account, name),
    seat(one: Enterprise, person: string, platform?: Surface) {
      const app = one.apps.find((each) => platform === undefined || each.platform === platform);
      if (!app) throw new Error(`enterprise ${one.number} is not on ${platform}`);
      return seatAt(sandbox, app, person);
    },
    calls: async (since = 0): Promise<Call[]> => (await asksSandbox<{ calls: Call[] }>('calls', since)).calls,
    drops: async (): Promise<object[]> => (await asksSandbox<{ drops: object[] }>('drops', 0)).drops,
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = await freePort();
    if (!ports.includes(port)) ports.push(port);
  }
  return ports;
}
