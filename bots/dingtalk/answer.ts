import { z } from 'zod';
import { inert } from '../../cards/dingtalk/inert.js';
import { renderDingtalk } from '../../cards/dingtalk/render.js';
import type { ClickAnswer } from '../../core/ports/bot.js';
import { type Delivery, json, type Response } from '../../core/ports/delivery.js';
import { storable } from '../../core/text/storable.js';
import { paramsOf } from './click.js';
import { parseJson } from './fields.js';
import { acknowledge, frameIn } from './frame.js';

const colors = {
  success: 'common_green1_color',
  info: 'common_level2_base_color',
  warning: 'common_orange1_color',
  error: 'common_red1_color',
};

const clickerSchema = z.object({ userId: z.string() });

/** Variables are changed one by one: by default an update throws away all it does not name, everybody's own too. */
export const byKey = { updateCardDataByKey: true, updatePrivateDataByKey: true };

/**
 * What a click is answered with: the card as it now stands for everybody, and for who pressed a notice, which the
 * template shows on the card and in passing. Every answer sets the notice, if only to nothing: the client would show the one before
 * again. The same object goes into an HTTP body or into the acknowledging frame.
 *
 * Source: open.dingtalk.com, 事件回调 → 回调处理; 交互方式 → 回传请求.
 */
export function answerClick({ toast, card }: ClickAnswer, delivery: Delivery): Response {
  const frame = delivery.method === 'STREAM' ? frameIn(delivery.body.toString('utf8')) : undefined;
  const payload = frame ? frame.data : parseJson(delivery.body.toString('utf8'));
  const drawn = card && renderDingtalk(card);
  const clicker = clickerSchema.safeParse(payload).data?.userId ?? '';
  const shown = drawn?.cardParamMap.stamp ?? z.string().safeParse(paramsOf(payload).stamp).data ?? '';
  const notice = {
    notice: inert(storable(toast?.text ?? '')),
    notice_at: toast ? shown : '',
    notice_tone: toast?.type === 'warning' || toast?.type === 'error' ? 'bad' : 'good',
    notice_color: toast ? colors[toast.type] : '',
  };
  const answer = {
    cardUpdateOptions: byKey,
    ...(drawn && { cardData: { cardParamMap: drawn.cardParamMap } }),
    userPrivateData: {
      cardParamMap: { ...(card?.owners?.includes(clicker) && drawn?.privateParamMap), ...notice },
    },
  };
  return frame ? acknowledge(frame, answer) : json(200, answer);
}
