import type { Quota } from '../../core/ports/bot.js';
import type { DingtalkCredentials } from './credentials.js';

/**
 * What an edition begins with, for the whole enterprise and a month by the calendar: calls of the API, and messages that
 * Stream or a webhook brings us. The standard edition has had this little since 2025-11-19; of the professional one, one pack.
 * Source: open.dingtalk.com, 钉钉应用开发平台计费模式; 服务端API 调用限流.
 */
const editions = {
  standard: { calls: 5_000, pushes: 3_000 },
  professional: { calls: 200_000, pushes: 50_000 },
} as const;

/**
 * A conversation as we lead it, and what each part of it costs. Counted are: the queue's card posted or redrawn when
 * somebody waits and when they are taken by a command (a press redraws it in its answer, which costs no call); the agent's card
 * on claiming; and once more when the conversation is over. What a customer writes within a moment goes on as one message.
 */
const perConversation = {
  queueCard: 1.5,
  agentCard: 2,
  /** Drawing a card once more after a press that decided something: claiming; most close by a command or it is closed. */
  confirmed: 1,
  /** Messages of a customer while a person serves them: 8, of which 5 are left after merging. */
  relays: 5,
  /** What the bot itself has to say: an answer to a command, a question in doubt. */
  words: 1,
  /** An agent's replies and notes. */
  replies: 5,
  /** Claiming and closing. Whether a press counts as a push is not documented; it is counted. */
  presses: 2,
} as const;

const { queueCard, agentCard, confirmed, relays, words, replies, presses } = perConversation;

/** What the enterprise may use in a month, and what a conversation takes of it. Tokens and the directory are free. */
export function quotaOf({ edition, monthlyCalls, monthlyPushes }: DingtalkCredentials): Quota {
  return {
    calls: monthlyCalls ?? editions[edition].calls,
    pushes: monthlyPushes ?? editions[edition].pushes,
    callsPerConversation: queueCard + agentCard + confirmed + relays + words,
    pushesPerConversation: replies + presses,
  };
}
