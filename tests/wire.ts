import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface RawAnswer {
  /** 0: the connection was closed without an answer. */
  status: number;
  head: string;
  body: string;
  ms: number;
}

export interface RawRequest {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  /** The bytes as they go out, one write each; `content-length` is theirs unless the headers say otherwise. */
  body?: (string | Buffer)[];
  /** Between the writes. */
  pauseMs?: number;
  /** Half-closes the connection after the last write. */
  hangUp?: boolean;
  /** In place of everything before the body. */
  head?: string;
}

/** One HTTP exchange written by hand, for what no client would send. Resolves once the server closes, or has answered. */
export function exchange(url: string, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { method = 'POST', body = [], pauseMs = 0, hangUp = false } = request;
  const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  const headers: Record<string, string> = {
    host: hostname,
    connection: 'close',
    'content-length': String(length),
    ...request.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = request.head ?? `${[`${method} ${request.path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
  const begun = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let ended = false;
    const socket = connect(Number(port), hostname);
    const finish = () => {
      ended = true;
      socket.destroy();
      const text = Buffer.concat(chunks).toString('utf8');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
      const [top = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status, head: top, body: rest.join('\r\n\r\n'), ms: performance.now() - begun });
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', finish);
    socket.on('connect', async () => {
      socket.write(head);
      for (const part of body) {
        if (pauseMs > 0) await delay(pauseMs);
        if (ended) return;
        socket.write(part);
      }
      if (hangUp) socket.end();
    });
  });
}
