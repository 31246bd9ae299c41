import { resourceAddress } from '../../control/api.js';
import { objectsOf, textOf, wordsOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import type { Draw } from './context.js';
import { dressField, joinForm } from './fields.js';

/** Images to choose one of, or in a form several. */
export const drawImageSelect: Draw = (node, place, card) => {
  const isMany = node.multi_select === true;
  const group = `${card.messageId}-${place.path.join('-')}`;
  const ticks = objectsOf(node.options).map((option) => {
    const tick = h('input', {
      type: isMany ? 'checkbox' : 'radio',
      name: group,
      value: textOf(option.value),
    });
    if (option.disabled === true || node.disabled === true) tick.disabled = true;
    const image = h('img', { src: resourceAddress(textOf(option.img_key)), alt: textOf(option.value) });
    const pick = h('label', { class: 'card-pick', title: wordsOf(option.hover_tips) }, image, tick);
    return { tick, pick };
  });
  const list = h('div', { class: 'card-picks', role: 'group' }, ...ticks.map(({ pick }) => pick));
  const element = h('div', { class: 'card-field' }, list);
  dressField(element, list, node, '选择图片');
  const chosen = (): string[] => ticks.filter(({ tick }) => tick.checked).map(({ tick }) => tick.value);
  const changed = joinForm(element, node, place, card, {
    read: () => (isMany ? chosen() : chosen()[0]),
    write: (value) => {
      const values = Array.isArray(value) ? value : [value];
      for (const { tick } of ticks) tick.checked = values.includes(tick.value);
    },
    initial: undefined,
  });
  list.addEventListener('change', () => {
    changed();
    if (place.form === null) void card.act(element, { place, value: chosen()[0] });
  });
  return element;
};
