import { z } from 'zod';
import { type Delivery, type Reading, type Response, refused } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { readXml } from '../../core/text/xml.js';
import type { KfAccount } from './account.js';
import { id, instantOf, optionalId } from './fields.js';
import { readItem } from './item.js';
import { ticketOf } from './ticket.js';

/** How far a request's timestamp may be from now: WeCom tries for about 20 seconds; the rest is for clocks that differ. */
const freshMs = 5 * 60_000;

const sealedBody = z.object({ Encrypt: z.string() });
const ping = z.object({
  ToUserName: z.string(),
  CreateTime: z.string().optional(),
  Event: z.string().optional(),
  Token: id.optional().catch(undefined),
  OpenKfId: optionalId,
});

const heard = (body: string): Response => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

/** Reads the check of the callback address (GET), a ping that there is something to pull (POST), or one pulled item. Pure. */
export function read(delivery: Delivery, account: KfAccount, now: number): Reading {
  if (delivery.method === 'PULL') return readItem(delivery.body, account, now);
  if (delivery.method !== 'GET' && delivery.method !== 'POST')
    return refused(405, 'WeCom pings by POST and checks by GET');
  return delivery.method === 'GET' ? readCheck(delivery, account, now) : readPing(delivery, account, now);
}

/**
 * The check when the address is saved: it wants the decrypted `echostr` as the whole answer. A `+` of the ciphertext that
 * came as a space is put back. Source: path/90238, 验证URL有效性.
 */
function readCheck({ query }: Delivery, account: KfAccount, now: number): Reading {
  const opened = open(query, query.echostr?.replaceAll(' ', '+') ?? '', account, now);
  if ('why' in opened) return refused(401, opened.why);
  // What is echoed is a number; nothing else is ever decrypted for who asks.
  if (!/^[0-9A-Za-z_-]{1,64}$/.test(opened.plain)) return refused(401, 'this is no check of an address');
  return { verified: true, events: [], response: heard(opened.plain) };
}

/**
 * A ping names the account and holds a token, but nothing that was said. What is for another account of the enterprise,
 * or another event of the app, is answered all the same, or it would come again. Source: path/94670.
 */
function readPing({ query, body }: Delivery, account: KfAccount, now: number): Reading {
  const ciphertext = sealedBody.safeParse(readXml(body.toString('utf8'))).data?.Encrypt;
  if (ciphertext === undefined) return refused(400, 'the body is no callback of WeCom');
  const opened = open(query, ciphertext, account, now);
  if ('why' in opened) return refused(401, opened.why);
  const found = ping.safeParse(readXml(opened.plain)).data;
  if (!found) return refused(400, 'what is sealed is no event of WeCom');
  if (found.ToUserName !== account.corpId) return refused(401, 'it is for another enterprise');
  const response = heard('success');
  const isOurs =
    found.Event === 'kf_msg_or_event' && (found.OpenKfId ?? account.openKfId) === account.openKfId;
  if (!isOurs) return { verified: true, events: [], response };
  const pulls = found.Token === undefined ? '' : ticketOf(found.Token, instantOf(found.CreateTime, now));
  return { verified: true, events: [], response, pulls };
}

/** Nothing is decrypted that was not signed. */
function open(
  { msg_signature: signature = '', timestamp = '', nonce = '' }: Delivery['query'],
  ciphertext: string,
  { token, encodingAesKey, corpId }: KfAccount,
  now: number,
): { plain: string } | { why: string } {
  const envelope = new SealedEnvelope({ token, key43: encodingAesKey, receiver: corpId });
  if (ciphertext === '' || !envelope.isSigned(signature, timestamp, nonce, ciphertext))
    return { why: 'the signature is missing or wrong' };
  const isFresh = /^\d{1,11}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - now) <= freshMs;
  if (!isFresh) return { why: 'the signature is too old or too new' };
  const plain = envelope.open(ciphertext);
  return plain === undefined ? { why: 'it was sealed with another key or for another receiver' } : { plain };
}
