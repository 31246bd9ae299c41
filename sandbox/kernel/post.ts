import http from 'node:http';
import https from 'node:https';

export type PostResult =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'timeout' }
  | { kind: 'unreachable'; code: string };

const ANSWER_BYTES_MAX = 1024 * 1024;

/** Posts once, without following redirects, and gives up `deadlineMs` (real time) after it began. Never throws. */
export function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  deadlineMs: number,
): Promise<PostResult> {
  return new Promise((resolve) => {
    // A connection of its own each time: one kept open may die under an event that nobody would then have refused.
    const options = {
      agent: false,
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    };
    const request = (url.startsWith('https:') ? https : http).request(url, options);
    const timer = setTimeout(() => finish({ kind: 'timeout' }), deadlineMs);
    const finish = (result: PostResult) => {
      clearTimeout(timer);
      request.destroy();
      resolve(result);
    };
    request.on('error', (error: NodeJS.ErrnoException) =>
      finish({ kind: 'unreachable', code: error.code ?? error.message }),
    );
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= ANSWER_BYTES_MAX) chunks.push(chunk);
      });
      response.on('end', () =>
        finish({
          kind: 'answered',
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      response.on('error', () => finish({ kind: 'unreachable', code: 'ECONNRESET' }));
    });
    request.end(body);
  });
}
