/**
 * Puts every enterprise's data key under another master key:
 *
 *   MASTER_KEY=<the new one> MASTER_KEY_OTHER=<the old one> npm run reseal
 *
 * What the data keys have sealed stays as it is. It can be broken off and begun again at any time, also while processes run that
 * were given both keys (docs/operations.md says in which order). Afterwards nothing opens with the old key any more.
 */
import { parseMasterKey } from '../core/secrets/master-key.js';
import { resealDataKeys } from '../core/secrets/reseal.js';
import { readConfig } from '../server/config.js';
import { openLog } from '../server/log.js';
import { openGivenDatabase } from '../server/storage.js';
import { CannotDo, explain } from './explain.js';

async function run(): Promise<void> {
  const config = readConfig(process.env);
  if (config.masterKey === undefined || config.otherMasterKey === undefined)
    throw new CannotDo('Usage: MASTER_KEY=<the new one> MASTER_KEY_OTHER=<the old one> npm run reseal');
  const to = parseMasterKey(config.masterKey, 'MASTER_KEY');
  const from = parseMasterKey(config.otherMasterKey, 'MASTER_KEY_OTHER');
  if (to.equals(from)) throw new CannotDo('MASTER_KEY and MASTER_KEY_OTHER are the same key.');
  const { db, stop } = await openGivenDatabase(config, openLog('warn'));
  try {
    const { resealed, already } = await resealDataKeys(db, { from, to });
    console.log(`${resealed} data keys are now under MASTER_KEY, ${already} were before.`);
    console.log('Keep the old key for as long as you keep backups from before.');
  } finally {
    await stop();
  }
}

run().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(2);
});
