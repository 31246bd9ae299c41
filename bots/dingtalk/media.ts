import { z } from 'zod';
import { type OutgoingMedia, SendError } from '../../core/ports/courier.js';
import type { DingtalkClient } from './client.js';
import { cover } from './cover.js';
import { durationMs } from './duration.js';
import { inert } from './text.js';

const megabyte = 1024 * 1024;

/** Bytes. Source: 上传媒体文件. */
const sizes = {
  image: 20 * megabyte,
  voice: 2 * megabyte,
  video: 20 * megabyte,
  file: 20 * megabyte,
} as const;
type Kind = keyof typeof sizes;

const imageTypes = /^image\/(jpeg|png|gif|bmp)$/;
/** What a message may show as a file. Source: 消息发送与接收类型. */
const fileTypes = ['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx'];
const uploadMs = 60_000;

const uploadAnswer = z.object({ media_id: z.string().min(1) });

/** A message as the robot APIs take it. */
export interface Written {
  msgKey: string;
  param: Readonly<Record<string, string>>;
}

/**
 * Uploads a file and says what the message about it holds. What DingTalk can't show (a picture of another format, a recording
 * whose length can't be told, a file of another type or too large) is a link to it in words.
 *
 * Sources: open.dingtalk.com, 上传媒体文件; 消息发送与接收类型.
 * @throws {SendError}
 */
export async function writeMedia(client: DingtalkClient, media: OutgoingMedia): Promise<Written> {
  const bytes = await readBytes(media);
  const kind = kindOf(media);
  if (!kind || bytes.length === 0 || bytes.length > sizes[kind]) return linkTo(media);
  const playsMs = durationMs(media.mime, bytes);
  if ((kind === 'voice' || kind === 'video') && playsMs === undefined) return linkTo(media);
  try {
    const mediaId = await upload(client, kind, media, bytes);
    return await written(client, kind, media, { mediaId, playsMs: playsMs ?? 0 });
  } catch (error) {
    if (error instanceof SendError && error.fate === 'refused' && error.code !== 'quota')
      return linkTo(media);
    throw error;
  }
}

function kindOf({ type, mime, name }: OutgoingMedia): Kind | undefined {
  if (type === 'image' && imageTypes.test(mime)) return 'image';
  if (type === 'voice' && /^audio\/(ogg|opus|amr)\b/.test(mime)) return 'voice';
  if (type === 'video' && mime === 'video/mp4') return 'video';
  return fileTypes.includes(endingOf(name)) ? 'file' : undefined;
}

const endingOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';

async function written(
  client: DingtalkClient,
  kind: Kind,
  media: OutgoingMedia,
  { mediaId, playsMs }: { mediaId: string; playsMs: number },
): Promise<Written> {
  switch (kind) {
    case 'image':
      return { msgKey: 'sampleImageMsg', param: { photoURL: mediaId } };
    case 'voice':
      return { msgKey: 'sampleAudio', param: { mediaId, duration: String(playsMs) } };
    case 'video': {
      const picMediaId = await upload(client, 'image', { mime: 'image/png', name: 'cover.png' }, cover());
      const duration = String(Math.ceil(playsMs / 1000));
      return {
        msgKey: 'sampleVideo',
        param: { videoMediaId: mediaId, videoType: 'mp4', picMediaId, duration },
      };
    }
    case 'file':
      return {
        msgKey: 'sampleFile',
        param: { mediaId, fileName: inert(media.name), fileType: endingOf(media.name) },
      };
  }
}

export const linkTo = ({ name, url }: OutgoingMedia): Written => ({
  msgKey: 'sampleText',
  param: { content: `📎 ${inert(name)}\n${url}` },
});

async function readBytes(media: OutgoingMedia): Promise<Buffer> {
  try {
    return await media.bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SendError('later', 'media-unavailable', `the file to send could not be read: ${reason}`);
  }
}

async function upload(
  client: DingtalkClient,
  type: Kind,
  { mime, name }: Pick<OutgoingMedia, 'mime' | 'name'>,
  bytes: Buffer,
): Promise<string> {
  const body = new FormData();
  body.set('type', type);
  body.set('media', new Blob([new Uint8Array(bytes)], { type: mime }), name);
  const call = {
    method: 'POST',
    path: '/media/upload',
    query: { type },
    body,
    harmless: true,
    timeoutMs: uploadMs,
  } as const;
  return (await client.callOld(call, uploadAnswer)).media_id;
}
