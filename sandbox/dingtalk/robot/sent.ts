import { list, number, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { Refusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat, Message } from '../world.js';
import { tell } from './posting.js';
import { checkRobot, groupFor } from './send.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEYS_MAX = 20;
const PAGE_MAX = 200;
const SENDING = 'qyapi_robot_sendmsg';

const string = optional(text());
const recalling = object({
  openConversationId: string,
  robotCode: string,
  processQueryKeys: optional(list(text())),
});
const querying = object({
  openConversationId: string,
  robotCode: string,
  processQueryKey: string,
  maxResults: optional(number),
  nextToken: string,
});

/**
 * What became of what a robot sent. Source: chatbot-batch-query-the-read-status-of-messages,
 * chatbot-queries-the-read-status-of-a-message, batch-message-recall-chat,
 * enterprise-chatbot-withdraws-internal-group-messages. Note `oTo` when reading, `oto` when recalling.
 */
export const sentRoutes = (tenant: Tenant): Route[] => [
  {
    method: 'GET',
    pattern: '/v1.0/robot/oToMessages/readStatus',
    permission: SENDING,
    handle: (call) => readStatus(tenant, call),
  },
  {
    method: 'POST',
    pattern: '/v1.0/robot/groupMessages/query',
    permission: SENDING,
    handle: (call) => queryGroup(tenant, call),
  },
  {
    method: 'POST',
    pattern: '/v1.0/robot/otoMessages/batchRecall',
    permission: SENDING,
    handle: ({ app, request }) => {
      const given = readJson(request, recalling);
      checkRobot(tenant, app, given.robotCode);
      return recall(tenant, app, keysIn(given.processQueryKeys), (chat) => chat.kind === 'p2p');
    },
  },
  {
    method: 'POST',
    pattern: '/v1.0/robot/groupMessages/recall',
    permission: SENDING,
    handle: ({ app, request }) => {
      const given = readJson(request, recalling);
      checkRobot(tenant, app, given.robotCode);
      const group = groupFor(tenant, app, given.openConversationId);
      return recall(tenant, app, keysIn(given.processQueryKeys), (chat) => chat.id === group.id);
    },
  },
];

function readStatus(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  checkRobot(tenant, app, request.query.get('robotCode') ?? undefined);
  const sent = sentUnder(tenant, app, request.query.get('processQueryKey') ?? undefined);
  checkAge(tenant, sent);
  const readers = sent.map((message) => {
    const person = tenant.state.people.get(tenant.state.chats.get(message.chat)?.people[0] ?? '');
    const isRead = person && tenant.state.readers.get(message.id)?.includes(person.id);
    return { name: person?.name, userId: person?.userId, readStatus: isRead ? 'READ' : 'UNREAD' };
  });
  const recalled = sent.every((message) => message.recalled);
  return { sendStatus: recalled ? 'RECALLED' : 'SUCCESS', messageReadInfoList: readers };
}

function queryGroup(tenant: Tenant, { app, request }: Call): Record<string, unknown> {
  const given = readJson(request, querying);
  if (given.robotCode !== undefined) checkRobot(tenant, app, given.robotCode);
  if (given.openConversationId !== undefined) groupFor(tenant, app, given.openConversationId);
  const sent = sentUnder(tenant, app, given.processQueryKey);
  checkAge(tenant, sent);
  const max = given.maxResults ?? PAGE_MAX;
  const start = Number(given.nextToken || 0);
  if (max < 1 || max > PAGE_MAX || !Number.isInteger(start))
    throw new Refusal('invalidParameter.param.invalid', `maxResults: 1 to ${PAGE_MAX}`);
  const readers = sent.flatMap(({ id }) => tenant.state.readers.get(id) ?? []);
  const userIds = readers.flatMap((id) => tenant.state.people.get(id)?.userId ?? []);
  const end = start + max;
  return {
    sendStatus: sent.every((message) => message.recalled) ? 'RECALLED' : 'SUCCESS',
    readUserIds: userIds.slice(start, end),
    hasMore: end < userIds.length,
    ...(end < userIds.length ? { nextToken: String(end) } : {}),
  };
}

function sentUnder({ state }: Tenant, app: App, key: string | undefined): Message[] {
  if (!key) throw new Refusal('invalidParameter.processQueryKey.missing', '缺少processQueryKey');
  const sent = state.messagesUnder(key).filter(({ author }) => author.id === app.appKey);
  if (sent.length === 0) throw new Refusal('invalid.processQueryKey', '无效的processQueryKey');
  return sent;
}

function checkAge({ clock }: Tenant, sent: readonly Message[]): void {
  if (sent.some(({ at }) => at < clock.now() - DAY_MS))
    throw new Refusal(
      'processQueryKey.expireTime',
      'processQueryKey还未生成消息查询数据或已过期，无法查询消息',
    );
}

function keysIn(keys: readonly string[] | undefined): readonly string[] {
  if (!keys || keys.length === 0)
    throw new Refusal('invalidParameter.processQueryKey.missing', '缺少processQueryKey');
  if (keys.length > KEYS_MAX)
    throw new Refusal('invalidParameter.processQueryKeys.overMax', `processQueryKeys超过数量上限${KEYS_MAX}`);
  return keys;
}

/** Takes messages back without a trace; what cannot be is told with its reason, and the answer is still 200. */
function recall(
  tenant: Tenant,
  app: App,
  keys: readonly string[],
  where: (chat: Chat) => boolean,
): Record<string, unknown> {
  const successResult: string[] = [];
  const failedResult: Record<string, string> = {};
  for (const key of keys) {
    const sent = tenant.state.messagesUnder(key).filter((message) => {
      const chat = tenant.state.chats.get(message.chat);
      return message.author.id === app.appKey && chat && where(chat);
    });
    const tooOld = sent.some(({ at }) => at < tenant.clock.now() - DAY_MS);
    if (sent.length === 0) failedResult[key] = 'invalid.processQueryKey';
    else if (tooOld) failedResult[key] = 'robot.processQueryKey.expired';
    else {
      for (const message of sent) takeBack(tenant, message);
      successResult.push(key);
    }
  }
  return { successResult, failedResult };
}

function takeBack(tenant: Tenant, message: Message): void {
  if (message.recalled) return;
  message.recalled = true;
  tenant.state.save(message);
  tell(tenant, message, 'recall');
}
