import type { Database } from '../../core/storage/database.js';
import type { Stage } from '../../tests/stage.js';

export interface Statement {
  text: string;
  calls: number;
  ms: number;
  rows: number;
  /** Pages of 8 kB looked at. */
  pages: number;
}

/** Has PostgreSQL count its statements; it is begun anew for it, so this comes before anybody is there. */
export async function countStatements({ db, postgres, isReady }: Stage): Promise<void> {
  await db.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await db.query(`alter system set pg_stat_statements.track = 'all'`);
  await postgres.end();
  await postgres.begin();
  const deadline = performance.now() + 60_000;
  while (!(await isReady().catch(() => false))) {
    if (performance.now() > deadline) throw new Error('the processes did not come back to the database');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await db.query('create extension if not exists pg_stat_statements');
}

/** From now on, until it is asked for. The bench's own looking is left out, as far as it can be told. */
export async function statementsSince(db: Database): Promise<() => Promise<Statement[]>> {
  await db.query('select pg_stat_statements_reset()');
  return async () => {
    const rows = await db.query<{ text: string; calls: number; ms: number; rows: number; pages: number }>(
      `select query as text, calls::int, total_exec_time as ms, rows::int,
              (shared_blks_hit + shared_blks_read)::int as pages
         from pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = current_database()
        order by total_exec_time desc`,
    );
    return rows
      .filter(({ text }) => !text.includes('pg_stat_statements'))
      .map((row) => ({ ...row, text: row.text.replace(/\s+/g, ' ').trim() }));
  };
}
