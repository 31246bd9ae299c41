import { list, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat, Person } from '../world.js';
import { readTemplateMessage } from './content.js';
import { post } from './posting.js';

const USERS_MAX = 20;
const SENDING = 'qyapi_robot_sendmsg';

const string = optional(text());
const oneToOne = object({
  robotCode: string,
  userIds: optional(list(text())),
  msgKey: string,
  msgParam: string,
});
const toGroup = object({
  openConversationId: string,
  robotCode: string,
  msgKey: string,
  msgParam: string,
  coolAppCode: string,
});

/** Sending as an app's robot. Source: chatbots-send-one-on-one-chat-messages-in-batches, the-robot-sends-a-group-message. */
export const sendRoutes = (tenant: Tenant): Route[] => [
  {
    method: 'POST',
    pattern: '/v1.0/robot/oToMessages/batchSend',
    permission: SENDING,
    handle: (call) => batchSend(tenant, call),
  },
  {
    method: 'POST',
    pattern: '/v1.0/robot/groupMessages/send',
    permission: SENDING,
    handle: (call) => sendToGroup(tenant, call),
  },
];

function batchSend(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  const given = readJson(request, oneToOne);
  checkRobot(tenant, app, given.robotCode);
  const userIds = given.userIds ?? [];
  if (userIds.length === 0) throw new Refusal('invalidParameter.userIds.empty', '用户userId列表为空');
  if (userIds.length > USERS_MAX)
    throw new Refusal('invalidParameter.userIds.overMax', `用户userId列表超过最大限制${USERS_MAX}`);
  const shown = readTemplateMessage(tenant, given.msgKey ?? '', given.msgParam ?? '');
  const processQueryKey = tenant.ids.processQueryKey();
  const invalid: string[] = [];
  const flowControlled: string[] = [];
  for (const userId of new Set(userIds)) {
    const person = receiver(tenant, app, userId);
    if (!person) invalid.push(userId);
    else if (!takeTurn(tenant, app, person.id)) flowControlled.push(userId);
    else {
      const chat = tenant.state.p2pChat(app, person, tenant.clock.now());
      post(tenant, chat, { author: { kind: 'bot', id: app.appKey }, ...shown, processQueryKey });
    }
  }
  return { processQueryKey, invalidStaffIdList: invalid, flowControlledStaffIdList: flowControlled };
}

function receiver({ state }: Tenant, app: App, userId: string): Person | undefined {
  const person = state.personBy(1, userId);
  return person && state.available(person, app) ? person : undefined;
}

function sendToGroup(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  const given = readJson(request, toGroup);
  checkRobot(tenant, app, given.robotCode);
  const chat = groupFor(tenant, app, given.openConversationId);
  const shown = readTemplateMessage(tenant, given.msgKey ?? '', given.msgParam ?? '');
  if (!takeTurn(tenant, app, chat.id)) throw new Refusal('send.too.fast', '限流错误');
  const processQueryKey = tenant.ids.processQueryKey();
  post(tenant, chat, { author: { kind: 'bot', id: app.appKey }, ...shown, processQueryKey });
  return { processQueryKey };
}

/** Whether the robot is the caller's own. */
export function checkRobot({ state }: Tenant, app: App, robotCode: string | undefined): void {
  if (!robotCode) throw new Refusal('invalidParameter.robotCode.empty', '机器人robotCode为空');
  if (!state.appByRobot(robotCode)) throw new Refusal('invalidParameter.robotCode.notExsit', '机器人不存在');
  if (app.robotCode !== robotCode)
    throw new Refusal(
      'invalidParameter.robotCode.auth',
      '此应用appkey和机器人robotCode不匹配，请使用机器人应用的appkey',
    );
}

/** The group, with the caller's robot in it. */
export function groupFor({ state }: Tenant, app: App, id: string | undefined): Chat {
  if (!id) throw new Refusal('miss.openConversationId', '缺少openConversationId');
  const chat = state.chats.get(id);
  if (chat?.kind !== 'group') throw new Refusal('invalid.openConversationId', '无效的openConversationId');
  if (!chat.robots.includes(app.appKey))
    throw new Refusal(
      'invalidParameter.robotCode.notExsit',
      '机器人不存在，请检查会话内是否安装了robotCode对应的机器人',
    );
  return chat;
}

/** DingTalk publishes no number: the world says how many a minute, or there is no limit. */
function takeTurn({ state, rates }: Tenant, app: App, to: string): boolean {
  const times = Number(state.settings.get('perChatPerMinute') ?? 0);
  return times === 0 || rates.take(`turn ${app.appKey} ${to}`, [{ times, perMs: 60_000 }]).allowed;
}
