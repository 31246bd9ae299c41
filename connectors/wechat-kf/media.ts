import { z } from 'zod';
import type { OutgoingMedia } from '../../core/ports/courier.js';
import { SendError } from '../../core/ports/courier.js';
import type { KfClient } from './client.js';
import { id } from './fields.js';

type MediaKind = 'image' | 'voice' | 'video' | 'file';

const megabyte = 1024 * 1024;
/** What WeCom takes as what. Source: developer.work.weixin.qq.com, 上传临时素材 (path/90253). */
const takes: Record<MediaKind, { types: RegExp; bytesMax: number }> = {
  image: { types: /^image\/(jpeg|png)$/, bytesMax: 10 * megabyte },
  voice: { types: /^audio\/(amr|x-amr)$/, bytesMax: 2 * megabyte },
  video: { types: /^video\/mp4$/, bytesMax: 10 * megabyte },
  file: { types: /./, bytesMax: 20 * megabyte },
};
/** Nothing of so few bytes is taken. */
const BYTES_MIN = 6;
const downloadBytesMax = 32 * megabyte;

const uploaded = z.object({ media_id: id });

/**
 * Uploads a file for three days. What WeCom can't show as what it is (a recording that is not AMR) goes as a file.
 * @returns undefined for what it takes in no form
 * @throws {SendError}
 */
export async function upload(
  client: KfClient,
  media: OutgoingMedia,
): Promise<{ kind: MediaKind; mediaId: string } | undefined> {
  const bytes = await media.bytes().catch(() => {
    throw new SendError('later', 'no-bytes', 'the file could not be read');
  });
  const kind = [media.type, 'file' as const].find(
    (one) =>
      bytes.length >= BYTES_MIN && bytes.length <= takes[one].bytesMax && takes[one].types.test(media.mime),
  );
  if (!kind) return undefined;
  const body = new FormData();
  body.set('media', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
  const call = {
    method: 'POST',
    path: 'media/upload',
    query: { type: kind },
    body,
    harmless: true,
    timeoutMs: 60_000,
  } as const;
  const { media_id: mediaId } = await client.call(call, uploaded);
  return { kind, mediaId };
}

export const downloadMedia = (client: KfClient, handle: string): Promise<{ bytes: Buffer; name?: string }> =>
  client.download(
    { method: 'GET', path: 'media/get', query: { media_id: handle }, harmless: true, timeoutMs: 60_000 },
    downloadBytesMax,
  );
