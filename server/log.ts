import pino from 'pino';
import type { Logger } from '../core/log.js';
import type { Config } from './config.js';

/** Names of fields that hold secrets or personal data, wherever they stand and however they are spelt. */
const secretNames =
  /secret|token|passw|authorization|cookie|signature|credential|(encrypt|master|api|private)[-_]?key/i;
const personalNames =
  /^(phone|mobile|e?mail|person|sender|(open|union|user)_?id|text|words|avatar(_?url)?|ip)$/i;
/** The same inside texts: messages of errors, addresses, JSON that somebody quoted. */
const secretTexts: [RegExp, string][] = [
  [/(:\/\/[^:/@\s]*:)\S*@/g, '$1[hidden]@'],
  [/((?:secret|token|passw\w*|signature|sig|key|ticket)"?\s*[=:]\s*"?)[^&\s"',}]+/gi, '$1[hidden]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [hidden]'],
  [/(\/media\/)[\w.~-]+/g, '$1[hidden]'],
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '[e-mail]'],
  [/(?<!\d)1[3-9]\d{9}(?!\d)/g, '[phone]'],
];
const deepest = 6;

/** Structured logs on standard output. What a name or a text gives away as secret or personal is hidden. */
export function openLog(level: Config['logLevel'], destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (fields) => plainRecord(fields, 1) },
  };
  return destination ? pino(options, destination) : pino(options);
}

function plainRecord(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isHidden(name, field) ? '[hidden]' : plain(field, depth),
    ]),
  );
}

/** Counts and flags tell nothing of what they count. */
const isHidden = (name: string, field: unknown): boolean =>
  (secretNames.test(name) || personalNames.test(name)) &&
  !['number', 'boolean', 'undefined'].includes(typeof field);

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (depth >= deepest) return '[deeper]';
  if (value instanceof Error) return plainError(value, depth + 1);
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
  return plainRecord(value, depth + 1);
}

/** Only what every error has: clients of HTTP hang the whole request on theirs. */
function plainError(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    message: withoutSecrets(error.message),
    stack: error.stack && withoutSecrets(error.stack),
    ...('code' in error ? { code: plain(error.code, depth) } : {}),
    ...(error.cause === undefined ? {} : { cause: plain(error.cause, depth) }),
    ...(error instanceof AggregateError ? { errors: plain(error.errors, depth) } : {}),
  };
}

const withoutSecrets = (text: string): string =>
  secretTexts.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
