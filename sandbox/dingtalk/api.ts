import type { Request } from '../kernel/http.js';
import { Misshapen, type Shape } from '../kernel/shape.js';
import { OldRefusal, Refusal } from './refusal.js';
import type { App, Person } from './world.js';

/** What a handler gets: the app by its token, and the person where the token speaks for one. */
export interface Call {
  app: App;
  person: Person | undefined;
  request: Request;
}

interface Pattern {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  pattern: string;
}

/** A call with a token; it is counted and limited, unless `free` by the list of what an organisation need not pay for. */
export interface Route extends Pattern {
  /** Whose token it takes; left out: the app's own. */
  token?: 'user';
  permission?: string;
  /** Source: basic-interfaces-such-as-log-off-and-address-book. */
  free?: boolean;
  handle: (call: Call) => Record<string, unknown>;
}

/** A call that brings its credential itself: in the body, or in the address. */
export interface OpenRoute extends Pattern {
  /** Answers in XML whoever does not ask for JSON, as the official client's author found. */
  isXmlByDefault?: boolean;
  handle: (request: Request) => Record<string, unknown>;
}

export interface Routes {
  withToken: readonly Route[];
  open: readonly OpenRoute[];
}

/** The paths of `oapi.dingtalk.com`, which refuse with HTTP 200. */
export const isOld = (path: string): boolean => /^\/(gettoken$|topapi\/|media\/|robot\/)/.test(path);

/** Reads a JSON body; what does not fit is refused in the manner of the path. */
export function readJson<T>(request: Request, shape: Shape<T>): T {
  const refuse = (why: string): never => {
    if (isOld(request.path)) throw new OldRefusal(40035, `不合法的参数: ${why}`);
    throw new Refusal('param.invalid', why);
  };
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8') || '{}');
  } catch {
    return refuse('the body is not valid JSON');
  }
  try {
    return shape(value, '');
  } catch (error) {
    return refuse(error instanceof Misshapen ? error.message : String(error));
  }
}
