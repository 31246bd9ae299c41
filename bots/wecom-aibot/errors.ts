import { z } from 'zod';
import { SendError } from '../../core/ports/courier.js';
import { parseJson } from './fields.js';

const second = 1000;
const minute = 60 * second;

const answerSchema = z.object({ errcode: z.number(), errmsg: z.string().catch('') });

/** Limits, a server that is busy, and two changes at once: WeCom did nothing, and says so. */
const laterCodes: ReadonlyMap<number, number> = new Map([
  [-1, 2 * second],
  [6000, second],
  [45009, minute],
  [45033, second],
  [45047, minute],
]);

/**
 * It is this form that is refused: the type of message, its length, the card's task id or keys, the file. What is blocked
 * for what it says (40201, 40204), and whom it can't reach, is refused in any form.
 */
const formCodes: ReadonlySet<number> = new Set([
  40004, 40006, 40007, 40008, 40009, 40058, 40063, 41033, 42014, 42017, 42018, 42019, 42020, 43012, 45001,
  45002, 45008,
]);

/** Said of a message's `req_id` that can't be answered (any more). */
export const codeOfBadRequest = '846605';
/** Said of a stream that has ended. */
export const codeOfEndedStream = '846608';

/**
 * The one place where WeCom's answers become ours: HTTP 200, and the truth in `errcode`. A code nobody has listed is a
 * refusal, since WeCom names what it did not do. @throws {SendError} unless it says yes
 * Source: developer.work.weixin.qq.com, 全局错误码; the two of the long connection from its official plug-in.
 */
export function granted(text: string): unknown {
  const body = parseJson(text);
  const answer = answerSchema.safeParse(body).data;
  if (!answer) throw new SendError('unknown', 'unreadable', "WeCom's answer says neither yes nor no");
  const { errcode, errmsg } = answer;
  if (errcode === 0) return body;
  const words = `WeCom answered ${errcode}: ${errmsg.slice(0, 300)}`;
  const retryAfterMs = laterCodes.get(errcode);
  if (retryAfterMs !== undefined) throw new SendError('later', `${errcode}`, words, { retryAfterMs });
  throw new SendError('refused', `${errcode}`, words, { fallback: formCodes.has(errcode) });
}

/** Part of it has arrived: to begin anew would say that twice, so it counts as of unknown fate. */
export function halfSaid(error: unknown): unknown {
  if (!(error instanceof SendError)) return error;
  return new SendError('unknown', error.code, `only the beginning was said: ${error.message}`);
}

/** Errors that come before anything has left this machine. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Nobody answered over HTTP. `harmless`: asking again costs nothing. */
export function unanswered(cause: unknown, harmless: boolean): SendError {
  const name = networkCode(cause);
  const fate = harmless || neverSent.has(name) ? 'later' : 'unknown';
  return new SendError(fate, name, `WeCom did not answer: ${name}`);
}

/** `fetch failed` says nothing; its cause does. A time-out is a DOMException by name. */
function networkCode(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.name === 'TimeoutError') return 'timeout';
  }
  return 'network';
}
