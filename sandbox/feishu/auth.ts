import { object, text } from '../kernel/shape.js';
import type { Call, Result } from './api.js';
import { readJson } from './api.js';
import { Refusal } from './refusal.js';
import type { Tenant } from './tenant.js';

const shape = object({ app_id: text({ min: 1 }), app_secret: text({ min: 1 }) });

const kinds: Readonly<Record<string, 'tenant' | 'app'>> = {
  '/open-apis/auth/v3/tenant_access_token/internal': 'tenant',
  '/open-apis/auth/v3/app_access_token/internal': 'app',
};

/**
 * The token calls of self-built apps, which alone need no token; `undefined` for any other path.
 * Source: 自建应用获取 tenant_access_token, 自建应用获取 app_access_token (codes 10003, 10015: 通用错误码).
 */
export function issueToken(tenant: Tenant, request: Call['request']): Result | undefined {
  const kind = kinds[request.path.replace(/\/$/, '')];
  if (!kind || request.method !== 'POST') return undefined;
  const given = readJson(request, shape);
  const app = tenant.state.apps.get(given.app_id);
  if (!app) throw new Refusal(10003, 'invalid param');
  if (app.appSecret !== given.app_secret) throw new Refusal(10015, 'app secret invalid');
  const issued = tenant.tokens.issue(app, kind);
  const tenantToken = kind === 'app' ? tenant.tokens.issue(app, 'tenant').token : issued.token;
  return {
    flat: {
      ...(kind === 'app' ? { app_access_token: issued.token } : {}),
      tenant_access_token: tenantToken,
      expire: issued.expire,
    },
  };
}
