import { locales, text } from '../i18n/texts.js';

/** What a text kept ready may leave open, under `canned.variable.<name>` in every language. */
export const variables = ['customer', 'agent', 'code', 'order', 'orderStatus', 'queue', 'company'] as const;
export type Variable = (typeof variables)[number];

/** What each stands for now; '' where there is nothing it could stand for. */
export type Values = Readonly<Record<Variable, string>>;

const places = /[{｛]\s*([^{}｛｝\s]{1,30})\s*[}｝]/gu;

const byName: ReadonlyMap<string, Variable> = new Map(
  variables.flatMap((name) =>
    [name, ...locales.map((locale) => text(locale, `canned.variable.${name}`))].map(
      (written) => [written.toLowerCase(), name] as const,
    ),
  ),
);

const variableOf = (written: string): Variable | undefined => byName.get(written.toLowerCase());

/** The words with their variables filled in, in one pass: a value is data, whatever it looks like. */
export const filled = (words: string, values: Values): string =>
  words.replace(places, (whole: string, written: string) => {
    const name = variableOf(written);
    return name === undefined ? whole : values[name];
  });

/** What stands in braces and is no variable, as it was written. */
export const unknownIn = (words: string): string[] => [
  ...new Set(
    [...words.matchAll(places)].flatMap(([whole, written = '']) => (variableOf(written) ? [] : [whole])),
  ),
];

/** The variables that have nothing to stand for. */
export const missingIn = (words: string, values: Values): Variable[] => [
  ...new Set(
    [...words.matchAll(places)].flatMap(([, written = '']) => {
      const name = variableOf(written);
      return name !== undefined && values[name] === '' ? [name] : [];
    }),
  ),
];
