import type { ChannelRequest } from '../../core/ports/connector.js';
import { json, type Response } from '../../core/ports/delivery.js';
import { storable } from '../../core/text/storable.js';
import type { ChatUpload } from './chat/wire.js';
import { crowded, failure, overload, type Parts, type WebOpenAccount } from './parts.js';
import { mediaTicket, type Visitor } from './token.js';

/** Stores the body as a file; its name comes percent-encoded in `X-File-Name`. What it really is, the host finds out. */
export async function storeUpload(
  request: ChannelRequest,
  account: WebOpenAccount,
  visitor: Visitor,
  parts: Parts,
): Promise<Response> {
  const flood =
    overload(parts, account, visitor.id, 'uploads') ?? crowded(parts, account, request.ip, 'uploads');
  if (flood) return failure(429, flood);
  if (request.body.length === 0) return failure(400, { code: 'empty', message: 'the file is empty' });
  const name = fileName(request.headers['x-file-name']);
  try {
    const { mediaId, type, mime } = await parts.host.storeMedia(account, request.body, name);
    const media = mediaTicket({ mediaId, visitor: visitor.id, type, name }, account.settings.tokenKey);
    const url = parts.host.mediaLink(account, mediaId);
    return json(201, { media, type, name, mime, url } satisfies ChatUpload);
  } catch (error) {
    parts.host.log.warn({ account: account.id, error: String(error) }, 'an upload was not stored');
    return failure(415, { code: 'media_refused', message: 'this file cannot be accepted here' });
  }
}

/** The last part of a name, without what a path or a header would make of it. */
function fileName(header: string | undefined): string {
  let name = header ?? '';
  try {
    name = decodeURIComponent(name);
  } catch {
    // Not percent-encoded: the name is taken as it stands.
  }
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return (
    storable(last.slice(-120))
      .replace(/[\n\t]/g, ' ')
      .trim() || 'file'
  );
}
