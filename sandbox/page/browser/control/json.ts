/** Content and cards are a bot's free JSON: they are read field by field, and a field of the wrong kind counts as absent. */
export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

export const objectsOf = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export function textOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : otherwise;
}

/** The words of a text object: its zh-CN translation where it has one, else its content. */
export function wordsOf(value: unknown): string {
  const object = objectOf(value);
  return (
    textOf(objectOf(object.i18n_content).zh_cn) ||
    textOf(objectOf(object.i18n).zh_cn) ||
    textOf(object.content)
  );
}
