import { z } from 'zod';
import type { InboundMessage } from '../../core/ports/inbound.js';
import { id, openId, optionalWords, words } from './fields.js';

/** One thing said, apart from who said it. */
type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'location'>;

const said = z.object({ FromUserName: openId, MsgType: z.string().max(100), MsgId: id });
const text = z.object({ Content: words, bizmsgmenuid: z.string().optional() });
const media = z.object({ MediaId: id, Recognition: optionalWords });
const degrees = z.string().min(1).transform(Number).pipe(z.number().min(-180).max(180));
const location = z.object({ Location_X: degrees, Location_Y: degrees, Label: optionalWords });
const link = z.object({ Title: optionalWords, Description: optionalWords, Url: words });

/** What a press on an offered answer says, where that is something else than what stands on it. */
export const sayPrefix = 'say:';

/**
 * A message that a customer sent. What is unknown or unreadable is still something that was said.
 * @returns undefined when nobody said it
 * Source: developers.weixin.qq.com, 接收普通消息.
 */
export function readMessage(fields: object, at: number): Omit<InboundMessage, 'reply'> | undefined {
  const found = said.safeParse(fields).data;
  if (!found) return undefined;
  const { FromUserName: sender, MsgType: type, MsgId } = found;
  const content = contentOf(type, fields) ?? { type: 'other', text: '[暂不支持的消息]' };
  return { kind: 'message', id: MsgId, sender, at, ...content };
}

function contentOf(type: string, fields: object): Content | undefined {
  switch (type) {
    case 'text': {
      const found = text.safeParse(fields).data;
      if (!found) return undefined;
      const { Content: shown, bizmsgmenuid: choice } = found;
      return { type: 'text', text: choice?.startsWith(sayPrefix) ? choice.slice(sayPrefix.length) : shown };
    }
    case 'image':
    case 'voice':
    case 'video':
    case 'shortvideo':
    // Not among the documented types; if one comes, it will look like the others.
    case 'file': {
      const found = media.safeParse(fields).data;
      if (!found) return undefined;
      const { MediaId: handle, Recognition: heard } = found;
      return {
        type: type === 'shortvideo' ? 'video' : type,
        media: { handle },
        ...(heard?.trim() && { text: heard }),
      };
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
