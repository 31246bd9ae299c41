import { createCipheriv, createHash } from 'node:crypto';
import type { Delivery } from '../../core/ports/delivery.js';
import type { FeishuCredentials } from './credentials.js';
import { encodeFrame } from './frame.js';
import { signatureOf } from './verify.js';

/** For tests: what Feishu does before it delivers. The vectors beside the tests vouch for it, not the code it tests. */

export function encrypt(encryptKey: string, plain: Buffer): string {
  const vector = createHash('md5').update(plain).digest();
  const key = createHash('sha256').update(encryptKey, 'utf8').digest();
  const cipher = createCipheriv('aes-256-cbc', key, vector);
  return Buffer.concat([vector, cipher.update(plain), cipher.final()]).toString('base64');
}

/** A signed and encrypted request. */
export function sealed({ encryptKey }: FeishuCredentials, plain: Buffer, now: number): Delivery {
  return signed(encryptKey, Buffer.from(JSON.stringify({ encrypt: encrypt(encryptKey, plain) })), now);
}

export function signed(encryptKey: string, body: Buffer, now: number): Delivery {
  const timestamp = String(Math.floor(now / 1000));
  const headers = {
    'content-type': 'application/json;charset=utf-8',
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': 'nonce-1',
    'x-lark-signature': signatureOf(encryptKey, timestamp, 'nonce-1', body),
  };
  return { method: 'POST', query: {}, headers, body };
}

/** A frame of the long connection, the way it is on the wire. */
export function framed(payload: Buffer): Delivery {
  const headers = ['type', 'event', 'message_id', 'm-1', 'sum', '1', 'seq', '0', 'trace_id', 't-1'];
  const pairs = headers.flatMap((key, index) =>
    index % 2 ? [] : [{ key, value: headers[index + 1] ?? '' }],
  );
  const frame = { seqId: 1n, logId: 9007199254740993n, service: 7, method: 1, headers: pairs, payload };
  return { method: 'STREAM', query: {}, headers: {}, body: encodeFrame(frame) };
}
