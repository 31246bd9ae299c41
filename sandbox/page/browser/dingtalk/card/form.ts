import { type JsonObject, objectOf, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { perform } from './buttons.js';
import type { CardContext, Draw } from './context.js';
import { controlFor } from './controls.js';

/** The form component: everything is edited in place, and leaves the client only when it is submitted. */
export const drawForm: Draw = (node, path, card) => {
  const disabled = node.disabled === true;
  const inside: CardContext = { ...card, form: { fields: [], disabled } };
  const shown = objectsOf(node.fields).filter(({ hidden }) => hidden !== true);
  const fields = shown.map((field) => drawField(field, disabled, inside));
  const children = objectsOf(node.children).map((child, index) =>
    card.draw(child, [...path, 'children', index], inside),
  );
  const submit = objectOf(node.submit);
  const element = h(
    'div',
    { class: 'dingtalk-form', role: 'form', 'aria-label': '表单' },
    ...fields,
    ...children,
  );
  if (typeof submit.text === 'string') {
    const button = h(
      'button',
      { type: 'button', class: 'dingtalk-button dingtalk-button-wide dingtalk-hue-blue', disabled },
      h('span', { class: 'dingtalk-button-text' }, submit.text),
    );
    button.addEventListener(
      'click',
      () => void perform(button, objectOf(submit.action), [...path, 'submit'], inside),
    );
    element.append(button);
  }
  return element;
};

function drawField(field: JsonObject, disabled: boolean, card: CardContext): HTMLElement {
  const name = textOf(field.name);
  const control = controlFor(field);
  const draft = card.drafts.get(name);
  control.write(draft ?? field.value);
  control.element.dataset.field = name;
  control.element.setAttribute('aria-label', textOf(field.label, name));
  if (disabled || field.readOnly === true) {
    for (const each of [
      control.element,
      ...control.element.querySelectorAll('input, button, select, textarea'),
    ])
      each.setAttribute('disabled', '');
  }
  const isRequired = field.required === true && !disabled;
  const caption = h(
    'span',
    { class: 'dingtalk-label' },
    isRequired && h('span', { class: 'dingtalk-required', 'aria-hidden': 'true' }, '*'),
    textOf(field.label),
  );
  const complaint = h('p', { class: 'dingtalk-complaint', role: 'alert' });
  const element = h(
    'div',
    { class: `dingtalk-field dingtalk-field-${control.layout}` },
    caption,
    control.element,
  );
  const complain = (words: string | null): void => {
    element.classList.toggle('dingtalk-invalid', words !== null);
    complaint.textContent = words;
    if (words === null) complaint.remove();
    else element.append(complaint);
  };
  if (field.readOnly !== true)
    card.form?.fields.push({
      name,
      read: control.read,
      requiredWords: isRequired ? textOf(field.requiredMsg, '此项必填') : null,
      complain,
    });
  control.onChange(() => {
    card.drafts.set(name, control.read());
    complain(null);
  });
  return element;
}
