import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import { mediaIn, textIn } from '../message/content.js';
import { cutBytes } from '../message/cut.js';
import { type Posting, post } from '../message/posting.js';
import { claimTask, refuseBadCard } from '../message/send.js';
import { refuse } from '../refusal.js';
import type { Aibot, Chat, Message } from '../world.js';

/** Source: 智能机器人长连接 (replies and pushes together), 主动回复消息. */
const PER_CHAT = [
  { times: 30, perMs: 60_000 },
  { times: 1_000, perMs: 60 * 60 * 1000 },
];
export const MARKDOWN_BYTES_MAX = 20_480;

type Given = Record<string, unknown>;

/** Puts a new message of the bot into a chat, within its limits. */
export function speak(corp: Corp, bot: Aibot, chat: Chat, what: Omit<Posting, 'chat' | 'author'>): Message {
  if (!corp.rates.take(`aibot ${bot.botId} ${chat.id}`, PER_CHAT).allowed) refuse(45009);
  return post(corp, { chat, author: { kind: 'aibot', id: bot.botId }, ...what });
}

/** Reads and posts one whole message of these types. @throws Refusal */
export function sayWhole(corp: Corp, bot: Aibot, chat: Chat, body: Given, types: readonly string[]): Message {
  const type = typeof body.msgtype === 'string' ? body.msgtype : '';
  if (!types.includes(type)) refuse(40008, `msgtype ${type || 'missing'}; here: ${types.join(', ')}`);
  const given = body[type];
  if (!isRecord(given)) refuse(40063, `${type} is empty`);
  if (type === 'template_card') return sayCard(corp, bot, chat, given);
  return speak(corp, bot, chat, {
    type,
    content: readContent(corp, type, given),
    feedback: feedbackIn(given),
  });
}

export function sayCard(corp: Corp, bot: Aibot, chat: Chat, card: Given): Message {
  refuseBadCard(card, 'aibot');
  claimTask(corp, bot.botId, card);
  return speak(corp, bot, chat, { type: 'template_card', content: {}, card, feedback: feedbackIn(card) });
}

function readContent(corp: Corp, type: string, given: Given): Given {
  switch (type) {
    case 'image':
    case 'file':
    case 'voice':
      return mediaIn(corp, given, type);
    case 'video':
      return {
        ...mediaIn(corp, given, 'video'),
        title: cutBytes(String(given.title ?? ''), 128),
        description: cutBytes(String(given.description ?? ''), 512),
      };
    default:
      return { content: markdownIn(given) };
  }
}

export function markdownIn(given: Given): string {
  const content = textIn(given, 'content', 44004);
  if (Buffer.byteLength(content) > MARKDOWN_BYTES_MAX) refuse(45002, `at most ${MARKDOWN_BYTES_MAX} bytes`);
  return content;
}

export function feedbackIn({ feedback }: Given): string | undefined {
  if (!isRecord(feedback)) return undefined;
  const { id } = feedback;
  if (typeof id !== 'string' || id === '' || Buffer.byteLength(id) > 256)
    refuse(40058, 'feedback.id: 1 to 256 bytes');
  return id;
}
