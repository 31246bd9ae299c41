import { z } from 'zod';
import type { InboundMessage } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { anything } from './fields.js';
import { handleOf } from './handle.js';

/** One thing said, apart from who said it and where. */
export type Content = Pick<InboundMessage, 'type' | 'text' | 'media'>;

const words = z.object({ content: z.string() });
const file = z.object({
  url: z.url({ protocol: /^https?$/ }).max(4096),
  aeskey: z.string().max(200).optional().catch(undefined),
  filename: z.string().transform(storable).optional().catch(undefined),
});
const mixed = z.object({ msg_item: z.array(z.unknown()).max(100) });
const item = z.object({ msgtype: z.string(), text: anything, image: anything });

/** What a message may hold, each under the name of its type. */
export const contentFields = {
  text: anything,
  image: anything,
  mixed: anything,
  voice: anything,
  file: anything,
  video: anything,
};
type Fields = { [Name in keyof typeof contentFields]?: unknown };

/**
 * What a message holds: one thing for most types; for words with pictures the words and then the pictures, one by one.
 * Never empty: what is unknown or unreadable is still something that was said. A voice message arrives as the words that
 * WeCom heard in it, and without the recording: it is words.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 接收消息.
 */
export function contentOf(type: string, fields: Fields, isGroup: boolean): [Content, ...Content[]] {
  return read(type, fields, isGroup) ?? [{ type: 'other', text: '[暂不支持的消息]' }];
}

function read(type: string, fields: Fields, isGroup: boolean): [Content, ...Content[]] | undefined {
  switch (type) {
    case 'text':
      return said(fields.text, isGroup);
    case 'voice':
      return said(fields.voice, false);
    case 'image':
    case 'file':
    case 'video':
      return attached(type, fields[type]);
    case 'mixed':
      return readMixed(fields.mixed, isGroup);
    default:
      return undefined;
  }
}

function said(value: unknown, isGroup: boolean): [Content] | undefined {
  const found = words.safeParse(value).data;
  if (!found) return undefined;
  const text = storable(found.content).trim();
  return [{ type: 'text', text: isGroup ? withoutMention(text) : text }];
}

/** In a group a message begins with our name, which WeCom does not tell us; a name holds no space in practice. */
const withoutMention = (text: string): string => text.replace(/^@\S*(\s+|$)/, '').trim();

function attached(type: 'image' | 'file' | 'video', value: unknown): [Content] | undefined {
  const found = file.safeParse(value).data;
  if (!found) return undefined;
  const { url, aeskey, filename: name } = found;
  const handle = handleOf({ url, ...(aeskey && { key: aeskey }) });
  return [name ? { type, text: name, media: { handle, name } } : { type, media: { handle } }];
}

function readMixed(value: unknown, isGroup: boolean): [Content, ...Content[]] | undefined {
  const items = (mixed.safeParse(value).data?.msg_item ?? []).flatMap(
    (one) => item.safeParse(one).data ?? [],
  );
  const texts = items.flatMap(({ msgtype, text }) => (msgtype === 'text' ? (said(text, false) ?? []) : []));
  const joined = texts.map(({ text }) => text).join('\n');
  const text = isGroup ? withoutMention(joined) : joined.trim();
  const pictures = items.flatMap(({ msgtype, image }) =>
    msgtype === 'image' ? (attached('image', image) ?? []) : [],
  );
  const [first, ...others] = text === '' ? pictures : [{ type: 'text' as const, text }, ...pictures];
  return first && [first, ...others];
}
