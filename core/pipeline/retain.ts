import type { Clock } from '../clock.js';
import type { Database } from '../storage/database.js';

const dayMs = 86_400_000;
const atOnce = 5_000;

/** How long rows that only carried something are kept after they did. What was said and done stays; see the migrations. */
const kept: { rows: string; doneAt: string; key: string; days: number }[] = [
  { rows: 'inbox', doneAt: `read_at`, key: 'tenant_id, mailbox, number', days: 14 },
  { rows: 'outbox', doneAt: `settled_at`, key: 'tenant_id, destination, number', days: 30 },
  { rows: 'tasks', doneAt: 'done_at', key: 'tenant_id, id', days: 14 },
  { rows: 'drafts', doneAt: 'settled_at', key: 'tenant_id, id', days: 30 },
  { rows: 'shared_values', doneAt: 'expires_at', key: 'tenant_id, key', days: 1 },
  { rows: 'decisions', doneAt: 'decided_at', key: 'tenant_id, digest', days: 30 },
  { rows: 'limits', doneAt: 'full_at', key: 'tenant_id, source, scope', days: 1 },
];

/** Drops transport and cache rows whose time has passed, a batch of each. True: there may be more. */
export async function dropOldRows(db: Database, clock: Clock): Promise<boolean> {
  let more = false;
  for (const { rows, doneAt, key, days } of kept) {
    const dropped = await db.query(
      `delete from ${rows} where (${key}) in (
         select ${key} from ${rows} where ${doneAt} < $1 limit ${atOnce}) returning 1`,
      [new Date(clock.now() - days * dayMs)],
    );
    more ||= dropped.length === atOnce;
  }
  return more;
}
