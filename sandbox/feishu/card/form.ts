import { isRecord } from '../../kernel/shape.js';
import { NotPressable } from './not-pressable.js';

/** Checks and reads what a person put into a form, the way the client does before it submits. */
export function formValues(
  form: Record<string, unknown>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const fields = fieldsOf(form.elements);
  const names = new Set(fields.map((field) => field.name));
  const stray = Object.keys(given).find((name) => !names.has(name));
  if (stray !== undefined) {
    throw new NotPressable(`the form has no field ${stray}; it has ${[...names].join(', ') || 'none'}`);
  }
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (typeof field.name !== 'string') continue;
    const value = Object.hasOwn(given, field.name) ? given[field.name] : initial(field);
    const empty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    const required = field.required ?? String(field.tag).startsWith('multi_select_');
    if (empty && required === true) throw new NotPressable(`${field.name} must be filled in`);
    if (!empty) values[field.name] = fieldValue(field, value);
    else if (field.tag === 'input') values[field.name] = '';
  }
  return values;
}

const fieldTags = new Set([
  ...['input', 'select_static', 'multi_select_static', 'select_person', 'multi_select_person'],
  ...['date_picker', 'picker_time', 'picker_datetime', 'checker', 'select_img'],
]);

function fieldsOf(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (!isRecord(value)) return [];
  const own = typeof value.tag === 'string' && fieldTags.has(value.tag) ? [value] : [];
  return [...own, ...fieldsOf(value.elements), ...fieldsOf(value.columns)];
}

function initial(field: Record<string, unknown>): unknown {
  if (field.tag === 'checker') return field.checked ?? false;
  if (typeof field.initial_index === 'number' && Array.isArray(field.options)) {
    const option = field.options[field.initial_index - 1];
    if (isRecord(option)) return option.value;
  }
  const keys = [
    'default_value',
    'initial_option',
    'selected_values',
    'initial_date',
    'initial_time',
    'initial_datetime',
  ];
  return keys.map((key) => field[key]).find((value) => value !== undefined);
}

const dates: Readonly<Record<string, RegExp>> = {
  date_picker: /^\d{4}-\d{2}-\d{2}( [+-]\d{4})?$/,
  picker_time: /^\d{2}:\d{2}( [+-]\d{4})?$/,
  picker_datetime: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}( [+-]\d{4})?$/,
};

/** One field's value in the form Feishu delivers; refuses what the client would not let a person enter. */
export function fieldValue(field: Record<string, unknown>, value: unknown): unknown {
  const tag = String(field.tag);
  if (tag === 'checker') return check(typeof value === 'boolean', field, 'true or false') && value;
  if (tag.startsWith('multi_select_') || (tag === 'select_img' && field.multi_select === true)) {
    check(
      Array.isArray(value) && value.every((item) => isOption(field, item)),
      field,
      'a list of its options',
    );
    return value;
  }
  check(typeof value === 'string', field, 'a string');
  const text = String(value);
  if (tag === 'input') {
    check(
      [...text].length <= Number(field.max_length ?? 1000),
      field,
      `at most ${field.max_length ?? 1000} characters`,
    );
    return text;
  }
  const form = dates[tag];
  if (form) {
    check(form.test(text), field, 'a date or time as in its initial value');
    return / [+-]\d{4}$/.test(text) ? text : `${text} +0800`;
  }
  check(isOption(field, text), field, 'one of its options');
  return text;
}

function isOption(field: Record<string, unknown>, value: unknown): boolean {
  const options = Array.isArray(field.options) ? field.options : [];
  const anyPerson = options.length === 0 && String(field.tag).endsWith('select_person');
  return anyPerson || options.some((option) => isRecord(option) && option.value === value);
}

function check(fits: boolean, field: Record<string, unknown>, wanted: string): true {
  if (!fits) throw new NotPressable(`${field.name ?? field.tag} takes ${wanted}`);
  return true;
}
