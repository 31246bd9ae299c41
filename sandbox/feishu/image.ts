export interface Picture {
  mime: string;
  /** Absent where the format hides it deep (TIFF, HEIC, ICO, some WebP and JPEG). */
  width?: number;
  height?: number;
}

const starts = (bytes: Buffer, hex: string, at = 0) =>
  bytes.subarray(at, at + hex.length / 2).toString('hex') === hex;

/** What picture these bytes are, by themselves; `undefined` for none that Feishu takes. Source: 上传图片. */
export function sniffImage(bytes: Buffer): Picture | undefined {
  if (bytes.length < 12) return undefined;
  if (starts(bytes, '89504e470d0a1a0a') && bytes.length >= 24) {
    return { mime: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (starts(bytes, '474946383761') || starts(bytes, '474946383961')) {
    return { mime: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  if (starts(bytes, 'ffd8ff')) return { mime: 'image/jpeg', ...jpegSize(bytes) };
  if (starts(bytes, '52494646') && starts(bytes, '57454250', 8)) return { mime: 'image/webp' };
  if (starts(bytes, '424d') && bytes.length >= 26) {
    return { mime: 'image/bmp', width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
  }
  if (starts(bytes, '00000100')) return { mime: 'image/x-icon' };
  if (starts(bytes, '49492a00') || starts(bytes, '4d4d002a')) return { mime: 'image/tiff' };
  if (/^ftyp(heic|heix|mif1|msf1)/.test(bytes.subarray(4, 12).toString('latin1')))
    return { mime: 'image/heic' };
  return undefined;
}

/** Walks the segments of a JPEG to its frame header. */
function jpegSize(bytes: Buffer): { width?: number; height?: number } {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return {};
}
