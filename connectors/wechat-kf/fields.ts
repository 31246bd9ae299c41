import { z } from 'zod';
import { storable } from '../../core/text/storable.js';

/** Ids are printable ASCII; what is not is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,512}$/);
export const optionalId = id.optional().catch(undefined);

export const words = z.string().transform(storable);
export const optionalWords = words.optional().catch(undefined);

/** Epoch milliseconds of a time in seconds; what cannot be a time becomes `otherwise`. */
export function instantOf(seconds: unknown, otherwise: number): number {
  const value = typeof seconds === 'string' && /^\d{1,11}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e11
    ? value * 1000
    : otherwise;
}

/** Parses JSON, or returns undefined, which is no JSON value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
