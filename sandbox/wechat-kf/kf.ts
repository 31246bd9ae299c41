import type { Journal } from '../kernel/journal.js';
import type { Route } from '../wecom/api.js';
import type { Corp } from '../wecom/corp.js';
import { refuse } from '../wecom/refusal.js';
import type { Kf } from './happen.js';
import { sendRoutes } from './send.js';
import { serviceRoutes } from './service.js';
import { KfState } from './state.js';
import { syncRoutes } from './sync.js';

/** 微信客服 of the enterprise. */
export function makeKf(corp: Corp, journal: Journal): Kf {
  const { clock, ids, files, stream, events, rates } = corp;
  const state = new KfState(journal, clock);
  return {
    ...{ clock, ids, files, stream, events, rates, state },
    app: () => corp.state.apps.get(state.agentId ?? ''),
    isMember: (userId) => corp.state.byUserId(userId)?.departed === false,
    origin: corp.origin,
  };
}

/** Its interfaces, which one app may call (可调用接口的应用). */
export const kfRoutes = (kf: Kf): Route[] =>
  [...syncRoutes(kf), ...sendRoutes(kf), ...serviceRoutes(kf)].map((route) => ({
    ...route,
    handle: (call) => (call.id === kf.state.agentId ? route.handle(call) : refuse(48002)),
  }));
