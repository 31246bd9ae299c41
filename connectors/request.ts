import { lookup as resolve } from 'node:dns';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { isPublicAddress } from './address.js';

export interface GuardedRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  body?: string;
  /** For the whole exchange. */
  timeoutMs: number;
  maxBytes: number;
  /** `host` or `host:port` that may be private, and may be spoken to without TLS. */
  privateHosts: readonly string[];
}

export interface GuardedResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/**
 * Why no answer came. `forbidden`: an address we do not call; `unreached`: nothing was sent (no such name, connection
 * refused, a certificate that is not right); `tooLarge`; `broken`: it may have been received, and nobody can tell.
 */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly why: 'forbidden' | 'unreached' | 'tooLarge' | 'broken';

  constructor(why: 'forbidden' | 'unreached' | 'tooLarge' | 'broken', message: string) {
    super(message);
    this.why = why;
  }
}

/**
 * One HTTP exchange with an address that somebody configured, safe against being sent into our own network: HTTPS to
 * public addresses only, unless the host is listed as private. The address is checked where the connection is made, so a
 * name that resolves differently the second time gains nothing. Redirects are answers like any other and never followed.
 *
 * @throws {RequestFailed}
 */
export async function guardedRequest(asked: GuardedRequest): Promise<GuardedResponse> {
  const url = allowedUrl(asked.url, asked.privateHosts);
  const trusted = isListed(url, asked.privateHosts);
  return new Promise((done, fail) => {
    let connected = false;
    const failed = (error: unknown): void => fail(failure(error, connected, url.host));
    const outgoing = (url.protocol === 'https:' ? secure : plain)(
      url,
      {
        method: asked.method,
        headers: asked.headers,
        agent: false,
        signal: AbortSignal.timeout(asked.timeoutMs),
        ...(trusted ? {} : { lookup: publicLookup }),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= asked.maxBytes) chunks.push(chunk);
          else
            answer.destroy(
              new RequestFailed('tooLarge', `${url.host} sent more than ${asked.maxBytes} bytes`),
            );
        });
        answer.on('error', failed);
        answer.on('end', () =>
          done({
            status: answer.statusCode ?? 0,
            headers: flat(answer.headers),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    outgoing.on('error', failed);
    outgoing.end(asked.body);
  });
}

/** The address, if it is one we may call. @throws {RequestFailed} `forbidden` */
export function allowedUrl(text: string, privateHosts: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw forbidden(`not an http(s) address`);
  if (url.username || url.password) throw forbidden(`an address may not carry a password`);
  if (isListed(url, privateHosts)) return url;
  if (url.protocol !== 'https:')
    throw forbidden(`${url.host} is not spoken to over HTTPS and not listed in privateHosts`);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) && !isPublicAddress(literal)) throw forbidden(`${url.host} is not a public address`);
  return url;
}

const isListed = (url: URL, hosts: readonly string[]): boolean =>
  hosts.includes(url.host) || hosts.includes(url.hostname);

const forbidden = (why: string): RequestFailed => new RequestFailed('forbidden', why);

/** Resolves a name to its public addresses only. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0);
    const addresses = found.filter(({ address }) => isPublicAddress(address));
    const [first] = addresses;
    if (!first) return callback(forbidden(`${hostname} resolves to no public address`), '', 0);
    if (options.all) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};

function failure(error: unknown, connected: boolean, host: string): RequestFailed {
  if (error instanceof RequestFailed) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new RequestFailed(connected ? 'broken' : 'unreached', `${host}: ${reason}`);
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) result[name] = String(value);
  return result;
}
