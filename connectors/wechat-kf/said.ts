import { z } from 'zod';
import type { InboundContent } from '../../core/ports/inbound.js';
import { id, optionalId, optionalWords, words } from './fields.js';
import { saidBy } from './menu.js';

const text = z.object({ content: words, menu_id: optionalId });
const media = z.object({ media_id: id, file_name: optionalWords, filename: optionalWords });
const degrees = z.coerce.number().min(-180).max(180);
const location = z.object({
  latitude: degrees,
  longitude: degrees,
  name: optionalWords,
  address: optionalWords,
});
const link = z.object({ title: optionalWords, desc: optionalWords, url: optionalWords });
const miniprogram = z.object({ title: optionalWords });
const product = z.object({
  title: optionalWords,
  sales_price: z.coerce.number().optional().catch(undefined),
});
const order = z.object({
  order_id: optionalWords,
  product_titles: optionalWords,
  price_wording: optionalWords,
  state: optionalWords,
});
const merged = z.object({ title: optionalWords, item: z.array(z.unknown()).catch([]) });
const mergedItem = z.object({
  sender_name: optionalWords,
  msgtype: z.string().catch(''),
  msg_content: z.string().catch(''),
});
const menu = z.object({ head_content: optionalWords, tail_content: optionalWords });

const kinds: Readonly<Record<string, string>> = {
  image: '图片',
  voice: '语音',
  video: '视频',
  file: '文件',
  location: '位置',
  link: '链接',
  business_card: '名片',
  miniprogram: '小程序',
  channels: '视频号动态',
  channels_shop_product: '视频号商品',
  channels_shop_order: '视频号订单',
  merged_msg: '聊天记录',
  meeting: '会议',
  schedule: '日程',
  note: '笔记',
  msgmenu: '菜单',
};
const linesMax = 20;

/** What a customer or a servicer said, by the object that is named for its type. Anything unknown still was said. */
export function contentOf(type: string, value: unknown): InboundContent {
  return known(type, value) ?? { type: 'other', text: `[${kinds[type] ?? '暂不支持的消息'}]` };
}

function known(type: string, value: unknown): InboundContent | undefined {
  switch (type) {
    case 'text': {
      const found = text.safeParse(value).data;
      return found && { type: 'text', text: saidBy(found.menu_id, found.content) };
    }
    case 'image':
    case 'voice':
    case 'video':
    case 'file': {
      const found = media.safeParse(value).data;
      const name = found?.file_name ?? found?.filename;
      return found && { type, media: { handle: found.media_id, ...(name && { name }) } };
    }
    case 'location':
      return placeOf(value);
    default: {
      const about = aboutOf(type, value);
      return about === undefined ? undefined : { type: 'other', text: `[${kinds[type]}] ${about}` };
    }
  }
}

function placeOf(value: unknown): InboundContent | undefined {
  const found = location.safeParse(value).data;
  if (!found) return undefined;
  const { latitude, longitude } = found;
  const name = [found.name, found.address].filter(Boolean).join(' ');
  return {
    type: 'location',
    text: name || '[位置]',
    location: { latitude, longitude, ...(name && { name }) },
  };
}

/** What stands behind the name of its kind; undefined where there is nothing to read. */
function aboutOf(type: string, value: unknown): string | undefined {
  const all = (...some: (string | undefined)[]) => some.filter(Boolean).join('\n') || undefined;
  switch (type) {
    case 'link': {
      const found = link.safeParse(value).data;
      return found && all(found.title, found.desc, found.url);
    }
    case 'business_card':
      return z.object({ userid: optionalWords }).safeParse(value).data?.userid;
    case 'miniprogram':
      return miniprogram.safeParse(value).data?.title;
    case 'channels_shop_product': {
      const found = product.safeParse(value).data;
      const price = found?.sales_price === undefined ? undefined : `¥${(found.sales_price / 100).toFixed(2)}`;
      return found && all(found.title, price);
    }
    case 'channels_shop_order': {
      const found = order.safeParse(value).data;
      return found && all(found.order_id, found.product_titles, found.price_wording, found.state);
    }
    case 'merged_msg':
      return chatOf(value);
    case 'msgmenu': {
      const found = menu.safeParse(value).data;
      return found && all(found.head_content, found.tail_content);
    }
    default:
      return undefined;
  }
}

/** Forwarded chat, line by line: who said it, and the words where there are any. */
function chatOf(value: unknown): string | undefined {
  const found = merged.safeParse(value).data;
  if (!found) return undefined;
  const lines = found.item.slice(0, linesMax).flatMap((one) => {
    const said = mergedItem.safeParse(one).data;
    if (!said) return [];
    return [`${said.sender_name ?? ''}：${wordsIn(said.msgtype, said.msg_content)}`];
  });
  if (found.item.length > linesMax) lines.push(`……共 ${found.item.length} 条`);
  return [found.title, ...lines].filter(Boolean).join('\n') || undefined;
}

function wordsIn(type: string, content: string): string {
  if (type !== 'text') return `[${kinds[type] ?? '消息'}]`;
  try {
    const value: unknown = JSON.parse(content);
    const inner = z.object({ text: z.object({ content: words }) }).safeParse(value).data?.text.content;
    return inner ?? z.object({ content: words }).safeParse(value).data?.content ?? '[消息]';
  } catch {
    return '[消息]';
  }
}
