import type { Request } from '../../kernel/http.js';
import { object, optional, text } from '../../kernel/shape.js';
import { type OpenRoute, readJson } from '../api.js';
import { OldRefusal, Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App } from '../world.js';
import { LIFE_SECONDS } from './tokens.js';

const keyAndSecret = object({ appKey: optional(text()), appSecret: optional(text()) });
const oauth = object({
  client_id: optional(text()),
  client_secret: optional(text()),
  grant_type: optional(text()),
});

/**
 * An app's own tokens, in their three ways. Source: obtain-the-access-token-of-an-internal-app (invalidClientIdOrSecret),
 * api-gettoken (invalid.client, unauthorized.client, unsupported.grant.type), obtain-orgapp-token (40089 for the old one).
 */
export const tokenRoutes = (tenant: Tenant): OpenRoute[] => [
  {
    method: 'POST',
    pattern: '/v1.0/oauth2/accessToken',
    handle: (request) => {
      const given = readJson(request, keyAndSecret);
      const app = tenant.state.apps.get(given.appKey ?? '');
      if (app?.appSecret !== given.appSecret || !app) {
        throw new Refusal('invalidClientIdOrSecret', '无效的clientId或者clientSecret');
      }
      return { accessToken: tenant.tokens.issue(app), expireIn: LIFE_SECONDS };
    },
  },
  {
    method: 'POST',
    pattern: '/v1.0/oauth2/:corpId/token',
    handle: (request) => {
      const given = readJson(request, oauth);
      if (given.grant_type !== 'client_credentials')
        throw new Refusal('unsupported.grant.type', '不支持的grant_type');
      return {
        access_token: tenant.tokens.issue(clientOf(tenant, request, given)),
        expires_in: LIFE_SECONDS,
      };
    },
  },
  { method: 'GET', pattern: '/gettoken', handle: (request) => oldToken(tenant, request) },
];

function clientOf(
  tenant: Tenant,
  request: Request,
  given: { client_id: string | undefined; client_secret: string | undefined },
): App {
  const app = tenant.state.apps.get(given.client_id ?? '');
  if (!app || app.appSecret !== given.client_secret) throw new Refusal('invalid.client', '无效的client');
  if (request.params.corpId !== tenant.state.corpId) {
    throw new Refusal('unauthorized.client', '应用未在该组织授权', 401);
  }
  return app;
}

function oldToken(tenant: Tenant, request: Request): Record<string, unknown> {
  const app = tenant.state.apps.get(request.query.get('appkey') ?? '');
  if (!app || app.appSecret !== request.query.get('appsecret')) {
    throw new OldRefusal(40089, '不合法的corpid或corpsecret');
  }
  return { access_token: tenant.tokens.issue(app), expires_in: LIFE_SECONDS };
}
