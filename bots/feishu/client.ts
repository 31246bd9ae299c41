import { z } from 'zod';
import type { BotParts } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { FeishuCredentials } from './credentials.js';
import { isTokenCode, sendErrorOf } from './errors.js';
import { parseJson } from './fields.js';
import { tokenAnswer, tokens } from './token.js';

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the platform's address, ids encoded. */
  path: string;
  query?: Record<string, string>;
  body?: object | FormData;
  /** It changes nothing that people see, so losing its answer costs nothing: look-ups, uploads, tokens. */
  harmless?: boolean;
  timeoutMs?: number;
}

export interface FeishuClient {
  /** `data` of the answer, in the shape asked for. @throws {SendError} */
  call<T>(call: Call, data: z.ZodType<T>): Promise<T>;
  /** The bytes of a resource, and its name where one was given. @throws {SendError} */
  download(call: Call, maxBytes: number): Promise<{ bytes: Buffer; name?: string }>;
}

const answerSchema = z.object({ code: z.number(), msg: z.string().catch('') });

/**
 * Calls Feishu's open API over `fetch`. Every call has a time-out, an answer with `code` other than 0 is an error whatever
 * its HTTP status, and a refused token is replaced and the call made once more, once.
 */
export function feishuClient(credentials: FeishuCredentials, parts: BotParts): FeishuClient {
  const { appId, appSecret } = credentials;
  const fetchOf = (call: Call, token?: string) => fetchFrom(parts.baseUrl, call, token);
  const held = tokens(credentials, parts, async () => {
    const body = { app_id: appId, app_secret: appSecret };
    const path = '/open-apis/auth/v3/tenant_access_token/internal';
    const request: Call = { method: 'POST', path, body, harmless: true };
    return callOnce(parts.baseUrl, request, tokenAnswer);
  });

  /** @param take  reads the answer; a `SendError` about the token from it leads to one more try with a fresh one */
  async function authorised<T>(call: Call, take: (response: Response) => Promise<T>): Promise<T> {
    const token = await held.current();
    try {
      return await take(await fetchOf(call, token));
    } catch (error) {
      if (!(error instanceof SendError) || !isTokenCode(Number(error.code))) throw error;
      await held.forget(token);
      return await take(await fetchOf(call, await held.current()));
    }
  }

  return {
    call: (call, data) =>
      authorised(call, async (response) => {
        const harmless = call.harmless ?? false;
        const answer = answered(await textOf(response, call), harmless);
        const carried =
          typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
        return shaped(carried ?? {}, data, harmless);
      }),
    download: (call, maxBytes) =>
      authorised(call, async (response) => {
        const isFile = response.ok && !response.headers.get('content-type')?.startsWith('application/json');
        if (!isFile) {
          answered(await textOf(response, call), true);
          throw new SendError('refused', 'no-file', 'Feishu answered a download with no file');
        }
        return { bytes: await bytesOf(response, maxBytes), ...nameOf(response) };
      }),
  };
}

/** One call with whatever token it takes; its answer whole, for the few that do not hold what they say in `data`. @throws {SendError} */
export async function callOnce<T>(
  baseUrl: string,
  call: Call,
  answer: z.ZodType<T>,
  token?: string,
): Promise<T> {
  const harmless = call.harmless ?? false;
  return shaped(
    answered(await textOf(await fetchFrom(baseUrl, call, token), call), harmless),
    answer,
    harmless,
  );
}

async function fetchFrom(baseUrl: string, call: Call, token?: string): Promise<Response> {
  const url = new URL(call.path, baseUrl);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const isForm = call.body instanceof FormData;
  try {
    return await fetch(url, {
      method: call.method,
      redirect: 'error',
      signal: AbortSignal.timeout(call.timeoutMs ?? 10_000),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(call.body && !isForm && { 'content-type': 'application/json; charset=utf-8' }),
      },
      ...(call.body && { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
    });
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: call.harmless ?? false });
  }
}

interface Answer {
  status: number;
  text: string;
  reset: string | null;
}

async function textOf(response: Response, call: Call): Promise<Answer> {
  try {
    const reset = response.headers.get('x-ogw-ratelimit-reset');
    return { status: response.status, text: await response.text(), reset };
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: call.harmless ?? false });
  }
}

/** The parsed body of an answer that says yes. */
function answered({ status, text, reset }: Answer, harmless: boolean): unknown {
  const body = parseJson(text);
  const known = answerSchema.safeParse(body).data;
  if (known?.code === 0 && status < 300) return body;
  const resetSeconds = reset !== null && /^\d{1,6}$/.test(reset) ? Number(reset) : undefined;
  throw sendErrorOf({ status, code: known?.code, message: known?.msg ?? 'no JSON', resetSeconds, harmless });
}

/** Feishu said yes, so what it did has been done, even if what it said about it can't be read. */
function shaped<T>(value: unknown, schema: z.ZodType<T>, harmless: boolean): T {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  throw new SendError(
    harmless ? 'later' : 'unknown',
    'unreadable',
    `Feishu's answer lacks what it should hold: ${found.error.message}`,
  );
}

async function bytesOf(response: Response, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.byteLength;
      if (size > maxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: true });
  }
  if (size > maxBytes) throw new SendError('refused', 'too-big', `the file is larger than ${maxBytes} bytes`);
  return Buffer.concat(parts);
}

function nameOf(response: Response): { name?: string } {
  const disposition = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  try {
    const name = encoded === undefined ? plain : decodeURIComponent(encoded);
    return name ? { name } : {};
  } catch {
    return plain ? { name: plain } : {};
  }
}
