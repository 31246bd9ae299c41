import pg from 'pg';

const { INT8, DATE } = pg.types.builtins;
const INT8_ARRAY: number = 1016; // not among pg's names

/**
 * How columns come back, where pg's own way does not suit: bigint as a number (our sequences and counts stay far below
 * 2^53; a larger one is an error rather than a wrong number), and date as its text, because midnight depends on where
 * the process runs. timestamptz is a Date, numeric a string, as pg has it.
 */
export function columnTypes(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  const textsOf: (array: string) => unknown = pg.types.getTypeParser(INT8_ARRAY);
  types.setTypeParser(INT8, safeInteger);
  types.setTypeParser(INT8_ARRAY, (array) => numbersIn(textsOf(array)));
  types.setTypeParser(DATE, (text) => text);
  return types;
}

function safeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`The bigint ${text} does not fit into a number; select it as text`);
  return number;
}

/** Arrays may have several dimensions, and nulls in them. */
function numbersIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersIn);
  return typeof value === 'string' ? safeInteger(value) : value;
}
