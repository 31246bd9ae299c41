import type { Limit, Outgoing, Place } from '../../core/ports/courier.js';
import type { DingtalkCredentials } from './credentials.js';
import { quotaOf } from './quota.js';

/** 20 a second for each app and API; kept to 5 at once and 13 a second. Source: 服务端API 调用限流. */
const api = (name: string): Limit => ({ scope: `api:${name}`, everyMs: 75, burst: 5 });

/**
 * DingTalk publishes no limit for what an app's robot says in one chat, only the refusal `send.too.fast`. Its custom robots are
 * shut out for ten minutes after 20 messages in a minute (自定义机器人发送群消息), so groups are kept to that, 4 at once
 * and 16 a minute. One to one, where agents work, that would be slower than a customer types: one a second, 8 at once,
 * and a refusal waits.
 */
const placeLimit = (place: Place): Limit =>
  place.kind === 'direct'
    ? { scope: `person:${place.person}`, everyMs: 1_000, burst: 8 }
    : { scope: `chat:${chatOf(place)}`, everyMs: 3_750, burst: 4 };

/** The part of the month's calls that redraws may use; posting and relaying need the rest. */
const REDRAW_SHARE = 0.4;
/** Redraws at once, for a busy hour after a quiet one. */
const REDRAW_BURST = 36;
const monthMs = 30 * 24 * 3_600_000;

/**
 * Redraws are what can wait: a later one shows everything an earlier one would. They leak out of the month's budget, so that
 * it is never used up by cards that nobody looks at; with the standard edition, after the burst, one in 22 minutes.
 */
function monthlyRedraws(credentials: DingtalkCredentials): Limit {
  const everyMs = Math.ceil(monthMs / (quotaOf(credentials).calls * REDRAW_SHARE));
  return { scope: 'month-redraw', everyMs, burst: REDRAW_BURST };
}

/** What a send counts against. */
export function limitsOf(out: Outgoing, credentials: DingtalkCredentials): Limit[] {
  if (out.kind === 'redraw') return [api('card-update'), monthlyRedraws(credentials)];
  if (out.kind === 'edit') return [];
  if (out.kind === 'recall') return [api(out.messageId.includes('@') ? 'recall-group' : 'recall')];
  const send = out.kind === 'card' ? 'card' : out.to.kind === 'direct' ? 'send' : 'send-group';
  return [...(out.kind === 'media' ? [api('upload')] : []), api(send), placeLimit(out.to)];
}

/** There are no topics; what is meant for one goes to its chat. */
export const chatOf = (place: Exclude<Place, { kind: 'direct' }>): string =>
  place.kind === 'chat' ? place.chat : (place.chat ?? place.root);
