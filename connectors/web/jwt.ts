import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { attributesSchema, systemFactsSchema } from '../facts.js';

const header = z.object({ alg: z.literal('HS256') });
const claims = systemFactsSchema.pick({ name: true, phone: true, email: true }).extend({
  /** The user's id on the site. */
  sub: z.string().min(1).max(128),
  /** In seconds. Without an end it would prove for ever who once was logged in. */
  exp: z.number(),
  nbf: z.number().optional(),
  attrs: attributesSchema.optional(),
});
export type IdentityClaims = z.infer<typeof claims>;

/** How far two clocks may be apart. */
const leewayMs = 60_000;

/** Who a JWT proves somebody to be, signed (HS256) by the site's own server; or why it is worth nothing. */
export function claimsOf(token: string, secret: string, now: number): IdentityClaims | string {
  const [head = '', payload = '', given = '', ...rest] = token.split('.');
  if (rest.length > 0 || !header.safeParse(decoded(head)).success) return 'it is no JWT with alg HS256';
  const expected = createHmac('sha256', secret).update(`${head}.${payload}`).digest();
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    return 'its signature is not right';
  const { success, data, error } = claims.safeParse(decoded(payload));
  if (!success) return z.prettifyError(error);
  if (data.exp * 1000 <= now) return 'it has expired';
  if (data.nbf !== undefined && data.nbf * 1000 > now + leewayMs) return 'it is not good yet';
  return data;
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
