import type { MediaStore } from '../media/store.js';
import type { Database, Transaction } from '../storage/database.js';
import { migrate, migrationsFolder, readMigrations } from '../storage/migrate.js';
import { quoted, type TableShape, tablesOf } from './dump.js';
import { type BackupHeader, type BackupLine, type BackupRow, BadBackup, isHeader } from './lines.js';

const rowsAtOnce = 500;

/** There is something already where a backup was to be restored to. */
export class NotEmpty extends Error {
  override readonly name = 'NotEmpty';
}

export interface Restored {
  header: BackupHeader;
  rows: number;
  files: number;
}

/**
 * Fills an empty database and an empty store from a backup, all of it or nothing: the tables are made as they were then, and
 * a later start brings them up to its own code. What was on its way out at that moment may have arrived since, so it counts as
 * under way: it goes again where a repeat has no second effect, and is shown as unknown otherwise.
 *
 * @throws {NotEmpty} {BadBackup}
 */
export async function restore(
  db: Database,
  store: MediaStore,
  lines: AsyncGenerator<BackupLine>,
): Promise<Restored> {
  const first = await lines.next();
  if (first.done || !isHeader(first.value)) throw new BadBackup('It does not begin like a backup.');
  const header = first.value;
  await makeTables(db, header);
  const restored: Restored = { header, rows: 0, files: 0 };
  const files: { tenantId: string; sha256: Buffer }[] = [];
  try {
    await db.transaction(async (tx) => {
      await tx.query('set local idle_in_transaction_session_timeout = 0');
      const keys = await takeKeys(tx);
      const loader = new Loader(tx, store, await tablesOf(tx), files);
      for await (const line of lines) await loader.take(line);
      Object.assign(restored, loader.counted());
      for (const { table, name, rule } of keys)
        await tx.query(`alter table ${table} add constraint ${quoted(name)} ${rule}`);
      await tx.query(
        `update outbox set state = 'sending', attempts = greatest(attempts, 1),
                first_tried_at = coalesce(first_tried_at, created_at) where state = 'pending'`,
      );
    });
  } catch (error) {
    for (const { tenantId, sha256 } of files) await store.delete(tenantId, sha256);
    throw error;
  }
  await db.query('analyze');
  return restored;
}

async function makeTables(db: Database, { migrations }: BackupHeader): Promise<void> {
  const known = (await readMigrations(migrationsFolder)).map(({ name }) => name);
  const upTo = migrations.at(-1);
  if (upTo === undefined || !migrations.every((name, at) => known[at] === name))
    throw new BadBackup(
      `It was made by other code, whose last migration is ${upTo}: restore it with that code.`,
    );
  const [there] = await db.query<{ tables: boolean }>(
    `select to_regclass('public.tenants') is not null as tables`,
  );
  if (there?.tables) {
    const rows = await db.query('select 1 from tenants limit 1');
    const applied = await db.query<{ name: string }>('select name from migrations order by number');
    if (rows.length > 0 || applied.length > migrations.length)
      throw new NotEmpty('There is an installation in this database already. Restore into an empty one.');
  }
  await migrate(db, { upTo });
}

interface ForeignKey extends Record<string, unknown> {
  table: string;
  name: string;
  rule: string;
}

/** Tables come in the order of their names, so who refers to whom is looked at when all are there. */
async function takeKeys(tx: Transaction): Promise<ForeignKey[]> {
  const keys = await tx.query<ForeignKey>(
    `select conrelid::regclass::text as "table", conname as name, pg_get_constraintdef(oid) as rule
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1, 2`,
  );
  for (const { table, name } of keys) await tx.query(`alter table ${table} drop constraint ${quoted(name)}`);
  return keys;
}

/** Takes line after line. */
class Loader {
  private table: { insert: string } | undefined;
  private rows: BackupRow[] = [];
  private file: { tenantId: string; bytes: number; pieces: Buffer[] } | undefined;
  private rowCount = 0;
  private fileCount = 0;

  constructor(
    private readonly tx: Transaction,
    private readonly store: MediaStore,
    private readonly shapes: readonly TableShape[],
    private readonly stored: { tenantId: string; sha256: Buffer }[],
  ) {}

  counted(): { rows: number; files: number } {
    return { rows: this.rowCount, files: this.fileCount };
  }

  async take(line: BackupLine): Promise<void> {
    if (Array.isArray(line)) {
      this.rows.push(line);
      if (this.rows.length >= rowsAtOnce) await this.insertRows();
      return;
    }
    if (typeof line === 'string') {
      if (!this.file) throw new BadBackup('There are bytes of no file in it.');
      this.file.pieces.push(Buffer.from(line, 'base64'));
      return;
    }
    await this.insertRows();
    await this.storeFile();
    if ('table' in line) this.table = { insert: insertOf(this.shapes, line) };
    else if ('sequence' in line)
      await this.tx.query('select setval($1::regclass, $2::bigint)', [quoted(line.sequence), line.last]);
    else if ('file' in line) {
      const [tenantId = ''] = line.file.split('/');
      this.file = { tenantId, bytes: line.bytes, pieces: [] };
    } else if ('end' in line && (line.end.rows !== this.rowCount || line.end.files !== this.fileCount))
      throw new BadBackup(
        `It should hold ${line.end.rows} rows and ${line.end.files} files, and holds ${this.rowCount} and ${this.fileCount}.`,
      );
  }

  private async insertRows(): Promise<void> {
    if (this.rows.length === 0) return;
    if (!this.table) throw new BadBackup('There are rows of no table in it.');
    await this.tx.query(this.table.insert, [JSON.stringify(this.rows)]);
    this.rowCount += this.rows.length;
    this.rows = [];
  }

  private async storeFile(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.file = undefined;
    const bytes = Buffer.concat(file.pieces);
    if (bytes.length !== file.bytes) throw new BadBackup('A file in it is not whole.');
    this.stored.push({ tenantId: file.tenantId, sha256: await this.store.put(file.tenantId, bytes) });
    this.fileCount += 1;
  }
}

function insertOf(
  shapes: readonly TableShape[],
  { table, columns }: { table: string; columns: string[] },
): string {
  const shape = shapes.find((one) => one.table === table);
  if (!shape) throw new BadBackup(`There is no table ${table} in this code.`);
  const values = columns.map((column, at) => {
    const type = shape.types[shape.columns.indexOf(column)];
    if (type === undefined) throw new BadBackup(`There is no column ${table}.${column} in this code.`);
    return `(row ->> ${at})::${type}`;
  });
  return `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) overriding system value
    select ${values.join(', ')} from json_array_elements($1::json) as row`;
}
