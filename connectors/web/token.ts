import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** Something we signed and handed out: base64url JSON, a dot, and HMAC-SHA256 over its purpose and itself. */
function seal(purpose: string, claims: Record<string, unknown>, key: string): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${sign(purpose, payload, key).toString('base64url')}`;
}

function unseal(purpose: string, sealed: string, key: string): unknown {
  const [payload = '', signature = '', ...rest] = sealed.split('.');
  if (rest.length > 0) return undefined;
  const expected = sign(purpose, payload, key);
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
}

const sign = (purpose: string, payload: string, key: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}.${payload}`).digest();

const visitorSchema = z.object({
  /** Made by us: `v-<uuid>` for somebody unknown, `u-<user id>` for somebody proven; the two cannot meet. */
  id: z.string().min(1),
  account: z.string().min(1),
  identified: z.boolean(),
  name: z.string().optional(),
  locale: z.string().optional(),
  /** What a JWT said of somebody proven. */
  facts: z
    .object({
      phone: z.string().optional(),
      email: z.string().optional(),
      attributes: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** Epoch milliseconds. */
  expires: z.number(),
});
export type Visitor = z.infer<typeof visitorSchema>;

/** What a site's own user is called here. */
export const userVisitor = (userId: string): string => `u-${userId}`;

export const visitorToken = (visitor: Visitor, key: string): string => seal('visitor', visitor, key);

/** Who holds this token, or why it is worth nothing. */
export function visitorOf(token: string, key: string, now: number): Visitor | string {
  const { success, data } = visitorSchema.safeParse(unseal('visitor', token, key));
  if (!success) return 'the token was not issued here';
  return data.expires > now ? data : 'the token has expired';
}

const ticketSchema = z.object({
  mediaId: z.string().min(1),
  visitor: z.string(),
  type: z.enum(['image', 'file', 'voice', 'video']),
  name: z.string().optional(),
});
/** A file a visitor uploaded. Only they can send it: its id alone gives nobody anything. */
export type MediaTicket = z.infer<typeof ticketSchema>;

export const mediaTicket = (ticket: MediaTicket, key: string): string => seal('media', ticket, key);

export function mediaOf(ticket: string, visitor: string, key: string): MediaTicket | undefined {
  const { success, data } = ticketSchema.safeParse(unseal('media', ticket, key));
  return success && data.visitor === visitor ? data : undefined;
}

/** Whether `signature` is hex(HMAC-SHA256(secret, user id)), made by the site's own server. Compares in constant time. */
export function provesIdentity(userId: string, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(userId).digest();
  const actual = Buffer.from(signature, 'hex');
  return signature.length === 64 && actual.length === expected.length && timingSafeEqual(actual, expected);
}
