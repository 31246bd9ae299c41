import { createHash } from 'node:crypto';
import type { Delivery } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import type { DingtalkCredentials } from './credentials.js';
import { parseJson } from './fields.js';
import { topics } from './frame.js';
import { cardSignature, robotSignature } from './verify.js';

/** For tests: what DingTalk does before it delivers. The vectors beside the tests vouch for it, not the code it tests. */

const has = (payload: unknown, key: string): boolean =>
  typeof payload === 'object' && payload !== null && Object.hasOwn(payload, key);

/** A frame of Stream around a payload, which is a message to the robot, a press on a card, or an event. */
export function framed(payload: Buffer, messageId?: string): Delivery {
  const text = payload.toString('utf8');
  const content = parseJson(text);
  const isEvent = has(content, 'EventType');
  const topic = isEvent ? '*' : has(content, 'outTrackId') ? topics.card : topics.robot;
  const digest = createHash('sha256').update(payload).digest('hex').slice(0, 12);
  const headers = {
    ...{ appId: 'app-uuid', connectionId: 'c1', contentType: 'application/json', time: '1700000000000' },
    ...{ topic, messageId: messageId ?? `frame-${digest}` },
    ...(isEvent && {
      eventType: Reflect.get(Object(content), 'EventType'),
      eventId: 'e-1',
      eventCorpId: 'dingCORP',
    }),
  };
  const frame = { specVersion: '1.0', type: isEvent ? 'EVENT' : 'CALLBACK', headers, data: text };
  return { method: 'STREAM', query: {}, headers: {}, body: Buffer.from(JSON.stringify(frame)) };
}

const post = (
  headers: Record<string, string>,
  body: Buffer,
  query: Record<string, string> = {},
): Delivery => ({
  method: 'POST',
  query,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body,
});

export function robotRequest({ clientSecret }: DingtalkCredentials, body: Buffer, now: number): Delivery {
  const timestamp = String(now);
  return post({ timestamp, sign: robotSignature(clientSecret, timestamp) }, body);
}

export function cardRequest({ apiSecret = '' }: DingtalkCredentials, body: Buffer, now: number): Delivery {
  const timestamp = String(now);
  const signature = cardSignature(apiSecret, timestamp);
  return post({ 'x-ddpaas-signature-timestamp': timestamp, 'x-ddpaas-signature': signature }, body);
}

export function sealedRequest(
  { aesKey: key43 = '', token = '', clientId }: DingtalkCredentials,
  plain: string,
  now: number,
  receiver = clientId,
): Delivery {
  const envelope = new SealedEnvelope({ token, key43, receiver });
  const encrypt = envelope.seal(plain, Buffer.alloc(16, 7));
  const [timestamp, nonce] = [String(now), 'nonce-1'];
  const signature = envelope.signature(timestamp, nonce, encrypt);
  return post({}, Buffer.from(JSON.stringify({ encrypt })), { signature, timestamp, nonce });
}

/** Over HTTP each kind of payload comes in its own wrapping. */
export function requested(credentials: DingtalkCredentials, payload: Buffer, now: number): Delivery {
  const content = parseJson(payload.toString('utf8'));
  if (has(content, 'EventType')) return sealedRequest(credentials, payload.toString('utf8'), now);
  if (has(content, 'outTrackId')) return cardRequest(credentials, payload, now);
  return robotRequest(credentials, payload, now);
}
