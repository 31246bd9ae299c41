import type { Reply, Request } from '../../kernel/http.js';
import { object, optional, text } from '../../kernel/shape.js';
import { type OpenRoute, type Route, readJson } from '../api.js';
import { openIdOf } from '../ids.js';
import { OldRefusal, Refusal } from '../refusal.js';
import type { AuthCode } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { App, Person } from '../world.js';
import { LIFE_SECONDS } from './tokens.js';

/** Source: obtain-the-userid-of-a-user-by-using-the-log-free (五分钟内有效，且只能使用一次). */
const CODE_LIFE_MS = 5 * 60_000;
/** Who sits at the client: the page sets it when it opens a link. */
const COOKIE = 'sandbox-as-dingtalk';

const tokenShape = object({
  clientId: optional(text()),
  clientSecret: optional(text()),
  code: optional(text()),
  refreshToken: optional(text()),
  grantType: optional(text()),
});
const codeShape = object({ code: optional(text()) });

/** `GET /oauth2/auth`: sends the client's person back to the app with a code. Source: tutorial-obtaining-user-personal-information. */
export function authorize(tenant: Tenant, request: Request): Reply {
  const { query } = request;
  const app = tenant.state.apps.get(query.get('client_id') ?? '');
  const redirect = query.get('redirect_uri') ?? '';
  if (!app) return page(400, '应用不存在', 'client_id 不是这个组织的应用。');
  if (query.get('response_type') !== 'code' || !/\bopenid\b/.test(query.get('scope') ?? ''))
    return page(400, '参数错误', 'response_type=code 与 scope=openid 必填。');
  if (!isRegistered(app, redirect))
    return page(400, '回调地址不可用', 'redirect_uri 未在应用的安全设置中登记。');
  const person = personIn(tenant, request);
  if (!person)
    return page(401, '请在钉钉中打开', '请从沙盒的钉钉客户端里点开这个链接，以登录的成员身份继续。');
  if (!tenant.state.available(person, app))
    return page(403, '无权使用', `${person.name} 不在应用的可见范围内。`);
  const code = giveCode(tenant, app, person);
  const target = new URL(redirect);
  for (const name of ['authCode', 'code']) target.searchParams.set(name, code);
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

/** A redirect is registered as an address; what comes after it in the query is free. */
function isRegistered({ redirectUrls }: App, redirect: string): boolean {
  if (!URL.canParse(redirect)) return false;
  const given = new URL(redirect);
  return (redirectUrls ?? []).some((registered) => {
    const known = new URL(registered);
    const isHost = known.pathname === '/' && known.search === '';
    return known.origin === given.origin && (isHost || known.pathname === given.pathname);
  });
}

function personIn({ state }: Tenant, { headers }: Request): Person | undefined {
  const cookies = (headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('='));
  const [, id = ''] = cookies.find(([name]) => name === COOKIE) ?? [];
  return state.people.get(decodeURIComponent(id));
}

/** A code as the client's `requestAuthCode` and the login page give it. */
function giveCode({ state, ids, clock }: Tenant, app: App, person: Person): string {
  const code = ids.hex();
  state.authCodes.put(code, {
    ...{ code, app: app.appKey, person: person.id },
    expiresAt: clock.now() + CODE_LIFE_MS,
  });
  return code;
}

function spendCode({ state, clock }: Tenant, code: string, app: App): AuthCode | undefined {
  const known = state.authCodes.get(code);
  if (known?.app !== app.appKey) return undefined;
  state.authCodes.delete(code);
  return known.expiresAt > clock.now() ? known : undefined;
}

function page(status: number, title: string, text: string): Reply {
  const body = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><body style="font:16px/1.6 system-ui;max-width:28em;margin:20vh auto;padding:0 1em"><h1 style="font-size:20px">${title}</h1><p>${text}</p></body></html>`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

/** Source: obtain-user-token (the code for tokens, or a new pair for the refresh token). */
export const userTokenRoutes = (tenant: Tenant): OpenRoute[] => [
  {
    method: 'POST',
    pattern: '/v1.0/oauth2/userAccessToken',
    handle: (request) => {
      const given = readJson(request, tokenShape);
      const app = tenant.state.apps.get(given.clientId ?? '');
      if (!app || app.appSecret !== given.clientSecret)
        throw new Refusal('invalidClientIdOrSecret', '无效的clientId或者clientSecret');
      const person = tenant.state.people.get(whose(tenant, app, given) ?? '');
      if (!person || person.departed)
        throw new Refusal('invalidParameter.authCode.notFound', '不合法的临时授权码');
      return {
        ...tenant.tokens.issueFor(app, person),
        ...{ expireIn: LIFE_SECONDS, corpId: tenant.state.corpId },
      };
    },
  },
];

function whose(
  tenant: Tenant,
  app: App,
  given: { grantType: string | undefined; code: string | undefined; refreshToken: string | undefined },
): string | undefined {
  if (given.grantType === 'authorization_code') return spendCode(tenant, given.code ?? '', app)?.person;
  if (given.grantType !== 'refresh_token') throw new Refusal('unsupported.grant.type', '不支持的grantType');
  const token = tenant.tokens.find(given.refreshToken ?? '', 'refresh');
  return token?.app === app.appKey ? token.person : undefined;
}

/** Who somebody is. Source: dingtalk-retrieve-user-information; obtain-the-userid-of-a-user-by-using-the-log-free. */
export const whoRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'GET', pattern: '/v1.0/contact/users/:unionId', token: 'user', free: true },
    permission: 'Contact.User.Read',
    handle: ({ person, request }) => {
      const asked = request.params.unionId;
      if (!person || (asked !== 'me' && asked !== person.unionId))
        throw new Refusal('invalidParameter.user.notFound', '找不到该用户', 404);
      return { nick: person.name, avatarUrl: '', openId: openIdOf(person.id), unionId: person.unionId };
    },
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/user/getuserinfo', free: true },
    handle: ({ app, request }) => {
      const known = spendCode(tenant, readJson(request, codeShape).code ?? '', app);
      const person = known && tenant.state.people.get(known.person);
      if (!person || person.departed) throw new OldRefusal(40078, '不存在的临时授权码');
      return {
        result: {
          ...{ userid: person.userId, unionid: person.unionId, name: person.name },
          ...{ associated_unionid: person.unionId, device_id: '', sys: false, sys_level: 0 },
        },
      };
    },
  },
];
