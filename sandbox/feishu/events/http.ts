import type { Clock } from '../../kernel/clock.js';
import { type PostResult, post } from '../../kernel/post.js';
import type { Ids } from '../ids.js';
import type { App } from '../world.js';
import { encrypt, sign } from './crypto.js';

/** Posts compact JSON to an app's address, encrypted and signed where the app has an Encrypt Key. */
export function postSigned(
  to: { url: string; app: App; deadlineMs: number },
  plain: string,
  parts: { clock: Clock; ids: Ids },
): Promise<PostResult> {
  const { encryptKey } = to.app;
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  if (!encryptKey) return post(to.url, plain, headers, to.deadlineMs);
  const iv = Buffer.from(parts.ids.hex(), 'hex').subarray(0, 16);
  const body = JSON.stringify({ encrypt: encrypt(plain, encryptKey, iv) });
  const timestamp = String(Math.floor(parts.clock.now() / 1000));
  const nonce = parts.ids.hex().slice(0, 10);
  headers['x-lark-request-timestamp'] = timestamp;
  headers['x-lark-request-nonce'] = nonce;
  headers['x-lark-signature'] = sign(timestamp, nonce, encryptKey, body);
  return post(to.url, body, headers, to.deadlineMs);
}
