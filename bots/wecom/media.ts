import { z } from 'zod';
import type { OutgoingMedia } from '../../core/ports/courier.js';
import { readBytes } from '../media-bytes.js';
import type { WecomClient } from './client.js';
import { id } from './fields.js';

export type MediaKind = 'image' | 'voice' | 'video' | 'file';

const megabyte = 1024 * 1024;

/** What WeCom takes as what. Source: developer.work.weixin.qq.com, 上传临时素材 (path/96484). */
const takes: Record<MediaKind, { types: RegExp; bytesMax: number }> = {
  image: { types: /^image\/(jpeg|png)$/, bytesMax: 10 * megabyte },
  voice: { types: /^audio\/(amr|x-amr)$/, bytesMax: 2 * megabyte },
  video: { types: /^video\/mp4$/, bytesMax: 10 * megabyte },
  file: { types: /./, bytesMax: 20 * megabyte },
};
/** Nothing of so few bytes is taken. */
const BYTES_MIN = 6;
const uploadMs = 60_000;

const uploaded = z.object({ media_id: id });

/**
 * Uploads a file for three days. What WeCom can't show as what it is (a picture in another format, a recording that is not
 * AMR) goes as a file.
 * @returns undefined for what it takes in no form
 * @throws {SendError}
 */
export async function upload(
  client: WecomClient,
  media: OutgoingMedia,
): Promise<{ kind: MediaKind; mediaId: string } | undefined> {
  const bytes = await readBytes(media);
  const kind = [media.type, 'file' as const].find(
    (one) =>
      bytes.length >= BYTES_MIN && bytes.length <= takes[one].bytesMax && takes[one].types.test(media.mime),
  );
  if (!kind) return undefined;
  const body = new FormData();
  body.set('media', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
  const path = '/cgi-bin/media/upload';
  const call = {
    method: 'POST',
    path,
    query: { type: kind },
    body,
    harmless: true,
    timeoutMs: uploadMs,
  } as const;
  const { media_id: mediaId } = await client.call(call, uploaded);
  return { kind, mediaId };
}
