import { WebSocket } from 'ws';
import { z } from 'zod';
import type { BotParts, Socket, SocketEars } from '../../core/ports/bot.js';
import type { DingtalkCredentials } from './credentials.js';
import { parseJson } from './fields.js';
import { acknowledge, decline, type Frame, frameIn, topics } from './frame.js';
import { hostsOf } from './hosts.js';

const endpointAnswer = z.object({ endpoint: z.string().min(1), ticket: z.string().min(1) });
const refusalAnswer = z.object({ code: z.string().catch(''), message: z.string().catch('') });

/** Which events come is ticked in the console; a connection that does not ask for cards hears of no press at all. */
const subscriptions = [
  { type: 'EVENT', topic: '*' },
  { type: 'CALLBACK', topic: topics.robot },
  { type: 'CALLBACK', topic: topics.card },
];

const endpointMs = 15_000;
const handshakeMs = 10_000;
const closeMs = 3_000;
const frameMaxBytes = 4 * 1024 * 1024;
/** The server closes ten seconds after it has said so; nobody but us would end a connection that it forgot. */
const leaveMs = 15_000;
/** A proxy may drop what is idle for a minute; the official clients ping every 60 to 120 s. */
const pingEveryMs = 30_000;

/**
 * Opens one Stream connection. A frame is acknowledged when `heard` resolves, and declined when it rejects, which asks
 * for an event again. When the server says that it is about to leave, it delivers nothing more although it stays for ten
 * seconds: the keeper is told at once, and opens the next.
 *
 * `dingtalk-stream` 2.1.5 takes no part. Measured: it multiplies its sockets while a handshake is refused (64 at once
 * after six seconds), never delivers again after one malformed frame or one exception in a listener while it calls
 * itself connected, shares its subscriptions between clients, waits out the ten seconds above, keeps its timers after a
 * reconnect, and its `connect()` resolves whether or not it has connected. In tests it is a witness against the sandbox.
 *
 * @throws when the address is refused or the connection does not open in time; the text holds no secret
 * Source: open-dingtalk.github.io/developerpedia, Stream 协议; the frames are those of the official SDKs.
 */
export async function connect(
  credentials: DingtalkCredentials,
  parts: BotParts,
  ears: SocketEars,
): Promise<Socket> {
  const socket = new WebSocket(await discover(credentials, parts.baseUrl), {
    handshakeTimeout: handshakeMs,
    maxPayload: frameMaxBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const answering = new Set<Promise<void>>();
  let isLeft = false;

  // Listens before it is open: the first frame may come in the same packet as the handshake's answer.
  socket.on('message', (bytes: Buffer, isBinary) => {
    const frame = isBinary ? undefined : frameIn(bytes.toString('utf8'));
    if (!frame) return parts.log.warn({ bytes: bytes.length }, 'dingtalk: a socket message that is no frame');
    if (frame.type === 'SYSTEM') return hearServer(frame);
    if (!isLeft) ears.alive('application');
    const answer = reply(frame, bytes).finally(() => answering.delete(answer));
    answering.add(answer);
  });
  socket.on('pong', () => isLeft || ears.alive('ping'));
  socket.on('close', (code, reason) => leave(`${code} ${reason.toString('utf8')}`.trim()));
  socket.on('error', (error) => parts.log.warn({ error: error.message }, 'dingtalk: a socket failed'));

  function hearServer(frame: Frame): void {
    if (frame.headers.topic === 'disconnect') {
      const patience = setTimeout(() => socket.terminate(), leaveMs);
      socket.once('close', () => clearTimeout(patience));
      leave('the server asked to leave');
      return;
    }
    if (!isLeft) ears.alive('ping');
    if (frame.headers.topic === 'ping') say(acknowledge(frame).body);
  }

  /** Told once: what was heard before is still answered, and what may yet come is still heard. */
  function leave(reason: string): void {
    if (isLeft) return;
    isLeft = true;
    ears.closed(reason);
  }

  async function reply(frame: Frame, bytes: Buffer): Promise<void> {
    try {
      const { body } = await ears.heard({ method: 'STREAM', query: {}, headers: {}, body: bytes });
      if (body.length > 0) say(body);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { messageId } = frame.headers;
      parts.log.error({ id: messageId, reason }, 'dingtalk: a frame could not be recorded');
      say(decline(frame, 500, 'not recorded').body);
    }
  }

  function say(body: string | Buffer): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(body.toString());
  }

  await opened(socket);

  return {
    pingEveryMs,
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
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

/** Asks where to connect. The ticket is good for one connection within 90 seconds; it is never logged. */
async function discover({ clientId, clientSecret }: DingtalkCredentials, baseUrl: string): Promise<URL> {
  const response = await fetch(new URL('/v1.0/gateway/connections/open', hostsOf(baseUrl).api), {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ clientId, clientSecret, subscriptions, ua: 'imdesk/1' }),
    signal: AbortSignal.timeout(endpointMs),
  });
  const answer = parseJson(await response.text());
  const found = endpointAnswer.safeParse(answer).data;
  if (!response.ok || !found) {
    const refusal = refusalAnswer.safeParse(answer).data;
    throw new Error(
      `DingTalk gave no address to connect to: ${response.status} ${refusal?.code ?? ''} ${refusal?.message ?? ''}`.trim(),
    );
  }
  if (!URL.canParse(found.endpoint)) throw new Error('DingTalk gave an address that is none');
  const url = new URL(found.endpoint);
  const expected = new URL(baseUrl).protocol === 'https:' ? 'wss:' : 'ws:';
  if (url.protocol !== expected) {
    throw new Error(`DingTalk gave an address of ${url.protocol} instead of ${expected}`);
  }
  url.searchParams.set('ticket', found.ticket);
  return url;
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
