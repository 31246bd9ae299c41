import type { Limit, Outgoing } from '../../core/ports/courier.js';
import type { WecomCredentials } from './credentials.js';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * To one member an app may say 30 things a minute and 1000 an hour; what is beyond vanishes, and WeCom answers "ok" all the
 * same. So this is kept well below: 10 at once, then one every 4 seconds: at most 25 in any minute and 910 in any hour.
 */
const MEMBER_BURST = 10;
const MEMBER_EVERY_MS = 4_000;

/**
 * In a day an app may say `account limit × 200` things, each counted once per reader. The smallest account limit known is
 * that of an enterprise that was never verified. Of the day's number half may go at once and two fifths more over the day.
 */
const PERSON_TIMES_PER_ACCOUNT = 200;
const ACCOUNTS_MIN = 200;
const DAY_BURST_SHARE = 0.5;
const DAY_REFILL_SHARE = 0.4;

/** Any other call: 10,000 a minute and 150,000 an hour for each API of an enterprise, which all its apps share. */
const API_BURST = 200;
const API_EVERY_MS = 50;

const api = (name: string): Limit => ({ scope: `api:${name}`, everyMs: API_EVERY_MS, burst: API_BURST });

/** So many at once, all or none. */
const times = ({ scope, everyMs, burst }: Limit, count: number): Limit => ({
  scope,
  everyMs: everyMs * count,
  burst: Math.max(1, Math.floor(burst / count)),
});

/**
 * What a send counts against. @param messages how many messages it comes to
 * Source: developer.work.weixin.qq.com, 访问频率限制 (path/90454; a copy of 2023/08/28).
 */
export function limitsOf(out: Outgoing, { accountLimit }: WecomCredentials, messages: number): Limit[] {
  if (out.kind === 'redraw') return [api('update')];
  if (out.kind === 'edit') return [];
  if (out.kind === 'recall') return [api('recall')];
  const most = (accountLimit ?? ACCOUNTS_MIN) * PERSON_TIMES_PER_ACCOUNT;
  const daily = {
    scope: 'day',
    everyMs: Math.ceil(day / (most * DAY_REFILL_SHARE)),
    burst: Math.max(1, Math.floor(most * DAY_BURST_SHARE)),
  };
  const member = { scope: `member:${memberOf(out.to)}`, everyMs: MEMBER_EVERY_MS, burst: MEMBER_BURST };
  const uploads = out.kind === 'media' ? [api('upload')] : [];
  return [...uploads, times(daily, messages), times(member, messages)];
}

/** An app speaks to members only; any other place is refused before it counts. */
const memberOf = (to: Extract<Outgoing, { to: unknown }>['to']): string =>
  to.kind === 'direct' ? to.person : 'nobody';
