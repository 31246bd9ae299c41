import type { Request } from '../kernel/http.js';
import { readMultipart } from '../kernel/multipart.js';
import { refuse } from './refusal.js';
import type { Wechat } from './wechat.js';
import type { Account, Media } from './world.js';

const MB = 1024 * 1024;

/** Source: 新增临时素材. */
const kinds: Readonly<Record<Media['type'], { max: number; mimeOf: (bytes: Buffer) => string | undefined }>> =
  {
    image: { max: 10 * MB, mimeOf: imageMime },
    voice: { max: 2 * MB, mimeOf: voiceMime },
    video: { max: 10 * MB, mimeOf: (bytes) => (isMp4(bytes) ? 'video/mp4' : undefined) },
    thumb: {
      max: 64 * 1024,
      mimeOf: (bytes) => (imageMime(bytes) === 'image/jpeg' ? 'image/jpeg' : undefined),
    },
  };

/** PNG, JPEG, GIF and BMP. */
export function imageMime(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 8).toString('hex');
  if (start === '89504e470d0a1a0a') return 'image/png';
  if (start.startsWith('ffd8ff')) return 'image/jpeg';
  if (start.startsWith('47494638')) return 'image/gif';
  return start.startsWith('424d') ? 'image/bmp' : undefined;
}

export function voiceMime(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 5).toString('latin1') === '#!AMR') return 'audio/amr';
  const isMp3 =
    bytes.subarray(0, 3).toString('latin1') === 'ID3' || (bytes[0] === 0xff && (bytes[1] ?? 0) >= 0xe0);
  return isMp3 ? 'audio/mpeg' : undefined;
}

export const isMp4 = (bytes: Buffer): boolean => bytes.subarray(4, 8).toString('latin1') === 'ftyp';

const isKind = (type: unknown): type is Media['type'] =>
  typeof type === 'string' && Object.hasOwn(kinds, type);

export function upload({ files }: Wechat, account: Account, request: Request): Record<string, unknown> {
  const type = request.query.get('type');
  if (!isKind(type)) refuse(40004);
  const part = readMultipart(request.headers['content-type'], request.body)?.find(
    ({ name }) => name === 'media',
  );
  if (!part?.fileName || part.body.length === 0) refuse(41005);
  const { max, mimeOf } = kinds[type];
  if (part.body.length > max) refuse(45001, `${type}: at most ${max} bytes`);
  const mime = mimeOf(part.body) ?? refuse(40004, `the bytes are no ${type} that WeChat takes`);
  const kept = files.keep(part.body, { account: account.id, type, name: part.fileName, mime });
  const id = type === 'thumb' ? { thumb_media_id: kept.id } : { media_id: kept.id };
  return { type, ...id, created_at: Math.floor(kept.at / 1000) };
}

/** A video is not given itself, but told where it is. Source: 获取临时素材. */
export function download(
  { files }: Wechat,
  account: Account,
  request: Request,
  origin: string,
): Record<string, unknown> | { file: Buffer; mime: string; name: string } {
  const found = files.current(account.id, request.query.get('media_id')) ?? refuse(40007);
  if (found.type === 'video') return { video_url: `${origin}/wechat-official/media/${found.id}` };
  return { file: files.read(found), mime: found.mime, name: found.name };
}
