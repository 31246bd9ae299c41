import { isObject, type JsonObject, objectsOf, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';

/** One field's control. Values are as the sandbox's control API takes them: an option's value, or several. */
export interface Control {
  element: HTMLElement;
  /** `row`: label and control share a line. */
  layout: 'column' | 'row';
  read: () => unknown;
  write: (value: unknown) => void;
  onChange: (changed: () => void) => void;
}

interface Option {
  value: string;
  text: string;
}

const optionsOf = (field: JsonObject): Option[] =>
  objectsOf(field.options).map(({ value, text }) => ({ value: textOf(value), text: textOf(text) }));

/** The control for a field of this type; one that this client is too old for is a text, as in the real one. */
export function controlFor(field: JsonObject): Control {
  switch (field.type) {
    case 'TEXT_AREA':
      return input(h('textarea', { rows: typeof field.rows === 'number' ? field.rows : 3, ...hints(field) }));
    case 'NUMBER':
      return numeric(field);
    case 'DATE':
      return input(h('input', { type: 'date', ...hints(field) }));
    case 'TIME':
      return input(h('input', { type: 'time', ...hints(field) }));
    case 'DATETIME':
      return dateTime(field);
    case 'CHECKBOX':
    case 'SWITCH':
      return tick(field.type === 'SWITCH');
    case 'SELECT':
      return select(field);
    case 'CHECKBOX_GROUP':
      return ticks(field, 'radio');
    case 'MULTI_SELECT':
    case 'MULTI_CHECKBOX_GROUP':
      return ticks(field, 'checkbox');
    case 'TEXT_ARRAY':
      return lines(field);
    default:
      return input(h('input', { type: 'text', autocomplete: 'off', ...hints(field) }));
  }
}

let groups = 0;

const hints = (field: JsonObject) => ({ placeholder: textOf(field.placeholder) || '请输入' });

function input(element: HTMLInputElement | HTMLTextAreaElement): Control {
  return {
    ...{ element, layout: 'column' },
    read: () => element.value,
    write: (value) => {
      element.value = textOf(value);
    },
    onChange: (changed) => element.addEventListener('input', changed),
  };
}

function numeric(field: JsonObject): Control {
  const element = h('input', { type: 'number', step: 'any', ...hints(field) });
  return { ...input(element), read: () => (element.value === '' ? undefined : element.valueAsNumber) };
}

/** DingTalk's form of a date with a time has a blank, the browser's a T. */
function dateTime(field: JsonObject): Control {
  const element = h('input', { type: 'datetime-local', ...hints(field) });
  return {
    ...input(element),
    read: () => element.value.replace('T', ' '),
    write: (value) => {
      element.value = textOf(value).replace(' ', 'T');
    },
  };
}

function tick(isSwitch: boolean): Control {
  const element = h('input', { type: 'checkbox', class: isSwitch ? 'dingtalk-switch' : 'dingtalk-tick' });
  if (isSwitch) element.setAttribute('role', 'switch');
  return {
    ...{ element, layout: 'row' },
    read: () => element.checked,
    write: (value) => {
      element.checked = value === true;
    },
    onChange: (changed) => element.addEventListener('change', changed),
  };
}

function select(field: JsonObject): Control {
  const options = optionsOf(field);
  const element = h(
    'select',
    {},
    h('option', { value: '' }, textOf(field.placeholder) || '请选择'),
    ...options.map(({ value, text }) => h('option', { value }, text)),
  );
  return {
    ...{ element, layout: 'column' },
    read: () => element.value || undefined,
    write: (value) => {
      element.value = textOf(isObject(value) ? value.value : value);
    },
    onChange: (changed) => element.addEventListener('change', changed),
  };
}

/** A list to tick one or several of. */
function ticks(field: JsonObject, type: 'radio' | 'checkbox'): Control {
  groups += 1;
  const group = `dingtalk-group-${groups}`;
  const boxes = optionsOf(field).map(({ value, text }) => ({
    value,
    text,
    box: h('input', { type, name: group, value }),
  }));
  const element = h(
    'div',
    { class: 'dingtalk-choices', role: type === 'radio' ? 'radiogroup' : 'group' },
    ...boxes.map(({ box, text }) => h('label', {}, box, h('span', {}, text))),
  );
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ value }) => value);
  return {
    ...{ element, layout: 'column' },
    read: () => (type === 'radio' ? chosen()[0] : chosen().length > 0 ? chosen() : undefined),
    write: (value) => {
      const given = isObject(value) ? value.value : value;
      const values = Array.isArray(given) ? given : [given];
      for (const { box, value: own } of boxes) box.checked = values.includes(own);
    },
    onChange: (changed) => element.addEventListener('change', changed),
  };
}

/** A list of texts, one a line. */
function lines(field: JsonObject): Control {
  const element = h('textarea', { rows: 3, placeholder: textOf(field.placeholder) || '每行一项' });
  const control = input(element);
  return {
    ...control,
    read: () => {
      const texts = element.value.split('\n').filter((line) => line.trim() !== '');
      return texts.length > 0 ? texts : undefined;
    },
    write: (value) => {
      element.value = Array.isArray(value) ? value.map((line) => textOf(line)).join('\n') : '';
    },
  };
}
