import { readMarkdown } from '../../../markup/blocks.js';
import { wordColour } from '../../../markup/colour.js';
import { type JsonObject, objectOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { icon } from '../../dom/icons.js';
import { drawBlocks, picture } from '../../dom/rich-text.js';
import type { CardContext, Draw } from './context.js';
import { textSizeOf } from './measure.js';
import { set } from './style.js';

export const drawMarkdown: Draw = (node, _place, card) => {
  const element = h(
    'div',
    { class: 'card-markdown' },
    ...drawBlocks(readMarkdown(wordsOf(node)), card.nameOf),
  );
  styleText(element, node, card);
  return withIcon(element, node.icon);
};

export const drawDiv: Draw = (node, _place, card) => {
  const element = drawText(objectOf(node.text), card);
  return withIcon(element, node.icon);
};

export const drawPlainText: Draw = (node, _place, card) => drawText(node, card);

/** A text object: `plain_text` is shown to the letter, `lark_md` and `markdown` are read. */
export function drawText(text: JsonObject, card: CardContext): HTMLElement {
  const isPlain = text.tag !== 'lark_md' && text.tag !== 'markdown';
  const element = isPlain
    ? h('div', { class: 'card-text' }, wordsOf(text))
    : h('div', { class: 'card-markdown' }, ...drawBlocks(readMarkdown(wordsOf(text)), card.nameOf));
  styleText(element, text, card);
  if (isPlain) set(element, 'color', wordColour(textOf(text.text_color)));
  if (typeof text.lines === 'number' && text.lines > 0) {
    element.classList.add('card-clamp');
    set(element, '-webkit-line-clamp', String(Math.floor(text.lines)));
  }
  return element;
}

function styleText(element: HTMLElement, text: JsonObject, card: CardContext): void {
  const size = textSizeOf(text.text_size, card.textSizes);
  const align = textOf(text.text_align);
  if (size !== null) set(element, 'font-size', `${size.px}px`);
  if (size?.bold) set(element, 'font-weight', '600');
  if (text.text_size === 'notation') element.classList.add('card-notation');
  if (['left', 'center', 'right'].includes(align)) set(element, 'text-align', align);
}

/** Feishu's icon library is not public: a standard icon is drawn as a dot in its colour, a custom one as its image. */
export function drawIcon(value: unknown): Node | null {
  const node = objectOf(value);
  if (textOf(node.img_key) !== '')
    return h('span', { class: 'card-icon' }, picture(textOf(node.img_key), ''));
  const token = textOf(node.token);
  if (token === '') return null;
  const drawn = h('span', { class: 'card-icon', title: token }, icon(glyphFor(token)));
  set(drawn, 'color', wordColour(textOf(node.color)));
  return drawn;
}

const glyphs = [
  [/reply|undo|forward/, 'reply'],
  [/chat|message|comment/, 'chat'],
  [/member|user|person|contact/, 'person'],
  [/group/, 'group'],
  [/yes|done|check|succeed/, 'check'],
  [/warn|error|alert|info/, 'warning'],
  [/edit|pen/, 'edit'],
  [/down/, 'down'],
  [/file|doc|note/, 'file'],
  [/image|pic/, 'image'],
  [/robot|bot|ai/, 'robot'],
  [/close|no_/, 'close'],
  [/link|open|share/, 'open'],
] as const;

const glyphFor = (token: string) => glyphs.find(([pattern]) => pattern.test(token))?.[1] ?? 'topic';

function withIcon(element: HTMLElement, value: unknown): HTMLElement {
  const drawn = drawIcon(value);
  return drawn === null ? element : h('div', { class: 'card-with-icon' }, drawn, element);
}
