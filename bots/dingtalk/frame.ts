import { z } from 'zod';
import type { Response } from '../../core/ports/delivery.js';
import { anything, id, jsonText, optionalId, parseJson } from './fields.js';

export const topics = {
  robot: '/v1.0/im/bot/messages/get',
  card: '/v1.0/card/instances/callback',
} as const;

const frameSchema = z.object({
  type: z.string().min(1).max(100),
  headers: z.object({
    topic: z.string().max(200).catch(''),
    messageId: id,
    time: anything,
    eventType: z.string().max(200).optional().catch(undefined),
    eventId: optionalId,
    eventCorpId: optionalId,
    eventBornTime: anything,
  }),
  /** JSON in a string; what is none, or deeper than JSON.parse bears, is undefined. */
  data: jsonText,
});

/** One message of the Stream connection. Source: open-dingtalk.github.io/developerpedia, Stream 协议. */
export type Frame = z.infer<typeof frameSchema>;

export const frameIn = (text: string): Frame | undefined => frameSchema.safeParse(parseJson(text)).data;

const answer = (frame: Pick<Frame, 'headers'>, code: number, message: string, data: unknown): Response => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify({
    code,
    message,
    headers: { contentType: 'application/json', messageId: frame.headers.messageId },
    data: JSON.stringify(data),
  }),
});

/** What the other side is told when a frame has been dealt with; `result` is a click's new card. */
export function acknowledge(frame: Frame, result: unknown = null): Response {
  if (frame.type === 'EVENT') return answer(frame, 200, 'OK', { status: 'SUCCESS' });
  if (frame.type === 'SYSTEM') return answer(frame, 200, 'OK', frame.data ?? {});
  return answer(frame, 200, 'OK', { response: result });
}

/** It could not be dealt with: an event is asked for again, of the others the server makes what it likes. */
export function decline(frame: Frame, status: number, message: string): Response {
  const data = frame.type === 'EVENT' ? { status: 'LATER', message } : { response: null };
  return { ...answer(frame, frame.type === 'EVENT' ? 200 : 500, message, data), status };
}
