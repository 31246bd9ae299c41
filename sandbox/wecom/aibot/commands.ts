import type { CallRecord } from '../../control/parts.js';
import type { Fault } from '../../kernel/faults.js';
import type { Ring } from '../../kernel/ring.js';
import { isRecord } from '../../kernel/shape.js';
import type { Corp } from '../corp.js';
import { Refusal, refuse, wordsOf } from '../refusal.js';
import type { Aibot, Chat, Turn } from '../world.js';
import type { Ack, Frame } from './hub.js';
import { sayWhole } from './speak.js';
import { answerBoth, answerStream } from './streams.js';
import { updateCard } from './update.js';
import { Uploads } from './upload.js';

/** Source: 智能机器人长连接. */
const REPLY_MS = 24 * 60 * 60 * 1000;
const WELCOME_MS = 5_000;
const media = ['file', 'image', 'voice', 'video'];
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Body = Record<string, unknown>;

/** The commands of a subscribed bot, as calls: they meet the faults ordered for calls and are written down like them. */
export class Commands {
  readonly #corp: Corp;
  readonly #uploads: Uploads;
  readonly #log: Ring<CallRecord>;
  readonly #realNow: () => number;

  constructor(corp: Corp, log: Ring<CallRecord>, realNow: () => number) {
    this.#corp = corp;
    this.#uploads = new Uploads(corp);
    this.#log = log;
    this.#realNow = realNow;
  }

  /** `undefined` when the answer is lost on the way. */
  async answer(bot: string, frame: Frame): Promise<Ack | undefined> {
    const began = this.#realNow();
    const fault = this.#corp.faults.forCall({ method: 'WS', path: frame.cmd, app: bot });
    const ack = await this.#withFault(bot, frame, fault);
    this.#log.add({
      at: this.#corp.clock.now(),
      platform: 'wecom',
      method: 'WS',
      path: frame.cmd,
      app: bot,
      status: ack ? 200 : 0,
      code: ack?.errcode ?? 0,
      ms: this.#realNow() - began,
      body: 'base64_data' in frame.body ? { ...frame.body, base64_data: '…' } : frame.body,
      ...(fault ? { fault: fault.kind } : {}),
    });
    return ack;
  }

  async #withFault(bot: string, frame: Frame, fault: Fault | undefined): Promise<Ack | undefined> {
    switch (fault?.kind) {
      case 'latency':
        await pause(fault.ms ?? 1_000);
        return this.#handle(bot, frame);
      case 'drop-before-effect':
        return undefined;
      case 'timeout-after-effect':
        this.#handle(bot, frame);
        return undefined;
      case 'status':
      case 'code':
        return { errcode: fault.code ?? -1, errmsg: wordsOf(fault.code ?? -1) };
      default:
        return this.#handle(bot, frame);
    }
  }

  #handle(id: string, frame: Frame): Ack {
    const bot = this.#corp.state.aibots.get(id);
    try {
      const body = bot ? this.#do(bot, frame) : {};
      return { errcode: 0, errmsg: 'ok', ...(Object.keys(body).length > 0 ? { body } : {}) };
    } catch (error) {
      if (error instanceof Refusal) return { errcode: error.code, errmsg: error.message };
      throw error;
    }
  }

  #do(bot: Aibot, { cmd, reqId, body }: Frame): Body {
    switch (cmd) {
      case 'aibot_respond_msg':
        return this.#respond(bot, this.#turn(bot, reqId, 'message', REPLY_MS), body);
      case 'aibot_respond_welcome_msg':
        return this.#welcome(bot, this.#turn(bot, reqId, 'enter', WELCOME_MS), body);
      case 'aibot_respond_update_msg': {
        const turn = this.#turn(bot, reqId, 'card', Number.POSITIVE_INFINITY);
        updateCard(this.#corp, bot, turn, body);
        this.#corp.bots.updated(turn);
        return {};
      }
      case 'aibot_send_msg':
        sayWhole(this.#corp, bot, this.#chatFor(bot, body), body, ['markdown', 'template_card', ...media]);
        return {};
      case 'aibot_upload_media_init':
        return this.#uploads.begin(bot.botId, body);
      case 'aibot_upload_media_chunk':
        return this.#uploads.add(bot.botId, body);
      case 'aibot_upload_media_finish':
        return this.#uploads.finish(bot.botId, body);
      default:
        return refuse(40058, `cmd ${cmd}`);
    }
  }

  /** What this req_id may still answer. */
  #turn(bot: Aibot, reqId: string, kind: Turn['kind'], withinMs: number): Turn {
    const turn = this.#corp.state.turns.get(reqId);
    if (turn?.bot !== bot.botId || turn.kind !== kind) refuse(846605);
    if (this.#corp.clock.now() - turn.at > withinMs) refuse(846605, 'too late');
    return turn;
  }

  #respond(bot: Aibot, turn: Turn, body: Body): Body {
    if (body.msgtype === 'stream') {
      answerStream(
        this.#corp,
        bot,
        turn,
        isRecord(body.stream) ? body.stream : refuse(40063, 'stream is empty'),
      );
    } else if (body.msgtype === 'stream_with_template_card') {
      answerBoth(this.#corp, bot, turn, body);
    } else {
      const chat = this.#corp.state.chats.get(turn.chat) ?? refuse(93006);
      sayWhole(this.#corp, bot, chat, body, ['markdown', 'template_card', ...media]);
    }
    return {};
  }

  #welcome(bot: Aibot, turn: Turn, body: Body): Body {
    if (turn.answered) refuse(846605, 'the event was answered before');
    const chat = this.#corp.state.chats.get(turn.chat) ?? refuse(93006);
    sayWhole(this.#corp, bot, chat, body, ['text', 'template_card']);
    turn.answered = true;
    this.#corp.state.turns.put(turn.id, turn);
    return {};
  }

  /** A push goes where somebody wrote to the bot before. Which codes stand for these refusals is unverified. */
  #chatFor(bot: Aibot, { chatid, chat_type: type = 0 }: Body): Chat {
    const { state, clock } = this.#corp;
    if (typeof chatid !== 'string' || chatid === '') refuse(40063, 'chatid is empty');
    if (![0, 1, 2].some((known) => known === type)) refuse(40058, 'chat_type: 0, 1 or 2');
    const person = state.byOpenUserId(chatid) ?? state.byUserId(chatid);
    const group = state.chats.get(chatid);
    const chat = person && type !== 2 ? state.p2pChat(bot.botId, bot.name, person, clock.now()) : group;
    if (!chat || (chat === group && type === 1)) refuse(93006);
    if (!chat.apps.includes(bot.botId)) refuse(93008);
    if (state.heard.get(`${bot.botId}|${chat.id}`) === undefined)
      refuse(93008, 'nobody has written to the bot there');
    return chat;
  }
}
