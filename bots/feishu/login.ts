import { z } from 'zod';
import type { Login } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { callOnce } from './client.js';
import type { FeishuCredentials } from './credentials.js';

/** Feishu's and Lark's login pages have an address of their own; whatever stands in for them has them beside the API. */
const pagesOf: Readonly<Record<string, string>> = {
  'https://open.feishu.cn': 'https://accounts.feishu.cn',
  'https://open.larksuite.com': 'https://accounts.larksuite.com',
};

/**
 * The code is not found, too old, of another app, spent or led elsewhere; the person is gone or may not use this app.
 * Source: open.feishu.cn, 获取 user_access_token → 错误码.
 */
const nobody = new Set(['20003', '20004', '20008', '20010', '20024', '20065', '20071']);

const tokenSchema = z.object({ access_token: z.string().min(1) });
const infoSchema = z.object({ data: z.object({ open_id: z.string().min(1), tenant_key: z.string() }) });

/**
 * Login with Feishu. Inside its client nobody is asked for consent. The address to come back to (`<PUBLIC_URL>/pages/back`)
 * has to be among the app's redirect URLs (安全设置 → 重定向 URL).
 * Source: open.feishu.cn, 获取授权码; 获取 user_access_token; 获取用户信息.
 */
export const feishuLogin: Login<FeishuCredentials> = {
  address({ appId }, baseUrl, { redirect, state }) {
    const { origin } = new URL(baseUrl);
    const address = new URL('/open-apis/authen/v1/authorize', pagesOf[origin] ?? origin);
    address.search = new URLSearchParams({
      client_id: appId,
      response_type: 'code',
      redirect_uri: redirect,
      state,
    }).toString();
    return address.href;
  },

  async person({ appId, appSecret, tenantKey }, { baseUrl }, { code }, redirect) {
    if (!code) return undefined;
    const body = {
      grant_type: 'authorization_code',
      client_id: appId,
      client_secret: appSecret,
      code,
      redirect_uri: redirect,
    };
    try {
      const exchange = {
        method: 'POST',
        path: '/open-apis/authen/v2/oauth/token',
        body,
        harmless: true,
      } as const;
      const { access_token: token } = await callOnce(baseUrl, exchange, tokenSchema);
      const look = { method: 'GET', path: '/open-apis/authen/v1/user_info', harmless: true } as const;
      const { data } = await callOnce(baseUrl, look, infoSchema, token);
      return tenantKey === undefined || data.tenant_key === tenantKey ? data.open_id : undefined;
    } catch (error) {
      if (error instanceof SendError && nobody.has(error.code)) return undefined;
      throw error;
    }
  },
};
