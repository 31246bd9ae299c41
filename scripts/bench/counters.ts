import type { Database } from '../../core/storage/database.js';

/** What PostgreSQL has counted of the product's tables since it began. */
export interface Counters {
  /** Rows read, by whole tables and by indexes. */
  rows: number;
  /** Pages of 8 kB looked at, of tables and of indexes. */
  pages: number;
  /** What was written to the log that makes it durable. */
  walBytes: number;
}

/**
 * Every connection of the pool tells what it has not told yet: it would be kept for a second otherwise. They are asked at once, so
 * that none is asked twice.
 */
async function tellAll(db: Database, connections: number): Promise<void> {
  let here = 0;
  let open: () => void = () => {};
  const allHere = new Promise<void>((resolve) => {
    open = resolve;
  });
  await Promise.all(
    Array.from({ length: connections }, () =>
      db.transaction(async (tx) => {
        await tx.query('select pg_stat_force_next_flush()');
        here += 1;
        if (here === connections) open();
        await allHere;
      }),
    ),
  );
}

/** @param connections how many the pool has */
export async function countersOf(db: Database, connections: number): Promise<Counters> {
  await tellAll(db, connections);
  const [row] = await db.query<{ rows: number; pages: number; wal: number }>(
    `select (select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables where schemaname = 'public')::float8 as rows,
            (select sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0))
               from pg_statio_user_tables where schemaname = 'public')::float8 as pages,
            (pg_current_wal_insert_lsn() - '0/0')::float8 as wal`,
  );
  return { rows: row?.rows ?? 0, pages: row?.pages ?? 0, walBytes: row?.wal ?? 0 };
}

export const between = (before: Counters, after: Counters): Counters => ({
  rows: after.rows - before.rows,
  pages: after.pages - before.pages,
  walBytes: after.walBytes - before.walBytes,
});
