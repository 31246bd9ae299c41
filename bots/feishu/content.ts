import { z } from 'zod';
import type { InboundMessage } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { id, parseJson } from './fields.js';
import type { Mentions } from './mentions.js';
import { readPost } from './post.js';

/** One thing said, apart from who said it and where. */
export type Content = Pick<InboundMessage, 'type' | 'text' | 'media' | 'location'>;

/** What stands in for a message that cannot be shown here, by its `message_type`. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['sticker', '[表情]'],
  ['interactive', '[卡片]'],
  ['share_chat', '[群名片]'],
  ['share_user', '[个人名片]'],
  ['merge_forward', '[合并转发的聊天记录]'],
  ['folder', '[文件夹]'],
  ['system', '[系统消息]'],
  ['todo', '[任务]'],
  ['vote', '[投票]'],
  ['hongbao', '[红包]'],
  ['calendar', '[日程]'],
  ['share_calendar_event', '[日程]'],
  ['general_calendar', '[日程]'],
  ['video_chat', '[视频会议]'],
]);

const name = z.string().transform(storable).optional().catch(undefined);
const degrees = z
  .union([z.number(), z.string().min(1)])
  .transform(Number)
  .pipe(z.number().min(-180).max(180));
const text = z.object({ text: z.string() });
const image = z.object({ image_key: id });
const file = z.object({ file_key: id, file_name: name });
const location = z.object({ name, latitude: degrees, longitude: degrees });

/**
 * What a message holds: one thing for most types; for a rich text its words and then its pictures, one by one. Never
 * empty: what is unknown or unreadable is still something that was said.
 *
 * @param raw  `message.content`, which is JSON in a string
 * Source: open.feishu.cn, 接收消息内容 (im-v1/message/message-content-description/message_content).
 */
export function contentOf(type: string, raw: string, mentions: Mentions): [Content, ...Content[]] {
  const content = parseJson(raw);
  return read(type, content, mentions) ?? [{ type: 'other', text: standIns.get(type) ?? '[暂不支持的消息]' }];
}

function read(type: string, content: unknown, mentions: Mentions): [Content, ...Content[]] | undefined {
  switch (type) {
    case 'text': {
      const said = text.safeParse(content).data;
      return said && [{ type: 'text', text: storable(mentions.named(said.text)).trim() }];
    }
    case 'post':
      return readPost(content, mentions);
    case 'image': {
      const key = image.safeParse(content).data?.image_key;
      return key ? [{ type: 'image', media: { handle: key } }] : undefined;
    }
    case 'audio':
      return readFile('voice', content);
    case 'media':
      return readFile('video', content);
    case 'file':
      return readFile('file', content);
    case 'location': {
      const place = location.safeParse(content).data;
      return place && [{ type: 'location', text: place.name || '[位置]', location: place }];
    }
    default:
      return undefined;
  }
}

function readFile(type: 'voice' | 'video' | 'file', content: unknown): [Content] | undefined {
  const found = file.safeParse(content).data;
  if (!found) return undefined;
  const { file_key: handle, file_name: fileName } = found;
  const media = fileName ? { handle, name: fileName } : { handle };
  return [fileName ? { type, text: fileName, media } : { type, media }];
}
