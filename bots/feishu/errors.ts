import { SendError } from '../../core/ports/courier.js';

/** How a call went wrong: it was answered, or nobody answered. `harmless` calls change nothing that people see. */
export type Failure = { harmless: boolean } & (
  | { status: number; code?: number; message: string; resetSeconds?: number }
  | { cause: unknown }
);

/** The token was refused, not the call: nothing happened, and a fresh one may be accepted. */
export const isTokenCode = (code: number | undefined): boolean =>
  code !== undefined && [99991661, 99991663, 99991664, 99991665, 99991668, 99991671, 99991677].includes(code);

/** Limits: the app's, the system's, a person's or a group's, and "this message is being sent". */
const limitCodes: ReadonlySet<number> = new Set([99991400, 11232, 11233, 230020, 230049]);

/** It is this form that is refused: the card's content, the file, the type of message in this place. */
const isFormCode = (code: number): boolean =>
  [230025, 230054, 230055, 230099, 230017, 10002, 99992402, 11310, 11311].includes(code) ||
  (code >= 234000 && code < 235000) ||
  (code >= 200000 && code < 201000) ||
  (code >= 300000 && code < 301000);

/** Errors that come before anything has left this machine. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const second = 1000;

/**
 * The one place where Feishu's answers become ours. Both the HTTP status and `code` count: refusals come with 400 as well
 * as with 200, limits with 429 or, from older calls, 400. A code nobody has listed is a refusal, since Feishu names what
 * it did not do; only silence and a server's own failure leave the fate open.
 *
 * 230031 (a card older than 14 days), 230011 (recalled) and 230110 (deleted) can't be redrawn ever again, and plain words
 * would not be the same message: refused without a fallback. Used-up monthly calls (99991403) come back next month.
 * Source: open.feishu.cn, 通用错误码; 发送消息, 更新应用发送的消息卡片 → 错误码; 频控策略.
 */
export function sendErrorOf(failure: Failure): SendError {
  if ('cause' in failure) return unanswered(failure.cause, failure.harmless);
  const { status, code, message, resetSeconds, harmless } = failure;
  const name = code === undefined ? `http-${status}` : `${code}`;
  const words = `Feishu answered ${name}: ${message.slice(0, 300)}`;
  if (status === 429 || (code !== undefined && limitCodes.has(code))) {
    return new SendError('later', name, words, { retryAfterMs: (resetSeconds ?? 1) * second });
  }
  if (isTokenCode(code)) return new SendError('later', name, words, { retryAfterMs: 60 * second });
  if (status >= 500 || status === 408 || (status < 300 && code === undefined)) {
    return new SendError(harmless ? 'later' : 'unknown', name, words);
  }
  return new SendError('refused', name, words, { fallback: code !== undefined && isFormCode(code) });
}

function unanswered(cause: unknown, harmless: boolean): SendError {
  const name = networkCode(cause);
  const fate = harmless || neverSent.has(name) ? 'later' : 'unknown';
  return new SendError(fate, name, `Feishu did not answer: ${name}`);
}

/** `fetch failed` says nothing; its cause does. A time-out is a DOMException by name. */
function networkCode(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.name === 'TimeoutError') return 'timeout';
  }
  return 'network';
}
