import type { PhoneBody, PhoneItem, PhoneTextPart, PhoneView } from '../phone/view.js';
import type { Wechat } from './wechat.js';
import type { Account, Customer, Said } from './world.js';

export const PAGE = '/wechat-official';

export const pageUrl = (account: Account, customer: Customer): string =>
  `${PAGE}?${new URLSearchParams({ account: account.id, as: customer.id })}`;

const viaWords = { passive: '被动回复', custom: '客服消息' } as const;

/** One official account's chat, as WeChat's client shows it. */
export function viewOf({ state, clock }: Wechat, account: Account, customer: Customer): PhoneView {
  const follower = state.followerOf(account, customer);
  const others = [...state.customers.values()].filter(({ id }) => id !== customer.id);
  return {
    title: account.name,
    subtitle: '公众号',
    me: customer.name,
    others: others.map((other) => ({ name: other.name, url: pageUrl(account, other) })),
    items: state.saidTo(follower.openId).map(itemOf),
    typing: (follower.typingUntil ?? 0) > clock.now(),
    sends: ['image', 'voice', 'video', 'location'],
    menu: account.menu ?? [],
    ...(follower.follows
      ? {
          actions: [
            { key: 'scan', label: '扫描店内二维码' },
            { key: 'leave', label: '不再关注' },
          ],
        }
      : { gate: gateOf(account), actions: [{ key: 'scan', label: '扫描店内二维码' }] }),
  };
}

const gateOf = ({ about }: Account): NonNullable<PhoneView['gate']> => ({
  label: '关注公众号',
  text: about ?? '关注后即可发送消息',
});

const itemOf = ({ id, at, side, via, ...said }: Said): PhoneItem => ({
  ...{ id, at, side, body: bodyOf(said) },
  ...(via ? { via: viaWords[via] } : {}),
});

const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const mediaUrl = (media: unknown): string => `${PAGE}/media/${words(media)}`;

function bodyOf({ msgtype, content }: Pick<Said, 'msgtype' | 'content'>): PhoneBody {
  const name = words(content.name);
  switch (msgtype) {
    case 'image':
      return { type: 'image', url: mediaUrl(content.media), name };
    case 'voice':
    case 'video':
      return { type: msgtype, url: mediaUrl(content.media), name };
    case 'location':
      return {
        type: 'location',
        latitude: Number(content.latitude),
        longitude: Number(content.longitude),
        name,
      };
    case 'link':
    case 'news':
      return {
        type: 'link',
        title: words(content.title),
        description: words(content.description),
        url: words(content.url),
      };
    case 'msgmenu':
      return {
        type: 'menu',
        head: words(content.head),
        choices: choicesIn(content.choices),
        tail: words(content.tail),
      };
    default: {
      const text = words(content.content);
      return { type: 'text', text: text.replace(anchor, '$2'), parts: partsOf(text) };
    }
  }
}

const choicesIn = (value: unknown): { id: string; label: string }[] =>
  Array.isArray(value) ? value.map(({ id, label }) => ({ id: words(id), label: words(label) })) : [];

const anchor = /<a\s[^>]*?href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/gi;

/** WeChat makes links of `<a href>`, and of `weixin://bizmsgmenu` something that is said when pressed; other tags stay as written. */
export function partsOf(text: string): PhoneTextPart[] {
  const parts: PhoneTextPart[] = [];
  let end = 0;
  for (const found of text.matchAll(anchor)) {
    const [whole, address = '', shown = ''] = found;
    if (found.index > end) parts.push({ text: text.slice(end, found.index) });
    parts.push(linkOf(address, shown));
    end = found.index + whole.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

function linkOf(address: string, text: string): PhoneTextPart {
  if (!address.startsWith('weixin://bizmsgmenu')) return { text, url: address };
  const query = new URLSearchParams(address.slice(address.indexOf('?') + 1).replaceAll('&amp;', '&'));
  return { text: query.get('msgmenucontent') ?? text, choice: query.get('msgmenuid') ?? '' };
}
