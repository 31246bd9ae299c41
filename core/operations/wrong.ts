import { type Locale, text } from '../i18n/texts.js';

/**
 * What to say of a field that is not right. One that has to be chosen, and was not, is asked for by its name; a platform
 * that can't keep a button from being pressed before sends it empty.
 */
export function wrongWords(locale: Locale, input: unknown, field: string): string {
  const given = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined;
  const name = nameOf(locale, field);
  return given === ''
    ? text(locale, 'error.notChosen', { field: name })
    : text(locale, 'error.invalidValue', { field: name });
}

function nameOf(locale: Locale, field: string): string {
  switch (field) {
    case 'conversation':
    case 'reason':
    case 'to':
      return text(locale, `error.field.${field}`);
    default:
      return field;
  }
}
