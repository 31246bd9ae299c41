import { z } from 'zod';

/** DingTalk's ids are printable ASCII; anything else under the name of an id is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** An id that may be missing, null or empty; a malformed one counts as missing. */
export const optionalId = id.optional().catch(undefined);

/** What a file is asked for by. The documents show up to some hundred characters and promise no bound. */
export const downloadCode = z.string().regex(/^[\x21-\x7e]{1,4000}$/);

const latest = 8.64e15;

/** Epoch milliseconds that come as a number here and as a string there. What cannot be a time becomes `otherwise`. */
export function instantOf(value: unknown, otherwise: number): number {
  if (typeof value !== 'number' && (typeof value !== 'string' || !/^\d{1,16}$/.test(value))) return otherwise;
  const ms = Math.floor(Number(value));
  return ms > 0 && ms < latest ? ms : otherwise;
}

/** Parses JSON, or returns undefined, which is no JSON value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A field that is read by somebody who minds nothing: a time in any form, or whatever an input holds. */
export const anything = z.unknown().optional();

/** JSON in a string, or what would have been in it; samples have both. */
export const jsonText = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? parseJson(value) : value));
