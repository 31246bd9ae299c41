/** Why a value does not fit: `path` names the place (`chats[0].kind`), `message` what was wanted there. */
export class Misshapen extends Error {
  constructor(
    readonly path: string,
    readonly wanted: string,
  ) {
    super(path ? `${path}: ${wanted}` : wanted);
  }
}

/** Reads a value from outside, or throws {@link Misshapen}. A schema library would cost a third of the memory budget. */
export type Shape<T> = (value: unknown, path: string) => T;
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text =
  (limits: { min?: number; max?: number } = {}): Shape<string> =>
  (value, path) => {
    if (typeof value !== 'string') throw new Misshapen(path, 'a string is required');
    if (value.length < (limits.min ?? 0)) throw new Misshapen(path, `the min len is ${limits.min}`);
    if (value.length > (limits.max ?? Infinity)) throw new Misshapen(path, `the max len is ${limits.max}`);
    return value;
  };

export const number: Shape<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misshapen(path, 'a number is required');
  return value;
};

export const boolean: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Misshapen(path, 'true or false is required');
  return value;
};

export const anything: Shape<unknown> = (value) => value;

export const record: Shape<Record<string, unknown>> = (value, path) => {
  if (!isRecord(value)) throw new Misshapen(path, 'an object is required');
  return value;
};

export const oneOf =
  <const T extends string>(...options: T[]): Shape<T> =>
  (value, path) => {
    const found = options.find((option) => option === value);
    if (found === undefined) throw new Misshapen(path, `options: [${options.join(',')}]`);
    return found;
  };

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, path) =>
    value === undefined || value === null ? undefined : shape(value, path);

export const list =
  <T>(shape: Shape<T>, limits: { min?: number; max?: number } = {}): Shape<T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new Misshapen(path, 'a list is required');
    if (value.length < (limits.min ?? 0)) throw new Misshapen(path, `the min len is ${limits.min}`);
    if (value.length > (limits.max ?? Infinity)) throw new Misshapen(path, `the max len is ${limits.max}`);
    return value.map((item, index) => shape(item, `${path}[${index}]`));
  };

export const dictionary =
  <T>(shape: Shape<T>): Shape<Record<string, T>> =>
  (value, path) =>
    Object.fromEntries(
      Object.entries(record(value, path)).map(([key, item]) => [key, shape(item, `${path}.${key}`)]),
    );

type Fields = Record<string, Shape<unknown>>;
type Read<F extends Fields> = { [K in keyof F]: Shaped<F[K]> };

/** An object with these fields; others are ignored. */
export const object =
  <F extends Fields>(fields: F): Shape<Read<F>> =>
  (value, path) => {
    const given = record(value, path);
    const read: Partial<Read<F>> = {};
    for (const key in fields) assign(read, key, fields, given[key], path === '' ? key : `${path}.${key}`);
    return complete(read, fields);
  };

/** The same, but a field it does not know is a mistake worth telling. */
export const strictObject =
  <F extends Fields>(fields: F): Shape<Read<F>> =>
  (value, path) => {
    const unknown = Object.keys(record(value, path)).filter((key) => !(key in fields));
    if (unknown.length > 0) throw new Misshapen(path, `unknown field ${unknown.join(', ')}`);
    return object(fields)(value, path);
  };

function assign<F extends Fields, K extends keyof F>(
  read: Partial<Read<F>>,
  key: K,
  fields: F,
  value: unknown,
  path: string,
): void {
  const shape: Shape<unknown> | undefined = fields[key];
  if (shape) Object.assign(read, { [key]: shape(value, path) });
}

function complete<F extends Fields>(read: Partial<Read<F>>, fields: F): Read<F> {
  const whole = (value: Partial<Read<F>>): value is Read<F> =>
    Object.keys(fields).every((key) => key in value);
  if (!whole(read)) throw new Misshapen('', 'a field was not read');
  return read;
}
