import { z } from 'zod';
import type { DingtalkCard } from '../../cards/dingtalk/card.js';
import { renderDingtalk } from '../../cards/dingtalk/render.js';
import type { CardView } from '../../core/cards/card.js';
import { type Place, SendError, type Sent } from '../../core/ports/courier.js';
import { byKey } from './answer.js';
import type { DingtalkClient } from './client.js';
import type { DingtalkCredentials } from './credentials.js';
import { chatOf } from './limits.js';
import { cardIdOf } from './place.js';

const deliverResult = z.object({ success: z.boolean().catch(false), errorMsg: z.string().nullish() });
const sentAnswer = z.object({
  success: z.boolean().catch(true),
  result: z.object({ deliverResults: z.array(deliverResult).catch([]) }).nullish(),
});
const done = z.object({ success: z.boolean().catch(true) });

/**
 * Posts a card and puts it where it belongs, in one call. It goes by an id of ours, so a repeat finds it there: that
 * counts as arrived. The call may succeed and its delivery fail, which is found among the results and said in words instead.
 *
 * Source: open.dingtalk.com, 创建并投放卡片.
 * @throws {SendError}
 */
export async function postCard(
  client: DingtalkClient,
  credentials: DingtalkCredentials,
  out: { to: Place; card: CardView },
  key: string,
): Promise<Sent> {
  const messageId = cardIdOf(key);
  const drawn = renderDingtalk(out.card);
  const body = {
    ...instance(credentials, drawn, out.card, messageId),
    ...deliveryTo(out.to, credentials, drawn.lastMessage),
  };
  const call = { method: 'POST', path: '/v1.0/card/instances/createAndDeliver', body } as const;
  try {
    const { success, result } = await client.call(call, sentAnswer);
    const failed = result?.deliverResults.find((one) => !one.success);
    if (!success || failed) {
      const words = `the card could not be delivered: ${failed?.errorMsg ?? 'no reason was given'}`;
      throw new SendError('refused', 'card-undelivered', words.slice(0, 300), { fallback: true });
    }
  } catch (error) {
    const isThere = error instanceof SendError && error.code === 'param.cardAlreadyExist';
    if (!isThere) throw error;
  }
  return { messageId };
}

/** Changes a card that stands, everybody's view of it at once. Source: 更新卡片. @throws {SendError} */
export async function redrawCard(client: DingtalkClient, messageId: string, card: CardView): Promise<Sent> {
  const drawn = renderDingtalk(card);
  const body = { outTrackId: messageId, cardUpdateOptions: byKey, ...data(drawn, card) };
  const { success } = await client.call({ method: 'PUT', path: '/v1.0/card/instances', body }, done);
  if (!success) throw new SendError('refused', 'card-not-updated', 'DingTalk did not update the card');
  return { messageId };
}

const data = ({ cardParamMap, privateParamMap }: DingtalkCard, { owners }: CardView) => ({
  userIdType: 1,
  cardData: { cardParamMap },
  ...(owners && {
    privateData: Object.fromEntries(owners.map((owner) => [owner, { cardParamMap: privateParamMap }])),
  }),
});

/** What makes a card of a template. @throws {SendError} without one, so that its words are sent instead */
export function instance(
  { cardTemplateId, callbackRouteKey }: DingtalkCredentials,
  drawn: DingtalkCard,
  view: CardView,
  outTrackId: string,
): object {
  if (cardTemplateId === undefined) {
    throw new SendError('refused', 'no-template', 'cardTemplateId is not set up', { fallback: true });
  }
  return {
    cardTemplateId,
    outTrackId,
    ...(callbackRouteKey ? { callbackType: 'HTTP', callbackRouteKey } : { callbackType: 'STREAM' }),
    ...data(drawn, view),
  };
}

/** Where a card goes, and its words for the list of chats and for the notice on a phone. */
function deliveryTo(to: Place, { robotCode }: DingtalkCredentials, words: string): object {
  const space = {
    supportForward: false,
    lastMessageI18n: { ZH_CN: words, ZH_TW: words, EN_US: words },
    notification: { alertContent: words },
  };
  if (to.kind === 'direct') {
    return {
      openSpaceId: `dtv1.card//IM_ROBOT.${to.person}`,
      imRobotOpenSpaceModel: space,
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
    };
  }
  return {
    openSpaceId: `dtv1.card//IM_GROUP.${chatOf(to)}`,
    imGroupOpenSpaceModel: space,
    imGroupOpenDeliverModel: { robotCode },
  };
}
