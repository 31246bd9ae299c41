import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Response } from '../../core/ports/delivery.js';

const files = {
  'cards.js': new URL('../../cards/html/public/cards.js', import.meta.url),
  'cards.css': new URL('../../cards/html/public/cards.css', import.meta.url),
  'page.js': new URL('./public/page.js', import.meta.url),
  'page.css': new URL('./public/page.css', import.meta.url),
} as const;
export type AssetName = keyof typeof files;

interface Asset {
  plain: Buffer;
  zipped: Buffer;
  version: string;
}
export type Assets = Readonly<Record<AssetName, Asset>>;

let loading: Promise<Assets> | undefined;

/** What pages are made of, read once. */
export function assets(): Promise<Assets> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Assets> {
  const [cardsJs, cardsCss, pageJs, pageCss] = await Promise.all([
    one('cards.js'),
    one('cards.css'),
    one('page.js'),
    one('page.css'),
  ]);
  return { 'cards.js': cardsJs, 'cards.css': cardsCss, 'page.js': pageJs, 'page.css': pageCss };
}

async function one(name: AssetName): Promise<Asset> {
  const plain = await readFile(files[name]);
  const version = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  return { plain, zipped: gzipSync(plain, { level: 9 }), version };
}

/** Its address from a page: the version in it lets browsers keep it for good. */
export const assetAddress = (from: Assets, name: AssetName): string => `assets/${from[name].version}/${name}`;

/** Any version is answered with the newest: a page that was open during an update still finds what it asks for. */
export async function serveAsset(
  { version, name }: { version: string; name: string },
  acceptEncoding: string,
): Promise<Response | undefined> {
  const from = await assets();
  if (!isAsset(name)) return undefined;
  const { plain, zipped, version: newest } = from[name];
  const zips = /\bgzip\b/.test(acceptEncoding);
  return {
    status: 200,
    headers: {
      'content-type': name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
      'cache-control': version === newest ? 'public, max-age=31536000, immutable' : 'no-store',
      vary: 'Accept-Encoding',
      ...(zips && { 'content-encoding': 'gzip' }),
    },
    body: zips ? zipped : plain,
  };
}

const isAsset = (name: string): name is AssetName => Object.hasOwn(files, name);
