/** Source: RFC 3533 (pages), RFC 7845 (48,000 samples a second whatever was recorded, the first few to be skipped). */
function oggMs(bytes: Buffer): number | undefined {
  const last = bytes.lastIndexOf('OggS');
  const head = bytes.indexOf('OpusHead');
  if (head < 0 || last < 0 || last + 14 > bytes.length || head + 12 > bytes.length) return undefined;
  const samples = Number(bytes.readBigInt64LE(last + 6)) - bytes.readUInt16LE(head + 10);
  return samples / 48;
}

const amrHead = '#!AMR\n';
/** Bytes of a frame by its type, its own first byte included. Source: RFC 4867, 5.3; 3GPP TS 26.101. */
const amrFrames = [13, 14, 16, 18, 20, 21, 27, 32, 6];
const amrFrameMs = 20;

function amrMs(bytes: Buffer): number | undefined {
  if (bytes.toString('latin1', 0, amrHead.length) !== amrHead) return undefined;
  let frames = 0;
  for (let at = amrHead.length; at < bytes.length; frames += 1) {
    const size = amrFrames[((bytes[at] ?? 0) >> 3) & 15];
    at += size ?? 1;
  }
  return frames * amrFrameMs;
}

/** Source: ISO/IEC 14496-12, 8.2.2 movie header. */
function mp4Ms(bytes: Buffer): number | undefined {
  const at = bytes.indexOf('mvhd');
  if (at < 0 || at + 40 > bytes.length) return undefined;
  const isLong = bytes[at + 4] === 1;
  const scale = bytes.readUInt32BE(at + (isLong ? 24 : 16));
  const length = isLong ? Number(bytes.readBigUInt64BE(at + 28)) : bytes.readUInt32BE(at + 20);
  return scale > 0 ? (length / scale) * 1000 : undefined;
}

const readers: Readonly<Record<string, (bytes: Buffer) => number | undefined>> = {
  'audio/ogg': oggMs,
  'audio/opus': oggMs,
  'audio/amr': amrMs,
  'video/mp4': mp4Ms,
};

/**
 * How long a recording plays, in milliseconds; DingTalk wants to be told. Undefined where it cannot be read out of the
 * bytes, or makes no sense.
 */
export function durationMs(mime: string, bytes: Buffer): number | undefined {
  const ms = readers[mime.split(';')[0]?.trim().toLowerCase() ?? '']?.(bytes);
  return ms !== undefined && ms > 0 && ms < 24 * 3_600_000 ? Math.ceil(ms) : undefined;
}
