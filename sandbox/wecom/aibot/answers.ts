import type { Delivery } from '../../kernel/deliveries.js';
import { isRecord } from '../../kernel/shape.js';
import type { Applied, Payload } from '../callback/callbacks.js';
import { CannotDecrypt, decrypt, sign } from '../callback/crypto.js';
import type { Corp } from '../corp.js';
import { Refusal, refuse } from '../refusal.js';
import type { Aibot, Callback, Turn } from '../world.js';
import { sayWhole } from './speak.js';
import { answerBoth, answerStream } from './streams.js';
import { updateCard } from './update.js';

class Unreadable extends Error {}

/** Does what an AI bot answered over its address. What cannot be read or is refused is passed over in silence. */
export function applyAnswer(
  corp: Corp,
  delivery: Delivery,
  payload: Payload,
  answer: string,
): Applied | undefined {
  const bot = corp.state.aibots.get(delivery.app);
  const turn = corp.state.turns.get(payload.turn ?? '');
  const nonce = answer.slice(0, answer.indexOf('\n'));
  const body = answer.slice(nonce.length + 1);
  if (!bot?.callback || !turn || body.trim() === '') return undefined;
  try {
    return apply(corp, bot, turn, open(bot.callback, nonce, body));
  } catch (error) {
    const isOurs = error instanceof Unreadable || error instanceof CannotDecrypt || error instanceof Refusal;
    if (!isOurs) throw error;
    corp.drops.add(bot.botId, turn.person, `passive reply: ${error.message}`);
    return { cardUpdated: false, error: error.message };
  }
}

/** The plain JSON inside the signed envelope. Source: 加解密说明 (the nonce must be the callback's own). */
function open({ token, encodingAesKey }: Callback, nonce: string, body: string): Record<string, unknown> {
  const { encrypt, msgsignature, timestamp, nonce: given } = parse(body);
  if (typeof encrypt !== 'string') throw new Unreadable('no JSON with encrypt');
  if (given !== nonce) throw new Unreadable("nonce is not the callback's own");
  if (msgsignature !== sign(token, String(timestamp), nonce, encrypt))
    throw new Unreadable('the signature does not fit');
  const { message, receiveId } = decrypt(encrypt, encodingAesKey);
  if (receiveId !== '') throw new Unreadable(`it is for ${receiveId}, and must be for nobody`);
  return parse(message);
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {}
  throw new Unreadable('not a JSON object');
}

function apply(corp: Corp, bot: Aibot, turn: Turn, body: Record<string, unknown>): Applied | undefined {
  if (Object.keys(body).length === 0) return undefined;
  if (turn.kind === 'card') {
    updateCard(corp, bot, turn, body);
    return { cardUpdated: true };
  }
  if (turn.kind === 'feedback') throw new Unreadable('a feedback_event takes no answer');
  const chat = corp.state.chats.get(turn.chat) ?? refuse(93006);
  if (turn.kind === 'enter') sayWhole(corp, bot, chat, body, ['text', 'template_card']);
  else if (body.msgtype === 'stream') answerStream(corp, bot, turn, isRecord(body.stream) ? body.stream : {});
  else if (body.msgtype === 'stream_with_template_card') answerBoth(corp, bot, turn, body);
  else sayWhole(corp, bot, chat, body, ['template_card']);
  return undefined;
}
