import { type Delivery, type Reading, type Response, refused } from '../../core/ports/delivery.js';
import type { WecomCredentials } from './credentials.js';
import { envelopeOf, isFresh, openDelivery } from './envelope.js';
import { eventsOf } from './events.js';

/** HTTP 200 with nothing in it: heard, and nothing to say to it. */
export const heard: Response = { status: 200, headers: { 'content-type': 'text/plain' }, body: '' };

/** Reads the check of the callback address (GET) or a callback (POST). Pure. */
export function read(delivery: Delivery, credentials: WecomCredentials, now: number): Reading {
  if (delivery.method === 'GET') return readCheck(delivery, credentials);
  if (delivery.method !== 'POST') return refused(405, 'WeCom delivers by POST and checks by GET');
  const opened = openDelivery(delivery, credentials);
  if ('refused' in opened) return refused(opened.status, opened.refused);
  if (!isFresh(opened.timestamp, now)) return refused(401, 'the signature is too old or too new');
  return { verified: true, events: eventsOf(opened, now), response: heard };
}

/** What WeCom sends to be echoed is a number. Nothing else is ever decrypted for who asks. */
const echo = /^[0-9A-Za-z_-]{1,64}$/;

/**
 * The check that is made when the address is saved: it wants the decrypted `echostr` as the whole answer. It has no effect,
 * so it may be old. A `+` of the ciphertext that came as a space is put back; the signature is over what WeCom sent.
 * Source: 使用接收消息 → 验证URL有效性.
 */
function readCheck({ query }: Delivery, credentials: WecomCredentials): Reading {
  const { msg_signature: signature = '', timestamp = '', nonce = '', echostr = '' } = query;
  const envelope = envelopeOf(credentials);
  const ciphertext = echostr.replaceAll(' ', '+');
  if (ciphertext === '' || !envelope.isSigned(signature, timestamp, nonce, ciphertext))
    return refused(401, 'the signature is missing or wrong');
  const plain = envelope.open(ciphertext);
  if (plain === undefined || !echo.test(plain))
    return refused(401, 'it was sealed with another key or for another receiver');
  return { verified: true, events: [], response: { ...heard, body: plain } };
}
