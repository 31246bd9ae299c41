import type { Clock } from '../../kernel/clock.js';
import type { Delivery, Outcome, Transport } from '../../kernel/deliveries.js';
import type { PostResult } from '../../kernel/post.js';
import type { Ids } from '../ids.js';
import type { SocketHub } from '../socket/hub.js';
import type { State } from '../state.js';
import type { App } from '../world.js';
import { postSigned } from './http.js';

/** An app has this long, in real time, to answer with HTTP 200. Source: 事件概述; 卡片回传交互. */
export const DEADLINE_MS = 3_000;
/** Source: 事件概述 (15 s, 5 min, 1 h, 6 h). */
export const RETRY_AFTER_MS = [15_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000];

/** How Feishu reaches an app: over its address, or over one of its long connections. */
export function makeTransport(parts: { state: State; clock: Clock; ids: Ids; hub: SocketHub }): Transport {
  const appOf = (delivery: Delivery): App | undefined => parts.state.apps.get(delivery.app);
  return {
    via: (delivery) => appOf(delivery)?.mode ?? 'http',
    async send(delivery): Promise<Outcome> {
      const app = appOf(delivery);
      if (!app) return { ok: false, why: 'unconfigured', reason: 'the app is gone' };
      if (app.mode === 'socket') return parts.hub.deliver(app.appId, delivery.payload, DEADLINE_MS);
      const url = delivery.kind === 'callback' ? (app.callbackUrl ?? app.eventUrl) : app.eventUrl;
      if (!url) return { ok: false, why: 'unconfigured', reason: 'no request URL is set' };
      return outcomeOf(await postSigned({ url, app, deadlineMs: DEADLINE_MS }, delivery.payload, parts));
    },
  };
}

function outcomeOf(result: PostResult): Outcome {
  if (result.kind === 'timeout') return { ok: false, why: 'timeout', reason: 'timeout' };
  if (result.kind === 'unreachable')
    return { ok: false, why: 'unreachable', reason: `unreachable: ${result.code}` };
  if (result.status !== 200) return { ok: false, why: 'refused', reason: `HTTP ${result.status}` };
  return { ok: true, answer: result.body };
}
