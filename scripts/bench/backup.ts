import { stat } from 'node:fs/promises';
import path from 'node:path';
import { dump } from '../../core/backup/dump.js';
import { readBackup, writeBackup } from '../../core/backup/lines.js';
import { restore } from '../../core/backup/restore.js';
import { folderStore } from '../../core/media/folder-store.js';
import { openDatabase } from '../../core/storage/database.js';
import type { Area, Measured } from './area.js';
import { durablePostgres, temporaryFolder } from './ground.js';
import { openMillion } from './million.js';

const messages = 100_000;
const few = 500;

/** How long everything is read out and put back, and how large it is in between. */
export const backup: Area = {
  name: 'backup',
  about: `a backup of a shop with ${messages} messages, and its restoration into an empty, durable database`,
  async run({ scope, quick, say }): Promise<Measured[]> {
    const folder = await temporaryFolder(scope);
    const count = quick ? few : messages;
    say(`${count} messages are made`);
    const shop = await openMillion(count);
    scope.after(() => shop.end());
    const [row] = await shop.db.query<{ bytes: number }>(
      'select pg_database_size(current_database()) as bytes',
    );
    const file = path.join(folder, 'shop.backup');
    const store = folderStore(path.join(folder, 'media'));
    let begun = performance.now();
    const { rows } = await writeBackup(file, (write) => dump(shop.db, store, shop.now, write));
    const out = performance.now() - begun;

    const postgres = await durablePostgres(scope);
    const to = openDatabase({ url: postgres.url, max: 2 });
    scope.after(() => to.end());
    begun = performance.now();
    await restore(to, store, readBackup(file));
    const back = performance.now() - begun;
    const size = (await stat(file)).size;
    return [
      {
        what: 'backup',
        figures: [
          { name: 'took', value: out / 1_000, unit: 's' },
          { name: 'file', value: size / 1e6, unit: 'MB' },
          { name: 'database', value: (row?.bytes ?? 0) / 1e6, unit: 'MB' },
          { name: 'rows', value: rows, unit: '' },
        ],
      },
      {
        what: 'restore',
        figures: [{ name: 'took', value: back / 1_000, unit: 's' }],
        notes: [
          'messages, conversations and customers only: what was received and sent in the last weeks comes on top',
        ],
      },
    ];
  },
};
