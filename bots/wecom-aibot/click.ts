import { z } from 'zod';
import { chosenIn } from '../../cards/wecom/card.js';
import type { InboundClick } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { anything, id, instantOf, optionalId, parseJson, personOf } from './fields.js';
import { chatOf, type Way } from './message.js';

const plain = z.union([z.string(), z.number(), z.boolean()]);
/** What a button of ours carries as its key (`cards/wecom`). */
const keySchema = z.object({
  operation: z.string().min(1).max(100),
  arguments: z.record(z.string(), plain).default({}),
});

const chosen = z.object({
  question_key: z.string(),
  option_ids: z.object({ option_id: z.array(z.string()) }),
});

export const cardEventSchema = z.object({
  msgid: id,
  chatid: optionalId,
  chattype: z.string().catch('single'),
  from: z.object({ userid: id }),
  create_time: anything,
  event: z.object({
    eventtype: z.literal('template_card_event'),
    template_card_event: z.object({
      event_key: z.string(),
      task_id: optionalId,
      selected_items: z
        .object({ selected_item: z.array(z.unknown()) })
        .optional()
        .catch(undefined),
    }),
  }),
});
export type CardEvent = z.infer<typeof cardEventSchema>;

/**
 * A press of a button. A card goes by its `task_id`: that is what it was posted under (`courier.ts`).
 * @returns undefined when the button is none of ours
 * Source: developer.work.weixin.qq.com, 智能机器人 → 接收事件 → 模板卡片事件.
 */
export function readClick(pressed: CardEvent, way: Way): InboundClick | undefined {
  const { event_key: key, task_id: task, selected_items: selected } = pressed.event.template_card_event;
  const button = keySchema.safeParse(parseJson(key)).data;
  if (!button) return undefined;
  return {
    kind: 'click',
    id: pressed.msgid,
    sender: personOf(pressed.from.userid),
    at: instantOf(pressed.create_time, way.at),
    ...(task && { messageId: task }),
    chat: { id: chatOf(pressed).id },
    operation: storable(button.operation),
    arguments: Object.fromEntries(
      Object.entries(button.arguments)
        .filter(([name]) => name !== '__proto__')
        .map(([name, value]) => [storable(name), typeof value === 'string' ? storable(value) : value]),
    ),
    form: formOf(selected?.selected_item ?? []),
  };
}

/** One chosen option is a value, several are a list. */
function formOf(items: readonly unknown[]): InboundClick['form'] {
  return Object.fromEntries(
    items.flatMap((one) => {
      const found = chosen.safeParse(one).data;
      if (!found || found.question_key === '__proto__') return [];
      const [first, ...others] = found.option_ids.option_id.map((option) => chosenIn(storable(option)));
      if (first === undefined) return [];
      return [[storable(found.question_key), others.length > 0 ? [first, ...others] : first]];
    }),
  );
}
