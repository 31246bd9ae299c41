import { isRecord } from '../../kernel/shape.js';
import type { FormField } from './drawn.js';
import { words } from './expression.js';
import { NotPressable } from './not-pressable.js';
import { recordsOf } from './template.js';

/** Source: form-variables. */
export const fieldTypes = [
  ...['TEXT', 'TEXT_AREA', 'TEXT_ARRAY', 'NUMBER', 'SELECT', 'MULTI_SELECT', 'DATE', 'TIME', 'DATETIME'],
  ...['CHECKBOX', 'SWITCH', 'CHECKBOX_GROUP', 'MULTI_CHECKBOX_GROUP'],
];

/** The fields of a `form` variable. Both spellings of the default occur in the documents. */
export const readFields = (form: unknown): FormField[] =>
  recordsOf(isRecord(form) ? form.fields : undefined).map((field) => ({
    name: words(field.name),
    label: words(field.label),
    type: words(field.type),
    hidden: field.hidden === true,
    required: field.required === true,
    requiredMsg: words(field.requiredMsg) || `${words(field.label)}是必填项`,
    readOnly: field.readOnly === true,
    placeholder: words(field.placeholder),
    value: field.defaultValue ?? field.defautValue,
    options: recordsOf(field.options).map(({ value, text }) => ({ value: words(value), text: words(text) })),
    rows: typeof field.minRows === 'number' ? field.minRows : 3,
  }));

/**
 * What a form sends: a value per field, hidden and read-only ones with their defaults. `given` is what the person typed
 * and chose, by name: texts, numbers, booleans, an option's value or several.
 */
export function formValues(
  fields: readonly FormField[],
  given: Record<string, unknown>,
): Record<string, unknown> {
  const known = new Map(fields.map((field) => [field.name, field]));
  for (const name of Object.keys(given)) {
    const field = known.get(name);
    if (!field)
      throw new NotPressable(`the form has no field ${name}; it has ${[...known.keys()].join(', ')}`);
    if (field.hidden || field.readOnly) throw new NotPressable(`${name} cannot be edited`);
  }
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const value = field.name in given ? fieldValue(field, given[field.name]) : defaultOf(field);
    if (field.required && isMissing(value)) throw new NotPressable(field.requiredMsg);
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

const isMissing = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Array.isArray(value.index) && value.index.length === 0);

function defaultOf({ type, value }: FormField): unknown {
  if (value !== undefined) return value;
  return type === 'CHECKBOX' || type === 'SWITCH' ? false : undefined;
}

function fieldValue(field: FormField, given: unknown): unknown {
  const wrong = (wanted: string): never => {
    throw new NotPressable(`${field.name}: ${wanted}`);
  };
  const texts = () =>
    Array.isArray(given) && given.every((item) => typeof item === 'string')
      ? given.map(String)
      : wrong('a list');
  switch (field.type) {
    case 'NUMBER':
      return typeof given === 'number' ? given : wrong('a number');
    case 'CHECKBOX':
    case 'SWITCH':
      return typeof given === 'boolean' ? given : wrong('true or false');
    case 'SELECT': {
      const index = indexOf(field, given);
      return { index, value: field.options[index]?.value };
    }
    case 'MULTI_SELECT': {
      const index = texts().map((value) => indexOf(field, value));
      return { index, value: index.map((at) => field.options[at]?.value) };
    }
    case 'CHECKBOX_GROUP':
      return field.options[indexOf(field, given)]?.value;
    case 'MULTI_CHECKBOX_GROUP':
      return texts().map((value) => field.options[indexOf(field, value)]?.value);
    case 'TEXT_ARRAY':
      return texts();
    default:
      return typeof given === 'string' ? given : wrong('a text');
  }
}

function indexOf({ name, options }: FormField, value: unknown): number {
  const index = options.findIndex((option) => option.value === value);
  if (index < 0)
    throw new NotPressable(
      `${name} has no option ${value}; it has ${options.map((o) => o.value).join(', ')}`,
    );
  return index;
}
