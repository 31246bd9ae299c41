import { createHmac, timingSafeEqual } from 'node:crypto';

export interface MediaLink {
  tenantId: string;
  mediaId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

const ID_BYTES = 16;
const TIME_BYTES = 6;
const SIGNATURE_BYTES = 24;
const BODY_BYTES = 2 * ID_BYTES + TIME_BYTES;
const TOKEN = /^[\w-]{83}$/;

/**
 * A token, fit for one segment of an address, that opens one file until it expires.
 *
 * @param key  a secret made for this purpose only, see `deriveKey`
 */
export function signMediaLink({ tenantId, mediaId, expiresAt }: MediaLink, key: Buffer): string {
  const body = Buffer.alloc(BODY_BYTES);
  for (const [index, id] of [tenantId, mediaId].entries()) {
    const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
    if (bytes.length !== ID_BYTES) throw new Error(`A media link needs UUIDs, not ${JSON.stringify(id)}.`);
    bytes.copy(body, index * ID_BYTES);
  }
  body.writeUIntBE(expiresAt, 2 * ID_BYTES, TIME_BYTES);
  return Buffer.concat([body, signature(body, key)]).toString('base64url');
}

/** @param now  epoch milliseconds. Compares in constant time. */
export function verifyMediaLink(token: string, key: Buffer, now: number): MediaLink | 'forged' | 'expired' {
  if (!TOKEN.test(token)) return 'forged';
  const bytes = Buffer.from(token, 'base64url');
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES), signature(body, key))) return 'forged';
  const expiresAt = body.readUIntBE(2 * ID_BYTES, TIME_BYTES);
  if (expiresAt <= now) return 'expired';
  return {
    tenantId: uuid(body.subarray(0, ID_BYTES)),
    mediaId: uuid(body.subarray(ID_BYTES, 2 * ID_BYTES)),
    expiresAt,
  };
}

const signature = (body: Buffer, key: Buffer) =>
  createHmac('sha256', key).update('media link\n').update(body).digest().subarray(0, SIGNATURE_BYTES);

const uuid = (bytes: Buffer) =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
