import { createHash } from 'node:crypto';
import { z } from 'zod';
import { renderWecom } from '../../cards/wecom/render.js';
import type { BotParts } from '../../core/ports/bot.js';
import {
  type Courier,
  type Limit,
  type Outgoing,
  type OutgoingMedia,
  SendError,
} from '../../core/ports/courier.js';
import { readBytes } from '../media-bytes.js';
import { ask } from '../wecom-calls.js';
import { inert, partsOf } from '../wecom-text.js';
import type { WebhookCredentials } from './credentials.js';

const megabyte = 1024 * 1024;
const imageBytesMax = 2 * megabyte;
const fileBytesMax = 20 * megabyte;
/** Nothing of so few bytes is taken. */
const fileBytesMin = 6;

/** 20 a minute; kept to 17, and 5 at once. A refusal of more (45009) shuts the robot up for the rest of the minute. */
const perMinute: Limit = { scope: 'robot', everyMs: 5_000, burst: 5 };

const nothing = z.object({});
const uploaded = z.object({ media_id: z.string().min(1) });

/**
 * Sends to the one group that the robot is in. Nothing sent can be repeated, redrawn or taken back: WeCom says no more than
 * that it took it.
 * Source: developer.work.weixin.qq.com, 消息推送配置说明 (path/99110). The path of uploads is not on that page (unverified).
 */
export function webhookCourier({ key }: WebhookCredentials, { baseUrl }: BotParts): Courier {
  const post = (body: object) =>
    ask(baseUrl, { method: 'POST', path: '/cgi-bin/webhook/send', query: { key }, body }, nothing);

  async function say(text: string): Promise<void> {
    for (const content of partsOf(inert(text))) await post({ msgtype: 'text', text: { content } });
  }

  async function show(media: OutgoingMedia, caption: string): Promise<void> {
    const bytes = await readBytes(media);
    if (/^image\/(jpeg|png)$/.test(media.mime) && bytes.length <= imageBytesMax) {
      if (caption) await say(caption);
      const md5 = createHash('md5').update(bytes).digest('hex');
      await post({ msgtype: 'image', image: { base64: bytes.toString('base64'), md5 } });
      return;
    }
    if (bytes.length < fileBytesMin || bytes.length > fileBytesMax)
      return say(`${caption}${media.name}\n${media.url}`);
    const body = new FormData();
    body.set('media', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
    const path = '/cgi-bin/webhook/upload_media';
    const call = { method: 'POST', path, query: { key, type: 'file' }, body, harmless: true } as const;
    const { media_id } = await ask(baseUrl, call, uploaded);
    if (caption) await say(caption);
    await post({ msgtype: 'file', file: { media_id } });
  }

  return {
    certainty: (out) => ({ kind: 'to' in out ? 'unkeyed' : 'repeatable' }),
    limits: () => [perMinute],
    async send(out: Outgoing, sendKey) {
      if (!('to' in out))
        throw new SendError('refused', out.kind, 'a webhook robot can change nothing and take nothing back');
      if (out.to.kind !== 'chat')
        throw new SendError('refused', 'no-such-place', 'a webhook robot speaks in its group only');
      if (out.kind === 'text') await say(out.text);
      else if (out.kind === 'media') await show(out.media, out.caption ?? '');
      else {
        const card = renderWecom(out.card, { where: 'webhook' });
        if (card) await post({ msgtype: 'template_card', template_card: card });
        else await say(out.card.plain);
      }
      return { messageId: sendKey };
    },
  };
}
