import type {
  ChannelHost,
  ChannelRequest,
  ChannelService,
  ChannelSocket,
  ChannelSocketEars,
} from '../../core/ports/connector.js';
import { json, type Response } from '../../core/ports/delivery.js';
import { webAccount } from './account.js';
import { serveBundle } from './bundle.js';
import { type ChatError, uploadMaxBytes } from './chat/wire.js';
import { floodGate } from './flood.js';
import { readHistory } from './history.js';
import { identify } from './identify.js';
import { type Live, liveSockets } from './live.js';
import { newsBoard } from './news.js';
import { corsHeaders, originAllowed, preflightHeaders } from './origin.js';
import { crowded, failure, overload, type Parts, type WebOpenAccount } from './parts.js';
import { bearer, read } from './read.js';
import { openSession } from './session.js';
import type { Visitor } from './token.js';
import { storeUpload } from './upload.js';

type Route = 'session' | 'send' | 'typing' | 'messages' | 'upload' | 'socket' | 'identify';
const methods: Record<Route, string> = {
  session: 'POST',
  send: 'POST',
  typing: 'POST',
  messages: 'GET',
  upload: 'POST',
  socket: 'GET',
  identify: 'POST',
};
const isRoute = (text: string | undefined): text is Route =>
  text !== undefined && Object.hasOwn(methods, text);

/** Everything under `/channels/web`: the widget's code, and what it talks to. Described in this folder's README. */
export function webService(host: ChannelHost): ChannelService & { live: Live } {
  const parts: Parts = { host, board: newsBoard(host), gate: floodGate(host.clock) };
  const live = liveSockets(parts);
  return {
    live,
    bodyLimit: (path) => (path.endsWith('/upload') ? uploadMaxBytes : 64 * 1024),
    handle: (request) => handle(request, parts),
    connect: (request, socket) => connect(request, socket, parts, live),
  };
}

async function handle(request: ChannelRequest, parts: Parts): Promise<Response> {
  if (request.path === '/widget.js') {
    return ['GET', 'HEAD'].includes(request.method) ? serveBundle(request) : notHere(405, 'GET only');
  }
  const place = await find(request, parts);
  if ('code' in place) return notHere(404, place.message);
  const { account, route } = place;
  const { origin } = request.headers;
  if (origin !== undefined && !originAllowed(origin, account.settings.origins))
    return failure(403, foreign(origin));
  const response =
    request.method === 'OPTIONS'
      ? { status: 204, headers: { ...preflightHeaders }, body: '' }
      : await answer(request, route, account, parts);
  return {
    ...response,
    headers: { 'cache-control': 'no-store', ...response.headers, ...corsHeaders(origin) },
  };
}

async function answer(
  request: ChannelRequest,
  route: Route,
  account: WebOpenAccount,
  parts: Parts,
): Promise<Response> {
  if (request.method !== methods[route]) return notHere(405, `${methods[route]} only`);
  if (route === 'session') {
    // A browser names the page's origin with every POST, so a session without one was not asked for by a page.
    return request.headers.origin === undefined
      ? failure(403, foreign('nobody'))
      : openSession(request, account, parts);
  }
  // The site's server speaks here, and no page.
  if (route === 'identify') return identify(request, account, parts);
  const visitor = bearer(request, account.settings, parts.host.clock.now());
  if ('status' in visitor) return failure(visitor.status, { code: visitor.code, message: visitor.message });
  if (visitor.account !== account.id)
    return failure(401, { code: 'token', message: 'the token is for another account' });
  switch (route) {
    case 'send':
      return send(request, account, visitor, parts);
    case 'typing':
      if (!overload(parts, account, visitor.id, 'signs')) parts.host.typing(account, visitor.id, true);
      return { status: 204, headers: {}, body: '' };
    case 'messages':
      return readHistory(request, account, visitor, parts);
    case 'upload':
      return storeUpload(request, account, visitor, parts);
    case 'socket':
      return notHere(426, 'this is a WebSocket');
  }
}

/** One frame by POST, where sockets are blocked. Acknowledged once it cannot be lost any more. */
async function send(
  request: ChannelRequest,
  account: WebOpenAccount,
  visitor: Visitor,
  parts: Parts,
): Promise<Response> {
  const flood = overload(parts, account, visitor.id, 'messages') ?? crowded(parts, account, request.ip);
  if (flood) return failure(429, flood);
  const reading = read(request, account.settings, parts.host.clock.now());
  if (reading.verified && reading.events.length > 0) await parts.host.receive(account, reading.events);
  return reading.response;
}

async function connect(
  request: ChannelRequest,
  socket: ChannelSocket,
  parts: Parts,
  live: Live,
): Promise<ChannelSocketEars | Response> {
  const place = await find(request, parts);
  if ('code' in place || place.route !== 'socket') return notHere(404, 'there is no socket here');
  const { account } = place;
  const origin = request.headers.origin ?? 'nobody';
  if (!originAllowed(origin, account.settings.origins)) return failure(403, foreign(origin));
  return live.open(socket, request.ip, account);
}

async function find(
  { path }: ChannelRequest,
  { host }: Parts,
): Promise<{ account: WebOpenAccount; route: Route } | ChatError> {
  const [, id, route, ...rest] = path.split('/');
  if (!id || !isRoute(route) || rest.length > 0)
    return { code: 'not_found', message: 'there is nothing here' };
  const found = await host.account(id);
  const settings = webAccount.safeParse(found?.settings);
  if (!found || !settings.success)
    return { code: 'not_found', message: 'data-account names no account of this channel' };
  return { account: { ...found, settings: settings.data }, route };
}

const foreign = (origin: string): ChatError => ({
  code: 'origin',
  message: `pages of ${origin.slice(0, 200)} may not use this account: add it to the account's origins`,
});

/** Said to any page: it tells nothing, and a developer has to be able to read it. */
function notHere(status: number, message: string): Response {
  const response = json(status, { error: { code: 'not_found', message } });
  return { ...response, headers: { ...response.headers, ...corsHeaders('*') } };
}
