import type { Request } from '../kernel/http.js';
import { type Part, readMultipart } from '../kernel/multipart.js';
import type { Call, Result, Route } from './api.js';
import type { Corp } from './corp.js';
import { refuse } from './refusal.js';
import type { Resource } from './world.js';

const MB = 1024 * 1024;
const BYTES_MIN = 5;

/** Source: 上传临时素材 (sizes, formats), 获取临时素材, 上传图片. */
const kinds: Readonly<
  Record<Resource['kind'], { max: number; mimeOf: (bytes: Buffer) => string | undefined }>
> = {
  image: { max: 10 * MB, mimeOf: (bytes) => imageMime(bytes) },
  voice: { max: 2 * MB, mimeOf: (bytes) => (isAmr(bytes) ? 'audio/amr' : undefined) },
  video: { max: 10 * MB, mimeOf: (bytes) => (isMp4(bytes) ? 'video/mp4' : undefined) },
  file: { max: 20 * MB, mimeOf: () => 'application/octet-stream' },
};

export const mediaRoutes = (corp: Corp): Route[] => [
  { method: 'POST', path: '/cgi-bin/media/upload', handle: ({ request }) => upload(corp, request) },
  { method: 'POST', path: '/cgi-bin/media/uploadimg', handle: (call) => uploadImage(corp, call) },
  { method: 'GET', path: '/cgi-bin/media/get', handle: (call) => download(corp, call) },
];

/** JPG and PNG; nothing else is an image to WeCom. */
export function imageMime(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 8).toString('hex');
  if (start === '89504e470d0a1a0a') return 'image/png';
  return start.startsWith('ffd8ff') ? 'image/jpeg' : undefined;
}

export const isAmr = (bytes: Buffer): boolean => bytes.subarray(0, 5).toString('latin1') === '#!AMR';
export const isMp4 = (bytes: Buffer): boolean => bytes.subarray(4, 8).toString('latin1') === 'ftyp';

export const kindOf = (type: unknown): Resource['kind'] | undefined =>
  type === 'image' || type === 'voice' || type === 'video' || type === 'file' ? type : undefined;

/** Keeps bytes as media of this kind, if WeCom would. */
export function keepMedia(
  corp: Pick<Corp, 'files'>,
  kind: Resource['kind'],
  bytes: Buffer,
  name: string,
): Resource {
  const { max, mimeOf } = kinds[kind];
  if (bytes.length <= BYTES_MIN) refuse(44001);
  if (bytes.length > max) refuse(45001, `${kind}: at most ${max} bytes`);
  const mime = mimeOf(bytes);
  if (!mime) refuse(40007, `the bytes are no ${kind} that WeCom takes`);
  return corp.files.keep(bytes, { kind, name, mime });
}

/** @param allowed which types this address takes */
export function upload(corp: Corp, request: Request, allowed?: readonly Resource['kind'][]): Result {
  const kind = kindOf(request.query.get('type'));
  if (!kind || (allowed && !allowed.includes(kind))) refuse(40058, 'type');
  const { body, fileName } = mediaPart(request);
  const kept = keepMedia(corp, kind, body, fileName ?? kind);
  return { type: kind, media_id: kept.key, created_at: String(Math.floor(kept.at / 1000)) };
}

function mediaPart(request: Request): Part {
  const parts = readMultipart(request.headers['content-type'], request.body);
  return (
    parts?.find(({ name, fileName }) => name === 'media' && fileName) ?? refuse(44001, 'a file named media')
  );
}

function uploadImage(corp: Corp, { request }: Call): Result {
  const { body, fileName } = mediaPart(request);
  const kept = keepMedia(corp, 'image', body, fileName ?? 'image');
  return { url: `${corp.origin()}/control/resources/${kept.key}` };
}

function download(corp: Corp, { request }: Call): Result {
  const found = corp.files.current(request.query.get('media_id'));
  if (!found) refuse(40007);
  return { file: corp.files.read(found), mime: found.mime, name: found.name };
}
