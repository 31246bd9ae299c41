import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE_BYTES = 24;

/** Bytes that we hand out and want back unaltered, as base64url: themselves and a HMAC-SHA256 over their purpose and them. */
export const sign = (purpose: string, body: Buffer, key: Buffer): string =>
  Buffer.concat([body, signature(purpose, body, key)]).toString('base64url');

/** What was signed for this purpose; undefined for everything else. Compares in constant time. */
export function verified(purpose: string, text: string, key: Buffer): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const body = bytes.subarray(0, -SIGNATURE_BYTES);
  if (bytes.length <= SIGNATURE_BYTES) return undefined;
  if (!timingSafeEqual(bytes.subarray(-SIGNATURE_BYTES), signature(purpose, body, key))) return undefined;
  // Several texts decode to the same bytes; only the one we wrote is ours.
  return bytes.toString('base64url') === text ? body : undefined;
}

const signature = (purpose: string, body: Buffer, key: Buffer): Buffer =>
  createHmac('sha256', key).update(`${purpose}\n`).update(body).digest().subarray(0, SIGNATURE_BYTES);

const ID_BYTES = 16;
const TIME_BYTES = 6;

/** UUIDs and a time in epoch milliseconds, packed. */
export function packed(ids: readonly string[], at: number): Buffer {
  const bytes = Buffer.alloc(ids.length * ID_BYTES + TIME_BYTES);
  for (const [index, id] of ids.entries()) {
    const written = Buffer.from(id.replaceAll('-', ''), 'hex');
    if (written.length !== ID_BYTES) throw new Error(`Only UUIDs can be packed, not ${JSON.stringify(id)}.`);
    written.copy(bytes, index * ID_BYTES);
  }
  bytes.writeUIntBE(at, ids.length * ID_BYTES, TIME_BYTES);
  return bytes;
}

/** The same taken apart, and what follows it. */
export function unpacked(
  bytes: Buffer,
  count: number,
): { ids: string[]; at: number; rest: Buffer } | undefined {
  const size = count * ID_BYTES + TIME_BYTES;
  if (bytes.length < size) return undefined;
  const ids = Array.from({ length: count }, (_, index) =>
    bytes
      .subarray(index * ID_BYTES, (index + 1) * ID_BYTES)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  );
  return { ids, at: bytes.readUIntBE(count * ID_BYTES, TIME_BYTES), rest: bytes.subarray(size) };
}
