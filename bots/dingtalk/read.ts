import { createHmac } from 'node:crypto';
import { z } from 'zod';
import {
  type Delivery,
  json,
  mayBeJson,
  type Reading,
  type Response,
  refused,
} from '../../core/ports/delivery.js';
import { SealedEnvelope } from '../../core/secrets/sealed-envelope.js';
import { clickIdOf, corpOfCallback, readClick } from './click.js';
import type { DingtalkCredentials } from './credentials.js';
import { eventsOf, happeningIn, happeningOf } from './events.js';
import { instantOf, parseJson } from './fields.js';
import { acknowledge, decline, type Frame, frameIn, topics } from './frame.js';
import { corpOfMessage, readMessage } from './message.js';
import { doubtCard, doubtRobot } from './verify.js';

const sealedSchema = z.object({ encrypt: z.string() });

/**
 * Reads one frame of the Stream connection, or one request: a robot's message, a press on a card or a sealed event, which
 * all come to the same address. Pure.
 */
export function read(delivery: Delivery, credentials: DingtalkCredentials, now: number): Reading {
  if (delivery.method === 'STREAM') return readFrame(delivery.body.toString('utf8'), credentials, now);
  if (delivery.method !== 'POST') return refused(405, 'DingTalk delivers by POST');
  if (!mayBeJson(delivery)) return refused(415, 'DingTalk delivers application/json');
  const payload = parseJson(delivery.body.toString('utf8'));
  // What a schema refuses costs far more than what it takes.
  const sealed =
    typeof payload === 'object' && payload !== null && 'encrypt' in payload
      ? sealedSchema.safeParse(payload).data
      : undefined;
  if (sealed) return readSealed(sealed.encrypt, delivery, credentials, now);
  return 'sign' in delivery.headers
    ? readRobot(payload, delivery, credentials, now)
    : readCard(payload, delivery, credentials, now);
}

const foreign = 'the payload is of another enterprise';

const isForeign = (corpId: string | undefined, credentials: DingtalkCredentials): boolean =>
  Boolean(corpId && credentials.corpId && corpId !== credentials.corpId);

/** Frames come over a connection that we opened and that TLS vouches for, so nothing in them is signed or sealed. */
function readFrame(body: string, credentials: DingtalkCredentials, now: number): Reading {
  const frame = frameIn(body);
  if (!frame) return refused(400, 'the body is no frame of a Stream connection');
  const { topic } = frame.headers;
  const response = acknowledge(frame);
  if (frame.type === 'SYSTEM') return readSystem(frame, response);
  if (frame.type === 'EVENT') {
    const happening = happeningIn(frame);
    if (isForeign(happening.corpId, credentials)) return declined(frame, 401, foreign);
    return { verified: true, events: eventsOf(happening, now), response };
  }
  const other = { kind: 'other' as const, id: frame.headers.messageId, name: topic };
  const at = instantOf(frame.headers.time, now);
  if (topic === topics.robot) {
    if (isForeign(corpOfMessage(frame.data), credentials)) return declined(frame, 401, foreign);
    const events = readMessage(frame.data, at) ?? [{ ...other, at }];
    return { verified: true, events, response };
  }
  if (topic === topics.card && isForeign(corpOfCallback(frame.data), credentials)) {
    return declined(frame, 401, foreign);
  }
  const click = topic === topics.card ? readClick(frame.data, frame.headers.messageId, at) : undefined;
  return { verified: true, events: [click ?? { ...other, at }], response };
}

/** Of the server's own frames only a ping wants an answer. Source: Stream 协议. */
function readSystem(frame: Frame, response: Response): Reading {
  const isPing = frame.headers.topic === 'ping';
  return { verified: true, events: [], response: isPing ? response : { ...response, body: '' } };
}

const declined = (frame: Frame, status: number, reason: string): Reading => ({
  verified: false,
  reason,
  response: decline(frame, status, reason),
});

/** The answer may be words of the robot's; `empty` is none. */
function readRobot(
  payload: unknown,
  delivery: Delivery,
  credentials: DingtalkCredentials,
  now: number,
): Reading {
  const doubt = doubtRobot(delivery, credentials.clientSecret, now);
  if (doubt) return refused(401, doubt);
  if (isForeign(corpOfMessage(payload), credentials)) return refused(401, foreign);
  const events = readMessage(payload, now);
  if (!events) return refused(400, 'the body is no message to a robot');
  return { verified: true, events, response: json(200, { msgtype: 'empty' }) };
}

function readCard(
  payload: unknown,
  delivery: Delivery,
  credentials: DingtalkCredentials,
  now: number,
): Reading {
  if (credentials.apiSecret === undefined) return refused(401, 'the delivery is not signed');
  const doubt = doubtCard(delivery, credentials.apiSecret, now);
  if (doubt) return refused(401, doubt);
  if (isForeign(corpOfCallback(payload), credentials)) return refused(401, foreign);
  const id = clickIdOf(delivery);
  const at = instantOf(delivery.headers['x-ddpaas-signature-timestamp'], now);
  const event = readClick(payload, id, at) ?? { kind: 'other', id, name: topics.card, at };
  return { verified: true, events: [event], response: json(200, {}) };
}

/**
 * Events over HTTP. Who they are sealed for differs by how they were subscribed: the app for those ticked in the console,
 * the enterprise for those registered through the older API. What is sealed and no event is genuine all the same. An answer that is not the sealed word `success` counts as none.
 *
 * Source: open.dingtalk.com, 回调事件消息体加解密; 开发事件推送服务.
 */
function readSealed(
  encrypt: string,
  { query }: Delivery,
  credentials: DingtalkCredentials,
  now: number,
): Reading {
  const { aesKey: key43, token, clientId, clientSecret, corpId } = credentials;
  if (key43 === undefined || token === undefined) return refused(401, 'aesKey and token are not set up');
  const { timestamp = '', nonce = '' } = query;
  const given = query.msg_signature ?? query.signature ?? '';
  for (const receiver of corpId === undefined ? [clientId] : [clientId, corpId]) {
    const envelope = new SealedEnvelope({ token, key43, receiver });
    if (!envelope.isSigned(given, timestamp, nonce, encrypt)) return refused(401, 'the signature is wrong');
    const text = openedBy(envelope, encrypt);
    if (text === undefined) continue;
    const happening = happeningOf(parseJson(text), text);
    if (isForeign(happening?.corpId, credentials)) return refused(401, foreign);
    const events = happening && happening.type !== 'check_url' ? eventsOf(happening, now) : [];
    const answer = success(envelope, { clientSecret, timestamp, delivered: `${given} ${encrypt}` });
    return { verified: true, events, response: json(200, answer) };
  }
  return refused(401, 'the body was sealed with another key or for somebody else');
}

function openedBy(envelope: SealedEnvelope, encrypt: string): string | undefined {
  try {
    return envelope.open(encrypt);
  } catch {
    return undefined;
  }
}

/**
 * What is random in the answer comes out of the delivery under our secret, which nobody else can guess either, and its time
 * is the delivery's: the same delivery is answered the same.
 */
function success(
  envelope: SealedEnvelope,
  of: { clientSecret: string; timestamp: string; delivered: string },
): object {
  const random = createHmac('sha256', of.clientSecret).update(of.delivered).digest();
  const encrypt = envelope.seal('success', random.subarray(0, 16));
  const nonce = random.subarray(16).toString('base64url');
  const signature = envelope.signature(of.timestamp, nonce, encrypt);
  return { msg_signature: signature, timeStamp: of.timestamp, nonce, encrypt };
}
