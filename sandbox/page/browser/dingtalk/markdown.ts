import { readMarkdown } from '../../../dingtalk/markdown/blocks.js';
import type { Block, Cell, Dialect, Inline } from '../../../dingtalk/markdown/nodes.js';
import { safeAddress } from '../../markup/address.js';
import { resourceAddress } from '../control/api.js';
import { showPicture } from '../dom/dialog.js';
import { h } from '../dom/element.js';
import { colourOf, sizeOf } from './tokens.js';

/** DingTalk's markdown as elements; nothing in it is parsed as HTML. */
export const drawMarkdown = (text: string, dialect: Dialect): HTMLElement[] =>
  readMarkdown(text, dialect).map(drawBlock);

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;

function drawBlock(block: Block): HTMLElement {
  switch (block.kind) {
    case 'paragraph':
      return h('p', {}, ...drawInlines(block.children));
    case 'heading':
      return h(headings[block.level - 1] ?? 'h6', {}, ...drawInlines(block.children));
    case 'quote':
      return h('blockquote', {}, ...block.blocks.map(drawBlock));
    case 'code':
      return h('pre', {}, h('code', {}, block.text));
    case 'rule':
      return h('hr');
    case 'table':
      return drawTable(block.head, block.rows);
    case 'list': {
      const items = block.items.map(({ children, blocks }) =>
        h('li', {}, ...drawInlines(children), ...blocks.map(drawBlock)),
      );
      return block.ordered ? h('ol', { start: block.start }, ...items) : h('ul', {}, ...items);
    }
  }
}

function drawTable(head: readonly Cell[], rows: readonly Cell[][]): HTMLElement {
  const line = (tag: 'th' | 'td', cells: readonly Cell[]): HTMLElement =>
    h(
      'tr',
      {},
      ...cells.map(({ children, align }) => {
        const cell = h(tag, {}, ...drawInlines(children));
        cell.style.textAlign = align;
        return cell;
      }),
    );
  const body = h('tbody', {}, ...rows.map((row) => line('td', row)));
  return h('div', { class: 'table-scroll' }, h('table', {}, h('thead', {}, line('th', head)), body));
}

const drawInlines = (nodes: readonly Inline[]): Node[] => nodes.map(drawInline);

function drawInline(node: Inline): Node {
  switch (node.kind) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return h('br');
    case 'strong':
      return h('strong', {}, ...drawInlines(node.children));
    case 'emphasis':
      return h('em', {}, ...drawInlines(node.children));
    case 'mention':
      return h('span', { class: 'at' }, `@${node.name}`);
    case 'image':
      return drawImage(node.source, node.words);
    case 'font': {
      const span = h('span', {}, ...drawInlines(node.children));
      span.style.color = colourOf(node.colour) ?? '';
      span.style.fontSize = sizeOf(node.size) ?? '';
      return span;
    }
    case 'link': {
      const address = safeAddress(node.address);
      const children = drawInlines(node.children);
      if (address === null) return h('span', { class: 'dead-link', title: '链接不可打开' }, ...children);
      return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
    }
  }
}

/** A picture: a mediaId of this sandbox, or an address, which without the internet shows as its words. */
export function drawImage(source: string, words: string): HTMLElement {
  const address = source.startsWith('@') ? resourceAddress(source) : safeAddress(source);
  if (address === null) return h('span', { class: 'dead-link' }, words || '[图片]');
  const image = h('img', { src: address, alt: words || '图片', loading: 'lazy' });
  image.addEventListener('error', () =>
    image.replaceWith(h('span', { class: 'dead-link' }, words || '[图片]')),
  );
  const open = () => showPicture(address, words);
  return h(
    'button',
    { type: 'button', class: 'picture-button', 'aria-label': '查看图片', click: open },
    image,
  );
}
