import { z } from 'zod';
import type { WecomCard } from '../../cards/wecom/card.js';
import { renderWecom } from '../../cards/wecom/render.js';
import type { CardView } from '../../core/cards/card.js';
import { text } from '../../core/i18n/texts.js';
import type { BotParts } from '../../core/ports/bot.js';
import {
  type Choice,
  type Courier,
  type Outgoing,
  type Place,
  SendError,
  type Sent,
} from '../../core/ports/courier.js';
import { inert, partsOf, TEXT_BYTES_MAX } from '../wecom-text.js';
import { wecomClient } from './client.js';
import type { WecomCredentials } from './credentials.js';
import { optionalId } from './fields.js';
import { limitsOf } from './limits.js';
import { upload } from './media.js';

const hour = 60 * 60_000;

/**
 * A `task_id` is taken once and for ever, so a card sent again under its key is refused, and nothing is seen twice. After a
 * day nobody waits for it any more.
 */
const cardKeyLifeMs = 24 * hour;

/** Room for what making a text inert adds to it. */
const MERGED_BYTES_MAX = TEXT_BYTES_MAX - 248;

const mediaMaxBytes = 32 * 1024 * 1024;

const answer = z.object({
  msgid: optionalId,
  response_code: optionalId,
  invaliduser: z.string().catch(''),
});
const nothing = z.object({});

/** The card was sent before; the code was used before: either way by us, for they are in nobody else's hands. */
const TASK_TAKEN = '42014';
const CODE_USED = '42022';

type Written =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'template_card'; template_card: WecomCard }
  | { msgtype: 'image' | 'voice' | 'video' | 'file' };

/**
 * Speaks to members as the app. Source: developer.work.weixin.qq.com, 发送应用消息 (path/90236), 更新模版卡片消息 (path/94888),
 * 撤回应用消息 (path/94867), 获取临时素材.
 */
export function wecomCourier(credentials: WecomCredentials, parts: BotParts): Courier {
  const { agentId: agentid } = credentials;
  const client = wecomClient(credentials, parts);

  async function post(to: Place, written: Written): Promise<z.infer<typeof answer>> {
    if (to.kind !== 'direct')
      throw new SendError('refused', 'no-such-place', 'an app of WeCom speaks to members one to one only');
    const body = { touser: to.person, agentid, safe: 0, enable_id_trans: 0, ...written };
    const sent = await client.call({ method: 'POST', path: '/cgi-bin/message/send', body }, answer);
    if (sent.invaliduser === '') return sent;
    throw new SendError('refused', 'invaliduser', 'the member is outside what the app may see (可见范围)');
  }

  /**
   * One thing said in several messages. Those that went are remembered, so that another attempt goes on with the next; they
   * are known by all their ids together.
   */
  async function postAll(to: Place, writings: readonly Written[], key: string): Promise<Sent> {
    if (writings.length === 0) throw new SendError('refused', 'empty', 'there is nothing in it to be read');
    const remembered = `wecom-sent:${key}`;
    const before = writings.length > 1 ? await parts.shared.get(remembered) : undefined;
    const ids = before?.split(' ') ?? [];
    for (const written of writings.slice(ids.length)) {
      const { msgid } = await post(to, written);
      ids.push(msgid ?? `${key}.${ids.length}`);
      if (writings.length > 1)
        await parts.shared.set(remembered, ids.join(' '), parts.clock.now() + 24 * hour);
    }
    return { messageId: ids.join(' ') };
  }

  async function sendMedia(out: Extract<Outgoing, { kind: 'media' }>, key: string): Promise<Sent> {
    const { to, media, caption = '' } = out;
    const file = await upload(client, media);
    // What WeCom does not take can still be opened.
    if (!file) return postAll(to, textsOf(`${caption}${media.name}\n${media.url}`), key);
    const { kind, mediaId } = file;
    const shown = { msgtype: kind, [kind]: { media_id: mediaId } };
    return postAll(to, [...textsOf(caption), shown], key);
  }

  /** @param key  becomes the card's `task_id`, which is what a click calls the card by */
  async function sendCard(to: Place, view: CardView, key: string): Promise<Sent> {
    const card = renderWecom(view, { where: 'app', taskId: key });
    if (!card) return postAll(to, textsOf(view.plain), key);
    try {
      const { response_code: edit } = await post(to, { msgtype: 'template_card', template_card: card });
      return { messageId: key, ...(edit && { edit }) };
    } catch (error) {
      if (error instanceof SendError && error.code === TASK_TAKEN) return { messageId: key };
      throw error;
    }
  }

  async function redraw({ messageId, card, edit }: Extract<Outgoing, { kind: 'redraw' }>): Promise<Sent> {
    if (edit === undefined)
      throw new SendError(
        'refused',
        'no-edit-code',
        'a card of WeCom is changed by a code, and there is none left',
      );
    const replaced = text(card.locale, 'card.settled');
    const body = {
      ...{ atall: 1, agentid, response_code: edit, enable_id_trans: 0 },
      template_card: renderWecom(card, { where: 'app', replaced }),
    };
    try {
      await client.call({ method: 'POST', path: '/cgi-bin/message/update_template_card', body }, nothing);
    } catch (error) {
      if (!(error instanceof SendError) || error.code !== CODE_USED) throw error;
    }
    return { messageId };
  }

  async function recall(messageId: string): Promise<Sent> {
    for (const msgid of messageId.split(' '))
      await client.call({ method: 'POST', path: '/cgi-bin/message/recall', body: { msgid } }, nothing);
    return { messageId };
  }

  return {
    mergesUpTo: MERGED_BYTES_MAX,
    certainty(out) {
      if (out.kind === 'redraw' || out.kind === 'recall') return { kind: 'repeatable' };
      const isKeyed = out.kind === 'card' && renderWecom(out.card, { where: 'app' }) !== undefined;
      return isKeyed ? { kind: 'keyed', lifeMs: cardKeyLifeMs } : { kind: 'unkeyed' };
    },
    limits: (out) => limitsOf(out, credentials, messagesIn(out)),
    async send(out, key) {
      switch (out.kind) {
        case 'text':
          return postAll(out.to, textsOf(out.text, out.choices), key);
        case 'media':
          return sendMedia(out, key);
        case 'card':
          return sendCard(out.to, out.card, key);
        case 'redraw':
          return redraw(out);
        case 'recall':
          return recall(out.messageId);
        case 'edit':
          throw new SendError('refused', 'unsupported', 'what staff were sent is not changed');
      }
    },
    fetchMedia(_messageId, handle) {
      const query = { media_id: handle };
      return client.download(
        { method: 'GET', path: '/cgi-bin/media/get', query, harmless: true, timeoutMs: 60_000 },
        mediaMaxBytes,
      );
    },
  };
}

/** How many messages a send comes to. */
function messagesIn(out: Outgoing): number {
  switch (out.kind) {
    case 'text':
      return Math.max(1, textsOf(out.text, out.choices).length);
    case 'media':
      return textsOf(out.caption ?? '').length + 1;
    case 'card':
      return renderWecom(out.card, { where: 'app' }) ? 1 : Math.max(1, textsOf(out.card.plain).length);
    default:
      return 1;
  }
}

function textsOf(words: string, choices: readonly Choice[] = []): Written[] {
  const offers = choices.map(({ label, say }) => (label === say ? `· ${say}` : `· ${label}（回复“${say}”）`));
  return partsOf(inert([words, ...offers].join('\n'))).map((content) => ({
    msgtype: 'text',
    text: { content },
  }));
}
