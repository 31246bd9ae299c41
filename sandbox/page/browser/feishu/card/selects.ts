import { type JsonObject, objectsOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { place as placeBox } from '../../dom/menu.js';
import type { CardContext, Draw, Place } from './context.js';
import { dressField, joinForm, placeholderOf } from './fields.js';

interface Option {
  text: string;
  value: string;
}

const plainOptions = (node: JsonObject): Option[] =>
  objectsOf(node.options).map((option) => ({ text: wordsOf(option.text), value: textOf(option.value) }));

/** The people a card names; none named means everybody in the chat. */
function peopleOptions(node: JsonObject, card: CardContext): Option[] {
  const named = objectsOf(node.options).map(({ value }) => textOf(value));
  if (named.length === 0) return card.members().map(({ id, name }) => ({ text: name, value: id }));
  return named.map((id) => ({ text: card.nameOf(id) ?? '未知用户', value: id }));
}

export const drawSelect: Draw = (node, place, card) => drawOne(node, plainOptions(node), place, card);
export const drawSelectPerson: Draw = (node, place, card) =>
  drawOne(node, peopleOptions(node, card), place, card);
export const drawMultiSelect: Draw = (node, place, card) => drawMany(node, plainOptions(node), place, card);
export const drawMultiSelectPerson: Draw = (node, place, card) =>
  drawMany(node, peopleOptions(node, card), place, card);

function drawOne(node: JsonObject, options: readonly Option[], place: Place, card: CardContext): HTMLElement {
  const placeholder = placeholderOf(node) || '请选择';
  const select = h(
    'select',
    {},
    h('option', { value: '', disabled: place.form === null, hidden: place.form === null }, placeholder),
    ...options.map(({ text, value }) => h('option', { value }, text)),
  );
  const element = h('div', { class: 'card-field card-select' }, select);
  dressField(element, select, node, '选择');
  const byIndex = typeof node.initial_index === 'number' ? options[node.initial_index - 1]?.value : undefined;
  const changed = joinForm(element, node, place, card, {
    read: () => select.value || undefined,
    write: (value) => {
      select.value = textOf(value);
      select.classList.toggle('card-unset', select.value === '');
    },
    initial: textOf(node.initial_option) || byIndex,
  });
  select.addEventListener('change', () => {
    changed();
    select.classList.toggle('card-unset', select.value === '');
    if (place.form === null) void card.act(select, { place, value: select.value });
  });
  return element;
}

function drawMany(
  node: JsonObject,
  options: readonly Option[],
  place: Place,
  card: CardContext,
): HTMLElement {
  const chosen = new Set<string>();
  const label = placeholderOf(node) || '请选择（可多选）';
  const button = h('button', {
    type: 'button',
    class: 'card-many',
    'aria-haspopup': 'listbox',
    'aria-expanded': 'false',
  });
  const element = h('div', { class: 'card-field card-select' }, button);
  dressField(element, button, node, label);
  const repaint = (): void => {
    const names = options
      .filter(({ value }) => chosen.has(value))
      .map(({ text }) => h('span', { class: 'card-chip' }, text));
    button.replaceChildren(...(names.length > 0 ? names : [label]));
    button.classList.toggle('card-unset', names.length === 0);
  };
  const changed = joinForm(
    element,
    node,
    place,
    card,
    {
      read: () =>
        chosen.size === 0
          ? undefined
          : options.map(({ value }) => value).filter((value) => chosen.has(value)),
      write: (values) => {
        chosen.clear();
        if (Array.isArray(values)) for (const value of values) chosen.add(textOf(value));
        repaint();
      },
      initial: node.selected_values,
    },
    node.required !== false,
  );
  button.addEventListener('click', () => {
    openChoices(button, label, options, chosen, () => {
      repaint();
      changed();
    });
  });
  return element;
}

/** A floating list of ticks under the button; Escape or a press elsewhere closes it. */
function openChoices(
  anchor: HTMLElement,
  label: string,
  options: readonly Option[],
  chosen: Set<string>,
  changed: () => void,
): void {
  const ticks = options.map(({ text, value }) => {
    const tick = h('input', { type: 'checkbox', checked: chosen.has(value) });
    tick.addEventListener('change', () => {
      if (tick.checked) chosen.add(value);
      else chosen.delete(value);
      changed();
    });
    return h('label', {}, tick, h('span', {}, text));
  });
  const box = h('div', { class: 'menu card-choices', role: 'group', 'aria-label': label }, ...ticks);
  const close = (): void => {
    box.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
  };
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !box.contains(event.target)) close();
  };
  box.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    close();
    anchor.focus();
  });
  document.body.append(box);
  placeBox(box, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  box.querySelector('input')?.focus();
}
