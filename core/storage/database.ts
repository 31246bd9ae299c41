import { createHash } from 'node:crypto';
import pg from 'pg';
import { columnTypes } from './column-types.js';
import { DatabaseUnavailable, isConnectionLost } from './database-errors.js';
import { Notifications } from './notifications.js';

export { DatabaseUnavailable, isRetryable, isUniqueViolation } from './database-errors.js';

/** Something that answers statements. */
export interface Statements {
  /**
   * @param text    one statement, or several when there are no values
   * @param values  for $1, $2, …; a jsonb array has to be given as JSON text, since arrays become PostgreSQL arrays
   * @returns the rows; bigint as number, timestamptz as Date, date and numeric as text, bytea as Buffer
   * @throws {pg.DatabaseError} see isUniqueViolation, isRetryable; {DatabaseUnavailable}
   */
  query<Row extends Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Statements of one transaction, on one connection, in the order in which they were given. */
export interface Transaction extends Statements {
  /**
   * For a statement whose answer nobody needs: it is not waited for, so that a transaction takes few round trips. Should it
   * fail, the next `query`, or the commit, fails with its error.
   */
  send(text: string, values: readonly unknown[]): void;
}

export interface Database extends Statements {
  /** Commits what `work` did, or nothing of it when it throws. Repeats nothing by itself: ask `isRetryable`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Hears notifications, and '' after a broken connection was replaced, when some may have been missed. Returns the way to stop. */
  listen(channel: string, heard: (payload: string) => void): Promise<() => Promise<void>>;
  /** Waits for what is running, then closes every connection. */
  end(): Promise<void>;
}

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Most connections in the pool; listening takes one more. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Hears of connections that broke while nobody used them. */
  onError?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A process that froze inside a transaction must not keep its locks for ever. */
const FROZEN_TRANSACTION_MS = 60_000;

/** Connects when the first statement needs it. */
export function openDatabase({
  url,
  max = 10,
  applicationName = 'imdesk',
  onError = () => {},
}: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: FROZEN_TRANSACTION_MS,
    keepAlive: true,
    types: columnTypes(),
  };
  // What is asked while an answer is under way does not wait for that answer: a transaction's statements can follow each other.
  const pool = new pg.Pool({ ...config, max, pipeline: true });
  pool.on('error', (error) => onError(error));
  const notifications = new Notifications(config, onError);
  const names = statementNames();
  const explain = (error: unknown): never => {
    throw isConnectionLost(error) ? new DatabaseUnavailable(addressOf(url), error) : error;
  };

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch(explain);
    let broken = false;
    const breaks = () => {
      broken = true; // the statement under way rejects; the connection must not go back to the pool
    };
    client.on('error', breaks);
    try {
      return await work(client);
    } catch (error) {
      broken ||= error instanceof DatabaseUnavailable;
      throw error;
    } finally {
      client.off('error', breaks);
      client.release(broken);
    }
  }

  async function run<Row extends Record<string, unknown>>(
    client: pg.PoolClient,
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const statement = values ? { text, values: [...values], name: names(text) } : { text };
    return client.query<Row>(statement).catch(explain);
  }

  async function query<Row extends Record<string, unknown>>(
    client: pg.PoolClient,
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    const { rows } = await run<Row>(client, text, values);
    return rows ?? []; // several statements at once have several results, and are not asked for rows
  }

  return {
    query: (text, values) => withClient((client) => query(client, text, values)),
    transaction: (work) =>
      withClient(async (client) => {
        // PostgreSQL refuses every statement behind one that failed; this is the one that says why.
        let failed: { error: unknown } | undefined;
        const send = (text: string, values?: readonly unknown[]): void => {
          run(client, text, values).catch((error: unknown) => {
            failed ??= { error };
          });
        };
        const asked = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
          try {
            return await answer;
          } catch (error) {
            throw failed ? failed.error : error;
          }
        };
        try {
          send('begin');
          const result = await work({ query: (text, values) => asked(query(client, text, values)), send });
          const { command } = await asked(run(client, 'commit'));
          // A statement failed and `work` went on regardless: PostgreSQL rolls back then, and calls that no error.
          if (command === 'ROLLBACK')
            throw failed?.error ?? new Error('The transaction was rolled back: a statement in it had failed');
          return result;
        } catch (error) {
          await client.query('rollback').catch(() => {}); // a broken connection has rolled back by breaking
          throw error;
        }
      }),
    listen: (channel, heard) => notifications.listen(channel, heard).catch(explain),
    async end() {
      await Promise.all([pool.end(), notifications.end()]);
    },
  };
}

const NAMED_MAX = 500;
const HOT_FROM = 3;

/**
 * A statement with a name is parsed once per connection. Only those that come again and again get one, and only so many:
 * a statement put together anew for every call would otherwise fill the server's memory.
 */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return (text) => {
    const name = names.get(text);
    if (name !== undefined || names.size >= NAMED_MAX) return name;
    const times = (seen.get(text) ?? 0) + 1;
    if (seen.size >= NAMED_MAX) seen.clear();
    seen.set(text, times);
    if (times < HOT_FROM) return undefined;
    seen.delete(text);
    names.set(text, createHash('sha256').update(text).digest('hex').slice(0, 32));
    return names.get(text);
  };
}

function addressOf(url: string): string {
  const { host, port } = new pg.Client({ connectionString: url });
  return `${host}:${port}`;
}
