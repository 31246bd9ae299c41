import { list, number, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { post, tell } from './posting.js';

const PERMISSION = 'Premium.Ding.Write';
const PER_MINUTE = { times: 6_000, perMs: 60_000 };
/** Receivers of one DING in the app, and by SMS or telephone. */
const RECEIVERS_MAX = { app: 200, other: 20 };

const sending = object({
  robotCode: optional(text()),
  remindType: optional(number),
  receiverUserIdList: optional(list(text())),
  content: optional(text()),
  callVoice: optional(text()),
});
const recalling = object({ robotCode: optional(text()), openDingId: optional(text()) });

/** DING as a robot: the professional edition's. Shown in the one-to-one chat. Source: robot-sends-nail-message. */
export const dingRoutes = (tenant: Tenant): Route[] => [
  {
    method: 'POST',
    pattern: '/v1.0/robot/ding/send',
    permission: PERMISSION,
    handle: (call) => send(tenant, call),
  },
  {
    method: 'POST',
    pattern: '/v1.0/robot/ding/recall',
    permission: PERMISSION,
    handle: ({ app, request }) => {
      const given = readJson(request, recalling);
      if (given.robotCode !== app.robotCode) throw new Refusal('invalid.chatbotId', '无效的机器人id');
      for (const message of tenant.state.messagesUnder(given.openDingId ?? '')) {
        message.recalled = true;
        tenant.state.save(message);
        tell(tenant, message, 'recall');
      }
      return { openDingId: given.openDingId };
    },
  },
];

function send(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  const given = readJson(request, sending);
  const { remindType = 0, content = '', receiverUserIdList = [] } = given;
  if (given.robotCode !== app.robotCode) throw new Refusal('invalid.chatbotId', '无效的机器人id');
  if (![1, 2, 3].includes(remindType) || content === '')
    throw new Refusal('invalidParameter.param.invalid', '参数不合法');
  if (receiverUserIdList.length === 0) throw new Refusal('miss.staffId', '无效的接收者id');
  if (receiverUserIdList.length > (remindType === 1 ? RECEIVERS_MAX.app : RECEIVERS_MAX.other))
    throw new Refusal('ding.receivercount.limit', 'ding receiver count limit');
  if (tenant.quota.edition !== 'professional' || remindType !== 1)
    throw new Refusal('ding.serverquota.insufficient', 'ding server quota insufficient');
  if (!tenant.rates.take(`ding ${app.appKey}`, [PER_MINUTE]).allowed)
    throw new Refusal('toomuch.msg', 'send too fast');
  const openDingId = tenant.ids.hex();
  const failed: string[] = [];
  for (const userId of receiverUserIdList) {
    const person = tenant.state.personBy(1, userId);
    if (!person) failed.push(userId);
    else {
      const chat = tenant.state.p2pChat(app, person, tenant.clock.now());
      const author = { kind: 'bot' as const, id: app.appKey };
      post(tenant, chat, { author, type: 'ding', content: { content }, processQueryKey: openDingId });
    }
  }
  return { openDingId, ...(failed.length > 0 ? { failedList: { 'staffId.notExisted': failed } } : {}) };
}
