import { z } from 'zod';
import { renderFeishu } from '../../cards/feishu/render.js';
import type { CardView } from '../../core/cards/card.js';
import type { BotParts } from '../../core/ports/bot.js';
import {
  type Choice,
  type Courier,
  type Outgoing,
  type Place,
  SendError,
  type Sent,
} from '../../core/ports/courier.js';
import { feishuClient } from './client.js';
import type { FeishuCredentials } from './credentials.js';
import { id, optionalId } from './fields.js';
import { limitsOf } from './limits.js';
import { upload } from './media.js';
import { platformIdOf } from './message.js';
import { inert } from './text.js';

const messages = '/open-apis/im/v1/messages';
const cardMaxBytes = 30 * 1024;
const mediaMaxBytes = 32 * 1024 * 1024;

/** Feishu forgets a `uuid` after an hour; an answer that comes late must still fall inside it. */
const keyLifeMs = 55 * 60_000;

const sentSchema = z.object({ message_id: id, thread_id: optionalId });
const nothing = z.object({});

/** The message to quote is gone, hidden, or in a place where it cannot be answered. */
const quoteGone = ['230011', '230110', '230050', '230071', '230072', '230111'];

interface Written {
  type: 'text' | 'post' | 'image' | 'file' | 'audio' | 'media' | 'interactive';
  content: object;
}

/**
 * Sends as the app's bot. Source: open.feishu.cn, 发送消息, 回复消息, 更新应用发送的消息卡片, 撤回消息,
 * 获取消息中的资源文件.
 */
export function feishuCourier(credentials: FeishuCredentials, parts: BotParts): Courier {
  const client = feishuClient(credentials, parts);

  async function post(to: Place, quote: string | undefined, written: Written, uuid: string): Promise<Sent> {
    const body = { msg_type: written.type, content: JSON.stringify(written.content), uuid };
    const answered = quote ?? (to.kind === 'topic' ? to.root : undefined);
    if (answered !== undefined) {
      const reply = to.kind === 'topic' ? { ...body, reply_in_thread: true } : body;
      const path = `${messages}/${encodeURIComponent(platformIdOf(answered))}/reply`;
      return sentOf(await client.call({ method: 'POST', path, body: reply }, sentSchema));
    }
    const [idType, receiver] = to.kind === 'direct' ? ['open_id', to.person] : ['chat_id', chatOf(to)];
    const query = { receive_id_type: idType };
    const call = { method: 'POST', path: messages, query, body: { ...body, receive_id: receiver } } as const;
    return sentOf(await client.call(call, sentSchema));
  }

  /** A quote is an extra: what is said arrives without it where the quoted message can't be answered any more. */
  async function postQuoting(
    to: Place,
    quote: string | undefined,
    written: Written,
    key: string,
  ): Promise<Sent> {
    try {
      return await post(to, quote, written, key);
    } catch (error) {
      if (!quote || !(error instanceof SendError) || !quoteGone.includes(error.code)) throw error;
      return await post(to, undefined, written, key);
    }
  }

  /** A picture and whose it is fit one rich text; before any other file the words go first, under a key of their own. */
  async function postMedia(out: Extract<Outgoing, { kind: 'media' }>, key: string): Promise<Sent> {
    const file = await upload(client, out.media);
    if (out.caption === undefined) return postQuoting(out.to, out.quote, file, key);
    if (file.type === 'image')
      return postQuoting(out.to, out.quote, captioned(out.caption, file.content), key);
    await postQuoting(out.to, out.quote, textContent(out.caption), `${key}-words`);
    return postQuoting(out.to, undefined, file, key);
  }

  async function redraw(messageId: string, card: CardView): Promise<Sent> {
    const path = `${messages}/${encodeURIComponent(messageId)}`;
    const body = { content: JSON.stringify(cardContent(card)) };
    await client.call({ method: 'PATCH', path, body }, nothing);
    return { messageId };
  }

  async function recall(messageId: string): Promise<Sent> {
    try {
      await client.call({ method: 'DELETE', path: `${messages}/${encodeURIComponent(messageId)}` }, nothing);
    } catch (error) {
      const isGone = error instanceof SendError && ['230011', '230110'].includes(error.code);
      if (!isGone) throw error;
    }
    return { messageId };
  }

  return {
    certainty: (out) =>
      out.kind === 'redraw' || out.kind === 'recall'
        ? { kind: 'repeatable' }
        : { kind: 'keyed', lifeMs: keyLifeMs },
    limits: limitsOf,
    async send(out: Outgoing, key: string) {
      switch (out.kind) {
        case 'text':
          return postQuoting(out.to, out.quote, textContent(out.text, out.choices), key);
        case 'media':
          return postMedia(out, key);
        case 'card':
          return post(out.to, undefined, { type: 'interactive', content: cardContent(out.card) }, key);
        case 'redraw':
          return redraw(out.messageId, out.card);
        case 'recall':
          return recall(out.messageId);
        case 'edit':
          throw new SendError('refused', 'unsupported', 'what staff were sent is not changed');
      }
    },
    fetchMedia(messageId, handle, type) {
      const message = encodeURIComponent(platformIdOf(messageId));
      const path = `${messages}/${message}/resources/${encodeURIComponent(handle)}`;
      const query = { type: type === 'image' ? 'image' : 'file' };
      return client.download(
        { method: 'GET', path, query, harmless: true, timeoutMs: 60_000 },
        mediaMaxBytes,
      );
    },
  };
}

const sentOf = ({ message_id: messageId, thread_id: thread }: z.infer<typeof sentSchema>): Sent =>
  thread ? { messageId, thread } : { messageId };

/** A topic is always answered through its root, so only a chat gets here. */
function chatOf(to: Exclude<Place, { kind: 'direct' }>): string {
  return to.kind === 'chat' ? to.chat : to.root;
}

function textContent(text: string, choices: Choice[] = []): Written {
  const offers = choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`));
  return { type: 'text', content: { text: inert([text, ...offers].join('\n')) } };
}

/** Source: open.feishu.cn, 发送消息内容, 富文本 post. */
const captioned = (caption: string, image: object): Written => ({
  type: 'post',
  content: {
    zh_cn: { content: [[{ tag: 'text', text: inert(caption) }], [{ tag: 'img', ...image }]] },
  },
});

/** @throws {SendError} when the card is larger than Feishu takes, before it is sent in vain */
function cardContent(card: CardView): object {
  const content = renderFeishu(card);
  if (Buffer.byteLength(JSON.stringify(content), 'utf8') <= cardMaxBytes) return content;
  throw new SendError('refused', 'card-too-big', `the card "${card.template}" is over 30 KB`, {
    fallback: true,
  });
}
