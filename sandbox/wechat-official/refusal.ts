/** What WeChat answers instead of doing it: HTTP 200 with an `errcode`. Source: 全局返回码. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly status = 200,
  ) {
    super(message);
  }
}

const sentences = {
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40004: 'invalid media type',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40066: 'invalid url',
  40125: 'invalid appsecret',
  41001: 'access_token missing',
  41005: 'media data missing',
  42001: 'access_token expired',
  43002: 'require POST method',
  43001: 'require GET method',
  44002: 'empty post data',
  44004: 'empty content',
  45001: 'media size out of limit',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45072: 'invalid command',
  45080: 'no interaction within 30 seconds',
  45081: 'typing already',
  47001: 'data format error',
  48001: 'api unauthorized',
} as const;

export type Errcode = keyof typeof sentences;

/** @param why what was wrong in particular; stands after WeChat's own words */
export function refuse(code: Errcode, why?: string): never {
  throw new Refusal(code, why ? `${sentences[code]}: ${why}` : sentences[code]);
}

export const wordsOf = (code: number): string =>
  Object.entries(sentences).find(([known]) => known === String(code))?.[1] ?? 'a fault that was ordered';
