import { cards } from '../../../../dingtalk/markdown/nodes.js';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import type { DrawContext } from '../../platform.js';
import { drawImage, drawMarkdown } from '../markdown.js';
import { colourOf, groundOf, hueOf, isBold, sizeOf } from '../tokens.js';
import { drawButton, pressable } from './buttons.js';
import type { CardContext, Draw, Path } from './context.js';
import { drawForm } from './form.js';

/** Draws a card's tree, which the sandbox has made from the template for this viewer (`dingtalk/card/drawn.ts`). */
export function drawCard(messageId: string, value: unknown, context: DrawContext): HTMLElement {
  const card: CardContext = {
    ...context,
    form: null,
    draw: (node, path, within) =>
      spaced((components[textOf(node.kind)] ?? drawUnknown)(node, path, within), node),
  };
  const { tree, wide } = objectOf(value);
  return h(
    'article',
    {
      class: `dingtalk-card${wide === true ? ' dingtalk-card-wide' : ''}`,
      testid: `card-${messageId}`,
      'aria-label': '互动卡片',
    },
    ...drawAll(objectsOf(tree), [], card),
  );
}

/** The margins and padding that the template gives stand in for the client's own. */
function spaced(element: HTMLElement | null, node: JsonObject): HTMLElement | null {
  const { margin, padding } = objectOf(node.space);
  for (const [kind, sides] of [
    ['margin', objectOf(margin)],
    ['padding', objectOf(padding)],
  ] as const)
    for (const [side, pixels] of Object.entries(sides))
      if (typeof pixels === 'number')
        element?.style.setProperty(`${kind}-${side.toLowerCase()}`, `${pixels}px`);
  return element;
}

const drawAll = (nodes: readonly JsonObject[], path: Path, card: CardContext): (HTMLElement | null)[] =>
  nodes.map((node, index) => card.draw(node, [...path, index], card));

const drawHeader: Draw = (node, path, card) =>
  h(
    'header',
    { class: `dingtalk-header dingtalk-hue-${hueOf(textOf(node.color))}` },
    h('h3', {}, textOf(node.title)),
    h('div', { class: 'dingtalk-header-after' }, ...drawAll(objectsOf(node.after), [...path, 'after'], card)),
  );

const drawBox: Draw = (node, path, card) => {
  const direction = node.direction === 'horizontal' ? 'row' : 'column';
  const box = h(
    'div',
    { class: `dingtalk-box dingtalk-box-${direction}` },
    ...drawAll(objectsOf(node.children), [...path, 'children'], card),
  );
  box.classList.add(...gravityOf(textOf(node.gravity)));
  const ground = textOf(node.background);
  if (ground !== '') box.classList.add('dingtalk-box-filled', `dingtalk-hue-${groundOf(ground) ?? 'none'}`);
  if (node.bordered === true) box.classList.add('dingtalk-box-bordered');
  const { share, pixels } = objectOf(node.width);
  if (node.width === 'content') box.classList.add('dingtalk-box-content');
  else if (typeof pixels === 'number') box.style.flex = `0 0 ${pixels}px`;
  else box.style.flex = `${typeof share === 'number' ? share : 1} 1 0`;
  return objectOf(node.action).kind === 'none' ? box : pressable(box, node, path, card);
};

/** `leftCenter`: at the left, in the middle. */
function gravityOf(gravity: string): string[] {
  const [, across = 'left', along = 'Top'] = /^(left|center|right)(Top|Center|Bottom)$/.exec(gravity) ?? [];
  return [`dingtalk-${across}`, `dingtalk-${along.toLowerCase()}`];
}

const drawText: Draw = (node) => {
  const style = textOf(node.size);
  const text = h('div', { class: 'dingtalk-text' }, textOf(node.text));
  text.style.fontSize = sizeOf(style) ?? '';
  text.style.color = colourOf(textOf(node.color)) ?? '';
  text.style.textAlign = textOf(node.align);
  if (node.bold === true || isBold(style)) text.style.fontWeight = '600';
  if (node.italic === true) text.style.fontStyle = 'italic';
  if (node.struck === true) text.style.textDecoration = 'line-through';
  if (typeof node.maxLines === 'number' && node.maxLines > 0) {
    text.classList.add('dingtalk-clamp');
    text.style.setProperty('-webkit-line-clamp', String(node.maxLines));
  }
  return text;
};

const drawRichText: Draw = (node) => {
  const names = Object.fromEntries(Object.entries(objectOf(node.at)).map(([id, name]) => [id, textOf(name)]));
  const dialect = cards(node.rich === true, names);
  return h('div', { class: 'dingtalk-markdown' }, ...drawMarkdown(textOf(node.text), dialect));
};

const drawTag: Draw = (node) =>
  h(
    'span',
    {
      class: `dingtalk-tag dingtalk-hue-${hueOf(textOf(node.color))}${node.solid === true ? ' dingtalk-tag-solid' : ''}`,
    },
    textOf(node.text),
  );

const drawPicture: Draw = (node) => {
  const picture = h('div', { class: 'dingtalk-image' }, drawImage(textOf(node.source), ''));
  const image = picture.querySelector('img');
  if (image && typeof node.width === 'number') image.style.width = `${node.width}px`;
  if (image && typeof node.height === 'number') image.style.height = `${node.height}px`;
  return picture;
};

const drawProgress: Draw = (node) => {
  const percent = typeof node.percent === 'number' ? node.percent : 0;
  const bar = h('progress', { max: 100, value: percent, 'aria-label': '进度' });
  return h('div', { class: 'dingtalk-progress' }, bar, h('span', {}, `${percent}%`));
};

const drawLoop: Draw = (node, path, card) => {
  const items = Array.isArray(node.items) ? node.items : [];
  const drawn = items.map((item, index) =>
    h('div', { class: 'dingtalk-item' }, ...drawAll(objectsOf(item), [...path, 'items', index], card)),
  );
  if (drawn.length === 0) return null;
  const direction = node.direction === 'horizontal' ? 'row' : 'column';
  const list = h('div', { class: `dingtalk-loop dingtalk-loop-${direction}` }, ...drawn);
  if (node.wraps === true) list.classList.add('dingtalk-loop-wraps');
  if (typeof node.gap === 'number' && node.gap > 0) list.style.gap = `${node.gap}px`;
  return list;
};

const drawUnknown: Draw = (node) =>
  h('div', { class: 'dingtalk-unsupported' }, `不支持的组件：${textOf(node.name, textOf(node.kind, '?'))}`);

const components: Readonly<Record<string, Draw>> = {
  header: drawHeader,
  box: drawBox,
  text: drawText,
  markdown: drawRichText,
  tag: drawTag,
  divider: (node) =>
    h('hr', { class: node.vertical === true ? 'dingtalk-divider-vertical' : 'dingtalk-divider' }),
  image: drawPicture,
  progress: drawProgress,
  loop: drawLoop,
  button: drawButton,
  form: drawForm,
  waiting: () => h('div', { class: 'dingtalk-waiting', role: 'status' }, '正在思考…'),
};
