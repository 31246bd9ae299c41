import type { Delivery, Response } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import type { AibotCredentials } from './credentials.js';
import { parseJson } from './fields.js';
import { frameIn } from './frame.js';

/** For tests: what WeCom does before it delivers, and how it reads an answer. `sealed-envelope.test.ts` vouches for it. */

const envelopeOf = ({ token, encodingAesKey: key43 }: AibotCredentials) =>
  new SealedEnvelope({ token, key43, receiver: '' });

/** A signed and encrypted request. */
export function sealed(
  credentials: AibotCredentials,
  plain: Buffer,
  now: number,
  nonce = 'nonce-1',
): Delivery {
  const timestamp = String(Math.floor(now / 1000));
  const envelope = envelopeOf(credentials);
  const encrypt = envelope.seal(plain.toString('utf8'), Buffer.from('0123456789abcdef'));
  const query = { msg_signature: envelope.signature(timestamp, nonce, encrypt), timestamp, nonce };
  const body = Buffer.from(JSON.stringify({ encrypt }));
  return { method: 'POST', query, headers: { 'content-type': 'application/json' }, body };
}

/** A frame of the long connection, around these bytes whatever they are. */
export function framed(payload: Buffer, reqId = 'req-1', cmd = 'aibot_msg_callback'): Delivery {
  const before = `{"cmd":${JSON.stringify(cmd)},"headers":{"req_id":${JSON.stringify(reqId)}},"body":`;
  const body = Buffer.concat([Buffer.from(before), payload, Buffer.from('}')]);
  return { method: 'STREAM', query: {}, headers: {}, body };
}

/** What an answer says to WeCom: the plain JSON of the body, or the body of the frame. Undefined: nothing. */
export function answerIn({ body }: Response, credentials: AibotCredentials, nonce = 'nonce-1'): unknown {
  const text = body.toString();
  if (text === '') return undefined;
  const answer = parseJson(text);
  if (typeof answer !== 'object' || answer === null || !('encrypt' in answer)) return frameIn(text)?.body;
  if (!('msgsignature' in answer) || !('timestamp' in answer) || !('nonce' in answer)) return 'no envelope';
  const { encrypt, msgsignature, timestamp, nonce: given } = answer;
  const envelope = envelopeOf(credentials);
  const isSigned =
    typeof timestamp === 'number' &&
    given === nonce &&
    envelope.isSigned(String(msgsignature), String(timestamp), nonce, String(encrypt));
  return isSigned ? parseJson(envelope.open(String(encrypt)) ?? '') : 'badly signed';
}
