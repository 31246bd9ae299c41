import { messages } from '../../../dingtalk/markdown/nodes.js';
import { safeAddress } from '../../markup/address.js';
import { resourceAddress } from '../control/api.js';
import { type JsonObject, objectOf, objectsOf, textOf } from '../control/json.js';
import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { DrawContext } from '../platform.js';
import { drawImage, drawMarkdown } from './markdown.js';

/** Draws what a message says, for every type but the card; `undefined` for a type it does not know. */
export function drawContent(message: Message, context: DrawContext): HTMLElement | undefined {
  const content = objectOf(message.content);
  switch (message.type) {
    case 'text':
      return h('div', { class: 'bubble' }, ...drawText(textOf(content.content).trimStart(), message));
    case 'markdown':
      return h('div', { class: 'bubble bubble-markdown' }, ...drawMarkdown(textOf(content.text), messages));
    case 'richText':
      return drawRichText(objectsOf(content.richText), message);
    case 'picture':
      return h('div', { class: 'message-image' }, drawImage(textOf(content.resource), '图片'));
    case 'image':
      return h('div', { class: 'message-image' }, drawImage(textOf(content.photoURL), '图片'));
    case 'file':
    case 'audio':
    case 'video':
      return drawFile(message.type, content);
    case 'link':
      return drawLink(content);
    case 'feedCard':
      return h('div', { class: 'dingtalk-feed' }, ...objectsOf(content.links).map(drawFeedLine));
    case 'actionCard':
      return drawActionCard(content, context);
    case 'ding':
      return h('div', { class: 'bubble dingtalk-ding' }, h('strong', {}, 'DING'), textOf(content.content));
    default:
      return undefined;
  }
}

/** Names of those who are mentioned stand out where the text has them; a robot's was cut out and is put back. */
function drawText(text: string, { mentions }: Message): Node[] {
  const named = (mentions ?? []).map(({ name }) => `@${name}`);
  const inFront = named.filter((name) => !text.includes(name));
  const at = (name: string) => h('span', { class: 'at' }, name);
  const nodes: Node[] = inFront.flatMap((name) => [at(name), document.createTextNode(' ')]);
  let rest = text;
  while (rest !== '') {
    const found = named
      .map((name) => ({ name, index: rest.indexOf(name) }))
      .filter(({ index }) => index >= 0)
      .sort((a, b) => a.index - b.index)[0];
    nodes.push(document.createTextNode(found ? rest.slice(0, found.index) : rest));
    if (!found) break;
    nodes.push(at(found.name));
    rest = rest.slice(found.index + found.name.length);
  }
  return nodes;
}

const drawRichText = (parts: readonly JsonObject[], message: Message): HTMLElement =>
  h(
    'div',
    { class: 'bubble bubble-rich' },
    ...parts.map((part) =>
      textOf(part.resource) === ''
        ? h('p', {}, ...drawText(textOf(part.text).trimStart(), message))
        : h('div', { class: 'message-image' }, drawImage(textOf(part.resource), '图片')),
    ),
  );

const fileWords: Readonly<Record<string, string>> = { file: '文件', audio: '语音', video: '视频' };

function drawFile(type: string, content: JsonObject): HTMLElement {
  const key = textOf(content.resource) || textOf(content.mediaId) || textOf(content.videoMediaId);
  const name = textOf(content.fileName, fileWords[type]);
  return h(
    'a',
    { class: 'message-file', href: resourceAddress(key), download: name, title: `下载 ${name}` },
    icon('file'),
    h('span', { class: 'file-name' }, name),
  );
}

function linked(address: unknown, className: string, ...children: Node[]): HTMLElement {
  const safe = safeAddress(textOf(address));
  if (safe === null) return h('div', { class: `${className} dead-link` }, ...children);
  return h('a', { class: className, href: safe, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

function drawLink(content: JsonObject): HTMLElement {
  const picture = textOf(content.picUrl);
  return linked(
    content.messageUrl,
    'dingtalk-link',
    h(
      'span',
      { class: 'dingtalk-link-words' },
      h('strong', {}, textOf(content.title)),
      h('small', {}, textOf(content.text)),
    ),
    ...(picture === '' ? [] : [drawImage(picture, '')]),
  );
}

const drawFeedLine = (line: JsonObject): HTMLElement =>
  linked(
    line.messageURL,
    'dingtalk-feed-line',
    h('span', {}, textOf(line.title)),
    drawImage(textOf(line.picURL), ''),
  );

/** A card whose buttons only lead somewhere. */
function drawActionCard(content: JsonObject, context: DrawContext): HTMLElement {
  const buttons = objectsOf(content.buttons).map(({ title }, at) => {
    const button = h('button', { type: 'button', class: 'dingtalk-action' }, textOf(title));
    button.addEventListener('click', () => void context.press(button, { button: { path: [at] } }));
    return button;
  });
  const row = h(
    'div',
    { class: `dingtalk-actions${content.horizontal === true ? ' dingtalk-actions-row' : ''}` },
    ...buttons,
  );
  return h(
    'article',
    { class: 'dingtalk-card dingtalk-action-card', 'aria-label': textOf(content.title) },
    h(
      'div',
      { class: 'dingtalk-card-body dingtalk-markdown' },
      ...drawMarkdown(textOf(content.text), messages),
    ),
    row,
  );
}
