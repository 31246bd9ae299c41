import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Inbound } from '../../core/ports/inbound.js';
import { storable } from '../../core/text/storable.js';
import { cardEventSchema, readClick } from './click.js';
import { anything, instantOf, optionalId, personOf } from './fields.js';
import { messageSchema, readMessage, type Way } from './message.js';

const anyCallback = z.object({
  msgid: optionalId,
  aibotid: optionalId,
  create_time: anything,
  msgtype: z.string().max(100).catch(''),
  from: z.object({ userid: optionalId }).catch({ userid: undefined }),
  event: z
    .object({ eventtype: z.string().max(100) })
    .optional()
    .catch(undefined),
});

/** Whose payload it is, where it says so. */
export const botIn = (payload: unknown): string | undefined => anyCallback.safeParse(payload).data?.aibotid;

export const eventTypeIn = (payload: unknown): string | undefined =>
  anyCallback.safeParse(payload).data?.event?.eventtype;

const pollSchema = z.object({ msgtype: z.literal('stream'), stream: z.object({ id: z.string().min(1) }) });

/** The stream that is asked for, where the callback asks for one. */
export const streamIn = (payload: unknown): string | undefined =>
  // What a schema refuses costs far more than what it takes.
  typeof payload === 'object' && payload !== null && 'stream' in payload
    ? pollSchema.safeParse(payload).data?.stream.id
    : undefined;

/** What a callback means here. A type without a meaning, and what is not as documented, is `other`. */
export function eventsOf(payload: unknown, way: Way): Inbound[] {
  const callback = anyCallback.safeParse(payload).data;
  if (callback?.msgtype === 'event') {
    const pressed = cardEventSchema.safeParse(payload).data;
    const click = pressed && readClick(pressed, way);
    return [click ?? otherOf(payload, way)];
  }
  const message = messageSchema.safeParse(payload).data;
  if (!message || streamIn(payload) !== undefined) return [otherOf(payload, way)];
  return readMessage(message, way);
}

function otherOf(payload: unknown, way: Way): Inbound {
  const callback = anyCallback.safeParse(payload).data;
  const sender = callback?.from.userid;
  return {
    kind: 'other',
    id: callback?.msgid ?? way.request ?? digestOf(way.text),
    name: storable(callback?.event?.eventtype || callback?.msgtype || 'unknown'),
    ...(sender && { sender: personOf(sender) }),
    at: instantOf(callback?.create_time, way.at),
  };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
