import { z } from 'zod';
import { chosenIn } from '../../cards/wecom/card.js';
import type { InboundClick } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { optionalId, parseJson, userId, words } from './fields.js';

/** A press gives no more arguments than a button holds; what they are is the operation's to check. */
const argument = z.union([words, z.number(), z.boolean()]);
const ours = z.object({
  operation: words.pipe(z.string().min(1).max(100)),
  arguments: z.record(z.string().transform(storable), argument).default({}),
});

const selectedItem = z.object({
  QuestionKey: words.pipe(z.string().min(1)),
  OptionIds: z.object({ OptionId: z.array(words).min(1) }),
});
const pressed = z.object({
  FromUserName: userId,
  EventKey: z.string(),
  TaskId: optionalId,
  ResponseCode: optionalId,
  SelectedItems: z.object({ SelectedItem: z.array(selectedItem) }).catch({ SelectedItem: [] }),
});

/**
 * `template_card_event`, `template_card_menu_event`. A button carries an operation and its arguments as `EventKey`; what
 * was chosen in a dropdown comes beside it.
 *
 * @returns undefined when the button is none of ours
 * Source: developer.work.weixin.qq.com, 事件格式 → 模板卡片事件推送 (path/90240).
 */
export function readClick(
  fields: object,
  { digest, at }: { digest: string; at: number },
): InboundClick | undefined {
  const found = pressed.safeParse(fields).data;
  const key = found && ours.safeParse(parseJson(found.EventKey)).data;
  if (!key) return undefined;
  return {
    kind: 'click',
    id: digest,
    sender: found.FromUserName,
    at,
    ...(found.TaskId && { messageId: found.TaskId }),
    ...(found.ResponseCode && { edit: found.ResponseCode }),
    operation: key.operation,
    arguments: key.arguments,
    form: formOf(found.SelectedItems.SelectedItem),
  };
}

/** What was chosen, by the name of the question. */
const formOf = (items: readonly z.infer<typeof selectedItem>[]): InboundClick['form'] =>
  Object.fromEntries(
    items
      .filter(({ QuestionKey }) => QuestionKey !== '__proto__')
      .map(({ QuestionKey, OptionIds: { OptionId: chosen } }) => {
        const [first = '', ...others] = chosen.map(chosenIn);
        return [QuestionKey, others.length === 0 ? first : [first, ...others]];
      }),
  );
