import { WebSocket } from 'ws';
import { z } from 'zod';
import type { BotParts, Socket, SocketEars } from '../../core/ports/bot.js';
import type { FeishuCredentials } from './credentials.js';
import { parseJson } from './fields.js';
import { fragments } from './fragments.js';
import { acknowledge, decodeFrame, encodeFrame, type Frame, headerOf, pingFrame } from './frame.js';

const clientConfig = z.object({ PingInterval: z.number().positive() });
const endpointAnswer = z.object({
  code: z.number(),
  msg: z.string().catch(''),
  data: z
    .object({ URL: z.string(), ClientConfig: clientConfig.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

const endpointMs = 15_000;
const handshakeMs = 10_000;
const closeMs = 3_000;
const frameMaxBytes = 8 * 1024 * 1024;

/**
 * The server asks for a ping every two minutes by default. A connection that died without a word loses what the server
 * sends into it until somebody notices, so ours go out at least this often.
 */
const pingAtLeastEveryMs = 30_000;

/**
 * Opens one long connection. A frame is acknowledged when `heard` resolves, and answered with 500, which asks for it
 * again, when it rejects.
 *
 * @throws when the address is refused or the connection does not open in time; the text holds no secret
 * Source: open.feishu.cn, 使用长连接接收事件; the protocol is that of the official SDKs (`ws` of oapi-sdk-go).
 */
export async function connect(
  credentials: FeishuCredentials,
  parts: BotParts,
  ears: SocketEars,
): Promise<Socket> {
  const endpoint = await discover(credentials, parts.baseUrl);
  const service = Number(endpoint.url.searchParams.get('service_id') ?? 0);
  let pingEveryMs = endpoint.pingEveryMs;

  const socket = new WebSocket(endpoint.url, {
    handshakeTimeout: handshakeMs,
    maxPayload: frameMaxBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const joined = fragments(parts.clock);
  const answering = new Set<Promise<void>>();

  // Listens before it is open: the first frame may come in the same packet as the handshake's answer.
  socket.on('message', (bytes: Buffer, isBinary) => {
    const frame = isBinary ? frameOf(bytes) : undefined;
    if (!frame) return parts.log.warn({ bytes: bytes.length }, 'feishu: a socket message that is no frame');
    if (frame.method === 0) {
      const config = clientConfig.safeParse(parseJson(frame.payload?.toString('utf8') ?? '')).data;
      if (config) pingEveryMs = pingsEvery(config);
      return ears.alive('ping');
    }
    ears.alive('application');
    const whole = joined.join(frame);
    if (!whole) return;
    const answer = reply(whole).finally(() => answering.delete(answer));
    answering.add(answer);
  });

  socket.on('close', (code, reason) => ears.closed(`${code} ${reason.toString('utf8')}`.trim()));
  socket.on('error', (error) => parts.log.warn({ error: error.message }, 'feishu: a socket failed'));

  async function reply(frame: Frame): Promise<void> {
    const answer = await answerTo(frame);
    if (socket.readyState === WebSocket.OPEN) socket.send(answer);
  }

  async function answerTo(frame: Frame): Promise<Buffer> {
    const delivery = { method: 'STREAM', query: {}, headers: {}, body: encodeFrame(frame) };
    try {
      const { body } = await ears.heard(delivery);
      return Buffer.isBuffer(body) ? body : acknowledge(frame, 500);
    } catch (error) {
      const id = headerOf(frame, 'message_id');
      const reason = error instanceof Error ? error.message : String(error);
      parts.log.error({ id, reason }, 'feishu: a frame could not be recorded and is asked for again');
      return acknowledge(frame, 500);
    }
  }

  await opened(socket);

  return {
    get pingEveryMs() {
      return pingEveryMs;
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.send(pingFrame(service));
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      const impatient = setTimeout(() => socket.terminate(), closeMs);
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      void Promise.all(answering).then(() => socket.close(1000));
      await closed;
      clearTimeout(impatient);
    },
  };
}

const pingsEvery = ({ PingInterval: seconds }: z.infer<typeof clientConfig>) =>
  Math.min(seconds * 1000, pingAtLeastEveryMs);

/** Asks where to connect. The address holds a ticket and is as good as the secret: it is never logged. */
async function discover(
  { appId, appSecret }: FeishuCredentials,
  baseUrl: string,
): Promise<{ url: URL; pingEveryMs: number }> {
  const response = await fetch(new URL('/callback/ws/endpoint', baseUrl), {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', locale: 'zh' },
    body: JSON.stringify({ AppID: appId, AppSecret: appSecret }),
    signal: AbortSignal.timeout(endpointMs),
  });
  const answer = endpointAnswer.safeParse(parseJson(await response.text())).data;
  if (answer?.code !== 0 || !answer.data) {
    throw new Error(
      `Feishu gave no address to connect to: ${response.status}, ${answer?.code} ${answer?.msg ?? ''}`,
    );
  }
  const url = new URL(answer.data.URL);
  const expected = new URL(baseUrl).protocol === 'https:' ? 'wss:' : 'ws:';
  if (url.protocol !== expected)
    throw new Error(`Feishu gave an address of ${url.protocol} instead of ${expected}`);
  const pingEveryMs = answer.data.ClientConfig ? pingsEvery(answer.data.ClientConfig) : pingAtLeastEveryMs;
  return { url, pingEveryMs };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function frameOf(bytes: Buffer): Frame | undefined {
  try {
    return decodeFrame(bytes);
  } catch {
    return undefined;
  }
}
