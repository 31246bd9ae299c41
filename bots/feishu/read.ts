import { type Delivery, json, mayBeJson, type Reading, refused } from '../../core/ports/delivery.js';
import type { FeishuCredentials } from './credentials.js';
import { challengeIn, envelopeIn, strangerIn } from './envelope.js';
import { clickType, eventsOf } from './events.js';
import { instantOf, parseJson } from './fields.js';
import { acknowledge, type Frame, frameIn, headerOf } from './frame.js';
import { decrypt, isSigned, sameSecret } from './verify.js';

const minute = 60_000;

/**
 * How far a signed request's timestamp may be from now: 7 h 10 min. The documents give no window, retries go on for more
 * than six hours (15 s, 5 min, 1 h, 6 h after each other), and nothing says whether a retry is signed afresh. What keeps
 * a replay from having an effect is the event's id, which is remembered for ever; this only bounds what has to be.
 */
const freshMs = (7 * 60 + 10) * minute;

/** Reads an HTTP request of the event or the card callback address, or one frame of the long connection. Pure. */
export function read(delivery: Delivery, credentials: FeishuCredentials, now: number): Reading {
  if (delivery.method === 'STREAM') return readFrame(delivery.body, credentials, now);
  if (delivery.method !== 'POST') return refused(405, 'Feishu delivers by POST');
  if (!mayBeJson(delivery)) return refused(415, 'Feishu delivers application/json');
  return readRequest(delivery, credentials, now);
}

/**
 * An app with an Encrypt Key signs and encrypts everything, so what is not signed is forged; only the check of the
 * address itself (`url_verification`) goes unsigned by contract, and proves itself by its token. An app without the key
 * has nothing but the token.
 */
function readRequest(delivery: Delivery, credentials: FeishuCredentials, now: number): Reading {
  const { encryptKey, verificationToken } = credentials;
  const signed = isSigned(delivery, encryptKey);
  const payload = payloadOf(delivery.body, encryptKey);

  const challenge = challengeIn(payload);
  if (challenge) {
    if (!sameSecret(challenge.token, verificationToken))
      return refused(401, "the verification token is not this app's");
    return { verified: true, events: [], response: json(200, { challenge: challenge.challenge }) };
  }
  // An unsigned ciphertext is answered alike whether or not it could be decrypted: the answer is no padding oracle.
  if (encryptKey !== '' && !signed) return refused(401, 'the signature is missing or wrong');
  const timestamp = instantOf(delivery.headers['x-lark-request-timestamp'], Number.NaN);
  if (signed && !(Math.abs(timestamp - now) <= freshMs))
    return refused(401, 'the signature is too old or too new');

  const envelope = envelopeIn(payload);
  if (!envelope) return refused(400, 'the body is neither an event nor a callback of Feishu');
  if (!signed && !sameSecret(envelope.header.token ?? '', verificationToken)) {
    return refused(401, "the verification token is not this app's");
  }
  const stranger = strangerIn(envelope, credentials);
  if (stranger) return refused(401, stranger);
  return { verified: true, events: eventsOf(envelope, credentials, now), response: json(200, {}) };
}

/** The JSON inside a request's body, decrypted where it is encrypted; undefined when there is none. */
function payloadOf(body: Buffer, encryptKey: string): unknown {
  const outer = parseJson(body.toString('utf8'));
  if (typeof outer !== 'object' || outer === null || !('encrypt' in outer)) return outer;
  if (typeof outer.encrypt !== 'string' || encryptKey === '') return undefined;
  try {
    return parseJson(decrypt(encryptKey, outer.encrypt));
  } catch {
    return undefined;
  }
}

/**
 * Frames come over a connection that we opened and that TLS vouches for, so nothing in them is signed or encrypted, and
 * their token is often empty. Fragments have been put together before they get here.
 */
function readFrame(body: Buffer, credentials: FeishuCredentials, now: number): Reading {
  const frame = frameOf(body);
  if (!frame) return refused(400, 'the body is no frame of the long connection');
  if (frame.method === 0) return { verified: true, events: [], response: frameAnswer(Buffer.alloc(0)) };

  const envelope =
    Number(headerOf(frame, 'sum') ?? 1) <= 1 && envelopeIn(parseJson(frame.payload?.toString('utf8') ?? ''));
  if (!envelope) return refusedFrame(frame, 400, 'the frame holds neither an event nor a callback of Feishu');
  const stranger = strangerIn(envelope, credentials);
  if (stranger) return refusedFrame(frame, 401, stranger);
  const data = envelope.header.event_type === clickType ? {} : undefined;
  const response = frameAnswer(acknowledge(frame, 200, data));
  return { verified: true, events: eventsOf(envelope, credentials, now), response };
}

function frameOf(body: Buffer): Frame | undefined {
  try {
    return frameIn(body);
  } catch {
    return undefined;
  }
}

const frameHeaders = { 'content-type': 'application/x-protobuf' };

export const frameAnswer = (body: Buffer) => ({ status: 200, headers: { ...frameHeaders }, body });

const refusedFrame = (frame: Frame, status: number, reason: string): Reading => ({
  verified: false,
  reason,
  response: { status, headers: { ...frameHeaders }, body: acknowledge(frame, 500) },
});
