import { z } from 'zod';
import type { Login } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { wecomClient } from './client.js';
import type { WecomCredentials } from './credentials.js';
import { userId } from './fields.js';

const apiHost = 'https://qyapi.weixin.qq.com';
const loginHost = 'https://open.weixin.qq.com';

/** The login is at another address than the API; whoever stands in for WeCom has both at its own. */
const loginBase = (baseUrl: string): string => (new URL(baseUrl).origin === apiHost ? loginHost : baseUrl);

/** A code lives five minutes and is spent by the first who asks. */
const codeRefused = '40029';

/** Somebody who is no member has an `openid` instead. */
const visitor = z.object({ userid: userId.optional().catch(undefined) });

/**
 * Silent inside WeCom's own browser. The page's host has to be a trusted domain of the app (可信域名), its port included.
 * Source: developer.work.weixin.qq.com, 构造网页授权链接 (path/96441), 获取访问用户身份 (path/96442).
 */
export const login: Login<WecomCredentials> = {
  address({ corpId, agentId }, baseUrl, { redirect, state }) {
    if (!/^[0-9A-Za-z]{1,128}$/.test(state))
      throw new Error('WeCom takes a state of letters and digits only');
    const url = new URL('/connect/oauth2/authorize', loginBase(baseUrl));
    const asked = {
      appid: corpId,
      redirect_uri: redirect,
      response_type: 'code',
      scope: 'snsapi_base',
      state,
    };
    for (const [name, value] of Object.entries({ ...asked, agentid: `${agentId}` }))
      url.searchParams.set(name, value);
    url.hash = 'wechat_redirect';
    return url.href;
  },
  async person(credentials, parts, { code = '' }) {
    if (code === '' || code.length > 512) return undefined;
    const client = wecomClient(credentials, parts);
    const call = { method: 'GET', path: '/cgi-bin/auth/getuserinfo', query: { code } } as const;
    try {
      const { userid } = await client.call({ ...call, harmless: true }, visitor);
      return userid;
    } catch (error) {
      if (error instanceof SendError && error.code === codeRefused) return undefined;
      throw error;
    }
  },
};
