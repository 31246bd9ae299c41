/**
 * Writes everything this installation knows into one file, while it goes on working:
 *
 *   npm run backup -- FILE
 *
 * The database is the one of DATABASE_URL or the embedded one, the files are those under IMDESK_DATA. The master key is not
 * in it: whoever had both could read every secret, and whoever has lost the key can read none.
 */
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { dump } from '../core/backup/dump.js';
import { writeBackup } from '../core/backup/lines.js';
import { systemClock } from '../core/clock.js';
import { folderStore } from '../core/media/folder-store.js';
import { isWrappedUnder } from '../core/secrets/data-key.js';
import { parseMasterKey, readMasterKey } from '../core/secrets/master-key.js';
import type { Database } from '../core/storage/database.js';
import { type Config, readConfig } from '../server/config.js';
import { openLog } from '../server/log.js';
import { masterKeyFile, mediaFolder, openGivenDatabase, postgresFolder } from '../server/storage.js';
import { CannotDo, explain } from './explain.js';

async function run(): Promise<void> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || rest.length > 0) throw new CannotDo('Usage: npm run backup -- FILE');
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined)
    await access(path.join(postgresFolder(config), 'data')).catch(() => {
      throw new CannotDo(
        `There is no embedded database under ${path.resolve(config.dataFolder)}. Set IMDESK_DATA to its folder, or DATABASE_URL.`,
      );
    });
  const begun = performance.now();
  const ground = await openGivenDatabase(config, openLog('warn'));
  try {
    const key = await warningOfKey(ground.db, config);
    const store = folderStore(mediaFolder(config));
    const dumped = await writeBackup(file, (write) => dump(ground.db, store, systemClock.now(), write));
    const { size } = await stat(file);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${file}: ${dumped.rows} rows and ${dumped.files} files in ${size} bytes, ${seconds} s.`);
    for (const name of dumped.missing)
      console.error(`WARNING: the bytes of ${name} are missing and not in it.`);
    console.log(key);
  } finally {
    await ground.stop();
  }
}

/** What has to be said of the master key that this backup needs. */
async function warningOfKey(db: Database, config: Config): Promise<string> {
  const where = config.masterKey === undefined ? path.resolve(masterKeyFile(config)) : 'MASTER_KEY';
  const key =
    config.masterKey === undefined
      ? await readMasterKey(masterKeyFile(config))
      : parseMasterKey(config.masterKey, 'MASTER_KEY');
  const rows = await db.query<{ wrapped: Buffer }>('select wrapped from data_keys');
  if (rows.length === 0) return 'Nothing in it is sealed yet.';
  if (!key)
    return `WARNING: there is no master key at ${where}. Without the one this was sealed under, no secret and no customer's name in this backup can ever be read. Find it now.`;
  if (!rows.every(({ wrapped }) => isWrappedUnder(key, wrapped)))
    return `WARNING: the key of ${where} is not the one everything in this backup is sealed under. Find that one now.`;
  return `The master key is not in it. Keep a copy of ${where} in another place than this file: without it the backup cannot be read.`;
}

run().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(2);
});
