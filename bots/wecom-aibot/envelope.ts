import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Delivery, json, type Response } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import type { AibotCredentials } from './credentials.js';
import { parseJson } from './fields.js';

/** The official plug-in takes both spellings. */
const sealedSchema = z.union([
  z.object({ encrypt: z.string() }),
  z.object({ Encrypt: z.string() }).transform(({ Encrypt: encrypt }) => ({ encrypt })),
]);

/** The receiver of what is sealed for an AI bot is nobody. Source: developer.work.weixin.qq.com, 智能机器人 → 加解密说明. */
const envelopeOf = ({ token, encodingAesKey }: AibotCredentials): SealedEnvelope | undefined =>
  token === '' || encodingAesKey === ''
    ? undefined
    : new SealedEnvelope({ token, key43: encodingAesKey, receiver: '' });

/**
 * The plain text of a signed request: of its `echostr`, where the address is being checked, else of its body. Undefined
 * when it is not signed by this bot's token or not sealed with its key, which is not told apart: the answer is no oracle.
 */
export function openRequest(
  { method, query, body }: Delivery,
  credentials: AibotCredentials,
): string | undefined {
  const envelope = envelopeOf(credentials);
  const ciphertext =
    method === 'GET' ? query.echostr : sealedSchema.safeParse(parseJson(body.toString('utf8'))).data?.encrypt;
  const { msg_signature: signature = '', timestamp = '', nonce = '' } = query;
  if (!envelope || !ciphertext || !envelope.isSigned(signature, timestamp, nonce, ciphertext))
    return undefined;
  return envelope.open(ciphertext);
}

/**
 * An answer, sealed: under the nonce and the timestamp of what it answers. Its random prefix follows from both, so that
 * who asks twice is answered twice alike, and nobody without the key can guess it.
 */
export function sealAnswer(
  answer: object,
  { query, body }: Delivery,
  credentials: AibotCredentials,
): Response {
  const envelope = envelopeOf(credentials);
  if (!envelope) throw new Error('an answer to a callback needs the token and the AES key');
  const message = JSON.stringify(answer);
  const { timestamp = '', nonce = '' } = query;
  const random = createHmac('sha256', credentials.encodingAesKey)
    .update(`${timestamp}\n${nonce}\n`)
    .update(body)
    .update(message)
    .digest();
  const encrypt = envelope.seal(message, random);
  const msgsignature = envelope.signature(timestamp, nonce, encrypt);
  return json(200, { encrypt, msgsignature, timestamp: Number(timestamp), nonce });
}
