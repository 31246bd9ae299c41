/** What people read, by language and key. Texts are written in `zh-CN/` and `en/`, one file per area. */
import { en } from './en.js';
import type { Placeholder } from './translation.js';
import { zhCN } from './zh-CN.js';

export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

type Texts = typeof zhCN;

/** `area.key`, such as `robot.welcome` or `card.state.waiting`. */
export type TextKey = { [Area in keyof Texts]: `${Area}.${keyof Texts[Area] & string}` }[keyof Texts];

type TextOf<Key> = Key extends `${infer Area}.${infer Name}`
  ? Area extends keyof Texts
    ? Name extends keyof Texts[Area]
      ? Texts[Area][Name]
      : never
    : never
  : never;

/** The values a text needs: none, or one for each of its placeholders. */
export type TextValues<Key extends TextKey> = [Placeholder<TextOf<Key>>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholder<TextOf<Key>>, string | number>>];

const catalogues: Record<Locale, Record<string, Record<string, string>>> = { 'zh-CN': zhCN, en };

/**
 * One text with its values filled in. Values are taken as they are: braces in a customer's name stay braces, and
 * escaping for a surface is the surface's work.
 *
 * @throws {Error} for a key or placeholder that the types would have refused
 */
export function text<Key extends TextKey>(locale: Locale, key: Key, ...[values]: TextValues<Key>): string {
  return fill(find(locale, key), key, values ?? {});
}

function find(locale: Locale, key: string): string {
  const dot = key.indexOf('.');
  const found = catalogues[locale][key.slice(0, dot)]?.[key.slice(dot + 1)];
  if (found === undefined) throw new Error(`No text ${key} in ${locale}: add it to core/i18n/${locale}/`);
  return found;
}

/** One pass, so that a value that looks like a placeholder is not filled in again. */
function fill(template: string, key: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`Text ${key} needs a value for {${name}}`);
    return String(value);
  });
}
