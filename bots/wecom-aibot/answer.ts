import { renderWecom } from '../../cards/wecom/render.js';
import { text } from '../../core/i18n/texts.js';
import type { ClickAnswer } from '../../core/ports/bot.js';
import type { Delivery, Response } from '../../core/ports/delivery.js';
import type { Inbound } from '../../core/ports/inbound.js';
import { type CardEvent, cardEventSchema } from './click.js';
import type { AibotCredentials } from './credentials.js';
import { openRequest, sealAnswer } from './envelope.js';
import { eventTypeIn, streamIn } from './events.js';
import { instantOf, parseJson } from './fields.js';
import { type Command, frameIn, frameText } from './frame.js';
import { replyIn, streamBeganAt, streamIdleMs } from './reply.js';
import { saidIn } from './said.js';

/** What is passed over in silence: an empty body; over the long connection nothing is sent back. */
const silence = (): Response => ({ status: 200, headers: {}, body: '' });

/** The answer to a delivery: sealed into the response, or as the frame that answers its frame. */
function answerWith(
  answer: object,
  cmd: Command,
  delivery: Delivery,
  credentials: AibotCredentials,
): Response {
  if (delivery.method !== 'STREAM') return sealAnswer(answer, delivery, credentials);
  const frame = frameIn(delivery.body);
  const body = frame ? frameText(cmd, frame.headers.req_id, answer) : '';
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/**
 * What is answered before anybody has thought about it. Where WeCom calls an address, a message can be answered only in a
 * stream that begins now; over the long connection its answer goes out when there is one. Who opens the chat for the first
 * time that day is greeted, which is possible only at once.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 被动回复消息.
 */
export function firstAnswer(
  payload: unknown,
  events: readonly Inbound[],
  delivery: Delivery,
  credentials: AibotCredentials,
): Response {
  const { locale } = credentials;
  if (eventTypeIn(payload) === 'enter_chat') {
    const welcome = { msgtype: 'text', text: { content: text(locale, 'bot.welcome') } };
    return answerWith(welcome, 'aibot_respond_welcome_msg', delivery, credentials);
  }
  const [first] = events;
  const reply = first?.kind === 'message' ? replyIn(first.reply) : undefined;
  if (!reply || !('stream' in reply)) return silence();
  const stream = { id: reply.stream, finish: false, content: text(locale, 'bot.searching') };
  return sealAnswer({ msgtype: 'stream', stream }, delivery, credentials);
}

/**
 * The answer to "what has been said since?". Once something has, that ends the stream: what is said later is a message of
 * its own. A stream that nobody told anything is ended too, so that no "looking it up" stays for ever.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 被动回复消息 → 流式消息.
 */
export function answerPoll(
  said: string | undefined,
  delivery: Delivery,
  credentials: AibotCredentials,
): Response {
  const id = streamIn(parseJson(openRequest(delivery, credentials) ?? ''));
  if (id === undefined) return silence();
  if (said === undefined) return answerUnasked(id, delivery, credentials);
  const { content, card } = saidIn(said);
  const stream = { id, finish: true, content };
  const answer = card
    ? { msgtype: 'stream_with_template_card', stream, template_card: card }
    : { msgtype: 'stream', stream };
  return sealAnswer(answer, delivery, credentials);
}

/** A stream that nobody has told anything yet. */
export function answerUnasked(id: string, delivery: Delivery, credentials: AibotCredentials): Response {
  const age = instantOf(delivery.query.timestamp, 0) - streamBeganAt(id);
  const finish = !(age < streamIdleMs);
  const content = text(credentials.locale, finish ? 'bot.received' : 'bot.searching');
  return sealAnswer({ msgtype: 'stream', stream: { id, finish, content } }, delivery, credentials);
}

/**
 * What a click is answered with, within five seconds or never: the card as it now stands, for who clicked, with the words
 * that would be said in passing elsewhere. Without the card there is nothing that could say them.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 被动回复消息 → 更新模版卡片.
 */
export function answerClick(
  { toast, card }: ClickAnswer,
  delivery: Delivery,
  credentials: AibotCredentials,
): Response {
  const pressed = cardEventIn(delivery, credentials);
  const taskId = pressed?.event.template_card_event.task_id;
  if (!card || !pressed || taskId === undefined) return silence();
  const answer = {
    response_type: 'update_template_card',
    userids: [pressed.from.userid],
    template_card: renderWecom(card, {
      where: 'aibot',
      taskId,
      notice: toast,
      replaced: text(card.locale, 'card.settled'),
    }),
  };
  return answerWith(answer, 'aibot_respond_update_msg', delivery, credentials);
}

function cardEventIn(delivery: Delivery, credentials: AibotCredentials): CardEvent | undefined {
  const payload =
    delivery.method === 'STREAM'
      ? frameIn(delivery.body)?.body
      : parseJson(openRequest(delivery, credentials) ?? '');
  return cardEventSchema.safeParse(payload).data;
}
