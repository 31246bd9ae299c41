import { readBlocks } from '../../../wecom/markup/blocks.js';
import { readInline } from '../../../wecom/markup/inline.js';
import { safeAddress } from '../../markup/address.js';
import { resourceAddress } from '../control/api.js';
import { type JsonObject, objectOf, objectsOf, textOf } from '../control/json.js';
import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { drawBlocks, drawInlines, picture } from '../dom/rich-text.js';
import type { DrawContext } from '../platform.js';

type Draw = (content: JsonObject, message: Message, context: DrawContext) => HTMLElement;

const drawText: Draw = ({ content }, message, { nameOf }) => {
  const nodes = readInline(textOf(content), 'text');
  const mentioned = objectOf(message.content).mentioned;
  const names = Array.isArray(mentioned) ? mentioned.map((name) => `@${textOf(name)} `) : [];
  return h(
    'div',
    { class: 'bubble' },
    ...names.map((name) => h('span', { class: 'at' }, name)),
    ...drawInlines(nodes, nameOf),
  );
};

const drawMarkdown =
  (dialect: 'markdown' | 'full'): Draw =>
  ({ content }, _message, { nameOf }) =>
    h('div', { class: 'bubble wecom-markdown' }, ...drawBlocks(readBlocks(textOf(content), dialect), nameOf));

/** An answer that is still being written ends in three dots. */
const drawStream: Draw = (content, message, context) => {
  const bubble = drawMarkdown('full')(content, message, context);
  const images = Array.isArray(content.images) ? content.images : [];
  bubble.append(...images.map((key) => picture(textOf(key), '图片')));
  if (content.finish !== true) bubble.append(h('span', { class: 'wecom-writing', 'aria-label': '正在输入' }));
  return bubble;
};

const drawImage: Draw = ({ media_id: key }) =>
  h('div', { class: 'message-image' }, picture(textOf(key), '图片'));

const drawMixed: Draw = (content, message, context) => {
  const bubble = drawText(content, message, context);
  bubble.append(h('div', { class: 'message-image' }, picture(textOf(content.media_id), '图片')));
  return bubble;
};

const drawFile: Draw = ({ media_id: key, name }) => {
  const words = textOf(name, '文件');
  return h(
    'a',
    { class: 'message-file', href: resourceAddress(textOf(key)), download: words, title: `下载 ${words}` },
    icon('file'),
    h('span', { class: 'file-name' }, words),
  );
};

const drawVoice: Draw = ({ recognized }) =>
  h(
    'div',
    { class: 'bubble wecom-voice' },
    h('span', {}, '语音消息'),
    textOf(recognized) === '' ? null : h('span', { class: 'wecom-spoken' }, textOf(recognized)),
  );

const drawVideo: Draw = (content, message, context) => {
  const title = textOf(content.title) || textOf(content.name, '视频');
  return drawFile({ ...content, name: title }, message, context);
};

/** 文本卡片: a title, grey or highlighted lines, and the words that open it. */
const drawTextCard: Draw = ({ title, description, url, btntxt }, _message, { openLink }) =>
  opening(
    h(
      'article',
      { class: 'wecom-card wecom-text-card', 'aria-label': '文本卡片' },
      h('h3', { class: 'wecom-title' }, textOf(title)),
      h('div', { class: 'wecom-description' }, ...drawDescription(textOf(description))),
      linkRow(textOf(btntxt, '详情'), textOf(url)),
    ),
    textOf(url),
    openLink,
  );

/** `<br>` and `<div class="gray|normal|highlight">`, which is all that WeCom reads there. */
function drawDescription(text: string): Node[] {
  const parts = text.split(/(<div\s+class=["'](?:gray|normal|highlight)["']\s*>[\s\S]*?<\/div>)/);
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [, tone, words] =
        /^<div\s+class=["'](gray|normal|highlight)["']\s*>([\s\S]*?)<\/div>$/.exec(part) ?? [];
      return h('div', { class: `wecom-tone-${tone ?? 'normal'}` }, ...linesOf(words ?? part));
    });
}

const linesOf = (text: string): Node[] =>
  text
    .split(/<br\s*\/?>|\n/)
    .flatMap((line, at) => [...(at > 0 ? [h('br')] : []), document.createTextNode(line)]);

/** 图文: the first article large, the others in rows. */
const drawNews: Draw = ({ articles }) =>
  h(
    'article',
    { class: 'wecom-card wecom-news', 'aria-label': '图文消息' },
    ...objectsOf(articles).map((article, at) => drawArticle(article, at === 0)),
  );

function drawArticle({ title, description, url, picurl }: JsonObject, isFirst: boolean): HTMLElement {
  const image = textOf(picurl);
  return link(
    textOf(url),
    isFirst ? 'wecom-article wecom-article-first' : 'wecom-article',
    image === '' ? null : h('img', { src: image, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' }),
    h('span', { class: 'wecom-title' }, textOf(title)),
    isFirst && textOf(description) !== '' ? h('span', { class: 'wecom-grey' }, textOf(description)) : null,
  );
}

const drawLocation: Draw = ({ name, latitude, longitude }) =>
  h(
    'div',
    { class: 'wecom-card wecom-location' },
    icon('place'),
    h('span', { class: 'wecom-title' }, textOf(name)),
    h('span', { class: 'wecom-grey' }, `${textOf(latitude)}, ${textOf(longitude)}`),
  );

const drawLink: Draw = ({ title, description, url }) =>
  link(
    textOf(url),
    'wecom-card wecom-link',
    h('span', { class: 'wecom-title' }, textOf(title)),
    h('span', { class: 'wecom-grey' }, textOf(description) || textOf(url)),
  );

const kinds: Readonly<Record<string, Draw>> = {
  text: drawText,
  markdown: drawMarkdown('markdown'),
  markdown_v2: drawMarkdown('full'),
  stream: drawStream,
  image: drawImage,
  mixed: drawMixed,
  file: drawFile,
  voice: drawVoice,
  video: drawVideo,
  textcard: drawTextCard,
  news: drawNews,
  mpnews: drawNews,
  location: drawLocation,
  link: drawLink,
};

/** Draws what a message says, for every type but the template card. AI bots write the fuller markdown. */
export function drawContent(message: Message, context: DrawContext): HTMLElement | undefined {
  const isByBot = message.type === 'markdown' && !/^(\d+|webhook_.*)$/.test(message.author.id);
  const type = isByBot ? 'markdown_v2' : message.type;
  const draw = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  return draw?.(objectOf(message.content), message, context);
}

/** A link, or the same without one where the address cannot be opened. */
export function link(url: string, className: string, ...children: (Node | string | null)[]): HTMLElement {
  const address = safeAddress(url);
  if (address === null) return h('span', { class: className }, ...children);
  return h(
    'a',
    { class: className, href: address, target: '_blank', rel: 'noopener noreferrer' },
    ...children,
  );
}

export const linkRow = (words: string, url: string): HTMLElement =>
  link(
    url,
    'wecom-row-link',
    h('span', {}, words),
    h('span', { class: 'wecom-chevron', 'aria-hidden': 'true' }, '›'),
  );

/** The whole of it opens the address, except where something else is pressed. */
export function opening(element: HTMLElement, url: string, openLink: (address: string) => void): HTMLElement {
  const address = safeAddress(url);
  if (address === null) return element;
  element.classList.add('wecom-opens');
  element.addEventListener('click', (event) => {
    const target =
      event.target instanceof Element ? event.target.closest('a, button, select, label, input') : null;
    if (target === null) openLink(address);
  });
  return element;
}
