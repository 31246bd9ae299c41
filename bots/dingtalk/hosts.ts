const official = 'https://api.dingtalk.com';

/** Where the parts of DingTalk live. */
export interface Hosts {
  /** The newer API: `/v1.0/…`. */
  api: string;
  /** The older one: `/topapi/…`, `/media/upload`. */
  oapi: string;
  /** The page where people log in. */
  login: string;
}

/**
 * The official API has siblings under other names; a proxy, a private installation or the sandbox has everything under
 * its one address. Source: open.dingtalk.com, 服务端API 概述; 获取登录用户的访问凭证.
 */
export function hostsOf(baseUrl: string): Hosts {
  if (new URL(baseUrl).origin !== official) return { api: baseUrl, oapi: baseUrl, login: baseUrl };
  return { api: official, oapi: 'https://oapi.dingtalk.com', login: 'https://login.dingtalk.com' };
}
