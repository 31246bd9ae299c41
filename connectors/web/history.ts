import type { ChannelRequest, News } from '../../core/ports/connector.js';
import { json, type Response } from '../../core/ports/delivery.js';
import type { ChatPage } from './chat/wire.js';
import { failure, highest, overload, type Parts, pageOf, standingOf, type WebOpenAccount } from './parts.js';
import type { Visitor } from './token.js';

const pageSize = 50;
const waitMaxSeconds = 25;

/**
 * `?before=<revision>` reads backwards. `?after=<revision>&wait=<seconds>` is for where sockets are blocked: it answers at
 * once when there is something, otherwise with the next news or when the wait is over.
 */
export async function readHistory(
  request: ChannelRequest,
  account: WebOpenAccount,
  visitor: Visitor,
  parts: Parts,
): Promise<Response> {
  const flood = overload(parts, account, visitor.id, 'signs');
  if (flood) return failure(429, flood);
  const before = revision(request.query.before);
  if (before !== undefined) {
    const messages = await pageOf(parts, account, visitor, { before }, pageSize);
    return json(200, await pageWith(messages, 0));
  }
  const after = revision(request.query.after) ?? 0;
  const waitMs = Math.min(revision(request.query.wait) ?? 0, waitMaxSeconds) * 1000;
  const next = nextNews(parts, account, visitor, waitMs);
  const fresh = await pageOf(parts, account, visitor, { after }, pageSize);
  if (fresh.length > 0 || waitMs === 0) {
    next.stop();
    return json(200, await pageWith(fresh, after));
  }
  const news = await next.heard;
  const messages = await pageOf(parts, account, visitor, { after }, pageSize);
  return json(200, { ...(await pageWith(messages, after)), typing: news === 'typing' || undefined });

  async function pageWith(messages: ChatPage['messages'], floor: number): Promise<ChatPage> {
    const standing = await standingOf(parts, account, visitor);
    return { messages, after: highest(messages, floor), more: messages.length === pageSize, standing };
  }
}

/** Listens before the transcript is read, so that nothing can happen between the two. */
function nextNews(
  { board }: Parts,
  account: WebOpenAccount,
  visitor: Visitor,
  waitMs: number,
): { heard: Promise<News | undefined>; stop(): void } {
  let stop = (): void => {};
  const heard = new Promise<News | undefined>((resolve) => {
    // The connection that waits keeps the process alive; the clock alone should not.
    const timer = setTimeout(() => resolve(undefined), waitMs).unref();
    const leave = board.listen(account.id, visitor.id, resolve);
    stop = () => {
      clearTimeout(timer);
      leave();
    };
  });
  void heard.then(() => stop());
  return { heard, stop };
}

const revision = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
