import { isRecord } from '../../kernel/shape.js';
import type { TemplateFile, Variable } from './template.js';

type Strings = Readonly<Record<string, string>>;

/** Keys that mean something to every card and stand in no variable list. Sources: configure-widescreen-cards; the AI templates. */
export const specialKeys: Readonly<Record<string, string>> = {
  config: 'object',
  flowStatus: 'string',
  lastMessage: 'string',
  _IC_AIGC_DETAIL_URL: 'object',
  sys_full_json_obj: 'object',
};

/**
 * What one viewer's client knows when it draws: each variable with its own type. For a private variable the viewer's
 * value wins and the public one stands in for it; what does not fit its type is as if it were not there.
 * Sources: variable-type (私有变量), instructions-for-filling-in-api-card-data.
 */
export function readData(
  template: TemplateFile,
  cardData: Strings,
  privateData: Strings | undefined,
): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [key, type] of Object.entries(specialKeys)) {
    const raw = cardData[key];
    if (raw !== undefined) data[key] = typed(type, raw);
  }
  for (const variable of template.variables) {
    const own = variable.private ? privateData?.[variable.name] : undefined;
    const raw = own ?? cardData[variable.name];
    if (raw !== undefined) data[variable.name] = typed(variable.type, raw);
  }
  return data;
}

const textTypes = new Set(['string', 'markdown']);

/** The value a string stands for, or `undefined` when it is none of that type. */
export function typed(type: string, raw: string): unknown {
  if (textTypes.has(type)) return raw;
  if (type === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : undefined;
  if (type === 'number') return raw.trim() !== '' && Number.isFinite(Number(raw)) ? Number(raw) : undefined;
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return undefined;
  }
  return problemOfType(type, value) === undefined ? value : undefined;
}

/** Why a parsed value is not of a variable's type; `undefined` when it is. Types nobody knows take anything. */
export function problemOfType(type: string, value: unknown): string | undefined {
  const each = (fits: (item: unknown) => boolean, wanted: string) =>
    Array.isArray(value) && value.every(fits) ? undefined : wanted;
  switch (type) {
    case 'string':
    case 'markdown':
      return typeof value === 'string' ? undefined : 'a string';
    case 'number':
      return typeof value === 'number' ? undefined : 'a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'object':
    case 'table':
    case 'chart':
      return isRecord(value) ? undefined : 'an object';
    case 'form':
      return isRecord(value) && Array.isArray(value.fields) ? undefined : 'an object with fields';
    case 'loopArray':
      return each(isRecord, 'a list of objects');
    case 'stringArray':
      return each((item) => typeof item === 'string', 'a list of strings');
    case 'numberArray':
      return each((item) => typeof item === 'number', 'a list of numbers');
    case 'booleanArray':
      return each((item) => typeof item === 'boolean', 'a list of true and false');
    default:
      return undefined;
  }
}

export const fieldsOf = ({ fields }: Variable): ReadonlyMap<string, Variable> =>
  new Map(fields.map((field) => [field.name, field]));
