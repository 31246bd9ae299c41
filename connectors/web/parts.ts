import type { ChannelHost, OpenAccount } from '../../core/ports/connector.js';
import { json, type Response } from '../../core/ports/delivery.js';
import type { WebAccount } from './account.js';
import type { ChatError, ChatMessage, ChatStanding } from './chat/wire.js';
import type { FloodGate } from './flood.js';
import type { NewsBoard } from './news.js';
import type { Visitor } from './token.js';
import { viewOf } from './view.js';

/** What the routes and the sockets of the service share. */
export interface Parts {
  host: ChannelHost;
  board: NewsBoard;
  gate: FloodGate;
}

export type WebOpenAccount = OpenAccount<WebAccount>;

/** What this visitor may see above a revision, or the last of what is below one. */
export async function pageOf(
  { host }: Parts,
  account: WebOpenAccount,
  visitor: Visitor,
  from: { after: number } | { before: number },
  limit: number,
): Promise<ChatMessage[]> {
  const shown =
    'after' in from
      ? await host.transcript(account, visitor.id, from.after, limit)
      : await host.earlier(account, visitor.id, from.before, limit);
  return shown.map((message) => viewOf(message, visitor.id, (mediaId) => host.mediaLink(account, mediaId)));
}

export async function standingOf(
  { host }: Parts,
  account: WebOpenAccount,
  visitor: Visitor,
): Promise<ChatStanding> {
  const { state, agent, place, robot, readUpTo } = await host.standing(account, visitor.id);
  return { state, agent, place, robot, readUpTo };
}

export const highest = (messages: readonly ChatMessage[], floor: number): number =>
  messages.reduce((top, { revision }) => Math.max(top, revision), floor);

/** Which of a visitor's doings count together, and against which allowance. */
export function overload(
  { gate }: Parts,
  account: WebOpenAccount,
  who: string,
  what: 'messages' | 'uploads' | 'sessions' | 'signs',
): ChatError | undefined {
  const { perMinute } = account.settings;
  const allowed = what === 'signs' ? 4 * perMinute.messages : perMinute[what];
  const retryAfterMs = gate.take(`${what} ${account.id} ${who}`, allowed);
  if (retryAfterMs === 0) return undefined;
  return { code: 'flood', message: `too many ${what} at once; wait a moment`, retryAfterMs };
}

/** As many visitors may share one address (an office, a mobile carrier) before it is held to its own allowance. */
const visitorsPerAddress = 20;

/** The same for everything that comes from one address. */
export function crowded(
  parts: Parts,
  account: WebOpenAccount,
  ip: string,
  what: 'messages' | 'uploads' = 'messages',
): ChatError | undefined {
  const retryAfterMs = parts.gate.take(
    `${what} from ${ip}`,
    account.settings.perMinute[what] * visitorsPerAddress,
  );
  if (retryAfterMs === 0) return undefined;
  return { code: 'flood', message: `too many ${what} from this address; wait a moment`, retryAfterMs };
}

export function failure(status: number, error: ChatError): Response {
  const response = json(status, { error });
  if (error.retryAfterMs) response.headers['retry-after'] = String(Math.ceil(error.retryAfterMs / 1000));
  return response;
}
