import { z } from 'zod';

/** WeCom's ids are printable ASCII; anything else under the name of an id is not stored and not sent back. */
export const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** An id that may be missing, null or empty; a malformed one counts as missing. */
export const optionalId = id.optional().catch(undefined);

/** A field that is read by somebody who minds nothing. */
export const anything = z.unknown().optional();

const latest = 8.64e15;

/** Epoch milliseconds of a time in seconds, given as a number or a string. What cannot be a time becomes `otherwise`. */
export function instantOf(value: unknown, otherwise: number): number {
  if (typeof value !== 'number' && (typeof value !== 'string' || !/^\d{1,13}$/.test(value))) return otherwise;
  const ms = Math.floor(Number(value) * 1000);
  return ms > 0 && ms < latest ? ms : otherwise;
}

/** Parses JSON, or returns undefined, which is no JSON value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `wo` and 30 characters of base64: a member's id in cipher, which is what bots are given for most people. */
const openUserId = /^wo[\w-]{30}$/;

/**
 * What a person is called by. WeCom compares userids without regard to case and echoes them in lower case; in an
 * open_userid every letter counts, and it is what the bot writes to.
 * Source: developer.work.weixin.qq.com, 读取成员; 自建应用与智能机器人的对接.
 */
export const personOf = (userId: string): string => (openUserId.test(userId) ? userId : userId.toLowerCase());
