import { safeAddress } from '../../markup/address.js';
import { readMarkdown } from '../../markup/blocks.js';
import { type Mention, readChatText } from '../../markup/chat-text.js';
import type { Inline } from '../../markup/nodes.js';
import { resourceAddress } from '../control/api.js';
import { isObject, type JsonObject, objectOf, objectsOf, textOf } from '../control/json.js';
import type { Message } from '../control/shapes.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { drawBlocks, drawInlines, type NameOf, picture } from '../dom/rich-text.js';

/** Draws what a message says, for every type but the card; `undefined` for a type it does not know. */
export function drawContent(message: Message, nameOf: NameOf): HTMLElement | undefined {
  const content = objectOf(message.content);
  const byBot = message.author.kind === 'bot';
  switch (message.type) {
    case 'text': {
      const nodes = readChatText(textOf(content.text), message.mentions ?? [], byBot);
      return h('div', { class: 'bubble' }, ...drawInlines(nodes, nameOf));
    }
    case 'image':
      return h('div', { class: 'message-image' }, picture(textOf(content.image_key), '图片'));
    case 'file':
    case 'media':
    case 'audio':
      return drawFile(content);
    case 'post':
      return drawPost(content, message.mentions ?? [], nameOf);
    default:
      return undefined;
  }
}

function drawFile(content: JsonObject): HTMLElement {
  const name = textOf(content.file_name, '文件');
  const address = resourceAddress(textOf(content.file_key));
  const words = h('span', { class: 'file-name' }, name);
  return h(
    'a',
    { class: 'message-file', href: address, download: name, title: `下载 ${name}` },
    icon('file'),
    words,
  );
}

function drawPost(content: JsonObject, mentions: readonly Mention[], nameOf: NameOf): HTMLElement {
  const post = isObject(content.zh_cn) ? content.zh_cn : isObject(content.en_us) ? content.en_us : content;
  const title = textOf(post.title);
  const paragraphs = Array.isArray(post.content) ? post.content : [];
  return h(
    'div',
    { class: 'bubble bubble-post' },
    title === '' ? null : h('strong', { class: 'post-title' }, title),
    ...paragraphs.map((nodes) => drawParagraph(objectsOf(nodes), mentions, nameOf)),
  );
}

function drawParagraph(
  nodes: readonly JsonObject[],
  mentions: readonly Mention[],
  nameOf: NameOf,
): HTMLElement {
  const [first] = nodes;
  if (first?.tag === 'md') return h('div', {}, ...drawBlocks(readMarkdown(textOf(first.text)), nameOf));
  if (first?.tag === 'hr') return h('hr');
  if (first?.tag === 'code_block') return h('pre', {}, h('code', {}, textOf(first.text)));
  return h(
    'p',
    {},
    ...drawInlines(
      nodes.map((node) => styled(postInline(node, mentions), node)),
      nameOf,
    ),
  );
}

function postInline(node: JsonObject, mentions: readonly Mention[]): Inline {
  const text = textOf(node.text);
  switch (node.tag) {
    case 'a':
      return { kind: 'link', address: safeAddress(textOf(node.href)), children: [{ kind: 'text', text }] };
    case 'at': {
      const id = textOf(node.user_id);
      const mention = mentions.find(({ key }) => key === id);
      return { kind: 'at', id: mention?.id ?? id, name: mention?.name ?? (textOf(node.user_name) || null) };
    }
    case 'img':
      return { kind: 'image', key: textOf(node.image_key), alt: '图片' };
    case 'emotion':
      return { kind: 'text', text: `[${textOf(node.emoji_type)}]` };
    default:
      return { kind: 'text', text };
  }
}

const styles = [
  ['bold', 'strong'],
  ['italic', 'emphasis'],
  ['underline', 'underline'],
  ['lineThrough', 'strike'],
] as const;

function styled(node: Inline, { style }: JsonObject): Inline {
  const names = Array.isArray(style) ? style : [];
  return styles.reduce<Inline>(
    (inner, [name, kind]) => (names.includes(name) ? { kind, children: [inner] } : inner),
    node,
  );
}
