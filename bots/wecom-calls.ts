import { z } from 'zod';
import { SendError } from '../core/ports/courier.js';
import { sendErrorOf } from './wecom-errors.js';

export interface Call {
  method: 'GET' | 'POST';
  /** Below the platform's address. */
  path: string;
  query?: Record<string, string>;
  body?: object | FormData;
  /** It changes nothing that people see, so losing its answer costs nothing: look-ups, uploads, tokens. */
  harmless?: boolean;
  timeoutMs?: number;
}

const answerSchema = z.object({ errcode: z.number(), errmsg: z.string().catch('') });

/**
 * One call of WeCom's API. Its address holds a token or a key and is never told to anybody; neither is what `fetch` says of
 * an address it could not reach.
 * @throws {SendError} also for an answer with another `errcode` than 0, whatever its HTTP status
 */
export async function ask<T>(baseUrl: string, call: Call, schema: z.ZodType<T>): Promise<T> {
  const response = await fetchOf(baseUrl, call);
  return shaped(accepted(response.status, await textOf(response, call), call), schema, call);
}

/** The bytes of a file, and its name where one was given. @throws {SendError} */
export async function download(
  baseUrl: string,
  call: Call,
  maxBytes: number,
): Promise<{ bytes: Buffer; name?: string }> {
  const response = await fetchOf(baseUrl, call);
  const isFile =
    response.ok && !/^(application\/json|text\/plain)/.test(response.headers.get('content-type') ?? '');
  if (!isFile) {
    accepted(response.status, await textOf(response, call), call);
    throw new SendError('refused', 'no-file', 'WeCom answered a download with no file');
  }
  return { bytes: await bytesOf(response, maxBytes), ...nameOf(response) };
}

async function fetchOf(baseUrl: string, call: Call): Promise<Response> {
  const url = new URL(call.path, baseUrl);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const isForm = call.body instanceof FormData;
  try {
    return await fetch(url, {
      method: call.method,
      redirect: 'error',
      signal: AbortSignal.timeout(call.timeoutMs ?? 10_000),
      ...(call.body && !isForm && { headers: { 'content-type': 'application/json; charset=utf-8' } }),
      ...(call.body && { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
    });
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: call.harmless ?? false });
  }
}

async function textOf(response: Response, call: Call): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: call.harmless ?? false });
  }
}

/** The parsed body of an answer that says yes. */
function accepted(status: number, text: string, { harmless = false }: Call): unknown {
  const body = jsonIn(text);
  const known = answerSchema.safeParse(body).data;
  if (known?.errcode === 0 && status < 300) return body;
  throw sendErrorOf({ status, code: known?.errcode, message: known?.errmsg ?? 'no JSON', harmless });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** WeCom said yes, so what it did has been done, even if what it said about it can't be read. */
function shaped<T>(value: unknown, schema: z.ZodType<T>, { harmless }: Call): T {
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  const words = `WeCom's answer lacks what it should hold: ${found.error.message}`;
  throw new SendError(harmless ? 'later' : 'unknown', 'unreadable', words);
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

/** WeCom writes names in UTF-8 where HTTP reads Latin-1. */
function nameOf(response: Response): { name?: string } {
  const disposition = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  try {
    const name = encoded
      ? decodeURIComponent(encoded)
      : plain && Buffer.from(plain, 'latin1').toString('utf8');
    return name ? { name } : {};
  } catch {
    return plain ? { name: plain } : {};
  }
}
