import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';

const BLOCK = 32;

/**
 * How events are wrapped and signed over HTTP: AES-256-CBC, the key from the 43 characters of the console, the IV its
 * first half, padded to 32-byte blocks; 16 random bytes, the length, the text, then the owner's key (here the appKey, as
 * for events ticked in the console). Source: callback-event-message-body-encryption-and-decryption.
 */
export function encrypt(plain: string, aesKey: string, owner: string, random: Buffer): string {
  const key = keyOf(aesKey);
  const text = Buffer.from(plain);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const whole = Buffer.concat([random.subarray(0, 16), length, text, Buffer.from(owner)]);
  const pad = BLOCK - (whole.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(whole),
    cipher.update(Buffer.alloc(pad, pad)),
    cipher.final(),
  ]).toString('base64');
}

/** @returns the text and the owner's key after it, or `undefined` when it is not of this key */
export function decrypt(encrypted: string, aesKey: string): { text: string; owner: string } | undefined {
  try {
    const key = keyOf(aesKey);
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const whole = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
    const pad = whole.at(-1) ?? 0;
    if (pad < 1 || pad > BLOCK) return undefined;
    const end = 20 + whole.readUInt32BE(16);
    if (end > whole.length - pad) return undefined;
    return {
      text: whole.subarray(20, end).toString('utf8'),
      owner: whole.subarray(end, whole.length - pad).toString('utf8'),
    };
  } catch {
    return undefined;
  }
}

const keyOf = (aesKey: string): Buffer => Buffer.from(`${aesKey}=`, 'base64');

export const signEvent = (token: string, timestamp: string, nonce: string, encrypted: string): string =>
  createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');

/** The `sign` header of what an outgoing robot posts, and of the custom robot's address. Source: robot-message-type. */
export const signRobot = (timestamp: string, secret: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');

/** The signature of a card's callback: over the timestamp alone. Source: event-callback-card. */
export const signCard = (timestamp: string, apiSecret: string): string =>
  createHmac('sha256', apiSecret).update(timestamp).digest('base64');
