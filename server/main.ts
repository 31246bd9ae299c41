/**
 * The entry for production, started once for each process of `ecosystem.config.js`: the roles in IMDESK_ROLES, on the
 * PostgreSQL of DATABASE_URL, which it brings up to the code. There is no demo here.
 */
import { BadConfig, readConfig } from './config.js';
import { openLog } from './log.js';
import { prepare, run } from './run.js';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined) {
    throw new BadConfig(
      'The configuration can not be used:\n  DATABASE_URL: is required here; `npm start` brings its own database',
    );
  }
  const log = openLog(config.logLevel);
  const imdesk = await run(await prepare(config, log));
  log.info({ port: imdesk.port, roles: [...config.roles] }, 'ready');
  // For PM2's `wait_ready`, and whoever else started this process.
  process.send?.('ready');
}

main().catch((error: unknown) => {
  if (error instanceof BadConfig) console.error(error.message);
  else openLog('error').error({ error }, 'it could not be started');
  process.exit(1);
});
