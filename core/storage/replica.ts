import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Database, Transaction } from './database.js';

type Reads = Pick<Transaction, 'query'>;

/** What is older than this is not read from a replica. */
const staleMaxMs = 5_000;
/** How often it is looked how far the replica is, as long as somebody reads. */
const lookEveryMs = 1_000;
/** After it did not answer. */
const restMs = 10_000;

/** A moment, and where the primary's log stood then. */
interface Mark extends Record<string, unknown> {
  at: number;
  lsn: string;
}

/**
 * Where history and reports are read: from the replica while it is known to show everything that was committed a few
 * seconds ago, else from the primary. Known by the log's place: marks are taken at the primary, and the newest that the replica has
 * replayed says how old what it shows may be. A replica that is cut off, too far behind, promoted or gone is not read.
 */
export function openHistory(parts: {
  primary: Database;
  replica: Database;
  clock: Clock;
  log: Logger;
}): Reads {
  const { primary, replica, clock, log } = parts;
  let marks: Mark[] = [];
  let shows = Number.NEGATIVE_INFINITY;
  let lookAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const at = clock.now();
    lookAt = at + lookEveryMs;
    try {
      const [mark] = await primary.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn');
      if (mark) marks = [...marks.filter((one) => at - one.at < staleMaxMs), { at, lsn: mark.lsn }];
      const [replayed] = await replica.query<{ at: number | null }>(
        `select max(at) as at from unnest($1::bigint[], $2::pg_lsn[]) as mark (at, lsn)
          where pg_is_in_recovery() and lsn <= pg_last_wal_replay_lsn()`,
        [marks.map((one) => one.at), marks.map(({ lsn }) => lsn)],
      );
      shows = Math.max(shows, replayed?.at ?? shows);
    } catch (error) {
      gone(error);
    }
  };
  const gone = (error: unknown): void => {
    log.warn({ error }, 'the replica can not be read; the primary is');
    shows = Number.NEGATIVE_INFINITY;
    marks = [];
    lookAt = clock.now() + restMs;
  };
  const isFresh = async (): Promise<boolean> => {
    if (clock.now() >= lookAt)
      looking ??= look().finally(() => {
        looking = undefined;
      });
    await looking;
    return clock.now() - shows <= staleMaxMs;
  };
  return {
    async query<Row extends Record<string, unknown>>(
      text: string,
      values?: readonly unknown[],
    ): Promise<Row[]> {
      if (!(await isFresh())) return primary.query<Row>(text, values);
      try {
        return await replica.query<Row>(text, values);
      } catch (error) {
        gone(error);
        return primary.query<Row>(text, values);
      }
    },
  };
}
