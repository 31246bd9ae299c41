import { fileTypeFromBuffer } from 'file-type';
import { cleanFileName } from './file-name.js';

export const IMAGE_BYTES_MAX = 10 * 1024 * 1024;
export const FILE_BYTES_MAX = 30 * 1024 * 1024;

export type MediaType = 'image' | 'file' | 'voice' | 'video';

export interface Accepted {
  /** An image above IMAGE_BYTES_MAX is a file: channels that refuse it as a picture still carry it. */
  type: MediaType;
  /** What the bytes are, whatever the sender called them. */
  mime: string;
  name: string;
}

/** Why a file is not taken; the sender is told in their own words. */
export class MediaRefused extends Error {
  override readonly name = 'MediaRefused';
  readonly reason: 'empty' | 'too large' | 'kind';
  constructor(reason: 'empty' | 'too large' | 'kind', message: string) {
    super(message);
    this.reason = reason;
  }
}

type Extensions = readonly [string, ...string[]];

const IMAGES: Record<string, Extensions> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/apng': ['png', 'apng'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/bmp': ['bmp'],
  'image/heic': ['heic'],
  'image/heif': ['heif', 'heic'],
};
const OFFICE: Extensions = ['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp'];
const FILES: Record<string, Extensions> = {
  'application/pdf': ['pdf'],
  'application/rtf': ['rtf'],
  'application/zip': ['zip', ...OFFICE], // some programs write office files that look like any zip
  'application/x-rar-compressed': ['rar'],
  'application/x-7z-compressed': ['7z'],
  'application/gzip': ['gz', 'tgz'],
};
/** Office files of before 2007, and WPS's own, share one container with installers: here the name has to say it too. */
const OLD_OFFICE: Record<string, string> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  wps: 'application/vnd.ms-works',
  et: 'application/vnd.ms-excel',
  dps: 'application/vnd.ms-powerpoint',
};
/** Anything readable is text, also a web page, a drawing or a program: it is then saved as `.txt` and cannot be run. */
const TEXTS: Extensions = [
  'txt',
  'csv',
  'tsv',
  'md',
  'log',
  'json',
  'xml',
  'yaml',
  'yml',
  'ini',
  'ics',
  'vcf',
  'srt',
  'vtt',
];

/**
 * Decides by its content what a file is, whatever its name claims.
 *
 * @param declaredName  the sender's name for it, if they gave one
 * @throws {MediaRefused} for nothing at all, too much, or a kind that is neither picture, sound, film, document, archive nor text
 */
export async function accept(bytes: Buffer, declaredName = ''): Promise<Accepted> {
  if (bytes.length === 0) throw new MediaRefused('empty', 'The file is empty.');
  if (bytes.length > FILE_BYTES_MAX) {
    throw new MediaRefused('too large', `The file has ${bytes.length} bytes; ${FILE_BYTES_MAX} are allowed.`);
  }
  const { mime, extensions } = await recognise(bytes, declaredName);
  return { type: typeOf(mime, bytes.length), mime, name: cleanFileName(declaredName, extensions) };
}

/** How a file with this MIME type, as `accept` found it, is shown and sent. */
export function typeOf(mime: string, bytes: number): MediaType {
  if (mime in IMAGES && bytes <= IMAGE_BYTES_MAX) return 'image';
  if (mime.startsWith('audio/')) return 'voice';
  if (mime.startsWith('video/')) return 'video';
  return 'file';
}

async function recognise(
  bytes: Buffer,
  declaredName: string,
): Promise<{ mime: string; extensions: Extensions }> {
  if (byteOrder(bytes) && isText(bytes)) return { mime: 'text/plain', extensions: TEXTS }; // looks like the start of MPEG sound
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined); // cut short, or made to confuse
  const mime = found?.mime.split(';')[0] ?? '';
  const extensions = IMAGES[mime] ?? FILES[mime];
  if (extensions) return { mime, extensions };
  if (mime === 'application/x-cfb') return oldOffice(declaredName);
  if (
    found &&
    /^(audio|video|image)\/|^application\/vnd\.(openxmlformats-|oasis\.opendocument\.)/.test(mime)
  ) {
    return { mime, extensions: [found.ext] };
  }
  if ((mime === '' || /^text\/|^application\/xml$/.test(mime)) && isText(bytes)) {
    return { mime: 'text/plain', extensions: TEXTS };
  }
  throw new MediaRefused('kind', `Files of this kind (${mime || 'not recognised'}) are not accepted.`);
}

function oldOffice(declaredName: string): { mime: string; extensions: Extensions } {
  const extension = /\.([a-z]{2,3})$/i.exec(declaredName)?.[1]?.toLowerCase() ?? '';
  const mime = OLD_OFFICE[extension];
  if (mime) return { mime, extensions: [extension] };
  throw new MediaRefused(
    'kind',
    'Files of this kind (application/x-cfb) are accepted as .doc, .xls or .ppt only.',
  );
}

/** UTF-8, UTF-16 with its mark, or the GB18030 of older Chinese programs, without control characters. */
function isText(bytes: Buffer): boolean {
  const marked = byteOrder(bytes);
  return (marked ? [marked] : ['utf-8', 'gb18030']).some((encoding) => {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return !/[^\P{Cc}\s]/u.test(text);
    } catch {
      return false;
    }
  });
}

function byteOrder(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : undefined;
}
