import { boolean, object, optional, text } from '../../kernel/shape.js';
import { type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { CARD_WRITE } from './instances.js';

const shape = object({
  callbackRouteKey: optional(text()),
  callbackUrl: optional(text()),
  apiSecret: optional(text()),
  forceUpdate: optional(boolean),
});

/** Where presses are posted to. Source: register-card-callback-address. */
export const callbackRoutes = ({ state }: Tenant): Route[] => [
  {
    ...{ method: 'POST', pattern: '/v1.0/card/callbacks/register', permission: CARD_WRITE },
    handle: ({ app, request }) => {
      const given = readJson(request, shape);
      if (!given.callbackRouteKey) throw new Refusal('param.callbackRouteKeyEmpty');
      if (!given.callbackUrl || !URL.canParse(given.callbackUrl)) throw new Refusal('param.callbackUrlEmpty');
      const id = `${app.appKey}|${given.callbackRouteKey}`;
      const known = state.callbackRoutes.get(id);
      const isSame = known?.url === given.callbackUrl && known.apiSecret === given.apiSecret;
      // A key that is taken: told once what it stands for, to be overwritten with forceUpdate.
      if (known && !isSame && given.forceUpdate !== true)
        throw new Refusal('param.callbackRouteKeyExist', `${known.url}`, 500);
      const route = {
        ...{ app: app.appKey, key: given.callbackRouteKey },
        ...{ url: given.callbackUrl, apiSecret: given.apiSecret },
      };
      state.callbackRoutes.put(id, route);
      return {
        success: true,
        result: { callbackUrl: route.url, ...(route.apiSecret ? { apiSecret: route.apiSecret } : {}) },
      };
    },
  },
];
