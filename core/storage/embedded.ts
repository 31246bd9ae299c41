import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { installedNative, type Native, usableNative } from './postgres-binaries.js';
import { discardTemporary, enter, initialise, openHome, type PostgresHome, urlOf } from './postgres-home.js';
import { launch, PostmasterExited, runningPort, stopPostmaster } from './postmaster.js';

const DATABASE = 'imdesk';
const ATTEMPTS = 100;
const BETWEEN_ATTEMPTS_MS = 200;
/** What a server says that can start a moment later: somebody took the port or the folder, or orphans are still leaving. */
const PASSING =
  /could not create any TCP\/IP sockets|Address already in use|lock file "postmaster.pid"|shared memory block/;
const PORT_TAKEN = /could not create any TCP\/IP sockets|Address already in use/;

export interface EmbeddedPostgres {
  /** Address of the database `imdesk`, with its password: never log it. */
  url: string;
  /** Stops the server, unless another process (or another start in this one) still uses it. */
  stop(): Promise<void>;
}

/**
 * Brings up the PostgreSQL that npm installed, listening on 127.0.0.1 only, or finds the one already running on this
 * folder. The server outlives a killed Imdesk and is found again by the next start.
 *
 * @param options.dir      the folder to live in; made when missing. The password is kept inside, readable by its owner
 * @param options.durable  false for tests: nothing is forced to disk, and nothing need survive the last stop
 * @param options.port     a free one is chosen when not given; a server found running keeps the port it has
 */
export async function startEmbeddedPostgres(options: {
  dir: string;
  durable?: boolean;
  port?: number;
}): Promise<EmbeddedPostgres> {
  const { durable = true } = options;
  const home = await openHome(path.resolve(options.dir), durable);
  const leave = await enter(home);
  const native = async () => usableNative(await installedNative(), home.user, home.folder);
  try {
    await initialise(home, native, durable);
    const port =
      (await runningPort(home)) ?? (await launchOrFind(home, await native(), options.port, durable));
    await createDatabase(await urlOf(home, port, 'postgres'));
    return { url: await urlOf(home, port, DATABASE), stop: stopOnce(home, native, leave) };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Starts a server, or finds the one that another process started at the same moment. */
async function launchOrFind(
  home: PostgresHome,
  native: Native,
  wanted: number | undefined,
  durable: boolean,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(home, native, wanted ?? (await freePort()), durable);
    } catch (error) {
      if (!(error instanceof PostmasterExited)) throw error;
      const found = await runningPort(home);
      if (found !== null) return found;
      if (wanted !== undefined && PORT_TAKEN.test(error.line)) {
        throw new Error(`PostgreSQL cannot listen on 127.0.0.1:${wanted}: the port is taken.`, {
          cause: error,
        });
      }
      if (!PASSING.test(error.line) || attempt === ATTEMPTS) throw error;
      await pause(BETWEEN_ATTEMPTS_MS);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.');
  return address.port;
}

/** Connecting also proves that the server is ours: only it accepts the password kept in the folder. */
async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // a broken connection is reported by the query it breaks
  await client.connect();
  try {
    const present = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (present.rowCount === 0) await client.query(`create database ${DATABASE}`).catch(ignoreAlreadyThere);
  } finally {
    await client.end();
  }
}

/** Two processes starting together: either code, depending on how close they were. */
function ignoreAlreadyThere(error: unknown): void {
  const made = error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505');
  if (!made) throw error;
}

function stopOnce(home: PostgresHome, native: () => Promise<Native>, leave: () => Promise<boolean>) {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    if (await leave()) return;
    await stopPostmaster(home, native);
    await discardTemporary(home);
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}
