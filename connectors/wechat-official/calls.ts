import { z } from 'zod';
import { SendError } from '../../core/ports/courier.js';
import { sendErrorOf } from './errors.js';

export interface Call {
  method: 'GET' | 'POST';
  /** Below the account's `baseUrl`. */
  path: string;
  query?: Record<string, string>;
  body?: object;
  /** It changes nothing that people see, so losing its answer costs nothing: uploads, downloads, tokens. */
  harmless?: boolean;
  timeoutMs?: number;
}

/** An answer, read to its end. */
export interface Answer {
  type: string;
  bytes: Buffer;
}

const verdictSchema = z.object({ errcode: z.number(), errmsg: z.string().catch('') });
const jsonBytesMax = 1024 * 1024;

/**
 * One call of WeChat's API. Its address holds a token and is never told to anybody; neither is what `fetch` says of an
 * address it could not reach. Where something is given, WeChat leaves `errcode` out.
 * @throws {SendError} also for an answer with another `errcode` than 0, whatever its HTTP status
 */
export async function ask<T>(baseUrl: string, call: Call, schema: z.ZodType<T>): Promise<T> {
  const answer = await answerTo(baseUrl, call, jsonBytesMax);
  return readAnswer(answer, call, schema);
}

/** WeChat said yes, so what it did has been done, even if what it said about it can't be read. */
export function readAnswer<T>({ bytes }: Answer, { harmless }: Call, schema: z.ZodType<T>): T {
  const found = schema.safeParse(jsonIn(bytes));
  if (found.success) return found.data;
  const words = `WeChat's answer lacks what it should hold: ${found.error.message}`;
  throw new SendError(harmless ? 'later' : 'unknown', 'unreadable', words);
}

/** The answer as it came, where it is no refusal. @throws {SendError} */
export async function answerTo(baseUrl: string, call: Call, maxBytes: number): Promise<Answer> {
  const { harmless = false } = call;
  const response = await fetchOf(baseUrl, call);
  const bytes = await bytesOf(response, maxBytes, harmless);
  const type = response.headers.get('content-type') ?? '';
  const isJson = /^(application\/json|text\/)/.test(type) || bytes.subarray(0, 1).toString() === '{';
  const verdict = isJson ? verdictSchema.safeParse(jsonIn(bytes)).data : undefined;
  const { status } = response;
  if (verdict && verdict.errcode !== 0)
    throw sendErrorOf({ status, code: verdict.errcode, message: verdict.errmsg, harmless });
  if (status >= 300 || (isJson && jsonIn(bytes) === undefined))
    throw sendErrorOf({ status, message: 'no JSON', harmless });
  return { type, bytes };
}

async function fetchOf(baseUrl: string, call: Call): Promise<Response> {
  const query = new URLSearchParams(call.query).toString();
  const url = `${baseUrl.replace(/\/$/, '')}${call.path}${query ? `?${query}` : ''}`;
  const { body, harmless = false, timeoutMs = 10_000 } = call;
  const isForm = body instanceof FormData;
  try {
    return await fetch(url, {
      method: call.method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && !isForm && { headers: { 'content-type': 'application/json; charset=utf-8' } }),
      ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
  } catch (cause) {
    throw sendErrorOf({ cause, harmless });
  }
}

async function bytesOf(response: Response, maxBytes: number, harmless: boolean): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.byteLength;
      if (size > maxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    throw sendErrorOf({ cause, harmless });
  }
  if (size > maxBytes)
    throw new SendError('refused', 'too-big', `the answer is larger than ${maxBytes} bytes`);
  return Buffer.concat(parts);
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
