import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../core/log.js';
import type { ChannelRequest, ChannelService, ChannelSocketEars } from '../core/ports/connector.js';
import type { Response } from '../core/ports/delivery.js';
import { endWithJson } from './not-http.js';

/** The largest frame a customer's page may send; files go by HTTP. */
const frameBytesMax = 64 * 1024;
const prefix = '/channels/';

/** Lets served channels accept sockets below their own addresses. Returns the way to close them all. */
export function acceptSockets(
  server: Server,
  services: ReadonlyMap<string, ChannelService>,
  options: { trustProxy: boolean; log: Logger },
): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameBytesMax });
  server.on('upgrade', (request, duplex, head) => {
    duplex.on('error', () => duplex.destroy());
    const asked = requestOf(request, options.trustProxy);
    const service = asked && services.get(asked.channel);
    if (!asked || !service?.connect) return endWithJson(duplex, 404, 'Not Found', 'There is no socket here.');
    sockets.handleUpgrade(request, duplex, head, (socket) => {
      connect(service, asked.request, socket).catch((error: unknown) => {
        options.log.error({ error }, 'a socket could not be accepted');
        socket.close(1011);
      });
    });
  });
  return () =>
    new Promise((resolve) => {
      for (const socket of sockets.clients) socket.close(1001, 'restarting');
      sockets.close(() => resolve());
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 500).unref();
    });
}

/** What is heard before the service has made up its mind is kept, in order. */
async function connect(service: ChannelService, request: ChannelRequest, socket: WebSocket): Promise<void> {
  const early: string[] = [];
  let ears: ChannelSocketEars | undefined;
  let closed = false;
  socket.on('message', (data, isBinary) => {
    if (isBinary) return socket.close(1003, 'text only');
    const words = data.toString();
    if (ears) ears.heard(words);
    else early.push(words);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    closed = true;
    ears?.closed();
  });
  const answer = await service.connect?.(request, {
    send: (words) => socket.send(words),
    close: (code, reason) => socket.close(code, reason),
    get buffered() {
      return socket.bufferedAmount;
    },
  });
  if (!answer || isResponse(answer)) return socket.close(4000 + ((answer?.status ?? 404) % 1000), 'refused');
  ears = answer;
  for (const words of early) answer.heard(words);
  if (closed) answer.closed();
}

const isResponse = (answer: ChannelSocketEars | Response): answer is Response => 'status' in answer;

function requestOf(
  request: IncomingMessage,
  trustProxy: boolean,
): { channel: string; request: ChannelRequest } | undefined {
  const url = URL.canParse(request.url ?? '', 'http://localhost')
    ? new URL(request.url ?? '', 'http://localhost')
    : undefined;
  if (!url?.pathname.startsWith(prefix)) return undefined;
  const [channel = '', ...rest] = url.pathname.slice(prefix.length).split('/');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const forwarded = trustProxy ? headers['x-forwarded-for']?.split(',').at(-1)?.trim() : undefined;
  return {
    channel,
    request: {
      method: 'GET',
      path: `/${rest.join('/')}`,
      ip: forwarded ?? request.socket.remoteAddress ?? '',
      query: Object.fromEntries(url.searchParams),
      headers,
      body: Buffer.alloc(0),
    },
  };
}
