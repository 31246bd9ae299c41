import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Reply } from './http.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** A page's file from `dir`; `undefined` if there is none. Only kinds of file that belong to a page are given out. */
export async function staticFile(dir: string, name: string): Promise<Reply | undefined> {
  const file = path.resolve(dir, `.${name === '/' ? '/index.html' : name}`);
  const type = types[path.extname(file)];
  if (!type || !file.startsWith(path.resolve(dir) + path.sep) || file.endsWith('.test.js')) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  return (
    bytes && { status: 200, headers: { 'content-type': type, 'cache-control': 'no-cache' }, body: bytes }
  );
}
