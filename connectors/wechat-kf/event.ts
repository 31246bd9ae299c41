import { z } from 'zod';
import type { Inbound, Profile } from '../../core/ports/inbound.js';
import { id, optionalId, optionalWords } from './fields.js';
import { welcomeHandle } from './welcome.js';

interface Told {
  id: string;
  at: number;
  openKfId: string;
  profile?: Profile;
}

const about = z.looseObject({
  event_type: z.string().max(100),
  open_kfid: optionalId,
  external_userid: optionalId,
});
const entered = z.object({ scene: optionalWords, scene_param: optionalWords, welcome_code: optionalId });
const failed = z.object({ fail_msgid: id, fail_type: z.number().catch(0) });
const recalled = z.object({ recall_msgid: id });
const changed = z.object({
  change_type: z.number(),
  old_servicer_userid: optionalId,
  new_servicer_userid: optionalId,
});

/** Why WeCom did not deliver what it had accepted. Source: path/94670, 消息发送失败事件. */
const failures: Readonly<Record<number, string>> = {
  1: '客服账号已被删除',
  2: '应用已关闭',
  4: '距客户上次来信已超过 48 小时',
  5: '会话已结束',
  6: '客户来信后最多可回复 5 条，已用完',
  7: '未绑定视频号',
  8: '企业主体未验证',
  9: '未绑定视频号，且企业主体未验证',
  10: '客户拒收了消息',
  11: '企业没有成员登录企业微信 App',
  12: '当前应用不能发送这种消息',
  13: '消息被安全策略拦截',
};

/** Those that say how our count of the reply window was wrong. */
const windowOf: ReadonlyMap<number, 'closed' | 'used'> = new Map([
  [4, 'closed'],
  [5, 'closed'],
  [6, 'used'],
]);

/** An event of `sync_msg`; undefined for one without a meaning here, or not as documented. */
export function readEvent(value: unknown, told: Told): Inbound | undefined {
  const found = about.safeParse(value).data;
  const sender = found?.external_userid;
  if (!found || (found.open_kfid ?? told.openKfId) !== told.openKfId) return undefined;
  // What concerns servicers only (who is on duty) concerns no customer.
  if (sender === undefined) return undefined;
  const { id: eventId, at, profile } = told;
  const common = { id: eventId, sender, at };
  switch (found.event_type) {
    case 'enter_session': {
      const { scene, scene_param: param, welcome_code: code } = entered.parse(found);
      const key = [scene, param].filter(Boolean).join('?');
      return {
        ...{ kind: 'visit', ...common, how: 'entered' },
        ...(key && { key }),
        ...(code && { reply: welcomeHandle(code, at) }),
        ...(profile && { profile }),
      };
    }
    case 'msg_send_fail': {
      const fail = failed.safeParse(found).data;
      if (!fail) return undefined;
      const reason = failures[fail.fail_type] ?? '微信没有说明原因';
      const window = windowOf.get(fail.fail_type);
      return {
        ...{ kind: 'receipt', ...common, status: 'failed', messageIds: [fail.fail_msgid], reason },
        ...(window && { window }),
      };
    }
    case 'user_recall_msg': {
      const recall = recalled.safeParse(found).data;
      return recall && { kind: 'recall', ...common, messageId: recall.recall_msgid };
    }
    case 'session_status_change':
      return sessionChanged(found, common);
    default:
      return undefined;
  }
}

/** What a servicer did with the session in WeCom's own app. */
function sessionChanged(
  found: object,
  common: { id: string; sender: string; at: number },
): Inbound | undefined {
  const change = changed.safeParse(found).data;
  if (!change) return undefined;
  const ended = change.change_type === sessionEnded;
  if (!ended && !sessionTaken.has(change.change_type)) return undefined;
  const by = ended ? change.old_servicer_userid : change.new_servicer_userid;
  return { kind: 'elsewhere', ...common, what: ended ? 'ended' : 'taken', ...(by && { by }) };
}

/** Taken from the pool, given to another servicer, opened again by one. */
const sessionTaken: ReadonlySet<number> = new Set([1, 2, 4]);
const sessionEnded = 3;
