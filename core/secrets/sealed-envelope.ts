import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

/** SHA-1 over the parts, sorted by their bytes: token, timestamp, nonce and, of what is sealed, the ciphertext. */
export const sortedSignature = (parts: readonly string[]): string =>
  createHash('sha1')
    .update([...parts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join(''))
    .digest('hex');

/** Compares in constant time. */
export function isSortedSignature(given: string, parts: readonly string[]): boolean {
  const expected = Buffer.from(sortedSignature(parts));
  const bytes = Buffer.from(given.toLowerCase());
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/** AES blocks are 16 bytes, but the envelope is padded to twice that. */
const PAD_BLOCK = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;

/**
 * The sealed envelope that WeChat, WeCom and DingTalk deliver in: AES-256-CBC under a 43-character key, its first half the IV,
 * around `16 random bytes ‖ length ‖ message ‖ receiver`, padded to 32 bytes; signed with SHA-1 over token, timestamp,
 * nonce and ciphertext, sorted. Sources: developer.work.weixin.qq.com 加解密方案说明; open.dingtalk.com 事件订阅消息体加解密.
 *
 * `@wecom/crypto` 1.0.1 does the same arithmetic, and tests hold the two against each other; it neither compares the
 * signature (in constant time or at all) nor checks the receiver or the lengths, which is most of what is written here.
 */
export class SealedEnvelope {
  readonly #key: Buffer;
  readonly #token: string;
  readonly #receiver: string;

  /** @param key43 43 characters of base64 alphabet @param receiver appid, corpid, app key, or '' (a WeCom AI bot) */
  constructor({ token, key43, receiver }: { token: string; key43: string; receiver: string }) {
    this.#key = Buffer.from(`${key43}=`, 'base64');
    if (this.#key.length !== 32) throw new Error('The AES key is 43 characters of a-z, A-Z and 0-9');
    this.#token = token;
    this.#receiver = receiver;
  }

  signature(timestamp: string, nonce: string, ciphertext: string): string {
    return sortedSignature([this.#token, timestamp, nonce, ciphertext]);
  }

  isSigned(given: string, timestamp: string, nonce: string, ciphertext: string): boolean {
    return isSortedSignature(given, [this.#token, timestamp, nonce, ciphertext]);
  }

  /** The message, or undefined when it was sealed with another key or for another receiver. */
  open(ciphertext: string): string | undefined {
    const plain = this.#decrypt(ciphertext);
    if (!plain || plain.length < RANDOM_BYTES + LENGTH_BYTES) return undefined;
    const begin = RANDOM_BYTES + LENGTH_BYTES;
    const end = begin + plain.readUInt32BE(RANDOM_BYTES);
    if (end > plain.length || !sameBytes(plain.subarray(end), Buffer.from(this.#receiver))) return undefined;
    return plain.toString('utf8', begin, end);
  }

  /** @param random 16 bytes that nobody can guess */
  seal(message: string, random: Buffer): string {
    const bytes = Buffer.from(message, 'utf8');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(bytes.length);
    const plain = Buffer.concat([
      random.subarray(0, RANDOM_BYTES),
      length,
      bytes,
      Buffer.from(this.#receiver),
    ]);
    const pad = PAD_BLOCK - (plain.length % PAD_BLOCK);
    const cipher = createCipheriv('aes-256-cbc', this.#key, this.#key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([
      cipher.update(plain),
      cipher.update(Buffer.alloc(pad, pad)),
      cipher.final(),
    ]).toString('base64');
  }

  #decrypt(ciphertext: string): Buffer | undefined {
    const bytes = Buffer.from(ciphertext, 'base64');
    if (bytes.length === 0 || bytes.length % 16 !== 0) return undefined;
    const decipher = createDecipheriv('aes-256-cbc', this.#key, this.#key.subarray(0, 16)).setAutoPadding(
      false,
    );
    const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
    const pad = padded[padded.length - 1] ?? 0;
    return pad >= 1 && pad <= PAD_BLOCK && pad <= padded.length
      ? padded.subarray(0, padded.length - pad)
      : undefined;
  }
}

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
