import { z } from 'zod';
import type { InboundMessage } from '../../core/ports/inbound.js';
import { id, optionalId, optionalWords, userId, words } from './fields.js';

/** One thing said, apart from who said it. */
type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'location'>;

const said = z.object({
  FromUserName: userId,
  MsgType: z.string().max(100),
  MsgId: optionalId,
});
const text = z.object({ Content: words });
const media = z.object({ MediaId: id });
const degrees = z.string().min(1).transform(Number).pipe(z.number().min(-180).max(180));
const location = z.object({ Location_X: degrees, Location_Y: degrees, Label: optionalWords });
const link = z.object({ Title: optionalWords, Url: words });

/**
 * A message that a member sent to the app. What is unknown or unreadable is still something that was said.
 * @returns undefined when nobody said it
 * Source: developer.work.weixin.qq.com, 消息格式 (path/90239).
 */
export function readMessage(
  fields: object,
  { digest, at }: { digest: string; at: number },
): InboundMessage | undefined {
  const found = said.safeParse(fields).data;
  if (!found) return undefined;
  const { FromUserName: sender, MsgType: type, MsgId } = found;
  const chat = { id: sender, kind: 'direct', addressed: true } as const;
  const content = contentOf(type, fields) ?? { type: 'other', text: '[暂不支持的消息]' };
  return { kind: 'message', id: MsgId ?? digest, sender, at, chat, ...content };
}

function contentOf(type: string, fields: object): Content | undefined {
  switch (type) {
    case 'text': {
      const found = text.safeParse(fields).data;
      return found && { type: 'text', text: found.Content.trim() };
    }
    case 'image':
    case 'voice':
    case 'video':
    // Members' files are not among the documented types; if one comes, it will look like the others.
    case 'file': {
      const handle = media.safeParse(fields).data?.MediaId;
      return handle === undefined ? undefined : { type, media: { handle } };
    }
    case 'location': {
      const found = location.safeParse(fields).data;
      if (!found) return undefined;
      const { Location_X: latitude, Location_Y: longitude, Label: name } = found;
      return {
        type: 'location',
        text: name || '[位置]',
        location: { latitude, longitude, ...(name && { name }) },
      };
    }
    case 'link': {
      const found = link.safeParse(fields).data;
      return found && { type: 'text', text: [found.Title ?? '', found.Url].join('\n').trim() };
    }
    default:
      return undefined;
  }
}
