import { SendError } from '../../core/ports/courier.js';

/** How a call went wrong: it was answered, or nobody answered. `harmless` calls change nothing that people see. */
export type Failure = { harmless: boolean } & (
  | { status: number; code?: number; message: string }
  | { cause: unknown }
);

/** The token was refused, not the call: nothing happened, and a fresh one may be accepted. */
export const isTokenCode = (code: string): boolean => ['40001', '40014', '41001', '42001'].includes(code);

/** The account itself is entered wrongly: asking again soon would only look like guessing. */
export const isSecretCode = (code: string): boolean =>
  ['40002', '40013', '40125', '41002', '41004'].includes(code);

const second = 1000;
const minute = 60 * second;

/** WeChat is busy, was asked too often, or does not know this machine yet. */
const laterMs: ReadonlyMap<number, number> = new Map([
  [-1, second],
  [45009, 10 * minute],
  [45011, minute],
  [40164, minute],
]);

const windowCodes: ReadonlyMap<number, 'closed' | 'used'> = new Map([
  [45015, 'closed'],
  [43004, 'closed'],
  [45047, 'used'],
]);

/** It is this form that is refused: the file, the menu, the length; plain words may be taken. */
const formCodes: ReadonlySet<number> = new Set([
  40004, 40005, 40006, 40007, 40008, 45001, 45002, 45007, 47001,
]);

/** What an administrator has to know, beside what WeChat says. */
const advice: ReadonlyMap<number, string> = new Map([
  [40013, 'there is no account with this AppID'],
  [40125, 'the AppSecret is not this account’s; it may have been reset in the console'],
  [40164, 'this machine’s address is not on the account’s IP allow-list (开发接口管理 → IP白名单)'],
  [45015, 'the customer wrote more than 48 hours ago, or does not follow the account any more'],
  [45047, 'all that may be sent before the customer writes again has been sent'],
  [
    48001,
    'the account may not call this API: custom/send takes an account whose owner WeChat has verified (certified: false says so)',
  ],
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
 * The one place where WeChat's answers become ours. They come under HTTP 200 with an `errcode`; one that nobody has listed is
 * a refusal, since WeChat names what it did not do. Only silence and a server's own failure leave the fate open.
 * Source: developers.weixin.qq.com, 全局返回码.
 */
export function sendErrorOf(failure: Failure): SendError {
  if ('cause' in failure) return unanswered(failure.cause, failure.harmless);
  const { status, code, message, harmless } = failure;
  const name = code === undefined ? `http-${status}` : `${code}`;
  const hint = code === undefined ? undefined : advice.get(code);
  const words = `WeChat answered ${name}: ${hint ? `${hint}; ` : ''}${message.replace(/\s*rid: .*$/s, '').slice(0, 300)}`;
  if (code === undefined) {
    const isOpen = status >= 500 || status === 408 || status < 300;
    if (status === 429) return new SendError('later', name, words, { retryAfterMs: minute });
    return new SendError(isOpen ? (harmless ? 'later' : 'unknown') : 'refused', name, words);
  }
  const retryAfterMs = laterMs.get(code) ?? (isTokenCode(name) ? minute : undefined);
  if (retryAfterMs !== undefined) return new SendError('later', name, words, { retryAfterMs });
  return new SendError('refused', name, words, {
    fallback: formCodes.has(code),
    window: windowCodes.get(code),
  });
}

function unanswered(cause: unknown, harmless: boolean): SendError {
  const name = networkCode(cause);
  const fate = harmless || neverSent.has(name) ? 'later' : 'unknown';
  return new SendError(fate, name, `WeChat did not answer: ${name}`);
}

/** `fetch failed` says nothing; its cause does. A time-out is a DOMException by name. */
function networkCode(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.name === 'TimeoutError') return 'timeout';
  }
  return 'network';
}
