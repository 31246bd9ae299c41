import { randomBytes } from 'node:crypto';
import { type ZodType, z } from 'zod';
import type { PanelInput } from '../cards/card.js';
import { type Locale, text } from '../i18n/texts.js';
import { secretPrefix } from '../operations/secrets.js';

/** One field of a schema, as a form asks for it. */
export interface Field {
  /** Where its value stands: `title`, `imap.host`. */
  path: string;
  label: string;
  hint: string;
  required: boolean;
  secret: boolean;
  /** We make it at random when nobody gives one. */
  made: boolean;
  kind: 'text' | 'number' | 'flag' | 'list' | 'choice';
  choices: string[];
  maxLength: number;
}

const node = z.object({
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  items: z.object({ type: z.string().optional() }).optional(),
  anyOf: z.array(z.unknown()).optional(),
  enum: z.array(z.string()).optional(),
  const: z.unknown().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  secret: z.boolean().default(false),
  made: z.boolean().default(false),
  maxLength: z.number().optional(),
  default: z.unknown().optional(),
});

const fieldsMax = 40;
const lengthMax = 1_000;

/**
 * The fields of an account's or a workspace's schema, so that its form is made and never written by hand. What a form can't
 * ask for (a list of records) keeps its default.
 */
export function fieldsOf(schema: ZodType): Field[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return inside(json, '', true).slice(0, fieldsMax);
}

function inside(given: unknown, prefix: string, required: boolean): Field[] {
  const object = node.safeParse(given).data;
  if (!object) return [];
  // Of several shapes, all that any of them asks for.
  const shapes = object.properties
    ? [object]
    : (object.anyOf ?? []).flatMap((one) => node.safeParse(one).data ?? []);
  const seen = new Set<string>();
  return shapes.flatMap(({ properties = {}, required: needed }) =>
    Object.entries(properties).flatMap(([name, value]) => {
      const path = prefix + name;
      if (seen.has(path)) return [];
      seen.add(path);
      return fieldsAt(value, path, required && shapes.length === 1 && needed.includes(name));
    }),
  );
}

function fieldsAt(given: unknown, path: string, required: boolean): Field[] {
  const found = node.safeParse(given).data;
  if (!found) return [];
  if (found.properties) return inside(given, `${path}.`, required);
  const kind = kindOf(found);
  if (kind === undefined || found.const !== undefined) return [];
  return [
    {
      path,
      label: found.title ?? path,
      hint: found.description ?? '',
      required: required && !found.made,
      secret: found.secret,
      made: found.made,
      kind,
      choices: kind === 'flag' ? ['yes', 'no'] : (found.enum ?? []),
      maxLength: Math.min(found.maxLength ?? lengthMax, lengthMax),
    },
  ];
}

function kindOf({ type, items, anyOf, enum: choices }: z.infer<typeof node>): Field['kind'] | undefined {
  if (choices) return 'choice';
  if (type === 'string') return 'text';
  if (type === 'boolean') return 'flag';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'array') return items?.type === 'string' || items?.type === 'integer' ? 'list' : undefined;
  const isPlain = anyOf?.some((one) => ['string', 'number'].includes(node.safeParse(one).data?.type ?? ''));
  return isPlain ? 'text' : undefined;
}

const idOf = ({ path, secret }: Field): string => (secret ? secretPrefix : 'field.') + path;

/** The inputs of a form; what is there already stands in them, but for secrets, which are never shown. */
export function inputsOf(fields: readonly Field[], locale: Locale, now?: unknown): PanelInput[] {
  return fields.map((field) => {
    const value = field.secret ? '' : shown(at(now, field.path));
    const placeholder = field.secret
      ? text(
          locale,
          now !== undefined ? 'setup.keepSecret' : field.made ? 'setup.madeByUs' : 'setup.fillSecret',
        )
      : field.hint || field.label;
    return {
      id: idOf(field),
      kind: field.choices.length > 0 ? 'choice' : field.kind === 'list' ? 'lines' : 'line',
      label: field.label,
      placeholder,
      required: field.required && !(field.secret && now !== undefined),
      maxLength: field.maxLength,
      value,
      options: field.choices.map((choice) => ({
        value: choice,
        label: field.kind === 'flag' ? text(locale, choice === 'yes' ? 'setup.yes' : 'setup.no') : choice,
      })),
    };
  });
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined),
      value,
    );
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/**
 * What a form came to, as the schema wants it. A secret that was left empty stays what it was, or is made where we make
 * it; any other field that was left empty goes back to its default.
 * @param opened  opens what was sealed for the way
 */
export async function valuesOf(
  fields: readonly Field[],
  form: Readonly<Record<string, unknown>>,
  before: unknown,
  opened: (sealed: string) => Promise<string>,
): Promise<Record<string, unknown>> {
  const values = structuredClone(typeof before === 'object' && before !== null ? { ...before } : {});
  for (const field of fields) {
    const given = form[idOf(field)];
    const words = typeof given === 'string' ? given.trim() : '';
    if (field.secret) {
      const secret = words === '' ? '' : (await opened(words)).trim();
      if (secret !== '') put(values, field.path, secret);
      else if (field.made && at(values, field.path) === undefined)
        put(values, field.path, randomBytes(32).toString('base64url'));
    } else put(values, field.path, typed(field, words));
  }
  return values;
}

function typed({ kind }: Field, words: string): unknown {
  if (kind === 'list') return words.split(/[\s,，、]+/).filter((word) => word !== '');
  if (words === '') return undefined;
  if (kind === 'number') return Number.isFinite(Number(words)) ? Number(words) : words;
  return kind === 'flag' ? words === 'yes' : words;
}

function put(values: object, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  if (['__proto__', 'constructor', 'prototype'].some((name) => path.includes(name))) return;
  let inner = values;
  for (const name of names) {
    const next: unknown = Reflect.get(inner, name);
    if (typeof next === 'object' && next !== null) inner = next;
    else {
      if (value === undefined) return;
      const made = {};
      Reflect.set(inner, name, made);
      inner = made;
    }
  }
  if (value === undefined) Reflect.deleteProperty(inner, last);
  else Reflect.set(inner, last, value);
}

/** "perMinute.messages: …", never with a value in it. */
export const problemsOf = (error: z.ZodError): string =>
  error.issues
    .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    .join('; ')
    .slice(0, 600);
