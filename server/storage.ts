import path from 'node:path';
import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import { endLeases } from '../core/pipeline/lease.js';
import { loadOrCreateMasterKey, parseMasterKey } from '../core/secrets/master-key.js';
import { Vault } from '../core/secrets/vault.js';
import { type Database, openDatabase } from '../core/storage/database.js';
import { startEmbeddedPostgres } from '../core/storage/embedded.js';
import { migrate } from '../core/storage/migrate.js';
import type { Config } from './config.js';

export interface Storage {
  databaseUrl: string;
  db: Database;
  vault: Vault;
  masterKey: Buffer;
  stop(): Promise<void>;
}

/** Connections to the database of one process. */
const poolMax = 12;

/** The database, given or embedded, brought up to the code; and the key under which its secrets are sealed. */
export async function openStorage(config: Config, clock: Clock, log: Logger): Promise<Storage> {
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dir: path.join(config.dataFolder, 'postgres') })
      : undefined;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  const db = openDatabase({
    url: databaseUrl,
    max: poolMax,
    onError: (error) => log.warn({ error }, 'a database connection was lost'),
  });
  const applied = await migrate(db);
  if (applied.length > 0) log.info({ applied }, 'the database was brought up to date');
  if (embedded) await endLeases(db);
  if (!embedded && config.masterKey === undefined) {
    log.warn({}, 'MASTER_KEY is not set: other machines on this database would not have the key made here');
  }
  const masterKey =
    config.masterKey === undefined
      ? await loadOrCreateMasterKey(path.join(config.dataFolder, 'master.key'))
      : parseMasterKey(config.masterKey, 'MASTER_KEY');
  return {
    databaseUrl,
    db,
    vault: new Vault({ db, masterKey, clock }),
    masterKey,
    async stop() {
      await db.end();
      await embedded?.stop();
    },
  };
}
