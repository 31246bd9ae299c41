import pg from 'pg';

/** Any number, as long as nothing else in this database locks it. */
const demoLock = 4_700_110;

/**
 * Keeps the demo's data to this process for as long as it lives: two sandboxes would write one journal, each over what
 * the other remembers. The database lets go by itself when the process is gone, however it ended.
 *
 * @returns how to let go; undefined when another process has it, also after a moment's patience for one that just ended
 */
export async function keepAlone(
  databaseUrl: string,
  patienceMs = 3_000,
): Promise<(() => Promise<void>) | undefined> {
  const session = new pg.Client({ connectionString: databaseUrl });
  session.on('error', () => {});
  await session.connect();
  try {
    await session.query(`set lock_timeout = ${patienceMs}`);
    await session.query('select pg_advisory_lock($1)', [demoLock]);
    return () => session.end();
  } catch (error) {
    await session.end();
    if (error instanceof pg.DatabaseError && error.code === '55P03') return undefined;
    throw error;
  }
}
