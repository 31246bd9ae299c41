import { createDecipheriv } from 'node:crypto';
import { SendError } from '../../core/ports/courier.js';
import { storable } from '../../core/text/storable.js';
import type { AibotCredentials } from './credentials.js';
import { unanswered } from './errors.js';
import { type Handle, handleIn } from './handle.js';

const maxBytes = 32 * 1024 * 1024;
const timeoutMs = 60_000;
/** PKCS#7 to 32 bytes, though the cipher's block is 16. */
const padBlock = 32;

/**
 * The file behind a handle. Its address is WeCom's store of files, not WeCom, and lives five minutes; what comes is
 * encrypted as a whole, with the file's own key or with that of the bot's callbacks.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 接收消息, 智能机器人长连接 → 多媒体资源解密.
 * @throws {SendError}
 */
export async function download(
  handle: string,
  credentials: AibotCredentials,
): Promise<{ bytes: Buffer; name?: string }> {
  const file = handleIn(handle);
  const key = file && keyOf(file, credentials);
  if (!file || !key) throw new SendError('refused', 'no-file', 'there is no address or no key of the file');
  const { bytes, disposition } = await fetchFile(file.url);
  const plain = decrypt(bytes, key);
  if (!plain)
    throw new SendError('refused', 'undecryptable', 'the file is not encrypted with the key it came with');
  return { bytes: plain, ...nameIn(disposition) };
}

function keyOf({ key }: Handle, { encodingAesKey }: AibotCredentials): Buffer | undefined {
  const bytes = Buffer.from(key ?? `${encodingAesKey}=`, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

async function fetchFile(url: string): Promise<{ bytes: Buffer; disposition: string }> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) {
      await response.body?.cancel();
      throw refusalOf(response.status);
    }
    const bytes = await bytesOf(response);
    return { bytes, disposition: response.headers.get('content-disposition') ?? '' };
  } catch (error) {
    throw error instanceof SendError ? error : unanswered(error, true);
  }
}

function refusalOf(status: number): SendError {
  const isPassing = status >= 500 || status === 408 || status === 429;
  const words = isPassing
    ? 'the file could not be fetched'
    : 'the file is gone: its address lives five minutes';
  return new SendError(isPassing ? 'later' : 'refused', `http-${status}`, `${words} (HTTP ${status})`);
}

async function bytesOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes + padBlock)
      throw new SendError('refused', 'too-big', `the file is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decrypt(encrypted: Buffer, key: Buffer): Buffer | undefined {
  if (encrypted.length === 0 || encrypted.length % 16 !== 0) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypted), decipher.final()]);
  const pad = padded[padded.length - 1] ?? 0;
  const isPadded =
    pad >= 1 &&
    pad <= padBlock &&
    pad <= padded.length &&
    padded.subarray(-pad).every((byte) => byte === pad);
  return isPadded ? padded.subarray(0, padded.length - pad) : undefined;
}

/** `filename*=UTF-8''…`, or `filename="…"`, which may be percent-encoded too. Only the last part of a path is a name. */
function nameIn(disposition: string): { name?: string } {
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1];
  const given = encoded ?? /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? '';
  let name = given;
  try {
    name = decodeURIComponent(given);
  } catch {}
  name = storable(name.replace(/^.*[/\\]/, '')).trim();
  return name === '' ? {} : { name };
}
