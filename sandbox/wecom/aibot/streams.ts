import { createHash } from 'node:crypto';
import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import { imageMime } from '../media.js';
import { tellChange } from '../message/posting.js';
import { refuse } from '../refusal.js';
import type { Aibot, StreamRow, Turn } from '../world.js';
import { feedbackIn, MARKDOWN_BYTES_MAX, sayCard, speak } from './speak.js';

/** Source: 被动回复消息 (流式消息), 智能机器人长连接. */
export const STREAM_MS = 6 * 60 * 1000;
const ITEMS_MAX = 10;
const ITEM_BYTES_MAX = 10 * 1024 * 1024;

type Given = Record<string, unknown>;

/** Shows the text so far; the first time as a new message. @throws Refusal */
export function answerStream(corp: Corp, bot: Aibot, turn: Turn, given: Given): StreamRow {
  const { id, finish = false } = given;
  if (typeof id !== 'string' || id === '') refuse(40063, 'stream.id is empty');
  if (typeof finish !== 'boolean') refuse(40058, 'stream.finish is true or false');
  const content = given.content ?? '';
  if (typeof content !== 'string') refuse(40058, 'stream.content is not a string');
  if (Buffer.byteLength(content) > MARKDOWN_BYTES_MAX) refuse(45002, `at most ${MARKDOWN_BYTES_MAX} bytes`);
  const images = imagesIn(corp, bot, given, finish);
  const shown = { content, finish, ...(images.length > 0 ? { images } : {}) };
  const row =
    rowOf(corp, bot, turn, id) ?? begin(corp, bot, turn, id, { ...shown, feedback: feedbackIn(given) });
  const message = corp.state.message(row.message);
  if (message) {
    message.content = shown;
    corp.state.save(message);
    tellChange(corp, message);
  }
  row.finished = finish;
  corp.state.streams.put(row.key, row);
  return row;
}

/** The stream that goes on, if it may. */
function rowOf({ state, clock }: Corp, bot: Aibot, turn: Turn, id: string): StreamRow | undefined {
  const row = state.streams.get(`${bot.botId}|${id}`);
  if (!row) return undefined;
  if (row.turn !== turn.id) refuse(40058, 'stream.id was used for another message');
  if (row.finished) refuse(846608, 'the stream is finished');
  // Over the WebSocket the time runs from the first frame, else from what the person said.
  const began = bot.mode === 'socket' ? row.startedAt : turn.at;
  if (clock.now() - began > STREAM_MS) refuse(846608);
  return row;
}

function begin(corp: Corp, bot: Aibot, turn: Turn, id: string, shown: Given): StreamRow {
  const chat = corp.state.chats.get(turn.chat) ?? refuse(93006);
  const { feedback, ...content } = shown;
  const message = speak(corp, bot, chat, {
    type: 'stream',
    content,
    feedback: typeof feedback === 'string' ? feedback : undefined,
  });
  const key = `${bot.botId}|${id}`;
  const row = {
    key,
    id,
    bot: bot.botId,
    turn: turn.id,
    message: message.id,
    startedAt: corp.clock.now(),
    finished: false,
  };
  corp.state.streams.put(key, row);
  return row;
}

/** Pictures come with the end only, and not over the WebSocket. */
function imagesIn(corp: Corp, bot: Aibot, { msg_item: items }: Given, finish: boolean): string[] {
  if (items === undefined) return [];
  if (bot.mode === 'socket') refuse(40058, 'msg_item is not supported over the WebSocket');
  if (!Array.isArray(items) || items.length > ITEMS_MAX) refuse(40058, `msg_item: at most ${ITEMS_MAX}`);
  if (!finish) refuse(40058, 'msg_item needs finish');
  return items.map((item) => {
    const image =
      isRecord(item) && isRecord(item.image) ? item.image : refuse(40058, 'msg_item: images only');
    const bytes = Buffer.from(String(image.base64 ?? ''), 'base64');
    const mime = imageMime(bytes);
    if (!mime || bytes.length > ITEM_BYTES_MAX) refuse(40009);
    if (createHash('md5').update(bytes).digest('hex') !== image.md5) refuse(40058, 'image.md5 does not fit');
    return corp.files.keep(bytes, { kind: 'image', name: 'image', mime }).key;
  });
}

/** A stream and a card together; the card once per message. */
export function answerBoth(corp: Corp, bot: Aibot, turn: Turn, body: Given): StreamRow {
  const { stream, template_card: card } = body;
  if (!isRecord(stream)) refuse(40063, 'stream is empty');
  const row = answerStream(corp, bot, turn, stream);
  if (card === undefined) return row;
  if (!isRecord(card)) refuse(40058, 'template_card is no object');
  if (turn.carded) refuse(40058, 'a card was given to this message before');
  sayCard(corp, bot, corp.state.chats.get(turn.chat) ?? refuse(93006), card);
  turn.carded = true;
  corp.state.turns.put(turn.id, turn);
  return row;
}
