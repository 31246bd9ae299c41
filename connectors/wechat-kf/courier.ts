import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import {
  type Choice,
  type Courier,
  type Outgoing,
  type Place,
  SendError,
  type Sent,
} from '../../core/ports/courier.js';
import { splitText } from '../../core/text/split.js';
import type { KfAccount } from './account.js';
import { kfClient } from './client.js';
import { CODE_SPENT, STATE_FORBIDS } from './errors.js';
import { optionalId } from './fields.js';
import { textLimit } from './limits.js';
import { downloadMedia, upload } from './media.js';
import { fitsMenu, menuOf } from './menu.js';
import { Sessions } from './session.js';
import { welcomeIn } from './welcome.js';

/** A `msgid` is taken once; nobody waits longer than this for the outcome of a repeat. */
const keyLifeMs = 24 * 60 * 60_000;

const answer = z.object({ msgid: optionalId });
type Written = {
  msgtype: 'text' | 'msgmenu' | 'image' | 'voice' | 'video' | 'file';
  [body: string]: unknown;
};

/**
 * Speaks to customers as the 微信客服 account. Source: developer.work.weixin.qq.com, 发送消息 (path/94677), 发送欢迎语等事件响应消息
 * (path/95122).
 */
export function kfCourier(account: OpenAccount<KfAccount>, host: ChannelHost): Courier {
  const { openKfId: open_kfid } = account.settings;
  const client = kfClient(account, host);
  const sessions = new Sessions(account, host, client);

  async function post(path: string, body: object, msgid: string): Promise<string> {
    try {
      const sent = await client.call({ method: 'POST', path, body: { ...body, msgid } }, answer);
      return sent.msgid ?? msgid;
    } catch (error) {
      if (error instanceof SendError && error.fate !== 'later' && namesMsgid(error)) return msgid;
      throw error;
    }
  }

  /** One message to a customer who wrote. The state is known before; where it was wrong, it is asked and once more tried. */
  async function write(touser: string, written: Written, msgid: string): Promise<string> {
    await sessions.hold(touser);
    const body = { touser, open_kfid, ...written };
    try {
      return await post('kf/send_msg', body, msgid);
    } catch (error) {
      if (!(error instanceof SendError) || error.code !== STATE_FORBIDS) throw error;
      host.log.warn({ account: account.id }, 'a session was not in the state it was known in');
      await sessions.forget(touser);
      await sessions.hold(touser);
      return post('kf/send_msg', body, msgid);
    }
  }

  /** By the code of a visit, which asks for no session. A code that is spent or late is none. */
  async function greet(code: string, written: Written, msgid: string): Promise<string | undefined> {
    if (written.msgtype !== 'text' && written.msgtype !== 'msgmenu') return undefined;
    try {
      return await post('kf/send_msg_on_event', { code, ...written }, msgid);
    } catch (error) {
      if (error instanceof SendError && error.code === CODE_SPENT) return undefined;
      throw error;
    }
  }

  async function writeAll(to: Place, writings: readonly Written[], key: string): Promise<Sent> {
    if (to.kind !== 'direct') throw new SendError('refused', 'no-such-place', '微信客服只有一对一的会话');
    const [first, ...more] = writings;
    if (!first) throw new SendError('refused', 'empty', '没有可以发送的内容');
    const code = welcomeIn(to.reply, host.clock.now());
    const greeted = code && (await greet(code, first, msgidOf(key, 0)));
    const messageId = greeted ?? (await write(to.person, first, msgidOf(key, 0)));
    for (const [index, written] of more.entries()) await write(to.person, written, msgidOf(key, index + 1));
    return { messageId };
  }

  async function sendMedia(out: Extract<Outgoing, { kind: 'media' }>, key: string): Promise<Sent> {
    const { to, media, caption = '' } = out;
    // Where the customer can't be written to, nothing is uploaded.
    if (to.kind === 'direct') await sessions.hold(to.person);
    const file = await upload(client, media);
    if (!file) return writeAll(to, textsOf([caption, media.name, media.url].filter(Boolean).join('\n')), key);
    const shown: Written = { msgtype: file.kind, [file.kind]: { media_id: file.mediaId } };
    return writeAll(to, [shown, ...textsOf(caption)], key);
  }

  return {
    mergesUpTo: textLimit.max,
    certainty: () => ({ kind: 'keyed', lifeMs: keyLifeMs }),
    limits: () => [{ scope: 'send', everyMs: 20, burst: 50 }],
    async send(out, key) {
      switch (out.kind) {
        case 'text':
          return writeAll(out.to, textsOf(out.text, out.choices), key);
        case 'media':
          return sendMedia(out, key);
        case 'card':
          return writeAll(out.to, textsOf(out.card.plain), key);
        default:
          throw new SendError('refused', 'unsupported', '微信客服发出的消息不能撤回或修改');
      }
    },
    fetchMedia: (_messageId, handle) => downloadMedia(client, handle),
  };
}

/** At most 32 of [0-9a-zA-Z_-], the same for every attempt. A customer's failed message is named by the first. */
const msgidOf = (key: string, index: number): string =>
  createHash('sha256').update(`${key}#${index}`).digest('base64url').slice(0, 32);

/** Ours are well-formed by construction, so a refusal that names the `msgid` says that it was taken: by our first attempt. */
const namesMsgid = ({ message }: SendError): boolean => /msg_?id/i.test(message);

/** Words with choices become a menu; where they are too long for its head, the choices are said in words. */
function textsOf(text: string, choices: readonly Choice[] = []): Written[] {
  if (fitsMenu(text, choices)) return [{ msgtype: 'msgmenu', msgmenu: menuOf(text, choices) }];
  const offers = choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`));
  const parts = splitText([text, ...offers].join('\n'), textLimit).filter((part) => part.trim() !== '');
  return parts.map((content) => ({ msgtype: 'text', text: { content } }));
}
