/**
 * `npm start`: one process in all roles. With nothing configured it brings its own database and, as a process of its
 * own, the sandbox with a demo company in it; demo and sandbox exist only then, or with `--sandbox`.
 *
 *   npm start                 start, or go on where it was
 *   npm start -- --reset      forget everything under IMDESK_DATA first
 *   npm start -- --sandbox    the demo although a database is configured
 */
import { rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { idsFrom } from '../core/clock.js';
import { DatabaseUnavailable } from '../core/storage/database.js';
import { startEmbeddedPostgres } from '../core/storage/embedded.js';
import { BadConfig, type Config, readConfig } from './config.js';
import { keepAlone } from './demo/alone.js';
import { demoChannels } from './demo/channels.js';
import { loadCompany } from './demo/content.js';
import { startSandbox } from './demo/sandbox-process.js';
import { loadOrCreateDemoSecrets } from './demo/secrets.js';
import { seedDemo } from './demo/seed.js';
import { demo, sandboxWorld } from './demo/world.js';
import { loadPorts } from './imdesk.js';
import { openLog } from './log.js';
import { type Ground, prepare, run } from './run.js';

async function start(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { reset: { type: 'boolean' }, sandbox: { type: 'boolean' } },
  });
  const config = readConfig(process.env);
  const log = openLog(process.env.LOG_LEVEL ? config.logLevel : 'warn');
  // Before anything is touched: where one runs already, its data must not be forgotten under it.
  await mustBeFree(config.port, config.host);
  if (flags.reset) await reset(config);

  const ground = await prepare(config, log);
  try {
    const withDemo = flags.sandbox === true || (await isNobodys(ground));
    const home = withDemo ? await openDemo(ground) : undefined;
    const imdesk = await run(ground, { homeUrl: home?.url, stop: home?.stop });
    console.log(`\n  Imdesk  http://localhost:${imdesk.port}\n`);
    for (const { name, page } of home?.channels ?? []) console.log(`  ${name}  ${home?.url}${page}`);
  } catch (error) {
    // The embedded database would go on without us.
    await ground.storage.stop();
    throw error;
  }
}

/** Nothing was configured, and no enterprise was set up but the demo's. */
async function isNobodys({ config, storage }: Ground): Promise<boolean> {
  if (config.databaseUrl !== undefined) return false;
  const real = await storage.db.query('select 1 from workspaces where tenant_id <> $1 limit 1', [
    demo.tenantId,
  ]);
  return real.length === 0;
}

async function openDemo({ config, log, clock, storage }: Ground) {
  await mustBeFree(sandboxPort(config), config.host);
  const letGo = await alone(storage.databaseUrl);
  const secrets = await loadOrCreateDemoSecrets(config.dataFolder);
  const sandbox = await startSandbox({
    dataFolder: config.dataFolder,
    port: sandboxPort(config),
    host: config.host,
    log,
  });
  // Login pages open in people's browsers, and must find them under the address at which they sit.
  const url = sandbox.url.replace('127.0.0.1', 'localhost').replace('0.0.0.0', 'localhost');
  const imdeskUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  await sandbox.tell(sandboxWorld(await loadCompany(), secrets, imdeskUrl));
  // The address that a browser is at, too: the platforms' login pages know who sits there by a cookie of theirs.
  await seedDemo({ ...storage, clock, ids: idsFrom(clock), ...(await loadPorts()) }, { url, secrets });
  const stop = async () => {
    await sandbox.stop();
    await letGo();
  };
  return { url, channels: demoChannels(secrets), stop };
}

async function alone(databaseUrl: string): Promise<() => Promise<void>> {
  const letGo = await keepAlone(databaseUrl);
  if (letGo) return letGo;
  throw new CannotStart(
    'Imdesk is running on this data already.\nStop it first, or give this one a folder of its own: IMDESK_DATA=/path npm start',
  );
}

const sandboxPort = (config: Config): number => (config.port === 0 ? 0 : config.port + 1);

/** What is kept under IMDESK_DATA; the folder may hold other things, which are not ours to forget. */
const kept = ['postgres', 'media', 'sandbox', 'master.key', 'demo-secrets.json'];

async function reset({ databaseUrl, dataFolder }: Config): Promise<void> {
  // The key under IMDESK_DATA may be the only one to the secrets in that database.
  if (databaseUrl !== undefined)
    throw new CannotStart('--reset forgets what is embedded, and DATABASE_URL names another database.');
  const running = await startEmbeddedPostgres({ dir: path.join(dataFolder, 'postgres') }).catch(
    () => undefined,
  );
  try {
    if (running) await (await alone(running.url))();
  } finally {
    await running?.stop();
  }
  for (const name of kept) await rm(path.join(dataFolder, name), { recursive: true, force: true });
  await rmdir(dataFolder).catch(() => {});
}

/** Why it can't start and what to do about it, in words for whoever typed the command. */
class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/** Says so early and clearly, rather than after the database was started. */
async function mustBeFree(port: number, host: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  }).catch((error: unknown) => {
    const why =
      codeOf(error) === 'EADDRINUSE' ? 'is taken; perhaps Imdesk is running already' : wordsOf(error);
    throw new CannotStart(
      `Port ${port} ${why}.\nChoose another: PORT=8090 npm start (with the sandbox on the port above it).`,
    );
  });
}

function explain(error: unknown): unknown {
  if (error instanceof BadConfig || error instanceof CannotStart || error instanceof DatabaseUnavailable)
    return error.message;
  const code = codeOf(error);
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `${wordsOf(error)}.\nThere are: npm start -- --reset, npm start -- --sandbox`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'ENOSPC')
    return `${wordsOf(error)}\nIMDESK_DATA must be a folder that can be written to; choose one: IMDESK_DATA=/path npm start`;
  return error;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

start().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(1);
});
