import { backgroundOf } from '../../../markup/colour.js';
import type { JsonObject } from '../../control/json.js';
import { lengthOf, spacingOf } from './measure.js';

const aligned: Readonly<Record<string, string>> = {
  left: 'flex-start',
  top: 'flex-start',
  center: 'center',
  right: 'flex-end',
  bottom: 'flex-end',
};

/** Sets a CSS property when the card gives a value it may have. */
export function set(element: HTMLElement, property: string, value: string | null | undefined): void {
  if (value !== null && value !== undefined) element.style.setProperty(property, value);
}

/** What every component may carry: its margin. */
export function styleComponent(element: HTMLElement, node: JsonObject): void {
  set(element, 'margin', lengthOf(node.margin));
}

/** What every container may carry: direction, spacing, alignment, padding and background. */
export function styleContainer(element: HTMLElement, node: JsonObject): void {
  const horizontal = node.direction === 'horizontal';
  const across = aligned[String(node.horizontal_align)];
  const down = aligned[String(node.vertical_align)];
  element.classList.add('card-stack');
  if (horizontal) element.classList.add('card-row');
  set(element, 'row-gap', spacingOf(node.vertical_spacing));
  set(element, 'column-gap', spacingOf(node.horizontal_spacing));
  set(element, 'padding', lengthOf(node.padding));
  set(element, horizontal ? 'justify-content' : 'align-items', across);
  set(element, horizontal ? 'align-items' : 'justify-content', down);
  if (typeof node.background_style === 'string')
    set(element, 'background', backgroundOf(node.background_style));
}

/** Widths of buttons, containers and inputs: `default`, `fill`, `auto` or pixels. */
export function styleWidth(element: HTMLElement, width: unknown): void {
  if (width === 'fill') element.classList.add('card-fill');
  else if (width === 'auto') element.classList.add('card-auto');
  else set(element, 'width', lengthOf(width));
}
