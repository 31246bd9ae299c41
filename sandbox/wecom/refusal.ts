/** What WeCom answers instead of doing it: HTTP 200 with an `errcode`. Source: 全局错误码. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Further fields of the answer. */
    readonly more: Record<string, unknown> = {},
    readonly status = 200,
  ) {
    super(message);
  }
}

const sentences = {
  40001: 'invalid credential',
  40003: 'invalid userid',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40009: 'invalid image size',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40016: 'invalid button size',
  40017: 'invalid button type',
  40018: 'invalid button name size',
  40019: 'invalid button key size',
  40020: 'invalid button url size',
  40023: 'invalid sub button size',
  40029: 'invalid code',
  40050: 'invalid chatid',
  40056: 'invalid agentid',
  40058: 'invalid parameter',
  40063: 'some parameters are empty',
  40066: 'invalid url',
  40096: 'invalid external_userid',
  41001: 'access_token missing',
  41004: 'corpsecret missing',
  41033: 'missing description',
  41050: 'invalid welcome_code',
  42001: 'access_token expired',
  42014: 'task_id is invalid',
  42015: 'the card was not sent by this app',
  42016: 'task_id is not found',
  42017: 'button key is not exist',
  42018: 'button key is invalid',
  42019: 'button key is duplicated',
  42020: 'button name is invalid',
  42022: 'response_code has been used',
  43012: 'callback url of the app is not set',
  44001: 'empty media data',
  44004: 'content is empty',
  45001: 'media file size out of limit',
  45002: 'message content out of limit',
  45008: 'article size out of limit',
  45009: 'api freq out of limit',
  46004: 'userid not found',
  48001: 'api unauthorized',
  48002: 'api forbidden',
  50001: 'redirect_url domain is not trusted',
  60003: 'department not found',
  60011: 'no privilege to access/modify contact/party/agent',
  60111: 'userid not found',
  81012: 'user & party & tag all empty',
  81013: 'user & party & tag all invalid',
  82001: 'user & party & tag all empty',
  82002: 'too many parties',
  82003: 'too many tags',
  86001: 'invalid chatid',
  86003: 'chatid does not exist',
  86006: 'invalid member count',
  86008: 'the chat was not created by this app',
  86215: 'chatid already exists',
  93000: 'invalid webhook url',
  93006: 'invalid chat',
  93008: 'not in chat',
  95000: 'invalid open_kfid',
  95001: 'send msg count limit',
  95002: 'send msg time limit',
  95007: 'invalid msg token',
  95008: 'too many menu entries',
  95009: 'invalid menu entry',
  95013: 'session is over',
  95014: 'user is not a servicer, or not active',
  95016: 'session status change is not allowed',
  95018: 'send msg session status invalid',
  95031: 'the customer did not write within 48 hours',
  301002: 'not allow operate another agent with this accesstoken',
  846605: 'invalid req_id',
  846608: 'stream message update expired',
} as const;

export type Errcode = keyof typeof sentences;

/** @param why what was wrong in particular; stands after WeCom's own words */
export function refuse(code: Errcode, why?: string, more?: Record<string, unknown>): never {
  throw new Refusal(code, why ? `${sentences[code]}, ${why}` : sentences[code], more);
}

export const isErrcode = (code: number): code is Errcode => Object.hasOwn(sentences, code);

export const wordsOf = (code: number): string =>
  isErrcode(code) ? sentences[code] : 'a fault that was ordered';
