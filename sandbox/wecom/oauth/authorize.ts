import { noticePage } from '../../kernel/html.js';
import type { Reply, Request } from '../../kernel/http.js';
import { seatOf } from '../../kernel/seat.js';
import type { Corp } from '../corp.js';
import type { App, Person } from '../world.js';

export const AUTHORIZE = '/connect/oauth2/authorize';

/**
 * The login inside WeCom's client: a link that comes back with a code for whoever opened it.
 * Source: 构造网页授权链接 (parameters; the domain must equal a trusted one, port included: 50001).
 */
export function authorize(corp: Corp, request: Request): Reply {
  const { query } = request;
  if (query.get('appid') !== corp.state.corpId) return notice('40013', 'appid 不是本企业的 corpid');
  const scope = query.get('scope') ?? '';
  if (query.get('response_type') !== 'code') return notice('40058', 'response_type 必须是 code');
  if (scope !== 'snsapi_base' && scope !== 'snsapi_privateinfo')
    return notice('40058', 'scope 必须是 snsapi_base 或 snsapi_privateinfo');
  const state = query.get('state') ?? '';
  if (!/^[a-zA-Z0-9]{0,128}$/.test(state)) return notice('40058', 'state 只能是 128 个以内的字母和数字');
  const redirect = query.get('redirect_uri') ?? '';
  const target = URL.canParse(redirect) ? new URL(redirect) : undefined;
  const apps = appsMeant(corp, query.get('agentid'), scope);
  if (!apps) return notice('40056', 'agentid 不存在，snsapi_privateinfo 必须带上 agentid');
  if (!target || !apps.some((app) => trusts(app, target.host)))
    return notice(
      '50001',
      `redirect_uri 的域名 ${target?.host ?? redirect} 不是应用的可信域名（端口也要一致）`,
    );
  const person = corp.state.people.get(seatOf(request, 'wecom') ?? '');
  if (!person) return notice('', '请在企业微信客户端打开链接');
  if (scope === 'snsapi_privateinfo' && !apps.some((app) => corp.state.available(person, app)))
    return notice('60011', '成员不在应用的可见范围内');
  target.searchParams.set('code', issue(corp, person, target.host, scope));
  target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

function appsMeant({ state }: Corp, agentId: string | null, scope: string): App[] | undefined {
  if (agentId === null) return scope === 'snsapi_base' ? [...state.apps.values()] : undefined;
  const app = state.apps.get(agentId);
  return app && [app];
}

/** Exactly, as WeCom compares; a port that is the scheme's own is none. */
export const trusts = ({ trustedDomains }: App, host: string): boolean =>
  trustedDomains?.some((domain) => domain.toLowerCase() === host.toLowerCase()) ?? false;

function issue(corp: Corp, person: Person, host: string, scope: string): string {
  const code = corp.ids.code();
  corp.state.oauthCodes.put(code, {
    ...{ code, host, scope },
    person: person.id,
    at: corp.clock.now(),
    used: false,
  });
  return code;
}

/** What the client's browser shows instead of going on. */
const notice = (code: string, text: string): Reply =>
  noticePage(200, { title: '企业微信', text, about: code && `错误码 ${code}` });
