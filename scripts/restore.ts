/**
 * Fills an empty installation from a backup:
 *
 *   npm run restore -- FILE
 *
 * into the database of DATABASE_URL, which has to be empty, or the embedded one of an IMDESK_DATA that has none. The master key
 * has to be given apart, in MASTER_KEY or as `master.key` under IMDESK_DATA. It does not matter where the backup came from:
 * what was embedded may be restored into a PostgreSQL of one's own, and the other way round.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readBackup } from '../core/backup/lines.js';
import { NotEmpty, restore } from '../core/backup/restore.js';
import { folderStore } from '../core/media/folder-store.js';
import { isWrappedUnder } from '../core/secrets/data-key.js';
import { parseMasterKey, readMasterKey } from '../core/secrets/master-key.js';
import type { Database } from '../core/storage/database.js';
import { type Config, readConfig } from '../server/config.js';
import { openLog } from '../server/log.js';
import { masterKeyFile, mediaFolder, openGivenDatabase } from '../server/storage.js';
import { CannotDo, explain } from './explain.js';

async function run(): Promise<void> {
  const [file, ...rest] = process.argv.slice(2);
  if (file === undefined || rest.length > 0) throw new CannotDo('Usage: npm run restore -- FILE');
  const config = readConfig(process.env);
  const media = mediaFolder(config);
  if ((await readdir(media).catch(() => [])).length > 0)
    throw new NotEmpty(`There are files in ${path.resolve(media)} already. Give an IMDESK_DATA without.`);
  const begun = performance.now();
  const ground = await openGivenDatabase(config, openLog('warn'));
  try {
    const { header, rows, files } = await restore(ground.db, folderStore(media), readBackup(file));
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`${rows} rows and ${files} files of ${new Date(header.at).toISOString()}, ${seconds} s.`);
    console.log(await wordOfKey(ground.db, config));
  } finally {
    await ground.stop();
  }
}

async function wordOfKey(db: Database, config: Config): Promise<string> {
  const where = path.resolve(masterKeyFile(config));
  const key =
    config.masterKey === undefined
      ? await readMasterKey(masterKeyFile(config))
      : parseMasterKey(config.masterKey, 'MASTER_KEY');
  const rows = await db.query<{ wrapped: Buffer }>('select wrapped from data_keys');
  if (key && rows.every(({ wrapped }) => isWrappedUnder(key, wrapped)))
    return 'The master key fits. Start Imdesk.';
  const what = key ? 'The master key given here is another one' : 'There is no master key here';
  return `WARNING: ${what}. Before Imdesk is started, put the one of the backup into MASTER_KEY or ${where}.`;
}

run().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(2);
});
