import { object, record, text } from '../../kernel/shape.js';
import { type Call, type Result, type Route, readJson } from '../api.js';
import { isLegacyCard, knownTo } from '../im/content.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { CardToken } from '../world.js';
import { goesBack } from './cards.js';
import { CARD_BYTES_MAX, validateCard } from './validate.js';

const LIFE_MS = 30 * 60 * 1000;
const USES_MAX = 2;
const shape = object({ token: text({ min: 1 }), card: record });

/** Updating a card with the token of a click. Source: 延时更新消息卡片. */
export function delayedRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'POST',
      pattern: '/open-apis/interactive/v1/card/update',
      handle: (call) => update(tenant, call),
    },
  ];
}

function update(tenant: Tenant, { app, request }: Call): Result {
  const body = readJson(request, shape);
  const token = findToken(tenant, body.token);
  if (token.app !== app.appId) throw new Refusal(200310, 'can not update the card of another app');
  if (tenant.clock.now() - token.at > LIFE_MS) throw new Refusal(300030, 'token is expired');
  if (token.uses >= USES_MAX) throw new Refusal(300040, 'token has been used up');
  const message = tenant.state.message(token.message);
  if (!message || message.recalled) throw new Refusal(200000, 'the message card has been recalled');
  const { open_ids, ...card } = body.card;
  if (open_ids !== undefined) throw new Refusal(200320, 'open_ids is only for exclusive cards of schema 1.0');
  if (Buffer.byteLength(JSON.stringify(card)) > CARD_BYTES_MAX)
    throw new Refusal(100000, 'card is too large');
  if (goesBack(message, card))
    throw new Refusal(200830, 'a card of schema 2.0 can not be updated to schema 1.0');
  if (!isLegacyCard(card)) {
    const [problem] = validateCard(card, knownTo(app, tenant.state)).filter(({ code }) => code !== 200530);
    if (problem) throw new Refusal(11311, `${problem.code} ${problem.path}: ${problem.message}`);
  }
  tenant.cards.patch(message, JSON.stringify(card));
  tenant.state.cardTokens.put(token.token, { ...token, uses: token.uses + 1 });
  return { flat: {} };
}

function findToken(tenant: Tenant, given: string): CardToken {
  const token = given.startsWith('c-') ? tenant.state.cardTokens.get(given) : undefined;
  if (!token) throw new Refusal(300020, 'token format is invalid');
  return token;
}
