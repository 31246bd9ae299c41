import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Delivery } from '../../core/ports/delivery.js';
import type { InboundClick } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { anything, id, jsonText, optionalId } from './fields.js';

const record = z.record(z.string(), z.unknown());

/** The parameters stand within the private data, or beside it where the other name is used. */
const clicked = z
  .object({ cardPrivateData: z.object({ params: record.optional() }), params: record.optional() })
  .transform(({ cardPrivateData, params }) => cardPrivateData.params ?? params ?? {});
const contentSchema = jsonText.pipe(clicked);

const callbackSchema = z.object({
  outTrackId: optionalId,
  userId: id,
  /** 1: the id that members go by; 2: another space, which we never ask for. */
  userIdType: z.union([z.number(), z.string()]).transform(Number).catch(1),
  spaceType: z.string().catch(''),
  spaceId: optionalId,
  content: anything,
  value: anything,
});

const actionSchema = jsonText.pipe(
  z.object({ operation: z.string().min(1).max(100), arguments: record.catch({}) }),
);

/** The enterprise that a callback comes from, as far as it says so. */
export const corpOfCallback = (payload: unknown): string | undefined =>
  z.object({ corpId: z.string() }).safeParse(payload).data?.corpId;

/**
 * What was pressed goes along as `action`, what was filled in as `form`. Two pages of the documents name the field they
 * come in differently, and samples have it both ways.
 *
 * @param at  when it was pressed, as far as anybody says
 * @returns undefined when it is no button of ours, or pressed by somebody who goes by no id of ours
 * Source: open.dingtalk.com, 事件回调; 交互方式 → 回传请求; 表单变量.
 */
export function readClick(payload: unknown, clickId: string, at: number): InboundClick | undefined {
  const callback = callbackSchema.safeParse(payload).data;
  if (!callback || callback.userIdType === 2) return undefined;
  const params = paramsOf(payload);
  const action = actionSchema.safeParse(params.action).data;
  if (!action) return undefined;
  const group = /GROUP/i.test(callback.spaceType) ? callback.spaceId : undefined;
  return {
    kind: 'click',
    id: clickId,
    sender: callback.userId,
    at,
    ...(callback.outTrackId && { messageId: callback.outTrackId }),
    ...(group && { chat: { id: group.replace(/^.*IM_GROUP\./, '') } }),
    operation: storable(action.operation),
    arguments: plainRecord(action.arguments),
    form: formOf(params.form),
  };
}

/** What the pressed button and the form sent along. */
export function paramsOf(payload: unknown): Readonly<Record<string, unknown>> {
  const callback = callbackSchema.safeParse(payload).data;
  for (const held of [callback?.content, callback?.value, payload]) {
    const params = contentSchema.safeParse(held).data;
    if (params) return params;
  }
  return {};
}

/** Over HTTP nothing names the press, so it goes by what was delivered, with the time it was signed at. */
export function clickIdOf({ headers, body }: Delivery): string {
  const signedAt = headers['x-ddpaas-signature-timestamp'] ?? '';
  return createHash('sha256').update(signedAt).update('\n').update(body).digest('hex').slice(0, 32);
}

function formOf(form: unknown): InboundClick['form'] {
  return Object.fromEntries(
    Object.entries(record.safeParse(form).data ?? {}).flatMap(([name, value]) => {
      const field = fieldOf(value);
      return field === undefined || name === '__proto__' ? [] : [[storable(name), field]];
    }),
  );
}

/** A choice comes as its place and its value, of which the place means nothing. */
function fieldOf(given: unknown): string | string[] | boolean | undefined {
  const isChoice = typeof given === 'object' && given !== null && 'value' in given;
  const value = isChoice ? given.value : given;
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' ? storable(String(one)) : [],
  );
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
