import { renderFeishu } from '../../cards/feishu/render.js';
import type { ClickAnswer } from '../../core/ports/bot.js';
import { type Delivery, json, type Response } from '../../core/ports/delivery.js';
import { storable } from '../../core/text/storable.js';
import { acknowledge, frameIn } from './frame.js';
import { frameAnswer } from './read.js';

/**
 * What a click is answered with: a toast in the words given, and the card as it now stands for everybody who sees it. An
 * answer of `{}` leaves the card as it is. The same object goes into an HTTP body or into the acknowledging frame.
 * Source: open.feishu.cn, 卡片回传交互回调 → 响应回调.
 */
export function answerClick({ toast, card }: ClickAnswer, delivery: Delivery): Response {
  const answer = {
    ...(toast && { toast: { type: toast.type, content: storable(toast.text) } }),
    ...(card && { card: { type: 'raw', data: renderFeishu(card) } }),
  };
  if (delivery.method !== 'STREAM') return json(200, answer);
  return frameAnswer(acknowledge(frameIn(delivery.body), 200, answer));
}
