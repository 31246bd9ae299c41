import { type JsonObject, objectOf, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import type { DrawContext } from '../../platform.js';
import type { Choices } from './choices.js';

/** What stands in place of the buttons once they were replaced. */
const replaced = (words: string): HTMLElement =>
  h(
    'div',
    { class: 'wecom-buttons' },
    h('button', { type: 'button', class: 'wecom-button wecom-replaced', disabled: true }, words),
  );

/** Up to two beside each other, more of them one below the other; which colour a style has WeCom shows in pictures only. */
export function drawButtons(card: JsonObject, choices: Choices, context: DrawContext): HTMLElement | null {
  const buttons = objectsOf(card.button_list);
  const words = textOf(card.replace_text);
  if (buttons.length === 0) return null;
  if (words !== '') return replaced(words);
  return h(
    'div',
    { class: `wecom-buttons${buttons.length > 2 ? ' wecom-buttons-many' : ''}` },
    ...buttons.map((button, at) => drawButton(button, at, choices, context)),
  );
}

function drawButton(item: JsonObject, at: number, choices: Choices, context: DrawContext): HTMLElement {
  const style = ['1', '2', '3', '4'].includes(textOf(item.style)) ? textOf(item.style) : '1';
  const button = h(
    'button',
    {
      type: 'button',
      class: `wecom-button wecom-style-${style}`,
      'data-key': textOf(item.key) || undefined,
    },
    textOf(item.text),
  );
  button.addEventListener('click', () => {
    if (item.type === 1) context.openLink(textOf(item.url));
    else void context.press(button, { button: { path: ['button_list', at] }, form: choices.chosen() });
  });
  return button;
}

export function drawSubmit(card: JsonObject, choices: Choices, context: DrawContext): HTMLElement | null {
  const { text, key } = objectOf(card.submit_button);
  const words = textOf(card.replace_text);
  if (textOf(key) === '') return null;
  if (words !== '') return replaced(words);
  const button = h('button', { type: 'button', class: 'wecom-button wecom-style-1' }, textOf(text, '提交'));
  button.addEventListener('click', () => {
    void context.press(button, { button: { path: ['submit_button'] }, form: choices.chosen() });
  });
  return h('div', { class: 'wecom-buttons' }, button);
}
