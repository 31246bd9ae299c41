import type { Clock } from '../../kernel/clock.js';
import type { Delivery, Outcome, Transport } from '../../kernel/deliveries.js';
import { isRecord } from '../../kernel/shape.js';
import { cardKey } from '../card/card.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { Hub } from '../stream/hub.js';
import type { App } from '../world.js';
import { CARD_MS, CARD_TOPIC, HTTP_MS, ROBOT_TOPIC, STREAM_MS } from './deadlines.js';
import { postCard, postEvent, postRobot } from './http.js';

export interface TransportParts {
  state: State;
  clock: Clock;
  ids: Ids;
  hub: Hub;
  /** Takes the message that an app puts into its HTTP answer to what somebody said. */
  answered: (app: App, payload: string, answer: string) => void;
}

const unconfigured = (reason: string): Outcome => ({ ok: false, why: 'unconfigured', reason });

/** How DingTalk reaches an app. Robot messages, cards and events are each switched to Stream or HTTP by themselves. */
export function makeTransport(parts: TransportParts): Transport {
  const { state, hub } = parts;
  const cardOf = ({ app, payload }: Delivery) => {
    const body: unknown = JSON.parse(payload);
    return state.cards.get(cardKey(app, isRecord(body) ? String(body.outTrackId) : ''));
  };
  const isHttp = (delivery: Delivery, app: App | undefined): boolean => {
    if (delivery.type === ROBOT_TOPIC) return app?.mode === 'http';
    if (delivery.type === CARD_TOPIC) return cardOf(delivery)?.callbackType === 'HTTP';
    return app?.events !== undefined;
  };

  const sendRobot = async (app: App, payload: string): Promise<Outcome> => {
    if (app.mode === 'stream') return hub.call(app, ROBOT_TOPIC, payload, STREAM_MS);
    if (!app.robotUrl) return unconfigured('no robotUrl is set');
    const outcome = await postRobot(app, app.robotUrl, payload, parts);
    if (outcome.ok) parts.answered(app, payload, outcome.answer);
    return outcome;
  };

  const sendCard = async (app: App, delivery: Delivery): Promise<Outcome> => {
    const card = cardOf(delivery);
    if (!card?.callbackType) return unconfigured('the card was created without callbackType');
    if (card.callbackType === 'STREAM') return hub.call(app, CARD_TOPIC, delivery.payload, CARD_MS);
    const route = state.callbackRoutes.get(`${app.appKey}|${card.callbackRouteKey}`);
    if (!route) return unconfigured(`callbackRouteKey ${card.callbackRouteKey} is not registered`);
    return postCard(route, delivery.payload, parts);
  };

  return {
    via: (delivery) => (isHttp(delivery, state.apps.get(delivery.app)) ? 'http' : 'socket'),
    async send(delivery) {
      const app = state.apps.get(delivery.app);
      if (!app) return unconfigured('the app is gone');
      if (delivery.type === ROBOT_TOPIC) return sendRobot(app, delivery.payload);
      if (delivery.type === CARD_TOPIC) return sendCard(app, delivery);
      const { http, stream } = JSON.parse(delivery.payload);
      if (app.events) return postEvent(app, app.events, JSON.stringify(http), parts, HTTP_MS);
      return hub.event(app, stream, STREAM_MS);
    },
  };
}
