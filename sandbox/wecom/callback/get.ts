import http from 'node:http';
import https from 'node:https';
import type { PostResult } from '../../kernel/post.js';

/** Gets once, without following redirects, and gives up `deadlineMs` (real time) after it began. Never throws. */
export function get(url: string, deadlineMs: number): Promise<PostResult> {
  return new Promise((resolve) => {
    const request = (url.startsWith('https:') ? https : http).get(url, { agent: false });
    const timer = setTimeout(() => finish({ kind: 'timeout' }), deadlineMs);
    const finish = (result: PostResult) => {
      clearTimeout(timer);
      request.destroy();
      resolve(result);
    };
    const broken = (error: NodeJS.ErrnoException) =>
      finish({ kind: 'unreachable', code: error.code ?? error.message });
    request.on('error', broken);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', broken);
      response.on('end', () =>
        finish({
          kind: 'answered',
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
  });
}
