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
  /** Good as well, while one is being replaced by the other. */
  otherMasterKey?: Buffer;
  stop(): Promise<void>;
}

/** Connections to the database of one process. */
const poolMax = 12;

export interface GivenDatabase {
  databaseUrl: string;
  db: Database;
  isEmbedded: boolean;
  stop(): Promise<void>;
}

/** Where the embedded database of this configuration is. */
export const postgresFolder = ({ dataFolder }: Config): string => path.join(dataFolder, 'postgres');
export const mediaFolder = ({ dataFolder }: Config): string => path.join(dataFolder, 'media');
export const masterKeyFile = ({ dataFolder }: Config): string => path.join(dataFolder, 'master.key');

/** The database, given or embedded, as it is. */
export async function openGivenDatabase(config: Config, log: Logger): Promise<GivenDatabase> {
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedPostgres({ dir: postgresFolder(config) })
      : undefined;
  const databaseUrl = config.databaseUrl ?? embedded?.url ?? '';
  const db = openDatabase({
    url: databaseUrl,
    max: poolMax,
    onError: (error) => log.warn({ error }, 'a database connection was lost'),
  });
  return {
    databaseUrl,
    db,
    isEmbedded: embedded !== undefined,
    async stop() {
      await db.end();
      await embedded?.stop();
    },
  };
}

/** The database brought up to the code, and the key under which its secrets are sealed. */
export async function openStorage(config: Config, clock: Clock, log: Logger): Promise<Storage> {
  const { databaseUrl, db, isEmbedded, stop } = await openGivenDatabase(config, log);
  const applied = await migrate(db);
  if (applied.length > 0) log.info({ applied }, 'the database was brought up to date');
  if (isEmbedded) await endLeases(db);
  if (!isEmbedded && config.masterKey === undefined) {
    log.warn({}, 'MASTER_KEY is not set: other machines on this database would not have the key made here');
  }
  const masterKey =
    config.masterKey === undefined
      ? await loadOrCreateMasterKey(masterKeyFile(config))
      : parseMasterKey(config.masterKey, 'MASTER_KEY');
  const otherMasterKey =
    config.otherMasterKey === undefined
      ? undefined
      : parseMasterKey(config.otherMasterKey, 'MASTER_KEY_OTHER');
  const vault = new Vault({ db, masterKey, otherMasterKey, clock });
  return { databaseUrl, db, vault, masterKey, otherMasterKey, stop };
}
