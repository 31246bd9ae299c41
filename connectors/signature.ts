import { createHmac, timingSafeEqual } from 'node:crypto';

const windowMs = 300_000;

/** `v1=` and the hex of HMAC-SHA256 over `<timestamp>.<raw body>`; the timestamp is in seconds. */
export function signature(secret: string, timestamp: string, body: Buffer | string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Says what is wrong with the signature of what arrived, or nothing. Compares in constant time. */
export function doubt(
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  secret: string,
  now: number,
): string | undefined {
  const timestamp = headers['x-cs-timestamp'];
  const given = headers['x-cs-signature'];
  if (!timestamp || !given) return 'X-CS-Timestamp and X-CS-Signature are required';
  if (!/^\d{1,12}$/.test(timestamp)) return 'X-CS-Timestamp must be Unix time in seconds';
  if (Math.abs(now - Number(timestamp) * 1000) > windowMs)
    return 'X-CS-Timestamp is more than 300 seconds off';
  const expected = Buffer.from(signature(secret, timestamp, body));
  const actual = Buffer.from(given);
  const same = actual.length === expected.length && timingSafeEqual(actual, expected);
  return same ? undefined : 'X-CS-Signature does not match the body';
}
