const signatures: readonly [hex: string, at: number, mime: string][] = [
  ['89504e470d0a1a0a', 0, 'image/png'],
  ['ffd8ff', 0, 'image/jpeg'],
  ['47494638', 0, 'image/gif'],
  ['57454250', 8, 'image/webp'],
  ['424d', 0, 'image/bmp'],
  ['25504446', 0, 'application/pdf'],
];

/** What these bytes are, by their first ones. */
export function mimeOf(bytes: Buffer, name: string): string {
  const found = signatures.find(
    ([hex, at]) => bytes.subarray(at, at + hex.length / 2).toString('hex') === hex,
  );
  if (found) return found[2];
  if (name.endsWith('.mp4')) return 'video/mp4';
  return /\.(amr|ogg)$/.test(name) ? 'audio/ogg' : 'application/octet-stream';
}
