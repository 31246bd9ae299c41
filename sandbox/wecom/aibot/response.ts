import type { Request } from '../../kernel/http.js';
import { type Result, readBody } from '../api.js';
import type { Corp } from '../corp.js';
import { refuse } from '../refusal.js';
import { sayWhole } from './speak.js';

const LIFE_MS = 60 * 60 * 1000;

/**
 * The deferred reply: once, within an hour, a new message; a card update is refused. Source: 主动回复消息. Which codes stand
 * for "used" and "too old" is unverified.
 */
export function answerLater(corp: Corp, request: Request): Result | undefined {
  if (request.path !== '/cgi-bin/aibot/response') return undefined;
  if (request.method !== 'POST') refuse(40058, 'POST is required');
  const turn = corp.state.turns.get(request.query.get('response_code') ?? '');
  const bot = turn && corp.state.aibots.get(turn.bot);
  if (!turn || bot?.mode !== 'url' || turn.kind === 'enter') refuse(40058, 'response_code');
  if (turn.deferred) refuse(42022);
  if (corp.clock.now() - turn.at > LIFE_MS) refuse(42016, 'the response_url is older than an hour');
  const chat = corp.state.chats.get(turn.chat) ?? refuse(93006);
  sayWhole(corp, bot, chat, readBody(request), ['markdown', 'template_card']);
  turn.deferred = true;
  corp.state.turns.put(turn.id, turn);
  return {};
}
