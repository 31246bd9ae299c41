import { z } from 'zod';
import { type OutgoingMedia, SendError } from '../../core/ports/courier.js';
import type { FeishuClient } from './client.js';
import { id } from './fields.js';

const megabyte = 1024 * 1024;
const imageMax = 10 * megabyte;
const fileMax = 30 * megabyte;

const imageTypes = /^image\/(jpeg|png|webp|gif|bmp|x-icon|tiff|heic)$/;
const uploadMs = 60_000;

/** Which `file_type` an upload is declared as, by the ending of its name; Feishu previews these. */
const documents: ReadonlyMap<string, string> = new Map([
  ['pdf', 'pdf'],
  ['doc', 'doc'],
  ['docx', 'doc'],
  ['xls', 'xls'],
  ['xlsx', 'xls'],
  ['ppt', 'ppt'],
  ['pptx', 'ppt'],
]);

/**
 * Uploads a file and says what the message about it holds. What Feishu can't show as what it is (a picture too large, a
 * recording that is not Opus) goes as a file; what it can't take at all is refused with the fallback to words.
 * Source: open.feishu.cn, 上传图片, 上传文件.
 * @throws {SendError}
 */
export async function upload(
  client: FeishuClient,
  media: OutgoingMedia,
): Promise<{ type: 'image' | 'file' | 'audio' | 'media'; content: object }> {
  const bytes = await readBytes(media);
  if (bytes.length === 0 || bytes.length > fileMax) {
    throw new SendError('refused', 'file-size', 'Feishu takes files of 1 byte to 30 MB', { fallback: true });
  }
  if (media.type === 'image' && imageTypes.test(media.mime) && bytes.length <= imageMax) {
    return { type: 'image', content: await uploadImage(client, media, bytes) };
  }
  const isOpus = media.type === 'voice' && /^audio\/(ogg|opus)\b/.test(media.mime);
  const isMp4 = media.type === 'video' && media.mime === 'video/mp4';
  const ending = /\.([a-z]+)$/i.exec(media.name)?.[1]?.toLowerCase() ?? '';
  const fileType = isOpus ? 'opus' : isMp4 ? 'mp4' : (documents.get(ending) ?? 'stream');
  const content = await uploadFile(client, media, bytes, fileType);
  return { type: isOpus ? 'audio' : isMp4 ? 'media' : 'file', content };
}

async function readBytes(media: OutgoingMedia): Promise<Buffer> {
  try {
    return await media.bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SendError('later', 'media-unavailable', `the file to send could not be read: ${reason}`);
  }
}

function uploadImage(
  client: FeishuClient,
  media: OutgoingMedia,
  bytes: Buffer,
): Promise<{ image_key: string }> {
  const body = new FormData();
  body.set('image_type', 'message');
  body.set('image', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
  const path = '/open-apis/im/v1/images';
  const call = { method: 'POST', path, body, harmless: true, timeoutMs: uploadMs } as const;
  return client.call(call, z.object({ image_key: id }));
}

function uploadFile(
  client: FeishuClient,
  media: OutgoingMedia,
  bytes: Buffer,
  fileType: string,
): Promise<{ file_key: string }> {
  const body = new FormData();
  body.set('file_type', fileType);
  body.set('file_name', media.name);
  body.set('file', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
  const path = '/open-apis/im/v1/files';
  const call = { method: 'POST', path, body, harmless: true, timeoutMs: uploadMs } as const;
  return client.call(call, z.object({ file_key: id }));
}
