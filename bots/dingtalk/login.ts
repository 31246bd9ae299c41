import { z } from 'zod';
import type { BotParts, Login } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { type DingtalkClient, dingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';
import { id } from './fields.js';
import { hostsOf } from './hosts.js';

const tokenAnswer = z.object({ accessToken: z.string().min(1) });
const meAnswer = z.object({ unionId: id });
const memberAnswer = z.object({
  result: z.object({
    userid: id,
    /** 0: of the enterprise; 1: somebody outside whom it keeps as a contact. */
    contact_type: z.union([z.number(), z.string()]).transform(Number).catch(0),
  }),
});

/** What concerns us and not who is logging in: wrong credentials, a right that is missing, a limit. */
const isOurs = ({ code }: SendError): boolean =>
  code === 'quota' ||
  /^(invalidClientIdOrSecret|invalid\.client|unauthorized\.client|Forbidden\.|60011|60020)/.test(code);

/**
 * DingTalk's OAuth 2.0, in any browser and in its app: a code, a token for who logs in, who they are everywhere, and who
 * that is here. Its address has to be registered under 安全设置 → 重定向URL.
 *
 * Source: open.dingtalk.com, 获取登录用户的访问凭证; 获取用户通讯录个人信息; 根据unionid获取用户userid.
 */
export const dingtalkLogin: Login<DingtalkCredentials> = {
  address({ clientId }, baseUrl, { redirect, state }) {
    const url = new URL('/oauth2/auth', hostsOf(baseUrl).login);
    url.search = new URLSearchParams({
      redirect_uri: redirect,
      response_type: 'code',
      client_id: clientId,
      scope: 'openid',
      state,
      prompt: 'consent',
    }).toString();
    return url.href;
  },

  async person(credentials, parts: BotParts, query) {
    const code = query.authCode ?? query.code ?? '';
    if (code === '') return undefined;
    const client = dingtalkClient(credentials, parts);
    try {
      const unionId = await whoIs(client, credentials, code);
      const body = { unionid: unionId };
      const call = {
        method: 'POST',
        path: '/topapi/user/getbyunionid',
        body,
        harmless: true,
        free: true,
      } as const;
      const { result } = await client.callOld(call, memberAnswer);
      return result.contact_type === 0 ? result.userid : undefined;
    } catch (error) {
      if (error instanceof SendError && error.fate === 'refused' && !isOurs(error)) return undefined;
      throw error;
    }
  },
};

/** The unionId of whoever the code was given to. */
async function whoIs(
  client: DingtalkClient,
  { clientId, clientSecret }: DingtalkCredentials,
  code: string,
): Promise<string> {
  const body = { clientId, clientSecret, code, grantType: 'authorization_code' };
  const tokenCall = {
    method: 'POST',
    path: '/v1.0/oauth2/userAccessToken',
    body,
    harmless: true,
    free: true,
  } as const;
  const { accessToken } = await client.callAs(undefined, tokenCall, tokenAnswer);
  const meCall = { method: 'GET', path: '/v1.0/contact/users/me', harmless: true, free: true } as const;
  return (await client.callAs(accessToken, meCall, meAnswer)).unionId;
}
