import type { Delivery } from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { writeXml, type XmlFields } from '../../core/text/xml.js';
import type { KfAccount } from './account.js';

/** For tests: what WeCom does before it pings. The envelope's own tests vouch for it, with the documents' samples. */
export function sealed(
  { token, encodingAesKey, corpId }: Pick<KfAccount, 'token' | 'encodingAesKey' | 'corpId'>,
  plain: string,
  now: number,
  method: 'GET' | 'POST' = 'POST',
): Delivery {
  const timestamp = `${Math.floor(now / 1000)}`;
  const nonce = '1372623149';
  const envelope = new SealedEnvelope({ token, key43: encodingAesKey, receiver: corpId });
  const encrypted = envelope.seal(plain, Buffer.from('0123456789abcdef'));
  const query = { msg_signature: envelope.signature(timestamp, nonce, encrypted), timestamp, nonce };
  if (method === 'GET')
    return { method, query: { ...query, echostr: encrypted }, headers: {}, body: Buffer.alloc(0) };
  const body = writeXml({ ToUserName: corpId, AgentID: '', Encrypt: encrypted });
  return { method, query, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}

/** A ping as in the documents. */
export const pingXml = (
  corpId: string,
  openKfId: string,
  token: string,
  at: number,
  more: XmlFields = {},
): string =>
  writeXml({
    ...{ ToUserName: corpId, CreateTime: Math.floor(at / 1000), MsgType: 'event', Event: 'kf_msg_or_event' },
    ...{ Token: token, OpenKfId: openKfId, ...more },
  });
