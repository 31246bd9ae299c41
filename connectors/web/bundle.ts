import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { ChannelRequest } from '../../core/ports/connector.js';
import type { Response } from '../../core/ports/delivery.js';

interface Bundle {
  plain: Buffer;
  zipped: Buffer;
  etag: string;
}
let bundle: Promise<Bundle> | undefined;

/** The widget itself, which any page may load; a browser asks again after five minutes, and mostly hears "not modified". */
export async function serveBundle({ headers }: ChannelRequest): Promise<Response> {
  bundle ??= load();
  const { plain, zipped, etag } = await bundle;
  const common = {
    etag,
    vary: 'Accept-Encoding',
    'cache-control': 'public, max-age=300',
    'content-type': 'text/javascript; charset=utf-8',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  };
  if (headers['if-none-match']?.includes(etag)) return { status: 304, headers: common, body: '' };
  const zips = /\bgzip\b/.test(headers['accept-encoding'] ?? '');
  if (zips) return { status: 200, headers: { ...common, 'content-encoding': 'gzip' }, body: zipped };
  return { status: 200, headers: common, body: plain };
}

async function load(): Promise<Bundle> {
  const plain = await readFile(new URL('./public/widget.js', import.meta.url));
  const etag = `"${createHash('sha256').update(plain).digest('hex').slice(0, 20)}"`;
  return { plain, zipped: gzipSync(plain, { level: 9 }), etag };
}
