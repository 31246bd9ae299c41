/** Structured logs. The fields are plain data; whoever implements it redacts secrets and personal data. */
export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/** For tests and tools that have nobody to tell. */
export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
