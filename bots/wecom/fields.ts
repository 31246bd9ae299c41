import { z } from 'zod';
import { storable } from '../../core/text/storable.js';

/** A userid: the platform does not tell upper from lower case, so they are always lower here. Source: 读取成员. */
export const userId = z
  .string()
  .regex(/^[\x21-\x7e]{1,64}$/)
  .transform((id) => id.toLowerCase());

/** Any other id is printable ASCII; what is not is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,512}$/);
export const optionalId = id.optional().catch(undefined);

export const words = z.string().transform(storable);
export const optionalWords = words.optional().catch(undefined);

/** Epoch milliseconds of a time that WeCom gives in seconds; what cannot be a time becomes `otherwise`. */
export function instantOf(seconds: unknown, otherwise: number): number {
  return typeof seconds === 'string' && /^\d{1,11}$/.test(seconds) ? Number(seconds) * 1000 : otherwise;
}

/** Parses JSON, or returns undefined, which is no JSON value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
