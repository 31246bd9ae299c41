import { typeOf } from './accept.js';

/** What browsers draw by themselves. HEIC is a picture that most of them do not. */
const SHOWN = /^(image\/(jpeg|a?png|gif|webp|bmp)|(audio|video)\/.+)$/;

/**
 * Response headers for a file that somebody sent us: pictures, sound and film may be shown, anything else is saved, and
 * nothing is ever run on our origin.
 *
 * @param secondsLeft  how long the link through which it was asked for is still good
 * Source: RFC 6266 and RFC 8187 for the name.
 */
export function mediaHeaders(
  media: { mime: string; bytes: number; name: string },
  secondsLeft: number,
): Record<string, string> {
  const shown = SHOWN.test(media.mime) && typeOf(media.mime, media.bytes) !== 'file';
  const plain = media.name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(media.name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    'content-type': media.mime,
    'content-length': String(media.bytes),
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${exact}`,
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    // Widgets show our pictures on their owners' pages; the address is already a secret of those who may see them.
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': `private, max-age=${Math.max(0, Math.floor(secondsLeft))}, immutable`,
  };
}
