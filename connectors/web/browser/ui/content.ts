import { partsOf } from '../../chat/links.js';
import type { ChatContent, ChatMessage } from '../../chat/wire.js';
import type { Words } from '../../chat/words.js';
import { h, icon } from './dom.js';

/** Words with their addresses as links. */
export function textNodes(text: string): (Node | string)[] {
  return partsOf(text).map((part) =>
    'href' in part
      ? h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, part.text)
      : part.text,
  );
}

/** A message in one line, for quotes. */
export function gist(content: ChatContent, words: Words): string {
  switch (content.type) {
    case 'text':
    case 'other':
      return content.text;
    case 'image':
      return `[${words.imageAlt}]`;
    case 'video':
      return `[${words.videoAlt}]`;
    case 'voice':
      return `[${words.voiceAlt}]`;
    case 'file':
      return `[${words.fileAlt}] ${content.media.name ?? ''}`;
    case 'location':
      return `[${words.location}] ${content.name ?? ''}`;
    case 'rating':
      return content.card.prompt;
    case 'recalled':
      return words.recalled;
  }
}

/** What is inside the bubble. A rating is no bubble and is drawn elsewhere. */
export function contentOf(
  message: ChatMessage,
  words: Words,
  enlarge: (url: string, name: string) => void,
): (Node | string)[] {
  const { content } = message;
  switch (content.type) {
    case 'text':
    case 'other':
      return textNodes(content.text);
    case 'recalled':
      return [h('em', {}, words.recalled)];
    case 'location': {
      const place = content.name ?? `${content.latitude.toFixed(5)}, ${content.longitude.toFixed(5)}`;
      return [h('span', { class: 'place' }, icon('pin'), place)];
    }
    case 'rating':
      return [content.card.prompt];
    default:
      return [mediaOf(content, words, enlarge)];
  }
}

type MediaContent = Extract<ChatContent, { media: unknown }>;

function mediaOf(
  { type, media, text }: MediaContent,
  words: Words,
  enlarge: (url: string, name: string) => void,
): Node {
  const { url } = media;
  if (url === undefined) return h('span', { class: 'file' }, icon('file'), text || words.preparing);
  if (type === 'image') return picture(url, media.name ?? words.imageAlt, words, enlarge);
  if (type === 'voice')
    return h('audio', { src: url, controls: true, preload: 'none', 'aria-label': words.voiceAlt });
  if (type === 'video')
    return h('video', { src: url, controls: true, preload: 'metadata', 'aria-label': words.videoAlt });
  return fileLink(url, media.name ?? words.fileAlt, media.bytes, words);
}

/** Where a page forbids foreign pictures the picture becomes a link. */
function picture(
  url: string,
  name: string,
  words: Words,
  enlarge: (url: string, name: string) => void,
): Node {
  const image = h('img', { src: url, alt: name, loading: 'lazy' });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'thumb',
      'aria-label': `${words.enlarge}: ${name}`,
      onclick: () => enlarge(url, name),
    },
    image,
  );
  image.addEventListener('error', () => button.replaceWith(fileLink(url, name, undefined, words)));
  return button;
}

function fileLink(url: string, name: string, bytes: number | undefined, words: Words): Node {
  return h(
    'a',
    {
      class: 'file',
      href: url,
      target: '_blank',
      rel: 'noopener noreferrer',
      download: name,
      'aria-label': `${words.download} ${name}`,
    },
    icon('file'),
    h(
      'span',
      {},
      h('b', { dir: 'auto' }, name),
      bytes === undefined ? undefined : h('small', {}, sizeOf(bytes)),
    ),
  );
}

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
