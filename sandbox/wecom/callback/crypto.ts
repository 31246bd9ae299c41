import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/**
 * How WeCom wraps and signs what it posts: AES-256-CBC, padded to 32 bytes and not to 16, around
 * `16 random bytes | length | message | receiveid`. Source: 加解密方案说明.
 */
const BLOCK = 32;
const HEAD = 20;

export class CannotDecrypt extends Error {}

const keyOf = (encodingAesKey: string): Buffer => Buffer.from(`${encodingAesKey}=`, 'base64');

/** AES-256-CBC over bytes, the key's first half as IV; files of AI bots are wrapped so too. */
export function wrap(plain: Buffer, key: Buffer): Buffer {
  const padding = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]);
}

/** @param random 16 bytes */
export function encrypt(message: string, encodingAesKey: string, receiveId: string, random: Buffer): string {
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([random, length, text, Buffer.from(receiveId)]);
  return wrap(plain, keyOf(encodingAesKey)).toString('base64');
}

/** @throws CannotDecrypt when it was wrapped otherwise, or under another key */
export function decrypt(encrypted: string, encodingAesKey: string): { message: string; receiveId: string } {
  const plain = unwrap(Buffer.from(encrypted, 'base64'), keyOf(encodingAesKey));
  const length = plain.length >= HEAD ? plain.readUInt32BE(16) : 0;
  if (plain.length < HEAD + length) throw new CannotDecrypt('the length inside does not fit');
  return {
    message: plain.subarray(HEAD, HEAD + length).toString('utf8'),
    receiveId: plain.subarray(HEAD + length).toString('utf8'),
  };
}

function unwrap(bytes: Buffer, key: Buffer): Buffer {
  let plain: Buffer;
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    plain = Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    throw new CannotDecrypt('not whole blocks');
  }
  const padding = plain.at(-1) ?? 0;
  const end = plain.subarray(plain.length - padding);
  if (padding < 1 || padding > BLOCK || end.some((byte) => byte !== padding))
    throw new CannotDecrypt('bad padding');
  return plain.subarray(0, plain.length - padding);
}

/** SHA-1 in lowercase hex over the four, sorted as bytes. */
export function sign(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const sorted = [token, timestamp, nonce, encrypted].sort();
  return createHash('sha1').update(sorted.join('')).digest('hex');
}
