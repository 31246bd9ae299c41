import type { Request } from '../kernel/http.js';
import { Misshapen, type Shape } from '../kernel/shape.js';
import { fieldInvalid, Refusal } from './refusal.js';
import type { App } from './world.js';

/** What a handler of the open API gets and gives. */
export interface Call {
  app: App;
  request: Request;
}

/** `data` goes under `data`; `flat` beside `code` and `msg`; `file` is the bytes themselves. */
export type Result =
  | { data: Record<string, unknown> }
  | { flat: Record<string, unknown> }
  | { file: Buffer; mime: string; name: string };

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  pattern: string;
  /** Any of these lets an app in; none means every app may. */
  scopes?: readonly string[];
  handle: (call: Call) => Result;
}

/** Reads a JSON body; Feishu's own words for what is wrong with it. */
export function readJson<T>(request: Request, shape: Shape<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8') || '{}');
  } catch {
    throw new Refusal(9499, 'Bad Request: the body is not valid JSON');
  }
  try {
    return shape(value, '');
  } catch (error) {
    if (error instanceof Misshapen) throw fieldInvalid(error.path, error.wanted);
    throw error;
  }
}

export function readOption<const T extends string>(
  request: Request,
  name: string,
  options: readonly T[],
  otherwise?: T,
): T {
  const given = request.query.get(name);
  if (given === null && otherwise !== undefined) return otherwise;
  const found = options.find((option) => option === given);
  if (found === undefined) {
    throw fieldInvalid(name, given === null ? `${name} is required` : `options: [${options.join(',')}]`);
  }
  return found;
}

/** One page of a list: `page_token` is the place to go on from. */
export function page<T>(
  request: Request,
  all: readonly T[],
  limits: { size: number; max: number },
): { items: T[]; has_more: boolean; page_token: string } {
  const size = Number(request.query.get('page_size') || limits.size);
  const start = Number(request.query.get('page_token') || 0);
  if (!Number.isInteger(size) || size < 1 || size > limits.max) {
    throw fieldInvalid('page_size', `a whole number from 1 to ${limits.max}`);
  }
  if (!Number.isInteger(start) || start < 0) throw fieldInvalid('page_token', 'the page_token is invalid');
  const end = start + size;
  const more = end < all.length;
  return { items: all.slice(start, end), has_more: more, page_token: more ? String(end) : '' };
}
