import { z } from 'zod';
import { type Delivery, type Reading, type Response, refused } from '../../core/ports/delivery.js';
import type { Inbound } from '../../core/ports/inbound.js';
import type { OfficialAccount } from './account.js';
import { doubtIn, openDelivery } from './envelope.js';
import { readEvent } from './events.js';
import { instantOf } from './fields.js';
import { readMessage } from './message.js';
import { answerWithinMs, hungUpMs, writeReply } from './reply.js';

const about = z.object({ MsgType: z.string(), CreateTime: z.string().optional() });

/** "It has arrived, and there is nothing to say": anything else would be a message, or make WeChat come again. */
export const success = (): Response => ({
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'success',
});

/** One push, verified and read; or the check that WeChat makes when the address is saved. */
export function read(delivery: Delivery, account: OfficialAccount, now: number): Reading {
  if (delivery.method === 'GET') return check(delivery, account, now);
  if (delivery.method !== 'POST') return refused(405, 'only GET and POST are understood here');
  const opened = openDelivery(delivery, account, now);
  if ('refused' in opened) return refused(opened.status, opened.refused);
  const kind = about.safeParse(opened.fields).data;
  if (!kind) return refused(400, 'the body is no message or event of WeChat');
  const at = instantOf(kind.CreateTime, now);
  const event =
    kind.MsgType === 'event' ? readEvent(opened.fields, account, at) : readMessage(opened.fields, at);
  if (!event) return { verified: true, events: [], response: success() };
  return account.passive && isAnswerable(event)
    ? held(event, account, now)
    : { verified: true, events: [event], response: success() };
}

/** Source: developers.weixin.qq.com, 验证消息的确来自微信服务器. */
function check(delivery: Delivery, account: OfficialAccount, now: number): Reading {
  const doubt = doubtIn(delivery, account, now);
  if (doubt) return refused(doubt.status, doubt.refused);
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const body = delivery.query.echostr ?? '';
  return { verified: true, events: [], response: { status: 200, headers, body } };
}

type Answerable = Extract<Inbound, { kind: 'message' | 'visit' }>;

/** Who has left reads no answer. */
const isAnswerable = (event: Inbound): event is Answerable =>
  event.kind === 'message' || (event.kind === 'visit' && event.how !== 'left');

/** The push itself may be answered with our first words. */
function held(event: Answerable, { certified }: OfficialAccount, now: number): Reading {
  const reply = writeReply({ id: event.id, at: now });
  return {
    verified: true,
    events: [{ ...event, reply }],
    response: success(),
    holds: { reply, forMs: certified ? answerWithinMs : hungUpMs },
  };
}
