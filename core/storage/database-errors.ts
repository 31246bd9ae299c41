import pg from 'pg';

/** PostgreSQL could not be reached, or went away while it was working. Whether a commit under way took effect is unknown. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';

  /** @param address  host and port, never the whole URL: that holds the password */
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
    super(
      `PostgreSQL at ${address} is not available (${reason}). Is it running, and is DATABASE_URL right?`,
      { cause },
    );
  }
}

const DUPLICATE_KEY = '23505';
/** Serialization failure, deadlock, lock not available. */
const LOST_A_RACE = new Set(['40001', '40P01', '55P03']);
/** Shut down, crashed, starting up, too many connections; class 08 is the connection itself. */
const SERVER_AWAY = new Set(['57P01', '57P02', '57P03', '53300', '25P03']);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** pg gives these no code. Source: pg 8.23 lib/client.js, pg-pool index.js. */
const LOST_CONNECTION =
  /^Connection terminated|timeout exceeded when trying to connect|not queryable|^Client was closed/;

/** Whether a row with this key is there already. @param constraint  the name of the key, when only that one is meant */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== DUPLICATE_KEY) return false;
  return constraint === undefined || error.constraint === constraint;
}

/** Whether the same work may succeed when it is done again from its beginning: a lost race, or a database away for now. */
export function isRetryable(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || LOST_A_RACE.has(codeOf(error)) || isConnectionLost(error);
}

export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof pg.DatabaseError) return SERVER_AWAY.has(code) || code.startsWith('08');
  return NETWORK.has(code) || (error instanceof Error && LOST_CONNECTION.test(error.message));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
