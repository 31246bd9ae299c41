import type { Reply, Request } from '../../kernel/http.js';
import { isRecord } from '../../kernel/shape.js';
import { Refusal } from '../refusal.js';
import { hasScope } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { App, AuthorizationCode } from '../world.js';
import { authorize } from './authorize.js';
import { fitsChallenge, type LoginCodes } from './codes.js';

export interface LoginAnswer {
  reply: Reply;
  status: number;
  code: number;
}

/** Where a code becomes a token. The second address is the one Feishu's own SDK uses; no page names it. */
const tokenPaths = ['/open-apis/authen/v2/oauth/token', '/oauth/v3/token'];

/** The login of web pages: who is looking at them. No refresh tokens are given; `offline_access` brings none. */
export class Login {
  readonly #tenant: Tenant;
  readonly #codes: LoginCodes;

  constructor(tenant: Tenant, codes: LoginCodes) {
    this.#tenant = tenant;
    this.#codes = codes;
  }

  /** @throws Refusal in the form of all other calls, from `user_info` only */
  answer(request: Request): LoginAnswer | undefined {
    const { method, path } = request;
    if (method === 'GET' && path === '/open-apis/authen/v1/authorize') {
      const reply = authorize(this.#tenant, this.#codes, request);
      return { reply, status: 'status' in reply ? reply.status : 0, code: 0 };
    }
    if (method === 'POST' && tokenPaths.includes(path)) return this.#token(request);
    if (method === 'GET' && path === '/open-apis/authen/v1/user_info') return this.#userInfo(request);
    return undefined;
  }

  /** Source: 获取 user_access_token; its errors have OAuth's form (RFC 6749, 5.2) with Feishu's code beside it. */
  #token(request: Request): LoginAnswer {
    const given = fieldsOf(request);
    try {
      const { app, code } = this.#redeemable(given);
      const { token, expiresInS } = this.#codes.redeem(code);
      const scope = code.scope || (app.scopes ?? []).join(' ');
      const body = { code: 0, access_token: token, expires_in: expiresInS, token_type: 'Bearer', scope };
      return { reply: { status: 200, headers: noStore, body }, status: 200, code: 0 };
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      const { code, kind, message } = error;
      const body = { code, error: kind, error_description: message };
      return { reply: { status: 400, headers: noStore, body }, status: 400, code };
    }
  }

  #redeemable(given: Record<string, unknown>): { app: App; code: AuthorizationCode } {
    const { state } = this.#tenant;
    const need = (name: string): string => {
      const value = given[name];
      if (typeof value === 'string' && value !== '') return value;
      throw new TokenRefused(
        20001,
        'invalid_request',
        `The request is missing a required parameter: ${name}.`,
      );
    };
    if (need('grant_type') !== 'authorization_code') refuse(20036);
    const app = state.apps.get(need('client_id'));
    if (!app) refuse(20048);
    if (need('client_secret') !== app.appSecret) refuse(20002);
    const code = this.#codes.find(need('code'));
    if (!code) refuse(20003);
    if (code.app !== app.appId) refuse(20024);
    if (code.used) refuse(20065);
    if (this.#codes.isExpired(code)) refuse(20004);
    if (given.redirect_uri !== code.redirectUri) refuse(20071);
    if (!fitsChallenge(code, typeof given.code_verifier === 'string' ? given.code_verifier : undefined)) {
      refuse(20049);
    }
    const person = state.people.get(code.person);
    if (!person) refuse(20008);
    if (!state.available(person, app)) refuse(20010);
    return { app, code };
  }

  /** Source: 获取用户信息; its own errors come with HTTP 200. A field whose scope is missing is absent without a word. */
  #userInfo({ headers }: Request): LoginAnswer {
    const { state } = this.#tenant;
    if (!headers.authorization) {
      throw new Refusal(
        99991661,
        'Missing access token for authorization. Please make a request with token attached.',
      );
    }
    const token = this.#codes.tokenOf(headers.authorization);
    const app = token && state.apps.get(token.app);
    if (!token || !app) {
      const message = 'The user access token passed is invalid. Please check the value';
      throw new Refusal(20005, message, { status: 200 });
    }
    const person = state.people.get(token.person);
    if (!person) throw new Refusal(20008, 'User not exist', { status: 200 });
    const data = {
      name: person.name,
      en_name: person.name,
      avatar_url: '',
      avatar_thumb: '',
      avatar_middle: '',
      avatar_big: '',
      open_id: state.openId(person, app.appId),
      union_id: person.unionId,
      ...(hasScope(app, 'contact:user.employee_id:readonly') ? { user_id: person.userId } : {}),
      tenant_key: state.tenantKey,
    };
    return { reply: { status: 200, body: { code: 0, msg: 'success', data } }, status: 200, code: 0 };
  }
}

const noStore = { 'cache-control': 'no-store' };

/** JSON, as the page asks for; a form, as OAuth's client libraries send it, is read as well. */
function fieldsOf({ headers, body }: Request): Record<string, unknown> {
  const text = body.toString('utf8');
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

class TokenRefused extends Error {
  constructor(
    readonly code: number,
    readonly kind: string,
    message: string,
  ) {
    super(message);
  }
}

/** The page gives Feishu's codes and sentences; OAuth's word for each is RFC 6749's. */
const sentences = {
  20002: ['invalid_client', 'The client secret is invalid.'],
  20003: [
    'invalid_grant',
    'The authorization code is not found. Please note that an authorization code can only be used once.',
  ],
  20004: ['invalid_grant', 'The authorization code has expired.'],
  20008: ['invalid_grant', 'The user does not exist.'],
  20010: ['access_denied', 'The user does not have permission to use this app.'],
  20024: [
    'invalid_grant',
    'The provided authorization code or refresh token does not match the provided client ID.',
  ],
  20036: ['unsupported_grant_type', 'The specified grant_type is not supported.'],
  20048: ['invalid_client', 'The specified app does not exist.'],
  20049: ['invalid_grant', 'PKCE code challenge failed.'],
  20065: [
    'invalid_grant',
    'The authorization code has been used. Please note that an authorization code can only be used once.',
  ],
  20071: ['invalid_grant', 'The provided redirect URI does not match the one used during authorization.'],
} as const;

function refuse(code: keyof typeof sentences): never {
  const [kind, message] = sentences[code];
  throw new TokenRefused(code, kind, message);
}
