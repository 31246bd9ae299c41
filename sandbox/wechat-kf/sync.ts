import { number, object, optional, text } from '../kernel/shape.js';
import type { Route } from '../wecom/api.js';
import { readShape } from '../wecom/api.js';
import { refuse } from '../wecom/refusal.js';
import type { Kf } from './happen.js';
import type { Line, Origin } from './world.js';

const keptMs = 3 * 24 * 3_600_000;
const tokenLifeMs = 10 * 60_000;
const LIMIT_MAX = 1_000;
/** "严格的频率限制", of which the documents say no more. */
const WITHOUT_TOKEN = [{ times: 3, perMs: 60_000 }];

const asked = object({
  cursor: optional(text({ max: 64 })),
  token: optional(text({ max: 128 })),
  limit: optional(number),
  voice_format: optional(number),
  open_kfid: text({ min: 1 }),
});

const origins: Readonly<Record<Exclude<Origin, 'api'>, number>> = { customer: 3, event: 4, servicer: 5 };

/** Source: 接收消息和事件 → 读取消息 (path/94670). */
export const syncRoutes = (kf: Kf): Route[] => [
  {
    method: 'POST',
    path: '/cgi-bin/kf/sync_msg',
    handle: ({ body }) => {
      const given = readShape(body, asked);
      if (!kf.state.accounts.get(given.open_kfid)) refuse(95000);
      mayAsk(kf, given.token, given.open_kfid);
      const limit = Math.min(LIMIT_MAX, given.limit || LIMIT_MAX);
      return batchOf(kf, given.open_kfid, given.cursor, limit);
    },
  },
];

function mayAsk(kf: Kf, token: string | undefined, account: string): void {
  if (token === undefined || token === '') {
    if (!kf.rates.take(`kf sync ${account}`, WITHOUT_TOKEN).allowed) refuse(45009);
    return;
  }
  const known = kf.state.pingTokens.get(token);
  if (known?.account !== account || kf.clock.now() - known.at > tokenLifeMs) refuse(95007);
}

/** A cursor walks over the lines of all accounts, so that a batch of one of them may be empty and yet not the last. */
function batchOf(
  kf: Kf,
  account: string,
  cursor: string | undefined,
  limit: number,
): Record<string, unknown> {
  const after = cursor ? seqOf(cursor) : 0;
  const since = kf.clock.now() - keptMs;
  const rest = kf.state.lines.filter(({ seq, at, origin }) => seq > after && at >= since && origin !== 'api');
  const walked = rest.slice(0, limit);
  const last = walked.at(-1)?.seq ?? after;
  return {
    next_cursor: `c${last}`,
    has_more: rest.length > walked.length ? 1 : 0,
    msg_list: walked.filter((line) => line.account === account).map((line) => itemOf(kf, line)),
  };
}

function seqOf(cursor: string): number {
  const [, seq] = /^c(\d+)$/.exec(cursor) ?? [];
  return seq === undefined ? refuse(40058, 'cursor') : Number(seq);
}

function itemOf(kf: Kf, line: Line): Record<string, unknown> {
  const { msgid, msgtype, body, origin, servicer } = line;
  const common = { msgid, send_time: Math.floor(line.at / 1000), msgtype, [msgtype]: body };
  if (origin === 'event') return { ...common, origin: origins.event };
  return {
    ...common,
    origin: origin === 'servicer' ? origins.servicer : origins.customer,
    open_kfid: line.account,
    external_userid: kf.state.customers.get(line.customer)?.externalUserId ?? '',
    ...(servicer && { servicer_userid: servicer }),
  };
}
