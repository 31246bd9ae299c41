import { type Delivery, type Reading, type Response, refused } from '../../core/ports/delivery.js';
import { answerUnasked, firstAnswer } from './answer.js';
import type { AibotCredentials } from './credentials.js';
import { openRequest } from './envelope.js';
import { botIn, eventsOf, streamIn } from './events.js';
import { instantOf, parseJson } from './fields.js';
import { callbacks, type Frame, frameIn } from './frame.js';
import { streamKeyOf } from './reply.js';

/**
 * How far a signed request's timestamp may be from now. WeCom repeats within seconds, and gives no window; what keeps a
 * replay from having an effect is the message's id, which is remembered for ever. This only bounds what has to be.
 */
const freshMs = 60 * 60_000;

/** Reads a request of the callback address, or one frame of the long connection. Pure. */
export function read(delivery: Delivery, credentials: AibotCredentials, now: number): Reading {
  if (delivery.method === 'STREAM') return readFrame(delivery, credentials, now);
  if (delivery.method === 'GET') return readCheck(delivery, credentials, now);
  if (delivery.method !== 'POST') return refused(405, 'WeCom delivers by POST');
  return readRequest(delivery, credentials, now);
}

/** What is wrong with the envelope, if anything: nobody but WeCom and we know its token and its key. */
function opened(
  delivery: Delivery,
  credentials: AibotCredentials,
  now: number,
): { text: string; at: number } | { wrong: Reading } {
  const text = openRequest(delivery, credentials);
  if (text === undefined) return { wrong: refused(401, "the envelope is not this bot's, or not whole") };
  const at = instantOf(delivery.query.timestamp, Number.NaN);
  if (!(Math.abs(at - now) <= freshMs)) return { wrong: refused(401, 'the signature is too old or too new') };
  return { text, at };
}

/** The form was saved: the address is asked whether it can decrypt. Source: developer.work.weixin.qq.com, 回调配置. */
function readCheck(delivery: Delivery, credentials: AibotCredentials, now: number): Reading {
  const found = opened(delivery, credentials, now);
  if ('wrong' in found) return found.wrong;
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { verified: true, events: [], response: { status: 200, headers, body: found.text } };
}

function readRequest(delivery: Delivery, credentials: AibotCredentials, now: number): Reading {
  const found = opened(delivery, credentials, now);
  if ('wrong' in found) return found.wrong;
  const { text, at } = found;
  const payload = parseJson(text);
  const stranger = strangerIn(payload, credentials);
  if (stranger) return refused(401, stranger);
  const stream = streamIn(payload);
  if (stream !== undefined) {
    const response = answerUnasked(stream, delivery, credentials);
    return { verified: true, events: [], response, polls: streamKeyOf(stream) };
  }
  const events = eventsOf(payload, { at, text });
  return { verified: true, events, response: firstAnswer(payload, events, delivery, credentials) };
}

const strangerIn = (payload: unknown, { botId }: AibotCredentials): string | undefined => {
  const named = botIn(payload);
  return named === undefined || named === botId ? undefined : `the payload is for the bot ${named}`;
};

/** Frames come over a connection that we opened, subscribed with the bot's secret, and that TLS vouches for. */
function readFrame(delivery: Delivery, credentials: AibotCredentials, now: number): Reading {
  const frame = frameIn(delivery.body);
  if (!frame) return refusedFrame(400, 'the body is no frame of the long connection');
  if (!isCallback(frame)) return { verified: true, events: [], response: { ...silence } };
  const stranger = strangerIn(frame.body, credentials);
  if (stranger) return refusedFrame(401, stranger);
  const way = { request: frame.headers.req_id, at: now, text: delivery.body.toString('utf8') };
  const events = eventsOf(frame.body, way);
  return { verified: true, events, response: firstAnswer(frame.body, events, delivery, credentials) };
}

const isCallback = ({ cmd }: Frame): boolean => callbacks.some((callback) => callback === cmd);

/** Nothing to send back. */
const silence: Response = { status: 200, headers: {}, body: '' };

const refusedFrame = (status: number, reason: string): Reading => ({
  verified: false,
  reason,
  response: { status, headers: {}, body: '' },
});
