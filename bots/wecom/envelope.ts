import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Delivery } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { readXml } from '../../core/text/xml.js';
import type { WecomCredentials } from './credentials.js';

const minute = 60_000;

/**
 * How far a request's timestamp may be from now. WeCom waits 5 seconds, tries three times more and gives up; the rest is
 * for clocks that differ. What keeps a replay from having an effect is the event's id, which is remembered for ever.
 * Source: developer.work.weixin.qq.com, 接收消息与事件 → 使用接收消息 (path/90238).
 */
const freshMs = 10 * minute;

const signedQuery = z.object({ msg_signature: z.string(), timestamp: z.string(), nonce: z.string() });
const sealedBody = z.object({ Encrypt: z.string() });
const receiver = z.object({ ToUserName: z.string() });

/** A delivery that WeCom sealed for this app. */
export interface Opened {
  /** What is inside the plain XML's root. */
  fields: object;
  /** The same for every delivery of the same event, whatever it was sealed with. */
  digest: string;
  ciphertext: string;
  /** Seconds, as WeCom signed them. */
  timestamp: string;
}

export const envelopeOf = ({ token, encodingAesKey, corpId }: WecomCredentials): SealedEnvelope =>
  new SealedEnvelope({ token, key43: encodingAesKey, receiver: corpId });

/**
 * Verifies, decrypts and parses a callback, in this order: nothing is decrypted that was not signed.
 * @returns why it is not believed, where it is not
 */
export function openDelivery(
  { query, body }: Pick<Delivery, 'query' | 'body'>,
  credentials: WecomCredentials,
): Opened | { status: number; refused: string } {
  const signed = signedQuery.safeParse(query).data;
  const ciphertext = sealedBody.safeParse(readXml(body.toString('utf8'))).data?.Encrypt;
  if (ciphertext === undefined) return { status: 400, refused: 'the body is no callback of WeCom' };
  const envelope = envelopeOf(credentials);
  if (!signed || !envelope.isSigned(signed.msg_signature, signed.timestamp, signed.nonce, ciphertext))
    return { status: 401, refused: 'the signature is missing or wrong' };
  const plain = envelope.open(ciphertext);
  if (plain === undefined)
    return { status: 401, refused: 'it was sealed with another key or for another receiver' };
  const fields = readXml(plain);
  const to = receiver.safeParse(fields).data;
  if (!fields || !to) return { status: 400, refused: 'what is sealed is no message or event of WeCom' };
  if (to.ToUserName !== credentials.corpId) return { status: 401, refused: 'it is for another enterprise' };
  const digest = createHash('sha256').update(plain).digest('hex').slice(0, 40);
  return { fields, digest, ciphertext, timestamp: signed.timestamp };
}

export const isFresh = (timestamp: string, now: number): boolean =>
  /^\d{1,11}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - now) <= freshMs;
