import type { MediaStore } from '../media/store.js';
import type { Database, Transaction } from '../storage/database.js';
import type { WriteLine } from './lines.js';

const rowsAtOnce = 500;
/** A multiple of three, so that pieces of base64 need no filling. */
const pieceBytes = 96 * 1024;

export interface Dumped {
  rows: number;
  files: number;
  /** Files that a row names and the store does not have. */
  missing: string[];
}

/** Names of our own making, still never pasted in as they are. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface TableShape extends Record<string, unknown> {
  table: string;
  columns: string[];
  types: string[];
}

/** Every table of ours with the columns that can be written, in the order of their names. What BullMQ keeps can be lost. */
export const tablesOf = (db: Pick<Transaction, 'query'>): Promise<TableShape[]> =>
  db.query<TableShape>(
    `select c.relname as "table", array_agg(a.attname::text order by a.attnum) as columns,
            array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'
        and a.attgenerated = ''
      group by c.relname order by c.relname`,
  );

/**
 * All that an installation knows, as of one moment, while everybody goes on working: the rows in one transaction that sees
 * nothing of what is committed later, then the files they name. Files are stored before their rows, so none is too young.
 * Values are PostgreSQL's own texts of them, which every version reads. The master key is not in it.
 */
export async function dump(db: Database, store: MediaStore, now: number, write: WriteLine): Promise<Dumped> {
  const dumped: Dumped = { rows: 0, files: 0, missing: [] };
  const files = await db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    // Whoever writes the file may be slow.
    await tx.query('set local idle_in_transaction_session_timeout = 0');
    const migrations = await tx.query<{ name: string }>('select name from migrations order by number');
    await write({ imdesk: 'backup', format: 1, at: now, migrations: migrations.map(({ name }) => name) });
    for (const shape of await tablesOf(tx)) dumped.rows += await dumpTable(tx, shape, write);
    const sequences = await tx.query<{ name: string; last: string }>(
      `select sequencename as name, last_value::text as last from pg_sequences
        where schemaname = 'public' and last_value is not null`,
    );
    for (const { name, last } of sequences) await write({ sequence: name, last });
    return tx.query<{ tenantId: string; sha256: Buffer }>(
      'select distinct tenant_id as "tenantId", sha256 from media order by 1, 2',
    );
  });
  for (const { tenantId, sha256 } of files) {
    const name = `${tenantId}/${sha256.toString('hex')}`;
    const bytes = await store.get(tenantId, sha256);
    if (!bytes) {
      dumped.missing.push(name);
      continue;
    }
    dumped.files += 1;
    await write({ file: name, bytes: bytes.length });
    for (let at = 0; at < bytes.length; at += pieceBytes)
      await write(bytes.subarray(at, at + pieceBytes).toString('base64'));
  }
  await write({ end: { rows: dumped.rows, files: dumped.files } });
  return dumped;
}

async function dumpTable(tx: Transaction, { table, columns }: TableShape, write: WriteLine): Promise<number> {
  await write({ table, columns });
  const texts = columns.map((column) => `${quoted(column)}::text`).join(', ');
  await tx.query(`declare rows no scroll cursor for select array[${texts}] as row from ${quoted(table)}`);
  for (let count = 0; ; ) {
    const rows = await tx.query<{ row: (string | null)[] }>(`fetch ${rowsAtOnce} from rows`);
    for (const { row } of rows) await write(row);
    count += rows.length;
    if (rows.length > 0) continue;
    await tx.query('close rows');
    return count;
  }
}
