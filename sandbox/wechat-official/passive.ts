import { CannotDecrypt, decrypt, sign } from '../wecom/callback/crypto.js';
import { childOf, readXml, textOf, type XmlNode } from '../wecom/callback/xml.js';
import type { Files } from './files.js';
import type { Account, Follower, Said } from './world.js';

/** What an account may answer with: a message, or that it has nothing to say. */
export type Answer = { says?: Pick<Said, 'msgtype' | 'content'> } | { wrong: string };

const TEXT_BYTES_MAX = 2_048;

class Malformed extends Error {}

/**
 * Reads the answer to something pushed: nothing or `success`, or one message as XML, in an envelope where the account seals.
 * Anything else is wrong, and the customer is told that the account is out of order. Source: 被动回复用户消息.
 */
export function readAnswer(account: Account, follower: Follower, files: Files, body: string): Answer {
  if (body === '' || body === 'success') return {};
  try {
    const xml = account.mode === 'encrypted' ? opened(account, body) : body;
    const root = readXml(xml);
    if (root?.name !== 'xml') throw new Malformed('it is no XML');
    return messageIn(root, account, follower, files);
  } catch (error) {
    if (error instanceof Malformed || error instanceof CannotDecrypt) return { wrong: error.message };
    throw error;
  }
}

/** Source: 消息加解密说明. */
function opened({ token, encodingAesKey = '', appId }: Account, body: string): string {
  const envelope = readXml(body);
  const encrypted = textOf(envelope, 'Encrypt');
  if (encrypted === undefined) throw new Malformed('no XML with <Encrypt>, and the account is in 安全模式');
  const [timestamp = '', nonce = ''] = [textOf(envelope, 'TimeStamp')?.trim(), textOf(envelope, 'Nonce')];
  if (sign(token, timestamp, nonce, encrypted) !== textOf(envelope, 'MsgSignature'))
    throw new Malformed('the signature does not fit');
  const { message, receiveId } = decrypt(encrypted, encodingAesKey);
  if (receiveId !== appId) throw new Malformed(`it is for ${receiveId || 'nobody'}, not ${appId}`);
  return message;
}

function messageIn(root: XmlNode, account: Account, follower: Follower, files: Files): Answer {
  if (textOf(root, 'ToUserName') !== follower.openId) throw new Malformed('ToUserName is not who wrote');
  if (textOf(root, 'FromUserName') !== account.id) throw new Malformed('FromUserName is not the account');
  if (!/^\d{10}$/.test(textOf(root, 'CreateTime')?.trim() ?? ''))
    throw new Malformed('CreateTime is no time in seconds');
  const type = textOf(root, 'MsgType');
  switch (type) {
    case 'text': {
      const content = textOf(root, 'Content') ?? '';
      if (content.trim() === '') throw new Malformed('Content is empty');
      if (Buffer.byteLength(content) > TEXT_BYTES_MAX) throw new Malformed('Content is too long');
      return { says: { msgtype: 'text', content: { content } } };
    }
    case 'image':
    case 'voice':
    case 'video': {
      const id = textOf(childOf(root, `${type[0]?.toUpperCase()}${type.slice(1)}`), 'MediaId');
      const media = files.current(account.id, id);
      if (media?.type !== type) throw new Malformed('MediaId is not known');
      return { says: { msgtype: type, content: { media: media.id, name: media.name } } };
    }
    case 'transfer_customer_service':
      return {};
    default:
      throw new Malformed(`MsgType ${type ?? 'is missing'}`);
  }
}
