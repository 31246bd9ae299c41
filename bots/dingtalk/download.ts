import { z } from 'zod';
import { SendError } from '../../core/ports/courier.js';
import type { DingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';
import { sendErrorOf } from './errors.js';

const fileMaxBytes = 32 * 1024 * 1024;
const redirectsMax = 3;
const downloadMs = 60_000;

const downloadAnswer = z.object({ downloadUrl: z.string().min(1) });

/**
 * The bytes of a file that somebody sent to the robot. The address comes from DingTalk and leads to a storage of its
 * choosing, over http or https; what that leads on to is followed a few times, but never to a host named by a number, nor from
 * https to http. The name that comes with the bytes ends in `.file` whatever it is, and is left out.
 *
 * Source: open.dingtalk.com, 下载机器人接收消息的文件内容.
 * @throws {SendError}
 */
export async function fetchFile(
  client: DingtalkClient,
  { robotCode }: DingtalkCredentials,
  baseUrl: string,
  downloadCode: string,
): Promise<{ bytes: Buffer }> {
  const body = { downloadCode, robotCode };
  const call = { method: 'POST', path: '/v1.0/robot/messageFiles/download', body, harmless: true } as const;
  const { downloadUrl } = await client.call(call, downloadAnswer);
  let url = addressIn(downloadUrl, undefined, baseUrl);
  for (let hops = 0; hops <= redirectsMax; hops += 1) {
    const response = await fetched(url);
    const onward = response.status >= 300 && response.status < 400 && response.headers.get('location');
    if (!onward) return { bytes: await bytesOf(response) };
    url = addressIn(onward, url, baseUrl);
  }
  throw new SendError('refused', 'redirects', 'the file leads on and on');
}

/** An address that may be fetched: the platform's own host may be named as it likes, others only by a name. */
function addressIn(text: string, from: URL | undefined, baseUrl: string): URL {
  const url = URL.canParse(text, from) ? new URL(text, from) : undefined;
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && from?.protocol !== 'https:');
  const isOwn = url?.hostname === new URL(baseUrl).hostname;
  const isNamed =
    url !== undefined &&
    /[a-z]/i.test(url.hostname) &&
    !/^\[|^localhost$|\.(local|internal)$/i.test(url.hostname);
  if (!url || !isWeb || !(isOwn || isNamed)) {
    throw new SendError('refused', 'file-address', 'DingTalk gave an address that is not fetched');
  }
  return url;
}

async function fetched(url: URL): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(downloadMs) });
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: true });
  }
}

async function bytesOf(response: Response): Promise<Buffer> {
  if (!response.ok) {
    const fate = response.status >= 500 || response.status === 429 ? 'later' : 'refused';
    throw new SendError(fate, `http-${response.status}`, 'the file could not be fetched');
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of response.body ?? []) {
      size += part.byteLength;
      if (size > fileMaxBytes) break;
      parts.push(part);
    }
  } catch (cause) {
    throw sendErrorOf({ cause, harmless: true });
  }
  if (size > fileMaxBytes) {
    throw new SendError('refused', 'too-big', `the file is larger than ${fileMaxBytes} bytes`);
  }
  return Buffer.concat(parts);
}
