import type { BotParts } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import { codeOfBadRequest, codeOfEndedStream, granted, halfSaid } from './errors.js';
import { type Command, frameText } from './frame.js';
import { replyIn } from './reply.js';
import type { Destination, Sender } from './sender.js';
import { partsOf } from './text.js';
import { upload } from './upload.js';

const hour = 3_600_000;
/** How long a message can be answered. Source: developer.work.weixin.qq.com, 智能机器人长连接 → 回复普通消息. */
const answerableMs = 24 * hour;
/** How long it is remembered that an answer was tried: longer than it is repeated. */
const triedMs = 10 * 60_000;

/** Says one thing over the connection. @throws {SendError} */
export type Ask = (cmd: Command, reqId: string, body: object) => Promise<unknown>;

/**
 * Sends over the long connection: as an answer while the message it answers can still be answered, else as a push, for
 * which the person or the group must have spoken to the bot before.
 */
export function lineSender({ line, clock, shared }: BotParts): Sender {
  const ask: Ask = async (cmd, reqId, body) => {
    const held = line();
    if (!held?.request) {
      throw new SendError('later', 'no-line', "this process doesn't hold the bot's connection");
    }
    return granted(await held.request(frameText(cmd, reqId, body)));
  };

  const push = (to: Destination, body: object, key: string) =>
    ask('aibot_send_msg', key, { ...addressOf(to), ...body });

  /** The `req_id` of the message to answer, while it can be. */
  function answerableIn(to: Destination): string | undefined {
    const reply = replyIn(to.reply);
    return reply && 'request' in reply && clock.now() - reply.at < answerableMs ? reply.request : undefined;
  }

  async function say(to: Destination, body: object, key: string): Promise<void> {
    const request = answerableIn(to);
    if (request === undefined) return void (await push(to, body, key));
    try {
      await ask('aibot_respond_msg', request, body);
    } catch (error) {
      if (!isUnanswerable(error)) throw error;
      await push(to, body, key);
    }
  }

  /**
   * An answer that may have arrived is tried again in the same stream only, where it would be no second one. That it was
   * tried is noted before, where the next process finds it.
   */
  async function answer(to: Destination, request: string, content: string, key: string): Promise<void> {
    const noted = `tried:${key}`;
    const isRepeat = (await shared.get(noted)) !== undefined;
    if (!isRepeat) await shared.set(noted, 'yes', clock.now() + triedMs);
    try {
      const stream = { id: key, finish: true, content };
      await ask('aibot_respond_msg', request, { msgtype: 'stream', stream });
    } catch (error) {
      if (error instanceof SendError && error.code === codeOfEndedStream) return;
      if (!isUnanswerable(error)) throw error;
      if (isRepeat) {
        throw new SendError(
          'unknown',
          error.code,
          'an earlier attempt may have arrived, and this one could not',
        );
      }
      await push(to, markdown(content), key);
    }
  }

  return {
    async words(to, content, key) {
      const [first, ...others] = partsOf(content);
      if (first === undefined) throw new SendError('refused', 'empty', 'there is nothing to say');
      const request = answerableIn(to);
      if (request === undefined) await push(to, markdown(first), key);
      else await answer(to, request, first, key);
      for (const [index, part] of others.entries()) {
        await push(to, markdown(part), `${key}-${index + 2}`).catch((error: unknown) => {
          throw halfSaid(error);
        });
      }
    },
    card: (to, card, key) => say(to, { msgtype: 'template_card', template_card: card }, key),
    async file(to, media, key) {
      const { type, id, title } = await upload(ask, media, key);
      const file = type === 'video' ? { media_id: id, title } : { media_id: id };
      await say(to, { msgtype: type, [type]: file }, key);
    },
  };
}

const markdown = (content: string) => ({ msgtype: 'markdown', markdown: { content } });

/** Source: 智能机器人长连接 → 主动推送消息; of `chat_type` its table says 1 one to one, 2 a group, 0 whichever it is. */
const addressOf = (to: Destination) =>
  to.kind === 'direct' ? { chatid: to.person, chat_type: 1 } : { chatid: to.chat, chat_type: 2 };

/** It can't be said as an answer, and nothing was: the message is too old or of another kind, or its last answer hangs. */
const isUnanswerable = (error: unknown): error is SendError =>
  error instanceof SendError && (error.code === codeOfBadRequest || error.code === 'hanging');
