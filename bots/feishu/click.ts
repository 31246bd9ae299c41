import { z } from 'zod';
import type { InboundClick } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { anything, id, instantOf, optionalId, parseJson } from './fields.js';

const record = z.record(z.string(), z.unknown());
const ours = z.object({ operation: z.string().min(1).max(100), arguments: record.optional() });

/** Our buttons carry an object. A value that arrives as a string is JSON of it. */
const valueSchema = z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), ours);

const clickEvent = z.object({
  operator: z.object({ open_id: id }),
  action: z.object({
    value: valueSchema,
    name: z.string().optional().catch(undefined),
    form_value: record.catch({}),
    input_value: anything,
    option: anything,
    options: anything,
    checked: anything,
  }),
  context: z
    .object({ open_message_id: optionalId, open_chat_id: optionalId })
    .catch({ open_message_id: undefined, open_chat_id: undefined }),
});
type Action = z.infer<typeof clickEvent>['action'];

/**
 * `card.action.trigger`. What an input outside a form holds is given under its own name, as if it stood in one.
 * @returns undefined when the button is none of ours
 * Source: open.feishu.cn, 卡片回传交互回调 (cardkit-v1/card-callback-communication).
 */
export function readClick(
  event: unknown,
  header: { event_id: string; create_time?: unknown },
  now: number,
): InboundClick | undefined {
  const found = clickEvent.safeParse(event).data;
  if (!found) return undefined;
  const { operator, action, context } = found;
  return {
    kind: 'click',
    id: header.event_id,
    sender: operator.open_id,
    at: instantOf(header.create_time, now),
    ...(context.open_message_id && { messageId: context.open_message_id }),
    ...(context.open_chat_id && { chat: { id: context.open_chat_id } }),
    operation: storable(action.value.operation),
    arguments: plainRecord(action.value.arguments ?? {}),
    form: formOf(action),
  };
}

function formOf(action: Action): InboundClick['form'] {
  const single = action.input_value ?? action.option ?? action.options ?? action.checked;
  const fields = single === undefined ? {} : { [action.name || 'value']: single };
  return Object.fromEntries(
    Object.entries({ ...fields, ...action.form_value }).flatMap(([name, value]) => {
      const field = fieldOf(value);
      return field === undefined || name === '__proto__' ? [] : [[storable(name), field]];
    }),
  );
}

function fieldOf(value: unknown): string | string[] | boolean | undefined {
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').map(storable) : undefined;
}

const deepest = 4;

/** Plain data that can be stored: no deeper than our own buttons ever go, and no key that is not data. */
function plainRecord(value: object, depth = 1): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== '__proto__')
      .map(([key, one]) => [storable(key), plain(one, depth)]),
  );
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  return Array.isArray(value) ? value.map((one) => plain(one, depth + 1)) : plainRecord(value, depth + 1);
}
