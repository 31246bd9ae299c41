import { z } from 'zod';
import type { InboundMessage } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { downloadCode } from './fields.js';

/** One thing said, apart from who said it and where. */
export type Content = Pick<InboundMessage, 'type' | 'text' | 'media'>;

/** What stands in for a message that cannot be shown here, by its `msgtype`. The names were seen, not documented. */
const standIns: ReadonlyMap<string, string> = new Map([
  ['interactiveCard', '[卡片]'],
  ['chatRecord', '[聊天记录]'],
  ['actionCard', '[卡片]'],
  ['link', '[链接]'],
  ['markdown', '[消息]'],
]);

const words = z.string().catch('');
/** One page of the documents has the words of a text at the top. */
const text = z.union([
  z.object({ text: z.object({ content: z.string() }) }).transform((said) => said.text.content),
  z.object({ content: z.string() }).transform((said) => said.content),
]);
const file = z.object({ content: z.object({ downloadCode, fileName: words, recognition: words }) });
const piece = z.object({
  type: words,
  text: words,
  atName: words,
  downloadCode: downloadCode.optional().catch(undefined),
  pictureDownloadCode: downloadCode.optional().catch(undefined),
});
const richText = z.object({
  content: z.object({
    richText: z
      .array(z.unknown())
      .transform((list) => list.flatMap((one) => piece.safeParse(one).data ?? [])),
  }),
});

/**
 * What a message holds: one thing for most types; for a rich text its words and then its pictures, one by one. Never
 * empty: what is unknown or unreadable is still something that was said. A text in a group begins with the space that
 * was left where our name was cut out.
 *
 * Source: open.dingtalk.com, 消息发送与接收类型 → 机器人接收消息.
 */
export function contentOf(type: string, payload: unknown): [Content, ...Content[]] {
  return read(type, payload) ?? [{ type: 'other', text: standIns.get(type) ?? '[暂不支持的消息]' }];
}

function read(type: string, payload: unknown): [Content, ...Content[]] | undefined {
  switch (type) {
    case 'text': {
      const said = text.safeParse(payload).data;
      return said === undefined ? undefined : [{ type: 'text', text: storable(said).trim() }];
    }
    case 'richText':
      return readRichText(payload);
    case 'picture':
      return readFile('image', payload);
    case 'audio':
      return readFile('voice', payload);
    case 'video':
      return readFile('video', payload);
    case 'file':
      return readFile('file', payload);
    default:
      return undefined;
  }
}

/** A recording comes with what DingTalk made of it in words. */
function readFile(type: 'image' | 'voice' | 'video' | 'file', payload: unknown): [Content] | undefined {
  const found = file.safeParse(payload).data?.content;
  if (!found) return undefined;
  const name = storable(found.fileName).trim();
  const said = type === 'voice' ? storable(found.recognition).trim() : name;
  const media = name === '' ? { handle: found.downloadCode } : { handle: found.downloadCode, name };
  return [said === '' ? { type, media } : { type, text: said, media }];
}

function readRichText(payload: unknown): [Content, ...Content[]] | undefined {
  const pieces = richText.safeParse(payload).data?.content.richText;
  if (!pieces) return undefined;
  const said = storable(pieces.map(wordsOf).join('')).trim();
  const pictures = pieces.flatMap((one): Content[] => {
    const code = one.downloadCode ?? one.pictureDownloadCode;
    return one.type === 'picture' && code ? [{ type: 'image', media: { handle: code } }] : [];
  });
  const [first, ...others] = said === '' ? pictures : [{ type: 'text' as const, text: said }, ...pictures];
  return first && [first, ...others];
}

/** Somebody who was mentioned, where the name came apart from the words. */
const wordsOf = ({ type, text: said, atName }: z.infer<typeof piece>): string =>
  type === 'at' && said === '' && atName !== '' ? `@${atName.replace(/^@/, '')} ` : said;
