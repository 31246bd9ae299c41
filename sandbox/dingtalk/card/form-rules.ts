import { isRecord } from '../../kernel/shape.js';
import { fieldTypes } from './form.js';
import type { Report } from './problem.js';
import { recordsOf } from './template.js';

const choices = new Set(['SELECT', 'MULTI_SELECT', 'CHECKBOX_GROUP', 'MULTI_CHECKBOX_GROUP']);
const rules: Readonly<Record<string, 'string' | 'boolean' | 'number'>> = {
  ...{ name: 'string', label: 'string', type: 'string', requiredMsg: 'string', placeholder: 'string' },
  ...{ format: 'string', addText: 'string', hidden: 'boolean', required: 'boolean', readOnly: 'boolean' },
  ...{ minRows: 'number', maxRows: 'number' },
};
const others = new Set(['options', 'defaultValue', 'defautValue']);
const patterns: Readonly<Record<string, RegExp>> = {
  DATE: /^\d{4}-\d{2}-\d{2}$/,
  TIME: /^\d{2}:\d{2}(:\d{2})?$/,
  DATETIME: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/,
};

/** The rules of a `form` variable's value. Source: form-variables. */
export function validateForm(form: unknown, path: string, report: Report): void {
  const fields = recordsOf(isRecord(form) ? form.fields : undefined);
  const names = new Set<unknown>();
  for (const [index, field] of fields.entries()) {
    const at = `${path}.fields[${index}]`;
    if (names.has(field.name)) report('unshown', `${at}.name`, `${field.name} is there twice`);
    names.add(field.name);
    validateField(field, at, report);
  }
}

function validateField(field: Record<string, unknown>, path: string, report: Report): void {
  for (const [key, value] of Object.entries(field)) {
    const wanted = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (wanted === undefined && !others.has(key))
      report('unshown', `${path}.${key}`, 'a field has no such property');
    else if (wanted !== undefined && typeof value !== wanted)
      report('unshown', `${path}.${key}`, `a ${wanted} is required`);
  }
  const { name, label, type, hidden, required } = field;
  const value = field.defaultValue ?? field.defautValue;
  if (typeof name !== 'string' || name === '') report('unshown', `${path}.name`, 'a name is required');
  if (typeof type !== 'string' || !fieldTypes.includes(type)) {
    report('unshown', `${path}.type`, `one of ${fieldTypes.join(', ')}`);
    return;
  }
  if (hidden !== true && !label) report('unshown', `${path}.label`, 'a label is required');
  if (hidden === true && required === true && value === undefined)
    report('unshown', path, 'nobody can fill a field that is hidden and required');
  if (choices.has(type)) validateOptions(field.options, `${path}.options`, report);
  if (value !== undefined && !fits(type, value, optionsOf(field)))
    report('unshown', `${path}.defaultValue`, `no value of a ${type}: ${JSON.stringify(value)}`);
}

function validateOptions(options: unknown, path: string, report: Report): void {
  const given = recordsOf(options);
  if (given.length === 0) report('unshown', path, 'at least one option is required');
  for (const [index, { value, text }] of given.entries())
    if (typeof value !== 'string' || typeof text !== 'string')
      report('unshown', `${path}[${index}]`, 'value and text are strings');
  const values = given.map(({ value }) => value);
  if (new Set(values).size < values.length) report('unshown', path, 'two options have the same value');
}

const optionsOf = ({ options }: Record<string, unknown>): unknown[] =>
  recordsOf(options).map(({ value }) => value);

function fits(type: string, value: unknown, options: readonly unknown[]): boolean {
  const chosen = (index: unknown, given: unknown) =>
    typeof index === 'number' && options[index] === given && given !== undefined;
  switch (type) {
    case 'NUMBER':
      return typeof value === 'number';
    case 'CHECKBOX':
    case 'SWITCH':
      return typeof value === 'boolean';
    case 'SELECT':
      return isRecord(value) && chosen(value.index, value.value);
    case 'MULTI_SELECT': {
      const { index, value: values } = isRecord(value) ? value : { index: undefined, value: undefined };
      if (!Array.isArray(index) || !Array.isArray(values) || index.length !== values.length) return false;
      return index.every((each, at) => chosen(each, values[at]));
    }
    case 'CHECKBOX_GROUP':
      return options.includes(value);
    case 'MULTI_CHECKBOX_GROUP':
      return Array.isArray(value) && value.every((each) => options.includes(each));
    case 'TEXT_ARRAY':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    default:
      return typeof value === 'string' && (value === '' || (patterns[type]?.test(value) ?? true));
  }
}
