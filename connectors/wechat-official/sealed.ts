import type { Delivery } from '../../core/ports/delivery.js';
import { SealedEnvelope, sortedSignature } from '../../core/secrets/sealed-envelope.js';
import { readXml, writeXml, type XmlFields } from '../../core/text/xml.js';
import type { OfficialAccount } from './account.js';

/** For tests: what WeChat does before it pushes, and how it reads an answer. `sealed-envelope.test.ts` vouches for it. */

const nonce = '1372623149';

const envelopeOf = ({ token, encodingAesKey = '', appId }: OfficialAccount): SealedEnvelope =>
  new SealedEnvelope({ token, key43: encodingAesKey, receiver: appId });

export function pushed(account: OfficialAccount, plain: string, now: number): Delivery {
  const timestamp = `${Math.floor(now / 1000)}`;
  const query = { signature: sortedSignature([account.token, timestamp, nonce]), timestamp, nonce };
  const headers = { 'content-type': 'text/xml' };
  if (account.mode === 'plain') return { method: 'POST', query, headers, body: Buffer.from(plain) };
  const envelope = envelopeOf(account);
  const Encrypt = envelope.seal(plain, Buffer.from('0123456789abcdef'));
  const sealed = { encrypt_type: 'aes', msg_signature: envelope.signature(timestamp, nonce, Encrypt) };
  const body = Buffer.from(writeXml({ ToUserName: 'gh_0123456789ab', Encrypt }));
  return { method: 'POST', query: { ...query, ...sealed }, headers, body };
}

/** A message or event of one follower. */
export const says = (fields: XmlFields, now: number): string =>
  writeXml({
    ToUserName: 'gh_0123456789ab',
    FromUserName: 'oLin0123456789abcdefghijklmn',
    CreateTime: Math.floor(now / 1000),
    ...fields,
  });

/** The answer's fields, once its seal and signature hold. */
export function answerIn(account: OfficialAccount, body: string): object | undefined {
  if (account.mode === 'plain') return readXml(body);
  const { Encrypt = '', MsgSignature = '', TimeStamp = '', Nonce = '' } = textsIn(readXml(body));
  const envelope = envelopeOf(account);
  if (!envelope.isSigned(MsgSignature, TimeStamp, Nonce, Encrypt)) return undefined;
  return readXml(envelope.open(Encrypt) ?? '');
}

const textsIn = (fields: object | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, String(value)]));
