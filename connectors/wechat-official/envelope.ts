import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Delivery } from '../../core/ports/delivery.js';
import { isSortedSignature, SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { readXml, writeXml } from '../../core/text/xml.js';
import type { OfficialAccount } from './account.js';

/** How far a signed timestamp may be from now. WeChat waits 5 seconds, and comes three times. */
const freshMs = 5 * 60_000;

const signedQuery = z.object({ timestamp: z.string().regex(/^\d{1,11}$/), nonce: z.string().min(1) });
const sealedBody = z.object({ Encrypt: z.string() });

/** What is inside the plain XML's root, or why it is not believed. */
export type Opened = { fields: object } | { status: number; refused: string };

/**
 * Verifies a push, opens it where it is sealed, and parses it, in this order.
 * Source: developers.weixin.qq.com, 消息推送 → 验证消息的确来自微信服务器, 消息加解密说明.
 */
export function openDelivery(delivery: Delivery, account: OfficialAccount, now: number): Opened {
  const doubt = doubtIn(delivery, account, now);
  if (account.mode === 'plain') return doubt ?? fieldsIn(delivery.body.toString('utf8'));
  const { query, body } = delivery;
  const ciphertext = sealedBody.safeParse(readXml(body.toString('utf8'))).data?.Encrypt;
  if (ciphertext === undefined)
    return doubt ?? { status: 400, refused: 'the body is no sealed push of WeChat' };
  const stale = staleness(query, now);
  if (stale) return stale;
  const envelope = envelopeOf(account);
  const { msg_signature: signature = '', timestamp = '', nonce = '' } = query;
  if (!envelope.isSigned(signature, timestamp, nonce, ciphertext))
    return { status: 401, refused: 'the signature is missing or wrong' };
  const plain = envelope.open(ciphertext);
  if (plain === undefined)
    return { status: 401, refused: 'it was sealed with another key or for another account' };
  return fieldsIn(plain);
}

/** Of what is not sealed: whether who sent it knows the token. */
export function doubtIn(
  { query }: Pick<Delivery, 'query'>,
  { token }: OfficialAccount,
  now: number,
): { status: number; refused: string } | undefined {
  const stale = staleness(query, now);
  if (stale) return stale;
  const { signature = '', timestamp = '', nonce = '' } = query;
  const isSigned = isSortedSignature(signature, [token, timestamp, nonce]);
  return isSigned ? undefined : { status: 401, refused: 'the signature is missing or wrong' };
}

function staleness(query: Delivery['query'], now: number): { status: number; refused: string } | undefined {
  const signed = signedQuery.safeParse(query).data;
  if (!signed) return { status: 401, refused: 'the signature is missing or wrong' };
  const isFresh = Math.abs(Number(signed.timestamp) * 1000 - now) <= freshMs;
  return isFresh ? undefined : { status: 401, refused: 'the signature is too old, or from the future' };
}

function fieldsIn(plain: string): Opened {
  const fields = readXml(plain);
  return fields ? { fields } : { status: 400, refused: 'the body is no message or event of WeChat' };
}

/** XML to answer with, sealed where the account seals. */
export function sealAnswer(plain: string, account: OfficialAccount, now: number): string {
  if (account.mode === 'plain') return plain;
  const envelope = envelopeOf(account);
  const Encrypt = envelope.seal(plain, randomBytes(16));
  const timestamp = Math.floor(now / 1000);
  const Nonce = String(randomBytes(4).readUInt32BE());
  const MsgSignature = envelope.signature(String(timestamp), Nonce, Encrypt);
  return writeXml({ Encrypt, MsgSignature, TimeStamp: timestamp, Nonce });
}

const envelopeOf = ({ token, encodingAesKey = '', appId }: OfficialAccount): SealedEnvelope =>
  new SealedEnvelope({ token, key43: encodingAesKey, receiver: appId });
