import { SendError } from '../../core/ports/courier.js';

/** How a call went wrong: it was answered, or nobody answered. `harmless` calls change nothing that people see. */
export type Failure = { harmless: boolean } & (
  | { status: number; code?: string; message: string; wait?: number }
  | { cause: unknown }
);

/** The token was refused, not the call: nothing happened, and a fresh one may be accepted. */
export const isTokenCode = (code: string): boolean =>
  ['InvalidAuthentication', '40014', '41001', '42001'].includes(code);

const second = 1000;
const minute = 60 * second;

/** An address that asked too much is shut out for five minutes. Source: open.dingtalk.com, 调用频率限制. */
const banMs = 5 * minute;

/** Limits, by how soon it is worth another try: the app's per second and per minute, the API's, the enterprise's, a chat's. */
const limits: readonly [RegExp, number][] = [
  [/^Forbidden\.AccessDenied\.Qps/, second],
  [/^Forbidden\.AccessDenied\.Qpm/, minute],
  [/^(90018|90002|90003|90006)$/, second],
  [/^send\.too\.fast$/, 5 * second],
  [/^1111$/, banMs],
];

/** The enterprise has used up its month; the calls that were refused for it are not counted. */
const isUsedUp = (code: string): boolean =>
  code === 'Forbidden.AccessDenied.ApiCountLimitForOrg' || code === '90020';

/**
 * It is this form that is refused: the card, its template or the right to send any, the file, words that may not be said.
 * A card that is gone can't be said in words instead.
 */
const isFormCode = (code: string): boolean =>
  code !== 'param.cardNotExist' &&
  /^(param\.|invalidParameter\.(msgParam|msgKey|param)\.|contain\.|Forbidden\.AccessDenied\.AccessTokenPermissionDenied)/.test(
    code,
  );

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
 * The one place where DingTalk's answers become ours: the newer API's (HTTP 4xx and a `code` in words) and the older one's
 * (HTTP 200 and an `errcode`). A code nobody has listed is a refusal, since DingTalk names what it did not do; only silence
 * and a server's own failure leave the fate open.
 *
 * A month that is used up comes back next month, so it is refused, as `quota`; limits are worth a wait.
 * Source: open.dingtalk.com, 全局错误码; 服务端API 调用限流; 机器人发送群聊消息, 创建并投放卡片 → 错误码.
 */
export function sendErrorOf(failure: Failure): SendError {
  if ('cause' in failure) return unanswered(failure.cause, failure.harmless);
  const { status, code, message, wait, harmless } = failure;
  const name = code ?? `http-${status}`;
  const words = `DingTalk answered ${name}: ${message.slice(0, 300)}`;
  if (code !== undefined && isUsedUp(code)) return new SendError('refused', 'quota', words);
  const limit = limits.find(([pattern]) => code !== undefined && pattern.test(code));
  if (limit) return new SendError('later', name, words, { retryAfterMs: limit[1] });
  if (status === 429) return new SendError('later', name, words, { retryAfterMs: (wait ?? 1) * second });
  if (code !== undefined && isTokenCode(code)) {
    return new SendError('later', name, words, { retryAfterMs: minute });
  }
  if (isFailure(status, code)) return new SendError(harmless ? 'later' : 'unknown', name, words);
  if (code === undefined && status < 500) return new SendError('later', name, words, { retryAfterMs: banMs });
  return new SendError('refused', name, words, { fallback: code !== undefined && isFormCode(code) });
}

/** The server's own failure, in which it may have done what it was asked: also the older API's "busy". */
const isFailure = (status: number, code: string | undefined): boolean =>
  status >= 500 ||
  status === 408 ||
  code === '-1' ||
  code === 'system.busy' ||
  code === 'system.error' ||
  (status < 300 && code === undefined);

function unanswered(cause: unknown, harmless: boolean): SendError {
  const name = networkCode(cause);
  const fate = harmless || neverSent.has(name) ? 'later' : 'unknown';
  return new SendError(fate, name, `DingTalk did not answer: ${name}`);
}

/** `fetch failed` says nothing; its cause does. A time-out is a DOMException by name. */
function networkCode(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.name === 'TimeoutError') return 'timeout';
  }
  return 'network';
}
