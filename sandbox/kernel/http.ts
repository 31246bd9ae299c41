import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** What the path's `:names` stood for. */
  params: Record<string, string>;
}

/** An answer; `body` objects are sent as JSON. `hold` takes the response over (a stream, or a fault that never answers). */
export type Reply =
  | { status: number; headers?: Record<string, string>; body: Record<string, unknown> | Buffer | string }
  | { hold: (response: ServerResponse, request: IncomingMessage) => void };

const BODY_BYTES_MAX = 64 * 1024 * 1024;

export class BodyTooLarge extends Error {}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > BODY_BYTES_MAX) throw new BodyTooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export async function readRequest(request: IncomingMessage): Promise<Request> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: await readBody(request),
    params: {},
  };
}

export function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if ('hold' in reply) {
    reply.hold(response, request);
    return;
  }
  const json = typeof reply.body === 'object' && !Buffer.isBuffer(reply.body);
  const body =
    typeof reply.body === 'string' || Buffer.isBuffer(reply.body) ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...(json ? { 'content-type': 'application/json; charset=utf-8' } : {}),
    'content-length': Buffer.byteLength(body),
    ...reply.headers,
  });
  response.end(body);
}

/** Cuts the connection without an answer, as a broken network would. */
export const cut = (afterMs = 0): Reply => ({
  hold: (response) => {
    if (afterMs <= 0) response.socket?.destroy();
    else setTimeout(() => response.socket?.destroy(), afterMs).unref();
  },
});

/** The values of `:names` in `pattern` if `path` fits it (`/open-apis/im/v1/messages/:message_id`). */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(?<=.)\/$/, '').split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) {
      const decoded = decode(value);
      if (!decoded) return undefined;
      params[part.slice(1)] = decoded;
    } else if (part !== value) return undefined;
  }
  return params;
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
