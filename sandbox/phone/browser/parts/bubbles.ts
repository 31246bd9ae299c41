import type { PhoneAct, PhoneBody, PhoneItem, PhoneTextPart, PhoneView } from '../../view.js';
import { h, icon } from './element.js';

type Act = (act: PhoneAct) => void;

/** Between two things said further apart than this stands the time. */
const apartMs = 5 * 60_000;

/** What was said, oldest first, with the times between. */
export function bubbles({ items, title, me }: PhoneView, act: Act): HTMLElement[] {
  let before = 0;
  return items.flatMap((item) => {
    const time = item.at - before > apartMs ? [h('li', { class: 'phone-time' }, timeWords(item.at))] : [];
    before = item.at;
    return [
      ...time,
      item.side === 'notice' ? notice(item) : said(item, item.side === 'me' ? me : title, act),
    ];
  });
}

const notice = ({ id, body }: PhoneItem): HTMLElement =>
  h('li', { class: 'phone-notice', 'data-item': id }, h('span', {}, body.type === 'text' ? body.text : ''));

function said(item: PhoneItem, name: string, act: Act): HTMLElement {
  return h(
    'li',
    { class: `phone-item ${item.side}`, 'data-item': item.id, 'data-type': item.body.type },
    h('span', { class: 'phone-face', 'aria-hidden': 'true' }, faceOf(name)),
    h(
      'div',
      { class: 'phone-said' },
      shown(item, act),
      item.via !== undefined && h('span', { class: 'phone-via' }, item.via),
    ),
  );
}

const faceOf = (name: string): string => {
  const letters = [...name.replace(/(女士|先生|小姐|同学)$/u, '')];
  return (/\p{Script=Han}/u.test(name) ? letters.slice(0, 2) : letters.slice(0, 1)).join('');
};

function shown({ id, body }: PhoneItem, act: Act): HTMLElement {
  switch (body.type) {
    case 'text':
      return h('div', { class: 'phone-bubble' }, ...words(id, body, act));
    case 'image':
      return h(
        'a',
        { href: body.url, target: '_blank', rel: 'noopener' },
        h('img', { class: 'phone-picture', src: body.url, alt: body.name || '图片' }),
      );
    case 'voice':
    case 'video':
    case 'file':
      return file(body);
    case 'location':
      return h(
        'div',
        { class: 'phone-card' },
        body.name,
        h('small', {}, `${body.latitude.toFixed(5)}, ${body.longitude.toFixed(5)}`),
        h('div', { class: 'phone-map', role: 'img', 'aria-label': '地图' }),
      );
    case 'link':
      return h(
        'a',
        { class: 'phone-card', href: body.url, target: '_blank', rel: 'noopener noreferrer' },
        body.title,
        h('small', {}, body.description),
      );
    case 'menu':
      return h(
        'div',
        { class: 'phone-bubble' },
        body.head,
        ...body.choices.map((choice) =>
          h(
            'button',
            {
              class: 'phone-choice',
              type: 'button',
              click: () => act({ do: 'choose', item: id, id: choice.id, label: choice.label }),
            },
            choice.label,
          ),
        ),
        body.tail,
      );
  }
}

const fileWords = { voice: '语音', video: '视频', file: '文件' } as const;

const file = (body: Extract<PhoneBody, { type: 'voice' | 'video' | 'file' }>): HTMLElement =>
  h(
    'a',
    { class: 'phone-card phone-file', href: body.url, target: '_blank', rel: 'noopener' },
    icon(body.type),
    `${fileWords[body.type]} · ${body.name}`,
    body.text !== undefined && h('small', {}, body.text),
  );

/** Addresses in plain words can be opened; everything else is only ever text. */
function words(item: string, body: Extract<PhoneBody, { type: 'text' }>, act: Act): (Node | string)[] {
  return (body.parts ?? [{ text: body.text }]).flatMap((part) => pressable(item, part, act));
}

function pressable(item: string, part: PhoneTextPart, act: Act): (Node | string)[] {
  const { text, url, choice } = part;
  if (choice !== undefined) {
    const click = (event: Event) => {
      event.preventDefault();
      act({ do: 'choose', item, id: choice, label: text });
    };
    // A button does not break into lines like the words around it.
    return [h('a', { href: '#', role: 'button', click }, text)];
  }
  if (url !== undefined) return [link(url, text)];
  return text
    .split(/(https?:\/\/[\w\-./?=&%#:+~@,;!*()]+)/)
    .map((piece, at) => (at % 2 ? link(piece, piece) : piece));
}

const link = (url: string, text: string): HTMLElement =>
  h('a', /^https?:/i.test(url) ? { href: url, target: '_blank', rel: 'noopener noreferrer' } : {}, text);

function timeWords(at: number): string {
  const time = new Date(at);
  const clock = `${time.getHours()}:${String(time.getMinutes()).padStart(2, '0')}`;
  const today = new Date().toDateString() === time.toDateString();
  return today ? clock : `${time.getMonth() + 1}月${time.getDate()}日 ${clock}`;
}
