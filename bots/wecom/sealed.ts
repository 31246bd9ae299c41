import type { Delivery } from '../../core/ports/delivery.js';
import type { WecomCredentials } from './credentials.js';
import { envelopeOf } from './envelope.js';

/** For tests: what WeCom does before it delivers. The vectors beside the tests vouch for it, not the code it tests. */

/** A callback: the plain XML sealed, signed, and put into the outer XML. */
export function sealed(
  credentials: WecomCredentials,
  plain: string,
  now: number,
  { random = Buffer.from('0123456789abcdef'), nonce = '1372623149' } = {},
): Delivery {
  const timestamp = `${Math.floor(now / 1000)}`;
  const envelope = envelopeOf(credentials);
  const encrypted = envelope.seal(plain, random);
  return {
    method: 'POST',
    query: { msg_signature: envelope.signature(timestamp, nonce, encrypted), timestamp, nonce },
    headers: { 'content-type': 'text/xml' },
    body: Buffer.from(outer(credentials, encrypted)),
  };
}

export const outer = ({ corpId, agentId }: WecomCredentials, encrypted: string): string =>
  `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><AgentID><![CDATA[${agentId}]]></AgentID>` +
  `<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;

/** Elements in order; text as CDATA, unless it is that already. */
export const xml = (fields: Record<string, string>): string =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value.startsWith('<![CDATA[') ? value : cdata(value)}</${name}>`)
    .join('')}</xml>`;

export const cdata = (text: string): string => `<![CDATA[${text.split(']]>').join(']]]]><![CDATA[>')}]]>`;
