import { SendError } from '../core/ports/courier.js';

/** How a call went wrong: it was answered, or nobody answered. `harmless` calls change nothing that people see. */
export type Failure = { harmless: boolean } & (
  | { status: number; code?: number; message: string }
  | { cause: unknown }
);

/** The token was refused, not the call: nothing happened, and a fresh one may be accepted. */
export const isTokenCode = (code: number): boolean => [40014, 41001, 42001].includes(code);

/** The secret itself is wrong, or the enterprise, or the app is switched off: asking again soon would only look like guessing. */
export const isSecretCode = (code: number): boolean => [40001, 40013, 40091, 50003].includes(code);

const second = 1000;

/** WeCom is busy, or was asked too often; how long a block lasts it does not say, the shortest is a minute. */
const laterMs: ReadonlyMap<number, number> = new Map([
  [-1, second],
  [6000, second],
  [45009, 60 * second],
  [45033, 5 * second],
]);

/** It is this form that is refused: the card, the file, the length of the text; plain words may be taken. */
const formCodes: ReadonlySet<number> = new Set([
  ...[40004, 40006, 40007, 40008, 40009, 40058, 40063, 41033, 43012, 44001, 45001, 45002, 45008],
  ...[42014, 42015, 42017, 42018, 42019, 42020],
]);

/** What an administrator has to do, in words, beside what WeCom says. */
const advice: ReadonlyMap<number, string> = new Map([
  [40001, 'the secret is not this app’s'],
  [40013, 'there is no enterprise with this corpId'],
  [40056, 'there is no app with this agentId'],
  [301002, 'the secret belongs to another app than the agentId'],
  [50003, 'the app is switched off'],
  [60020, 'this machine’s address is not among the app’s trusted ones (企业可信IP)'],
  [60031, 'the app may not call the API'],
  [48002, 'an app of this kind may not call this API'],
  [48006, 'WeCom took the app’s rights away because nobody used it'],
  [43012, 'the app has no callback address, without which it can send no cards with buttons'],
  [81013, 'the member is outside what the app may see (可见范围)'],
  [60111, 'there is no such member, or the app may not see them'],
]);

/** Errors that come before anything has left this machine. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The one place where WeCom's answers become ours. They come under HTTP 200 with an `errcode`; one that nobody has listed is
 * a refusal, since WeCom names what it did not do. Only silence and a server's own failure leave the fate open.
 * Source: developer.work.weixin.qq.com, 全局错误码 (path/90313).
 */
export function sendErrorOf(failure: Failure): SendError {
  if ('cause' in failure) return unanswered(failure.cause, failure.harmless);
  const { status, code, message, harmless } = failure;
  const name = code === undefined ? `http-${status}` : `${code}`;
  const hint = code === undefined ? undefined : advice.get(code);
  const words = `WeCom answered ${name}: ${hint ? `${hint}; ` : ''}${withoutHints(message).slice(0, 300)}`;
  if (code === undefined) {
    const isOpen = status >= 500 || status === 408 || status < 300;
    if (status === 429) return new SendError('later', name, words, { retryAfterMs: 60 * second });
    return new SendError(isOpen ? (harmless ? 'later' : 'unknown') : 'refused', name, words);
  }
  const retryAfterMs = laterMs.get(code);
  if (retryAfterMs !== undefined) return new SendError('later', name, words, { retryAfterMs });
  if (isTokenCode(code)) return new SendError('later', name, words, { retryAfterMs: 60 * second });
  return new SendError('refused', name, words, { fallback: formCodes.has(code) });
}

/** `errmsg` ends in a number to look the call up by and an address to do so at. */
const withoutHints = (message: string): string => message.replace(/,?\s*more info at .*$/s, '');

function unanswered(cause: unknown, harmless: boolean): SendError {
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
