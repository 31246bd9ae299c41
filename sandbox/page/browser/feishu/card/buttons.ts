import { isObject, type JsonObject, objectOf, objectsOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { icon } from '../../dom/icons.js';
import { openMenu } from '../../dom/menu.js';
import { toast } from '../../dom/toast.js';
import { callsBack, openAddress, perform } from './behaviours.js';
import { type Draw, type FormFields, within } from './context.js';
import { dressField, joinForm } from './fields.js';
import { set, styleWidth } from './style.js';
import { drawIcon, drawText } from './text.js';

const types = new Set([
  'default',
  'primary',
  'danger',
  'text',
  'primary_text',
  'danger_text',
  'primary_filled',
  'danger_filled',
  'laser',
]);
const sizes = new Set(['tiny', 'small', 'medium', 'large']);

export const drawButton: Draw = (node, place, card) => {
  const type = types.has(textOf(node.type)) ? textOf(node.type) : 'default';
  const size = sizes.has(textOf(node.size)) ? textOf(node.size) : 'medium';
  const button = h(
    'button',
    {
      type: 'button',
      class: `card-button card-button-${type} card-size-${size}`,
      'data-name': textOf(node.name) || undefined,
    },
    drawIcon(node.icon),
    h('span', { class: 'card-button-text' }, wordsOf(node.text)),
  );
  styleWidth(button, node.width);
  const tip = wordsOf(node.disabled === true ? node.disabled_tips : node.hover_tips);
  if (tip !== '') button.title = tip;
  if (node.disabled === true) button.disabled = true;
  button.addEventListener('click', () => {
    const action = formAction(node);
    if (place.form !== null && action === 'reset') for (const field of place.form.fields) field.reset();
    if (place.form === null || action !== 'submit') void perform(button, node, { place }, card);
    else if (isComplete(place.form)) void perform(button, node, { place, form: collect(place.form) }, card);
    else toast('warning', '请先填写必填项');
  });
  return button;
};

const formAction = (node: JsonObject): string =>
  textOf(node.form_action_type) || textOf(node.action_type).replace('form_', '');

function isComplete(form: FormFields): boolean {
  const missing = form.fields.filter(
    ({ required, read }) => required && (read() === undefined || read() === ''),
  );
  for (const field of form.fields) field.complain(missing.includes(field));
  return missing.length === 0;
}

const collect = (form: FormFields): Record<string, unknown> =>
  Object.fromEntries(
    form.fields.map(({ name, read }) => [name, read()]).filter(([, value]) => value !== undefined),
  );

/** The `⋯` button: its options are delivered as values, and those with an address open it. */
export const drawOverflow: Draw = (node, place, card) => {
  const label = '更多操作';
  const button = h('button', {
    type: 'button',
    class: 'card-button card-overflow',
    'aria-label': label,
    'aria-haspopup': 'menu',
  });
  button.append(icon('more'));
  if (node.disabled === true) button.disabled = true;
  button.addEventListener('click', () => {
    const choices = objectsOf(node.options).map((option) => ({
      text: wordsOf(option.text),
      choose: () => {
        if (isObject(option.multi_url)) openAddress(option.multi_url, card);
        else void perform(button, node, { place, value: textOf(option.value) }, card);
      },
    }));
    openMenu(button, label, choices);
  });
  return button;
};

export const drawChecker: Draw = (node, place, card) => {
  const tick = h('input', { type: 'checkbox' });
  const text = drawText(objectOf(node.text), card);
  const label = h('label', { class: 'card-checker-label' }, tick, text);
  const area = objectOf(node.button_area);
  const beside = objectsOf(area.buttons).map((each, at) =>
    drawButton(each, within(place, 'button_area', 'buttons', at), card),
  );
  const element = h('div', { class: 'card-field card-checker' }, label, ...beside);
  if (area.pc_display_rule === 'on_hover') element.classList.add('card-checker-quiet');
  const repaint = (): void => {
    const struck = tick.checked && objectOf(node.checked_style).show_strikethrough === true;
    set(text, 'text-decoration', struck ? 'line-through' : 'none');
  };
  dressField(element, tick, node, wordsOf(node.text));
  const changed = joinForm(element, node, place, card, {
    read: () => tick.checked,
    write: (value) => {
      tick.checked = value === true;
      repaint();
    },
    initial: node.checked === true,
  });
  tick.addEventListener('change', () => {
    repaint();
    changed();
    if (place.form === null && callsBack(node)) void card.act(element, { place, value: tick.checked });
  });
  return element;
};
