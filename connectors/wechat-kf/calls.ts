import { z } from 'zod';
import { SendError } from '../../core/ports/courier.js';
import { sendErrorOf } from './errors.js';
import { parseJson } from './fields.js';

export interface Call {
  method: 'GET' | 'POST';
  /** Below `/cgi-bin/`. */
  path: string;
  query?: Record<string, string>;
  body?: object;
  /** It changes nothing that people see, so losing its answer costs nothing. */
  harmless?: boolean;
  timeoutMs?: number;
}

const answerSchema = z.object({ errcode: z.number().default(0), errmsg: z.string().catch('') });

/** One call. Its address holds a token and is never told to anybody, and neither is what `fetch` says of it. */
export async function ask<T>(baseUrl: string, call: Call, schema: z.ZodType<T>): Promise<T> {
  const response = await fetchOf(baseUrl, call);
  const body = accepted(response.status, await textOf(response, call), call);
  const found = schema.safeParse(body);
  if (found.success) return found.data;
  // WeCom said yes, so what it did has been done, even if what it said about it can't be read.
  const fate = call.harmless ? 'later' : 'unknown';
  throw new SendError(fate, 'unreadable', `WeCom's answer lacks what it should hold: ${found.error.message}`);
}

/** The bytes of a file, and its name where one was given. @throws {SendError} */
export async function download(
  baseUrl: string,
  call: Call,
  maxBytes: number,
): Promise<{ bytes: Buffer; name?: string }> {
  const response = await fetchOf(baseUrl, call);
  const type = response.headers.get('content-type') ?? '';
  const attached = response.headers.has('content-disposition');
  if (!response.ok || (!attached && /^(application\/json|text\/plain)/.test(type))) {
    accepted(response.status, await textOf(response, call), call);
    throw new SendError('refused', 'no-file', 'WeCom answered a download with no file');
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.byteLength;
      if (size > maxBytes)
        throw new SendError('refused', 'too-big', `the file is larger than ${maxBytes} bytes`);
      parts.push(part);
    }
  } catch (cause) {
    throw cause instanceof SendError ? cause : sendErrorOf({ cause, harmless: true });
  }
  const name = nameIn(response.headers.get('content-disposition') ?? '');
  return { bytes: Buffer.concat(parts), ...(name && { name }) };
}

async function fetchOf(baseUrl: string, call: Call): Promise<Response> {
  const url = new URL(`/cgi-bin/${call.path}`, baseUrl);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const form = call.body instanceof FormData ? call.body : undefined;
  try {
    return await fetch(url, {
      method: call.method,
      redirect: 'error',
      signal: AbortSignal.timeout(call.timeoutMs ?? 10_000),
      ...(form && { body: form }),
      ...(call.body &&
        !form && {
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(call.body),
        }),
    });
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: call.harmless ?? false });
  }
}

async function textOf(response: Response, { harmless = false }: Call): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw sendErrorOf({ cause, harmless });
  }
}

/** The parsed body of an answer that says yes. */
function accepted(status: number, text: string, { harmless = false }: Call): unknown {
  const body = parseJson(text);
  const known = answerSchema.safeParse(body).data;
  if (known?.errcode === 0 && status < 300) return body;
  throw sendErrorOf({
    status,
    message: known?.errmsg ?? '',
    harmless,
    ...(known?.errcode && { code: known.errcode }),
  });
}

/** WeCom writes names in UTF-8 where HTTP reads Latin-1. */
function nameIn(disposition: string): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  try {
    return encoded ? decodeURIComponent(encoded) : plain && Buffer.from(plain, 'latin1').toString('utf8');
  } catch {
    return plain;
  }
}
