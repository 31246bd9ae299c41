import type { Request } from '../kernel/http.js';
import { isRecord, Misshapen, type Shape } from '../kernel/shape.js';
import { refuse } from './refusal.js';
import type { App } from './world.js';

/** What a handler of the API gets; `app` is that of the token. */
export interface Call {
  app: App;
  /** The app's agentId as text: its key everywhere. */
  id: string;
  request: Request;
  body: Record<string, unknown>;
}

/** Fields beside `errcode` and `errmsg`, or bytes. */
export type Result = Record<string, unknown> | { file: Buffer; mime: string; name: string };

export const isFile = (result: Result): result is { file: Buffer; mime: string; name: string } =>
  Buffer.isBuffer(result.file) && typeof result.mime === 'string' && typeof result.name === 'string';

export interface Route {
  method: 'GET' | 'POST';
  path: string;
  /** Also, or only, for the token of 通讯录同步, which belongs to no app. */
  contacts?: 'too' | 'only';
  handle: (call: Call) => Result;
}

/** Parses a JSON body; `{}` for none. */
export function readBody(request: Request): Record<string, unknown> {
  if (request.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {}
  return refuse(40058, 'the body is not a JSON object');
}

/** Reads parameters by a shape; what does not fit is 40058, as WeCom says of wrong types, lengths and counts. */
export function readShape<T>(value: unknown, shape: Shape<T>): T {
  try {
    return shape(value, '');
  } catch (error) {
    if (error instanceof Misshapen) return refuse(40058, `${error.path || 'body'}: ${error.wanted}`);
    throw error;
  }
}

/** WeCom takes numbers in strings too where it wants a number. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}
