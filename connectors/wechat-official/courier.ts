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
import type { OfficialAccount } from './account.js';
import { officialClient } from './client.js';
import { limitsOf } from './limits.js';
import { fetchMedia, upload } from './media.js';
import { sayPrefix } from './message.js';
import { answerableMs, replyIn } from './reply.js';
import { inert, linkedChoice, TEXT_BYTES_MAX, typedChoice } from './text.js';
import { Turn } from './turn.js';

const hour = 60 * 60_000;
/** How much longer than the push is held the courier waits for its words to be taken. */
const graceMs = 1_500;
/** What an offered answer says can stand in its id up to here. */
const sayBytesMax = 100;

const nothing = z.object({});

type Written =
  | { msgtype: 'text'; text: { content: string } }
  | {
      msgtype: 'msgmenu';
      msgmenu: { head_content: string; list: { id: string; content: string }[]; tail_content: string };
    }
  | { msgtype: 'image' | 'voice' | 'video' };

/**
 * Speaks to followers: by the answer to the push that is held for its first words, where that is still possible, which costs
 * no send of the window; otherwise by custom/send, which gives no ids.
 * Source: developers.weixin.qq.com, 客服消息 → 发送客服消息, 客服输入状态.
 */
export function officialCourier(account: OpenAccount<OfficialAccount>, host: ChannelHost): Courier {
  const { settings } = account;
  const { clock } = host;
  const shared = host.shared(account);
  const client = officialClient(account, host);

  /** @returns whether the customer has it now, as the answer to what they did */
  async function answered(to: Place, words: string, key: string): Promise<boolean> {
    const reply = to.kind === 'direct' ? replyIn(to.reply) : undefined;
    if (!reply || !settings.passive || Buffer.byteLength(words) > TEXT_BYTES_MAX) return false;
    const until = reply.at + answerableMs(settings);
    if (clock.now() >= until) return false;
    return new Turn(shared, clock, reply.id).give({ key, words }, until + graceMs);
  }

  async function post(to: Place, written: Written): Promise<void> {
    if (to.kind !== 'direct')
      throw new SendError(
        'refused',
        'no-such-place',
        'an official account speaks to its followers one to one only',
      );
    if (!settings.certified) {
      const words =
        'an account without custom/send says something only as the answer to what a customer just did';
      throw new SendError('refused', '48001', words, { window: 'closed' });
    }
    const body = { touser: to.person, ...written };
    await client.call({ method: 'POST', path: '/cgi-bin/message/custom/send', body }, nothing);
  }

  /** One thing said in several messages. Those that went are remembered, so that another attempt goes on with the next. */
  async function postAll(to: Place, writings: readonly Written[], key: string): Promise<Sent> {
    if (writings.length === 0) throw new SendError('refused', 'empty', 'there is nothing in it to be read');
    const remembered = `official-sent:${key}`;
    const before = writings.length > 1 ? Number((await shared.get(remembered)) ?? 0) : 0;
    for (const [at, written] of writings.entries()) {
      if (at < before) continue;
      await post(to, written);
      if (writings.length > 1) await shared.set(remembered, `${at + 1}`, clock.now() + 24 * hour);
    }
    return { messageId: key };
  }

  async function sendText(out: Extract<Outgoing, { kind: 'text' }>, key: string): Promise<Sent> {
    const { to, choices = [] } = out;
    const words = inert(out.text);
    if (words.trim() === '') throw new SendError('refused', 'empty', 'there is nothing in it to be read');
    if (await answered(to, [words, ...choices.map(linkedChoice)].join('\n'), key))
      return { messageId: key, free: true };
    return postAll(to, choices.length > 0 ? menuOf(words, choices) : [textOf(words)], key);
  }

  async function sendMedia(out: Extract<Outgoing, { kind: 'media' }>, key: string): Promise<Sent> {
    const { to, media, caption = '' } = out;
    const inWords = inert(`${caption ? `${caption}\n` : ''}${media.name}\n${media.url}`);
    if (!settings.certified) return sendText({ kind: 'text', to, text: inWords }, key);
    const file = await upload(client, media);
    // What WeChat does not show can still be opened.
    if (!file) return sendText({ kind: 'text', to, text: inWords }, key);
    const { kind, mediaId } = file;
    const shown = {
      msgtype: kind,
      [kind]: { media_id: mediaId, ...(kind === 'video' && { title: media.name }) },
    };
    return postAll(to, caption.trim() === '' ? [shown] : [textOf(inert(caption)), shown], key);
  }

  return {
    certainty: () => ({ kind: 'unkeyed' }),
    limits: limitsOf,
    async send(out, key) {
      switch (out.kind) {
        case 'text':
          return sendText(out, key);
        case 'media':
          return sendMedia(out, key);
        case 'card':
          return sendText({ kind: 'text', to: out.to, text: out.card.plain }, key);
        default:
          throw new SendError(
            'refused',
            'unsupported',
            'what WeChat was sent can be neither changed nor taken back',
          );
      }
    },
    async typing(to, typing) {
      if (to.kind !== 'direct' || !settings.certified) return;
      const body = { touser: to.person, command: typing ? 'Typing' : 'CancelTyping' };
      const path = '/cgi-bin/message/custom/typing';
      // It says no to a second one within fifteen seconds, and long after the customer wrote.
      await client.call({ method: 'POST', path, body, harmless: true }, nothing).catch(() => {});
    },
    fetchMedia: (_messageId, handle) => fetchMedia(client, settings, handle),
  };
}

const textOf = (content: string): Written => ({ msgtype: 'text', text: { content } });

/** Answers to press below the words; where both together are too long for that, they are typed. */
function menuOf(words: string, choices: readonly Choice[]): Written[] {
  const list = choices.map(({ label, say }, at) => ({
    id: label === say || Buffer.byteLength(say) > sayBytesMax ? `${at + 1}` : `${sayPrefix}${say}`,
    content: inert(label),
  }));
  const menu = { head_content: words, list, tail_content: '' };
  if (Buffer.byteLength(JSON.stringify(menu)) <= TEXT_BYTES_MAX)
    return [{ msgtype: 'msgmenu', msgmenu: menu }];
  const typed = choices.map(typedChoice).join('\n');
  const together = `${words}\n${typed}`;
  return Buffer.byteLength(together) <= TEXT_BYTES_MAX ? [textOf(together)] : [textOf(words), textOf(typed)];
}
