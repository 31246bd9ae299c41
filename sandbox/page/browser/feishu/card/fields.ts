import { type JsonObject, objectOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import type { CardContext, Place } from './context.js';
import { styleWidth } from './style.js';

/** How one kind of field keeps its value. `undefined` means nothing is chosen. */
export interface Holder {
  read: () => unknown;
  write: (value: unknown) => void;
  initial: unknown;
}

/** The parts every field shares: width, disabled tip and the name for assistive technology. */
export function dressField(
  element: HTMLElement,
  control: HTMLElement,
  node: JsonObject,
  otherwise: string,
): void {
  styleWidth(element, node.width);
  const name = wordsOf(node.label) || placeholderOf(node) || textOf(node.name) || otherwise;
  control.setAttribute('aria-label', name);
  if (textOf(node.name) !== '') control.dataset.field = textOf(node.name);
  if (node.required === true) control.setAttribute('aria-required', 'true');
  if (node.disabled === true) control.setAttribute('disabled', '');
  const tip = wordsOf(node.disabled === true ? node.disabled_tips : node.hover_tips);
  if (tip !== '') element.title = tip;
}

export const placeholderOf = (node: JsonObject): string => wordsOf(objectOf(node.placeholder));

/**
 * Puts a field into the form around it, with what was typed before the card was repainted.
 *
 * @returns what to call whenever the person changed the value
 */
export function joinForm(
  element: HTMLElement,
  node: JsonObject,
  place: Place,
  card: CardContext,
  holder: Holder,
  required = node.required === true,
): () => void {
  const name = textOf(node.name);
  const draft = name === '' ? undefined : card.drafts.get(name);
  holder.write(draft ?? holder.initial);
  const complaint = h('p', { class: 'card-complaint', role: 'alert' }, '此项必填');
  const complain = (complaining: boolean): void => {
    element.classList.toggle('card-invalid', complaining);
    if (complaining) element.append(complaint);
    else complaint.remove();
  };
  const reset = (): void => {
    card.drafts.delete(name);
    complain(false);
    holder.write(holder.initial);
  };
  place.form?.fields.push({ name, required, read: holder.read, reset, complain });
  return () => {
    complain(false);
    if (name !== '') card.drafts.set(name, holder.read());
  };
}
