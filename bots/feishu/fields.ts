import { z } from 'zod';

/** Feishu's ids are printable ASCII; anything else under the name of an id is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** An id that may be missing, null or empty; a malformed one counts as missing. */
export const optionalId = id.optional().catch(undefined);

const latest = 8.64e15;

/**
 * Epoch milliseconds of a time that Feishu gives as a number or a string: seconds in menu events, milliseconds in
 * messages, microseconds in card callbacks. What cannot be a time becomes `otherwise`.
 */
export function instantOf(value: unknown, otherwise: number): number {
  if (typeof value !== 'number' && (typeof value !== 'string' || !/^\d{1,16}$/.test(value))) return otherwise;
  const count = Number(value);
  if (!Number.isFinite(count) || count <= 0) return otherwise;
  const ms = count < 1e11 ? count * 1000 : count < 1e14 ? count : count / 1000;
  return ms < latest ? Math.floor(ms) : otherwise;
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
