import type { Clock } from '../../kernel/clock.js';
import type { Delivery, Outcome, Transport } from '../../kernel/deliveries.js';
import { type PostResult, post } from '../../kernel/post.js';
import type { Hub } from '../aibot/hub.js';
import type { Ids } from '../ids.js';
import type { State } from '../state.js';
import type { Callback } from '../world.js';
import type { Payload } from './callbacks.js';
import { encrypt, sign } from './crypto.js';
import { writeXml } from './xml.js';

/** An app has this long, in real time, to answer with HTTP 200. Source: 使用接收消息. */
export const DEADLINE_MS = 5_000;

type Parts = { state: State; clock: Clock; ids: Ids; hub: Hub };

/** How WeCom reaches an app or an AI bot: over its address, or over the bot's one connection. */
export function makeTransport(parts: Parts): Transport {
  const { state, hub } = parts;
  const isSocket = (app: string): boolean => state.aibots.get(app)?.mode === 'socket';
  return {
    via: (delivery) => (isSocket(delivery.app) ? 'socket' : 'http'),
    async send(delivery): Promise<Outcome> {
      const { body, turn }: Payload = JSON.parse(delivery.payload);
      const bot = state.aibots.get(delivery.app);
      if (bot?.mode === 'socket') return hub.deliver(bot.botId, delivery.type, turn ?? delivery.id, body);
      const callback = bot?.callback ?? state.apps.get(delivery.app)?.callback;
      if (!callback) return { ok: false, why: 'unconfigured', reason: 'no callback URL is set' };
      const answer = await postSigned(parts, delivery, callback, body, bot ? '' : state.corpId);
      return outcomeOf(answer.result, answer.nonce);
    },
  };
}

async function postSigned(
  { state, clock, ids }: Parts,
  { app }: Delivery,
  { url, token, encodingAesKey }: Callback,
  plain: string,
  receiveId: string,
): Promise<{ result: PostResult; nonce: string }> {
  const encrypted = encrypt(plain, encodingAesKey, receiveId, ids.bytes());
  const timestamp = String(Math.floor(clock.now() / 1000));
  const nonce = ids.nonce();
  const to = new URL(url);
  to.searchParams.set('msg_signature', sign(token, timestamp, nonce, encrypted));
  to.searchParams.set('timestamp', timestamp);
  to.searchParams.set('nonce', nonce);
  const isBot = receiveId === '';
  const body = isBot
    ? JSON.stringify({ encrypt: encrypted })
    : writeXml({ ToUserName: state.corpId, AgentID: app, Encrypt: encrypted });
  const headers = { 'content-type': isBot ? 'application/json' : 'text/xml' };
  return { result: await post(to.href, body, headers, DEADLINE_MS), nonce };
}

/** The answer's first line is the nonce it was asked with, which an AI bot has to sign with. */
function outcomeOf(result: PostResult, nonce: string): Outcome {
  if (result.kind === 'timeout') return { ok: false, why: 'timeout', reason: 'timeout' };
  if (result.kind === 'unreachable')
    return { ok: false, why: 'unreachable', reason: `unreachable: ${result.code}` };
  if (result.status !== 200) return { ok: false, why: 'refused', reason: `HTTP ${result.status}` };
  return { ok: true, answer: `${nonce}\n${result.body}` };
}
