import type { Reply, Request } from '../../kernel/http.js';
import { wrap } from '../callback/crypto.js';
import type { Corp } from '../corp.js';

export const DOWNLOADS = '/aibot-media/';
const LIFE_MS = 5 * 60 * 1000;

/** What a person sent to an AI bot, encrypted: the whole body is the file. Source: 接收消息 (多媒体资源解密). */
export function download({ state, clock, files }: Corp, { path }: Request): Reply {
  const known = state.downloads.get(path.slice(DOWNLOADS.length));
  const resource = known && state.resources.get(known.resource);
  if (!resource || clock.now() - known.at > LIFE_MS)
    return {
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: 'the address is unknown or too old',
    };
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(resource.name)}`;
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-disposition': disposition },
    body: wrap(files.read(resource), Buffer.from(known.aesKey, 'base64')),
  };
}
