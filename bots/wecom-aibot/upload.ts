import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type OutgoingMedia, SendError } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';
import type { Ask } from './over-line.js';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const chunkBytes = 512 * kilobyte;
/** The pages and the SDK's own comment say 1; the code of the SDK (1.0.7) that everybody runs sends 0. */
const firstChunk = 0;
/** A chunk is taken once however often it is sent. */
const attemptsMax = 3;
const minBytes = 6;
const fileMax = 20 * megabyte;
const limits = { image: 10 * megabyte, voice: 2 * megabyte, video: 10 * megabyte } as const;
const titleMaxBytes = 128;

const begun = z.object({ body: z.object({ upload_id: z.string().min(1) }) });
const done = z.object({ body: z.object({ media_id: z.string().min(1) }) });

export interface Uploaded {
  type: 'image' | 'file' | 'voice' | 'video';
  /** Lives three days. */
  id: string;
  title: string;
}

/**
 * Uploads a file over the long connection, in pieces. What WeCom can't show as what it is (a recording that is not AMR, a
 * picture too large) goes as a file; what it can't take at all is refused with the fallback to words.
 * Source: developer.work.weixin.qq.com, 智能机器人长连接 → 上传临时素材; 上传临时素材.
 * @throws {SendError}
 */
export async function upload(ask: Ask, media: OutgoingMedia, key: string): Promise<Uploaded> {
  const bytes = await readBytes(media);
  if (bytes.length < minBytes || bytes.length > fileMax) {
    throw new SendError('refused', 'file-size', 'WeCom takes files of 6 bytes to 20 MB', { fallback: true });
  }
  const type = typeFor(media, bytes.length);
  const filename = storable(media.name) || type;
  const chunks = Math.ceil(bytes.length / chunkBytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const init = { type, filename, total_size: bytes.length, total_chunks: chunks, md5 };
  const { upload_id } = shaped(
    await harmless(() => ask('aibot_upload_media_init', `${key}-init`, init)),
    begun,
  );
  for (let index = 0; index < chunks; index += 1) {
    const piece = bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    const body = { upload_id, chunk_index: firstChunk + index, base64_data: piece.toString('base64') };
    await patiently((attempt) => ask('aibot_upload_media_chunk', `${key}-chunk-${index}-${attempt}`, body));
  }
  const finish = await harmless(() => ask('aibot_upload_media_finish', `${key}-finish`, { upload_id }));
  return { type, id: shaped(finish, done).media_id, title: shortened(filename) };
}

function typeFor({ type, mime }: OutgoingMedia, size: number): Uploaded['type'] {
  if (type === 'image' && /^image\/(jpeg|png)$/.test(mime) && size <= limits.image) return 'image';
  if (type === 'voice' && /^audio\/(amr|3gpp)\b/.test(mime) && size <= limits.voice) return 'voice';
  if (type === 'video' && mime === 'video/mp4' && size <= limits.video) return 'video';
  return 'file';
}

async function readBytes(media: OutgoingMedia): Promise<Buffer> {
  try {
    return await media.bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SendError('later', 'media-unavailable', `the file to send could not be read: ${reason}`);
  }
}

/** Nothing is seen of an upload, so one that was lost on the way can be begun anew. */
async function harmless<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof SendError && error.fate === 'unknown')
      throw new SendError('later', error.code, error.message);
    throw error;
  }
}

async function patiently(step: (attempt: number) => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return void (await harmless(() => step(attempt)));
    } catch (error) {
      const isWorthwhile = error instanceof SendError && error.fate === 'later' && error.code !== 'no-line';
      if (!isWorthwhile || attempt >= attemptsMax) throw error;
    }
  }
}

function shaped<T>(value: unknown, schema: z.ZodType<{ body: T }>): T {
  const found = schema.safeParse(value).data;
  if (!found)
    throw new SendError('later', 'unreadable', "WeCom's answer to an upload lacks what it should hold");
  return found.body;
}

function shortened(title: string): string {
  let kept = '';
  for (const character of title) {
    if (Buffer.byteLength(kept + character) > titleMaxBytes) break;
    kept += character;
  }
  return kept;
}
