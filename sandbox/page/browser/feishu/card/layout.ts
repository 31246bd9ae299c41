import { backgroundOf, colourOf } from '../../../markup/colour.js';
import { isObject, type JsonObject, objectOf, objectsOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { icon } from '../../dom/icons.js';
import { openAddress, perform } from './behaviours.js';
import { type CardContext, type Draw, type Place, within } from './context.js';
import { lengthOf, spacingOf } from './measure.js';
import { set, styleContainer, styleWidth } from './style.js';
import { drawText } from './text.js';

/** Draws the `elements` of a container, each at its own path. */
export function drawElements(node: JsonObject, place: Place, card: CardContext): HTMLElement[] {
  const elements = Array.isArray(node.elements) ? node.elements : [];
  return elements.map((element, at) => card.draw(objectOf(element), within(place, 'elements', at)));
}

export const drawColumnSet: Draw = (node, place, card) => {
  const columns = objectsOf(node.columns).map((column, at) =>
    drawColumn(column, within(place, 'columns', at), card),
  );
  const mode = textOf(node.flex_mode, 'none');
  const element = h(
    'div',
    { class: `card-columns card-columns-${/^[a-z]+$/.test(mode) ? mode : 'none'}` },
    ...columns,
  );
  set(element, 'gap', spacingOf(node.horizontal_spacing) ?? '8px');
  set(element, 'background', backgroundOf(textOf(node.background_style)));
  if (textOf(node.background_style, 'default') !== 'default') element.classList.add('card-shaded');
  jumpOnClick(element, node, card);
  return element;
};

export const drawColumn: Draw = (node, place, card) => {
  const element = h('div', { class: 'card-column' }, ...drawElements(node, place, card));
  styleContainer(element, node);
  const width = textOf(node.width, 'auto');
  if (width === 'weighted')
    set(element, '--flex', `${typeof node.weight === 'number' ? node.weight : 1} 1 0`);
  else if (lengthOf(width) !== null) set(element, '--flex', `0 0 ${width}`);
  if (textOf(node.background_style, 'default') !== 'default') element.classList.add('card-shaded');
  jumpOnClick(element, node, card);
  return element;
};

export const drawCollapsible: Draw = (node, place, card) => {
  const header = objectOf(node.header);
  const border = objectOf(node.border);
  // What somebody has opened to read stays open when the card is redrawn under their eyes.
  const key = `fold ${wordsOf(header.title)}`;
  const kept = card.drafts.get(key);
  const inside = h('div', { class: 'card-fold-inside' }, ...drawElements(node, place, card));
  styleContainer(inside, node);
  const element = h(
    'details',
    { class: 'card-fold', open: kept === undefined ? node.expanded === true : kept === true },
    h('summary', {}, drawText(objectOf(header.title), card), icon('down')),
    inside,
  );
  element.addEventListener('toggle', () => card.drafts.set(key, element.open));
  const colour = colourOf(textOf(border.color));
  if (colour !== null) set(element, 'border', `1px solid ${colour}`);
  set(element, 'border-radius', lengthOf(border.corner_radius));
  set(element, 'background', backgroundOf(textOf(node.background_color)));
  const summary = element.firstElementChild;
  if (summary instanceof HTMLElement)
    set(summary, 'background', backgroundOf(textOf(header.background_color)));
  return element;
};

export const drawInteractive: Draw = (node, place, card) => {
  const element = h(
    'div',
    { class: 'card-interactive', role: 'button', tabindex: 0 },
    ...drawElements(node, place, card),
  );
  styleContainer(element, node);
  styleWidth(element, node.width);
  set(element, 'height', lengthOf(node.height));
  set(element, 'border-radius', lengthOf(node.corner_radius));
  if (node.has_border === true)
    set(element, 'border', `1px solid ${colourOf(textOf(node.border_color)) ?? '#dee0e3'}`);
  const tip = wordsOf(node.disabled === true ? node.disabled_tips : node.hover_tips);
  if (tip !== '') element.title = tip;
  if (node.disabled === true) element.setAttribute('aria-disabled', 'true');
  element.addEventListener('click', (event) => {
    if (event.target instanceof Element && isInnerControl(event.target, element)) return;
    void perform(element, node, { place }, card);
  });
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    void perform(element, node, { place }, card);
  });
  return element;
};

/** Columns may lead somewhere when pressed, though not by way of the controls inside them. */
function jumpOnClick(element: HTMLElement, node: JsonObject, card: CardContext): void {
  const address = objectOf(node.action).multi_url;
  if (!isObject(address)) return;
  element.classList.add('card-jump');
  element.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest(controls) !== null) return;
    event.stopPropagation();
    openAddress(address, card);
  });
}

const controls = 'button, a, input, select, textarea, summary, label, [role="button"]';

/** A control inside the container keeps its own click. */
const isInnerControl = (target: Element, container: HTMLElement): boolean =>
  target.closest(controls) !== container;
