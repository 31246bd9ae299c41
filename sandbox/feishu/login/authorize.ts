import { noticePage } from '../../kernel/html.js';
import type { Reply, Request } from '../../kernel/http.js';
import { seatOf } from '../../kernel/seat.js';
import { hasScope } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { AuthorizationCode } from '../world.js';
import type { LoginCodes } from './codes.js';

const SCOPES_MAX = 50;

/**
 * The page that asks a person for consent; inside the client nobody is asked and it goes straight on.
 * Source: 获取授权码, 如何解决授权免登页面 20029 错误. What the pages leave open is read strictly: a redirect URL is registered letter
 * for letter. How the error page of an unknown app looks is not documented.
 */
export function authorize(tenant: Tenant, codes: LoginCodes, request: Request): Reply {
  const { query } = request;
  const app = tenant.state.apps.get(query.get('client_id') ?? '');
  if (!app) return refused(20048, '应用不存在，请检查 client_id');
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!app.redirectUrls?.includes(redirectUri)) return refused(20029, 'redirect_uri 请求不合法', redirectUri);
  if (query.get('response_type') !== 'code') return refused(20001, 'response_type 应为 code');
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length > SCOPES_MAX) return refused(20001, `一次最多请求 ${SCOPES_MAX} 个 scope`);
  if (!scopes.every((scope) => hasScope(app, scope))) return refused(20027, '应用未开通所请求的权限');
  const person = tenant.state.people.get(seatOf(request, 'feishu') ?? '');
  if (!person) {
    const text = '这个页面需要知道您是谁。请回到飞书，在消息或卡片里重新打开链接。';
    return noticePage(401, { title: '请在飞书中打开', text, about: `来自应用：${app.name}` });
  }
  const challenge = challengeOf(query);
  const code = codes.issue({
    app: app.appId,
    person: person.id,
    redirectUri,
    scope: scopes.join(' '),
    challenge,
  });
  return back(redirectUri, code, query.get('state'));
}

function challengeOf(query: URLSearchParams): AuthorizationCode['challenge'] {
  const value = query.get('code_challenge');
  if (!value) return undefined;
  return { value, method: query.get('code_challenge_method') === 'S256' ? 'S256' : 'plain' };
}

function back(redirectUri: string, code: string, state: string | null): Reply {
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' }, body: '' };
}

const refused = (code: number, text: string, about = ''): Reply =>
  noticePage(400, { title: '无法完成授权', text: `错误码：${code} ${text}`, about });
