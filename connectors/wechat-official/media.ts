import { z } from 'zod';
import { type OutgoingMedia, SendError } from '../../core/ports/courier.js';
import { guardedRequest, RequestFailed } from '../request.js';
import type { OfficialAccount } from './account.js';
import type { OfficialClient } from './client.js';
import { id } from './fields.js';

type Kind = 'image' | 'voice' | 'video';

const megabyte = 1024 * 1024;
const transferMs = 60_000;
const receivedBytesMax = 32 * megabyte;

/** What WeChat takes as what; a file it takes as nothing. Source: developers.weixin.qq.com, 新增临时素材. */
const takes: Record<Kind, { types: RegExp; bytesMax: number }> = {
  image: { types: /^image\/(jpeg|png|gif|bmp)$/, bytesMax: 10 * megabyte },
  voice: { types: /^audio\/(amr|x-amr|mpeg|mp3)$/, bytesMax: 2 * megabyte },
  video: { types: /^video\/mp4$/, bytesMax: 10 * megabyte },
};

const uploaded = z.object({ media_id: id });
const elsewhere = z.object({ video_url: z.url({ protocol: /^https?$/ }) });

/**
 * Uploads a file for three days.
 * @returns undefined for what WeChat shows in no form
 * @throws {SendError}
 */
export async function upload(
  client: OfficialClient,
  media: OutgoingMedia,
): Promise<{ kind: Kind; mediaId: string } | undefined> {
  const { type: kind } = media;
  if (kind === 'file' || !takes[kind].types.test(media.mime)) return undefined;
  const bytes = await bytesOf(media);
  if (bytes.length === 0 || bytes.length > takes[kind].bytesMax) return undefined;
  const body = new FormData();
  body.set('media', new Blob([new Uint8Array(bytes)], { type: media.mime }), media.name);
  const call = {
    ...({ method: 'POST', path: '/cgi-bin/media/upload', query: { type: kind }, body } as const),
    ...{ harmless: true, timeoutMs: transferMs },
  };
  const { media_id: mediaId } = await client.call(call, uploaded);
  return { kind, mediaId };
}

async function bytesOf(media: OutgoingMedia): Promise<Buffer> {
  try {
    return await media.bytes();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SendError('later', 'media-unavailable', `the file to send could not be read: ${reason}`);
  }
}

/**
 * What a customer sent. A video is not given itself: WeChat tells where it is, and only a public address, or the one that
 * the account's API is at, is asked for it. Source: developers.weixin.qq.com, 获取临时素材.
 */
export async function fetchMedia(
  client: OfficialClient,
  { baseUrl }: OfficialAccount,
  mediaId: string,
): Promise<{ bytes: Buffer }> {
  const call = { method: 'GET', path: '/cgi-bin/media/get', query: { media_id: mediaId } } as const;
  const { type, bytes } = await client.fetch(
    { ...call, harmless: true, timeoutMs: transferMs },
    receivedBytesMax,
  );
  if (!/^(application\/json|text\/plain)/.test(type)) return { bytes };
  const video = videoIn(bytes);
  if (video === undefined)
    throw new SendError('refused', 'no-file', 'WeChat answered a download with no file');
  const answer = await guardedRequest({
    ...({ method: 'GET', url: video, timeoutMs: transferMs, maxBytes: receivedBytesMax } as const),
    privateHosts: [new URL(baseUrl).host],
  }).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    const fate = error.why === 'forbidden' || error.why === 'tooLarge' ? 'refused' : 'later';
    throw new SendError(fate, error.why, error.message);
  });
  if (answer.status === 200) return { bytes: answer.body };
  throw new SendError('later', `http-${answer.status}`, `the video's address answered ${answer.status}`);
}

function videoIn(bytes: Buffer): string | undefined {
  try {
    return elsewhere.safeParse(JSON.parse(bytes.toString('utf8'))).data?.video_url;
  } catch {
    return undefined;
  }
}
