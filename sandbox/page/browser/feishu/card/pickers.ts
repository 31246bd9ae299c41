import { type JsonObject, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';
import { offset } from '../../dom/time.js';
import type { Draw } from './context.js';
import { dressField, joinForm, placeholderOf } from './fields.js';

interface Picker {
  type: 'date' | 'time' | 'datetime-local';
  initial: (node: JsonObject) => string;
  words: string;
}

/** The native control holds `2024-04-29T07:07`; the card and the app say `2024-04-29 07:07`. */
const drawPicker =
  ({ type, initial, words }: Picker): Draw =>
  (node, place, card) => {
    const control = h('input', { type });
    const element = h('div', { class: 'card-field card-picker' }, control);
    dressField(element, control, node, placeholderOf(node) || words);
    const read = (): string | undefined =>
      control.value === '' ? undefined : `${control.value.replace('T', ' ')} ${offset(new Date())}`;
    const changed = joinForm(element, node, place, card, {
      read,
      write: (value) => {
        const [day = '', time = ''] = textOf(value)
          .replace(/ [+-]\d{4}$/, '')
          .split(' ');
        control.value = time === '' ? day : `${day}T${time}`;
      },
      initial: initial(node),
    });
    control.addEventListener('change', () => {
      changed();
      if (place.form === null && control.value !== '') void card.act(control, { place, value: read() });
    });
    return element;
  };

export const drawDatePicker = drawPicker({
  type: 'date',
  initial: (node) => textOf(node.initial_date),
  words: '选择日期',
});
export const drawTimePicker = drawPicker({
  type: 'time',
  initial: (node) => textOf(node.initial_time),
  words: '选择时间',
});
export const drawDatetimePicker = drawPicker({
  type: 'datetime-local',
  initial: (node) => textOf(node.initial_datetime),
  words: '选择日期和时间',
});
