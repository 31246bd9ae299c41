import { createCipheriv, createHash } from 'node:crypto';

/**
 * How Feishu wraps and signs what it posts.
 * Source: 将事件发送至开发者服务器; Encrypt Key 加密策略 (AES-256-CBC, key = SHA-256 of the Encrypt Key, PKCS7).
 */
export function encrypt(plain: string, encryptKey: string, iv: Buffer): string {
  const key = createHash('sha256').update(encryptKey).digest();
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

/** Lowercase hex over the bytes that are sent. */
export function sign(timestamp: string, nonce: string, encryptKey: string, body: string): string {
  return createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex');
}
