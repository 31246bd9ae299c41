import { isObject, type JsonObject, objectOf, textOf, wordsOf } from '../../control/json.js';
import { confirmed } from '../../dom/dialog.js';
import { h } from '../../dom/element.js';
import { icon } from '../../dom/icons.js';
import type { CardContext, Draw, Place } from './context.js';
import { dressField, joinForm, placeholderOf } from './fields.js';

type Control = HTMLInputElement | HTMLTextAreaElement;

const longest = 1000;

export const drawInput: Draw = (node, place, card) => {
  const control = makeControl(node);
  const label = wordsOf(objectOf(node.label));
  const beside = node.label_position === 'left' ? ' card-input-beside' : '';
  const box = h('div', { class: 'card-input-box' }, control);
  const caption =
    label === '' ? null : h('span', { class: 'card-label' }, label, node.required === true && requiredMark());
  const element = h('div', { class: `card-field card-input${beside}` }, caption, box);
  dressField(element, control, node, '输入框');
  const changed = joinForm(element, node, place, card, {
    read: () => control.value,
    write: (value) => {
      control.value = textOf(value);
    },
    initial: textOf(node.default_value),
  });
  control.addEventListener('input', changed);
  if (place.form === null) box.append(sendButton(control, node, place, card));
  return element;
};

const requiredMark = (): HTMLElement => h('span', { class: 'card-required', 'aria-hidden': 'true' }, '*');

function makeControl(node: JsonObject): Control {
  const common = { maxlength: maxLength(node), placeholder: placeholderOf(node) || '请输入' };
  if (node.input_type !== 'multiline_text') {
    return h('input', {
      ...common,
      type: node.input_type === 'password' ? 'password' : 'text',
      autocomplete: 'off',
    });
  }
  return h('textarea', { ...common, rows: typeof node.rows === 'number' ? node.rows : 5 });
}

const maxLength = (node: JsonObject): number =>
  typeof node.max_length === 'number' ? Math.min(Math.max(1, node.max_length), longest) : longest;

/** Outside a form what was typed is sent by Enter or by the tick that appears beside it. */
function sendButton(control: Control, node: JsonObject, place: Place, card: CardContext): HTMLElement {
  const send = async (): Promise<void> => {
    if (button.getAttribute('aria-busy') === 'true') return;
    if (isObject(node.confirm) && !(await confirmed(wordsOf(node.confirm.title), wordsOf(node.confirm.text))))
      return;
    await card.act(button, { place, value: control.value });
  };
  const button = h('button', {
    type: 'button',
    class: 'card-input-send',
    'aria-label': '提交',
    click: () => void send(),
  });
  button.append(icon('check'));
  control.addEventListener('keydown', (event) => {
    if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.isComposing || event.shiftKey)
      return;
    event.preventDefault();
    void send();
  });
  return button;
}
