import { backgroundOf, hueOf, wordColour } from '../../markup/colour.js';
import type { Block, Inline } from '../../markup/nodes.js';
import { resourceAddress } from '../control/api.js';
import { showPicture } from './dialog.js';
import { h } from './element.js';
import { localTime } from './time.js';

export type NameOf = (id: string) => string | null;

export const drawInlines = (nodes: readonly Inline[], nameOf: NameOf): Node[] =>
  nodes.map((node) => drawInline(node, nameOf));

const wrappers = { strong: 'strong', emphasis: 'em', strike: 's', underline: 'u' } as const;

function drawInline(node: Inline, nameOf: NameOf): Node {
  switch (node.kind) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return h('br');
    case 'code':
      return h('code', {}, node.text);
    case 'link':
      return drawLink(node.address, drawInlines(node.children, nameOf));
    case 'font':
      return coloured(h('span', {}, ...drawInlines(node.children, nameOf)), wordColour(node.colour));
    case 'tag':
      return textTag(node.text, node.colour);
    case 'number': {
      const badge = coloured(h('span', { class: 'number-tag' }, node.text), wordColour(node.colour));
      badge.style.background = backgroundOf(node.background) ?? '';
      return badge;
    }
    case 'at':
      return h(
        'span',
        { class: 'at' },
        `@${node.id === 'all' ? '所有人' : (nameOf(node.id) ?? node.name ?? '未知用户')}`,
      );
    case 'image':
      return picture(node.key, node.alt);
    case 'time':
      return h('time', {}, localTime(node.milliseconds, node.format));
    default:
      return h(wrappers[node.kind], {}, ...drawInlines(node.children, nameOf));
  }
}

function drawLink(address: string | null, children: Node[]): HTMLElement {
  if (address === null) return h('span', { class: 'dead-link', title: '链接不可打开' }, ...children);
  return h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

function coloured(element: HTMLElement, colour: string | null): HTMLElement {
  if (colour !== null) element.style.color = colour;
  return element;
}

/** A small label, in card headers and in text. */
export function textTag(text: string, colour: string): HTMLElement {
  const hue = hueOf(colour) ?? hueOf('blue');
  const tag = h('span', { class: 'text-tag' }, text);
  if (hue !== null) {
    tag.style.background = hue.tint;
    tag.style.color = hue.deep;
  }
  return tag;
}

/** An image of the sandbox that opens large when clicked. */
export function picture(key: string, alt: string): HTMLElement {
  const address = resourceAddress(key);
  const label = alt ? `查看图片：${alt}` : '查看图片';
  return h(
    'button',
    { type: 'button', class: 'picture-button', 'aria-label': label, click: () => showPicture(address, alt) },
    h('img', { src: address, alt, loading: 'lazy' }),
  );
}

export const drawBlocks = (blocks: readonly Block[], nameOf: NameOf): HTMLElement[] =>
  blocks.map((block) => drawBlock(block, nameOf));

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;

function drawBlock(block: Block, nameOf: NameOf): HTMLElement {
  switch (block.kind) {
    case 'paragraph':
      return h('p', {}, ...drawInlines(block.children, nameOf));
    case 'heading':
      return h(headings[block.level - 1] ?? 'h6', {}, ...drawInlines(block.children, nameOf));
    case 'quote':
      return h('blockquote', {}, ...drawBlocks(block.blocks, nameOf));
    case 'code':
      return h('pre', {}, h('code', {}, block.text));
    case 'rule':
      return h('hr');
    case 'table':
      return drawTable(block.head, block.rows, nameOf);
    case 'list': {
      const items = block.items.map((item) =>
        h('li', {}, ...drawInlines(item.children, nameOf), ...drawBlocks(item.blocks, nameOf)),
      );
      return block.ordered ? h('ol', { start: block.start }, ...items) : h('ul', {}, ...items);
    }
  }
}

function drawTable(head: readonly Inline[][], rows: readonly Inline[][][], nameOf: NameOf): HTMLElement {
  const line = (tag: 'th' | 'td', cells: readonly Inline[][]): HTMLElement =>
    h('tr', {}, ...cells.map((cell) => h(tag, {}, ...drawInlines(cell, nameOf))));
  const table = h(
    'table',
    {},
    h('thead', {}, line('th', head)),
    h('tbody', {}, ...rows.map((row) => line('td', row))),
  );
  return h('div', { class: 'table-scroll' }, table);
}
