import { z } from 'zod';
import type { BotParts } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { DingtalkCredentials } from './credentials.js';
import { isTokenCode, sendErrorOf } from './errors.js';
import { parseJson } from './fields.js';
import { hostsOf } from './hosts.js';
import { tokenAnswer, tokens } from './token.js';

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the host's address. */
  path: string;
  query?: Record<string, string>;
  body?: object | FormData;
  /** It changes nothing that people see, so losing its answer costs nothing: look-ups, uploads, tokens. */
  harmless?: boolean;
  /** It does not count against the month: tokens, logging in, the directory. Source: 服务端API 调用限流. */
  free?: boolean;
  timeoutMs?: number;
}

export interface DingtalkClient {
  /** A call of the newer API (`/v1.0/…`), in the shape asked for. @throws {SendError} */
  call<T>(call: Call, shape: z.ZodType<T>): Promise<T>;
  /** A call of the older API (`/topapi/…`, `/media/…`). @throws {SendError} */
  callOld<T>(call: Call, shape: z.ZodType<T>): Promise<T>;
  /** A call of the newer API in somebody else's name, or in nobody's. @throws {SendError} */
  callAs<T>(token: string | undefined, call: Call, shape: z.ZodType<T>): Promise<T>;
}

const refusalSchema = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  /** What shuts an address out is not the API and speaks otherwise. */
  status: z.number().optional().catch(undefined),
  wait: z.number().optional().catch(undefined),
});
/** Samples have the code as a number and as a string. 88 is no reason; the reason stands beside it. */
const oldSchema = z.object({
  errcode: z.union([z.number(), z.string()]).transform(String),
  errmsg: z.string().catch(''),
  sub_code: z.union([z.number(), z.string()]).transform(String).optional().catch(undefined),
  sub_msg: z.string().optional().catch(undefined),
});

/** What was asked too often is turned away with this, and not counted. */
const turnedAway = 403;

/**
 * Calls DingTalk's two APIs over `fetch`. Every call has a time-out, a refused token is replaced and the call made once
 * more, once. What shuts an address out (HTML, or JSON of its own) is no answer of the API and taken for what it is.
 */
export function dingtalkClient(credentials: DingtalkCredentials, parts: BotParts): DingtalkClient {
  const hosts = hostsOf(parts.baseUrl);
  const held = tokens(credentials, parts, async () => {
    const body = { appKey: credentials.clientId, appSecret: credentials.clientSecret };
    const path = '/v1.0/oauth2/accessToken';
    const call: Call = { method: 'POST', path, body, harmless: true, free: true };
    return shaped(answered(await fetched(hosts.api, call), call), tokenAnswer, call);
  });

  async function fetched(host: string, call: Call, token?: string): Promise<Answer> {
    const url = new URL(call.path, host);
    for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
    const isForm = call.body instanceof FormData;
    try {
      const response = await fetch(url, {
        method: call.method,
        redirect: 'error',
        signal: AbortSignal.timeout(call.timeoutMs ?? 10_000),
        headers: {
          accept: 'application/json',
          ...(token && { 'x-acs-dingtalk-access-token': token }),
          ...(call.body && !isForm && { 'content-type': 'application/json; charset=utf-8' }),
        },
        ...(call.body && { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
      });
      if (!call.free && response.status !== turnedAway) parts.used?.(1);
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw sendErrorOf({ cause, harmless: call.harmless ?? false });
    }
  }

  /** @param take  makes the call; a `SendError` about the token from it leads to one more try with a fresh one */
  async function authorised<T>(take: (token: string) => Promise<T>): Promise<T> {
    const token = await held.current();
    try {
      return await take(token);
    } catch (error) {
      if (!(error instanceof SendError) || !isTokenCode(error.code)) throw error;
      await held.forget(token);
      return await take(await held.current());
    }
  }

  return {
    call: (call, shape) =>
      authorised(async (token) => shaped(answered(await fetched(hosts.api, call, token), call), shape, call)),
    callOld: (call, shape) =>
      authorised(async (token) => {
        const query = { ...call.query, access_token: token };
        return shaped(answeredOld(await fetched(hosts.oapi, { ...call, query }), call), shape, call);
      }),
    callAs: async (token, call, shape) =>
      shaped(answered(await fetched(hosts.api, call, token), call), shape, call),
  };
}

interface Answer {
  status: number;
  text: string;
}

/** The parsed body of an answer that says yes. */
function answered({ status, text }: Answer, { harmless = false }: Call): unknown {
  const body = parseJson(text);
  const refusal = refusalSchema.safeParse(body).data;
  if (status < 300 && refusal && refusal.code === undefined && refusal.status === undefined) return body;
  const code = refusal?.code ?? refusal?.status?.toString();
  throw sendErrorOf({ status, code, message: refusal?.message ?? 'no JSON', wait: refusal?.wait, harmless });
}

function answeredOld({ status, text }: Answer, call: Call): unknown {
  const { harmless = false } = call;
  const body = parseJson(text);
  const known = oldSchema.safeParse(body).data;
  if (known?.errcode === '0' && status < 300) return body;
  if (!known) return answered({ status, text }, call);
  const code = known.errcode === '88' ? (known.sub_code ?? '88') : known.errcode;
  throw sendErrorOf({ status, code, message: known.sub_msg ?? known.errmsg, harmless });
}

/** DingTalk said yes, so what it did has been done, even if what it said about it can't be read. */
function shaped<T>(value: unknown, schema: z.ZodType<T>, { harmless }: Call): T {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  throw new SendError(
    harmless ? 'later' : 'unknown',
    'unreadable',
    `DingTalk's answer lacks what it should hold: ${found.error.message}`,
  );
}
