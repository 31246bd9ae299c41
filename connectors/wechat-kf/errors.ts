import { SendError } from '../../core/ports/courier.js';

/** How a call went wrong: it was answered, or nobody answered. `harmless` calls change nothing that people see. */
export type Failure = { harmless: boolean } & (
  | { status: number; code?: number; message: string }
  | { cause: unknown }
);

/** The token was refused, not the call: nothing happened, and a fresh one may be accepted. */
export const isTokenCode = (code: number): boolean => [40014, 41001, 42001].includes(code);

/** The secret is wrong, or the enterprise, or the app is off: to ask again soon would only look like guessing. */
export const isSecretCode = (code: number): boolean => [40001, 40013, 40091, 50003].includes(code);

export const STATE_FORBIDS = '95018';
export const STALE_PING_TOKEN = '95007';

const second = 1000;
const laterMs: ReadonlyMap<number, number> = new Map([
  [-1, second],
  [6000, second],
  [45009, 60 * second],
  [45033, 5 * second],
]);

/** The reply window as WeCom sees it: nothing goes until the customer writes again. */
const windows: ReadonlyMap<number, 'closed' | 'used'> = new Map([
  [95001, 'used'],
  [95002, 'closed'],
  [95013, 'closed'],
  [95031, 'closed'],
]);

/** It is this form that is refused; plain words may be taken. */
const formCodes: ReadonlySet<number> = new Set([
  ...[40004, 40006, 40007, 40008, 40009, 40058, 40063, 44001, 45001, 45002, 45008, 95008, 95009, 95030],
]);

/** What it means, and where it is put right, in the words of whoever reads it. */
const advice: ReadonlyMap<number, string> = new Map([
  [40001, '应用的 Secret 不正确'],
  [40013, '企业 ID（corpId）不正确'],
  [40096, '微信不认识这位客户，可能来自其他企业或其他应用'],
  [48002, '应用没有调用微信客服接口的权限，请在「微信客服 → 可调用接口的应用」中添加'],
  [48007, '客服账号没有授权给这个应用，请在「微信客服 → 通过 API 管理微信客服账号」中授权'],
  [50003, '应用已停用'],
  [60020, '本机地址不在应用的「企业可信 IP」中'],
  [95000, '客服账号（openKfId）不正确'],
  [95001, '客户来信后最多可回复 5 条，已用完，待客户再次来信后可继续回复'],
  [95002, '距客户上次来信已超过 48 小时，待客户再次来信后可回复'],
  [95004, '客服账号已被删除，或属于其他企业'],
  [95011, '微信客服正由企业微信之外的后台管理，请使用那里的 Secret'],
  [95012, '微信客服正由企业微信管理，请使用应用的 Secret'],
  [95013, '会话已结束，待客户再次来信后可回复'],
  [95017, '微信客服的 API 管理没有开启'],
  [95018, '会话当前的状态不允许通过接口发送'],
  [95030, '客服账号不能发送这种消息'],
  [95031, '客户 48 小时内没有来信，待客户再次来信后可回复'],
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
 * WeCom's answers as ours. They come under HTTP 200 with an `errcode`. A code of 微信客服 that nobody has listed may be that
 * of a repeated `msgid`, which no document names: then nobody can tell whether the first one went.
 * Source: developer.work.weixin.qq.com, 全局错误码 (path/90313).
 */
export function sendErrorOf(failure: Failure): SendError {
  if ('cause' in failure) return unanswered(failure.cause, failure.harmless);
  const { status, code, message, harmless } = failure;
  const name = code === undefined ? `http-${status}` : `${code}`;
  if (code === undefined) {
    const words = `WeCom answered ${name}`;
    if (status === 429) return new SendError('later', name, words, { retryAfterMs: 60 * second });
    const isOpen = status >= 500 || status === 408 || status < 300;
    return new SendError(isOpen ? (harmless ? 'later' : 'unknown') : 'refused', name, words);
  }
  const words = advice.get(code) ?? `WeCom answered ${name}: ${withoutHints(message).slice(0, 300)}`;
  const retryAfterMs = laterMs.get(code) ?? (isTokenCode(code) ? 60 * second : undefined);
  if (retryAfterMs !== undefined) return new SendError('later', name, words, { retryAfterMs });
  const isOfKf = code >= 95_000 && code < 96_000;
  if (isOfKf && !advice.has(code) && !formCodes.has(code) && !harmless && !known.has(code))
    return new SendError('unknown', name, words);
  const window = windows.get(code);
  return new SendError('refused', name, words, { fallback: formCodes.has(code), ...(window && { window }) });
}

/** Listed, though they need no words of ours. */
const known: ReadonlySet<number> = new Set([95003, 95005, 95006, 95007, 95014, 95016, 95019, 95027]);

/** `errmsg` ends in a number to look the call up by and an address to do so at. */
const withoutHints = (message: string): string => message.replace(/,?\s*(hint:|more info at ).*$/s, '');

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
