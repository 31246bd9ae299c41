import { z } from 'zod';
import { storable } from '../../core/text/storable.js';

/** Ids are printable ASCII; what is not is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,512}$/);
export const openId = z.string().regex(/^[\w-]{1,64}$/);

export const words = z.string().transform(storable);
export const optionalWords = words.optional().catch(undefined);

/** Epoch milliseconds of a time in seconds; what cannot be one becomes `otherwise`. */
export const instantOf = (seconds: string | undefined, otherwise: number): number =>
  seconds !== undefined && /^\d{1,11}$/.test(seconds) ? Number(seconds) * 1000 : otherwise;
