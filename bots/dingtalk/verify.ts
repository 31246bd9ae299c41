import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Delivery } from '../../core/ports/delivery.js';
import { instantOf } from './fields.js';

/** Compares in a time that does not depend on where two of a length differ. */
export function sameSecret(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text, 'utf8').digest('base64');

/** Of a robot's message: HMAC-SHA256 of timestamp, line feed and secret under the secret. Source: 机器人接收消息. */
export const robotSignature = (clientSecret: string, timestamp: string): string =>
  hmac(clientSecret, `${timestamp}\n${clientSecret}`);

/** Of a card callback: HMAC-SHA256 of the timestamp alone. Source: 事件回调 → 回调签名验证. */
export const cardSignature = (apiSecret: string, timestamp: string): string => hmac(apiSecret, timestamp);

const hour = 3_600_000;

/**
 * Robots' messages are good for an hour by the documents, which give no time for cards. Neither signature covers the body, so
 * whoever has seen one may put words under it; for cards, where nothing asks for more, the window is a fifth of that.
 */
const robotFreshMs = hour;
const cardFreshMs = hour / 5;

export type Doubt = 'the signature is missing or wrong' | 'the signature is too old or too new';

function doubt(given: string | undefined, expected: string, timestamp: string, now: number, freshMs: number) {
  if (given === undefined || !sameSecret(given, expected)) return 'the signature is missing or wrong';
  const isFresh = Math.abs(instantOf(timestamp, Number.NaN) - now) <= freshMs;
  return isFresh ? undefined : 'the signature is too old or too new';
}

/** Why a robot's message over HTTP is not believed, or undefined when it is. */
export function doubtRobot({ headers }: Delivery, clientSecret: string, now: number): Doubt | undefined {
  const timestamp = headers.timestamp ?? '';
  return doubt(headers.sign, robotSignature(clientSecret, timestamp), timestamp, now, robotFreshMs);
}

/** Why a card callback over HTTP is not believed, or undefined when it is. */
export function doubtCard({ headers }: Delivery, apiSecret: string, now: number): Doubt | undefined {
  const timestamp = headers['x-ddpaas-signature-timestamp'] ?? '';
  const given = headers['x-ddpaas-signature'];
  return doubt(given, cardSignature(apiSecret, timestamp), timestamp, now, cardFreshMs);
}
