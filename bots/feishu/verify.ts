import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { Lately } from '../../core/lately.js';
import type { Delivery } from '../../core/ports/delivery.js';

/** Compares in a time that does not depend on where two of a length differ. An empty secret equals nothing. */
export function sameSecret(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return expected !== '' && one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Lower-case hex SHA-256 of timestamp, nonce, Encrypt Key and the body's bytes as they were received; not of JSON that
 * was parsed and written again, which is what the official SDK signs and why it refuses a body with spaces.
 * Source: open.feishu.cn, 事件订阅 → Encrypt Key 加密策略.
 */
export function signatureOf(encryptKey: string, timestamp: string, nonce: string, body: Buffer): string {
  return createHash('sha256').update(`${timestamp}${nonce}${encryptKey}`, 'utf8').update(body).digest('hex');
}

/** Whether the request carries the signature that only somebody with the Encrypt Key can make. */
export function isSigned({ headers, body }: Delivery, encryptKey: string): boolean {
  const timestamp = headers['x-lark-request-timestamp'] ?? '';
  const nonce = headers['x-lark-request-nonce'] ?? '';
  const given = headers['x-lark-signature'] ?? '';
  return encryptKey !== '' && sameSecret(given, signatureOf(encryptKey, timestamp, nonce, body));
}

/** Every delivery needs the same few, and a digest is a good part of what it costs. */
const keys = new Lately<Buffer>(1_000);

function keyOf(encryptKey: string): Buffer {
  const known = keys.get(encryptKey);
  if (known) return known;
  const key = createHash('sha256').update(encryptKey, 'utf8').digest();
  keys.set(encryptKey, key);
  return key;
}

/**
 * AES-256-CBC with SHA-256 of the Encrypt Key as key, PKCS#7, and the first block as the initial vector.
 * @param encrypted  base64 of vector and ciphertext
 * @throws when it was not made with this key
 */
export function decrypt(encryptKey: string, encrypted: string): string {
  const bytes = Buffer.from(encrypted, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', keyOf(encryptKey), bytes.subarray(0, 16));
  return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
}
