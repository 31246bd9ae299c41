import { text } from '../../core/i18n/texts.js';
import type { BotParts } from '../../core/ports/bot.js';
import { SendError } from '../../core/ports/courier.js';
import type { AibotCredentials } from './credentials.js';
import { granted, halfSaid, unanswered } from './errors.js';
import { type Reply, replyIn, streamKeyOf, streamOpenMs } from './reply.js';
import { type Said, saidIn, writeSaid } from './said.js';
import type { Destination, Sender } from './sender.js';
import { partsOf } from './text.js';

const minute = 60_000;
/** WeCom asks for a stream for six minutes. */
const keptMs = 10 * minute;
/** The address of a deferred answer lives an hour. */
const addressMs = 55 * minute;
const timeoutMs = 10_000;

type Address = Extract<Reply, { stream: string }>;

/**
 * Sends where WeCom calls an address: the first thing said in time goes into the stream that WeCom asks for, the next one
 * to the message's own address, which takes one. Everything else is refused: there is no other way to say anything.
 * Source: developer.work.weixin.qq.com, 智能机器人 → 被动回复消息, 主动回复消息.
 */
export function replySender({ locale }: AibotCredentials, { shared, clock, baseUrl }: BotParts): Sender {
  /** Leaves it for whoever asks for the stream, unless something is there already. */
  async function leave(address: Address, said: Said): Promise<boolean> {
    const name = `said:${streamKeyOf(address.stream)}`;
    const known = await shared.get(name);
    if (known !== undefined) return saidIn(known).key === said.key;
    if (clock.now() - address.at >= streamOpenMs) return false;
    await shared.set(name, writeSaid(said), clock.now() + keptMs);
    return true;
  }

  /** Takes the one turn that a message's address has. @throws {SendError} when it is used up */
  async function addressFor({ stream, url, at }: Address, key: string): Promise<URL> {
    if (url === undefined || clock.now() - at >= addressMs) {
      throw new SendError('refused', 'reply-over', 'the message can not be answered any more');
    }
    if (!URL.canParse(url) || new URL(url).origin !== new URL(baseUrl).origin) {
      throw new SendError('refused', 'reply-elsewhere', "the address of the answer is not WeCom's");
    }
    const name = `used:${streamKeyOf(stream)}`;
    if ((await shared.get(name)) !== undefined) {
      throw new SendError(
        'refused',
        'reply-used',
        'WeCom takes two answers to a message, and both have been given',
      );
    }
    await shared.set(name, key, at + addressMs + keptMs);
    return new URL(url);
  }

  async function post(address: Address, body: object, key: string): Promise<void> {
    const url = await addressFor(address, key);
    try {
      granted(await textFrom(url, body));
    } catch (error) {
      // It did nothing, so the address is still good.
      if (error instanceof SendError && error.fate === 'later')
        await shared.delete(`used:${streamKeyOf(address.stream)}`);
      throw error;
    }
  }

  return {
    async words(to, content, key) {
      const address = addressIn(to);
      const [first, second, ...others] = partsOf(content);
      if (first === undefined) throw new SendError('refused', 'empty', 'there is nothing to say');
      if (others.length > 0)
        throw new SendError('refused', 'too-long', 'WeCom takes two answers to a message');
      if (!(await leave(address, { key, content: first }))) {
        if (second !== undefined)
          throw new SendError('refused', 'too-long', 'there is room for one answer more');
        return post(address, markdown(first), key);
      }
      if (second === undefined) return;
      await post(address, markdown(second), key).catch((error: unknown) => {
        throw halfSaid(error);
      });
    },
    async card(to, card, key) {
      const address = addressIn(to);
      const said = { key, content: text(locale, 'bot.seeCard'), card: { ...card } };
      if (await leave(address, said)) return;
      await post(address, { msgtype: 'template_card', template_card: card }, key);
    },
    async file() {
      throw new SendError('refused', 'no-file', 'an AI bot with a callback address can send no files', {
        fallback: true,
      });
    },
  };
}

const markdown = (content: string) => ({ msgtype: 'markdown', markdown: { content } });

function addressIn({ reply }: Destination): Address {
  const found = replyIn(reply);
  if (found && 'stream' in found) return found;
  throw new SendError(
    'refused',
    'no-reply',
    'an AI bot with a callback address speaks only when it is spoken to',
  );
}

async function textFrom(url: URL, body: object): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = await response.text();
    if (response.status < 500) return answer;
  } catch (cause) {
    throw unanswered(cause, false);
  }
  throw new SendError('unknown', `http-${response.status}`, `WeCom answered with HTTP ${response.status}`);
}
