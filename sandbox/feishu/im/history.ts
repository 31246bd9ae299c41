import { type Call, page, type Result, type Route, readOption } from '../api.js';
import { fieldInvalid, refuse } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { type IdType, personId } from '../users.js';
import type { Message } from '../world.js';
import { chatOf, findMessage } from './messages.js';
import { presentMessage } from './present.js';

const READABLE_MS = 7 * 24 * 60 * 60 * 1000;
const idTypes: readonly IdType[] = ['open_id', 'union_id', 'user_id'];
const reading = ['im:message', 'im:message:readonly', 'im:message.history:readonly'];

/** Reading what was said. Source: 获取指定消息的内容, 获取会话历史消息, 查询消息已读信息. */
export function historyRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/messages/:message_id',
      scopes: reading,
      handle: (call) => getOne(tenant, call),
    },
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/messages',
      scopes: reading,
      handle: (call) => list(tenant, call),
    },
    {
      method: 'GET',
      pattern: '/open-apis/im/v1/messages/:message_id/read_users',
      scopes: ['im:message', 'im:message:basic', 'im:message:readonly'],
      handle: (call) => readUsers(tenant, call),
    },
  ];
}

const wantsWholeCard = ({ request }: Call): boolean =>
  readOption(request, 'card_msg_content_type', ['raw_card_content', 'user_card_content', ''], '') !== '';

function getOne(tenant: Tenant, call: Call): Result {
  const id = call.request.params.message_id ?? '';
  const known = tenant.state.message(id);
  const message =
    known?.recalled && chatOf(tenant, known).apps.includes(call.app.appId)
      ? known
      : findMessage(tenant, call.app, id);
  return { data: { items: [presentMessage(message, call.app, tenant.state, wantsWholeCard(call))] } };
}

function list(tenant: Tenant, call: Call): Result {
  const { request, app } = call;
  const container = readOption(request, 'container_id_type', ['chat', 'thread']);
  const sort = readOption(request, 'sort_type', ['ByCreateTimeAsc', 'ByCreateTimeDesc'], 'ByCreateTimeAsc');
  const id = request.query.get('container_id');
  if (!id) throw fieldInvalid('container_id', 'container_id is required');
  const from = seconds(call, 'start_time') ?? 0;
  const until = seconds(call, 'end_time') ?? Infinity;
  const found = (
    container === 'chat' ? mainList(tenant, app.appId, id) : thread(tenant, app.appId, id)
  ).filter((message) => message.at >= from * 1000 && message.at < (until + 1) * 1000);
  if (sort === 'ByCreateTimeDesc') found.reverse();
  const { items, ...rest } = page(request, found, { size: 20, max: 50 });
  const whole = wantsWholeCard(call);
  return {
    data: { ...rest, items: items.map((message) => presentMessage(message, app, tenant.state, whole)) },
  };
}

function seconds({ request }: Call, name: string): number | undefined {
  const given = request.query.get(name);
  if (given === null || given === '') return undefined;
  if (!/^\d{1,11}$/.test(given)) throw fieldInvalid(name, 'seconds since 1970 are required');
  return Number(given);
}

/** A chat without the answers inside its topics: those are read by thread only. */
function mainList(tenant: Tenant, app: string, id: string): Message[] {
  const chat = tenant.state.chats.get(id);
  if (!chat) refuse(230001, 'invalid container_id');
  if (!chat.apps.includes(app)) refuse(230002);
  return tenant.state.messagesOf(id).filter((message) => !message.thread || !message.root);
}

function thread(tenant: Tenant, app: string, id: string): Message[] {
  for (const chat of tenant.state.chats.values()) {
    const found = tenant.state.messagesOf(chat.id).filter((message) => message.thread === id);
    if (found.length === 0) continue;
    if (!chat.apps.includes(app)) refuse(230002);
    return found;
  }
  return refuse(230001, 'invalid container_id');
}

function readUsers(tenant: Tenant, { app, request }: Call): Result {
  const type = readOption(request, 'user_id_type', idTypes);
  const message = findMessage(tenant, app, request.params.message_id ?? '');
  if (message.author.id !== app.appId) refuse(230012);
  if (tenant.clock.now() - message.at > READABLE_MS) refuse(230033);
  const readers = (tenant.state.readers.get(message.id) ?? []).flatMap(({ person, at }) => {
    const reader = tenant.state.people.get(person);
    if (!reader) return [];
    const id = personId(reader, app, tenant.state, type);
    return [{ user_id_type: type, user_id: id, timestamp: String(at), tenant_key: tenant.state.tenantKey }];
  });
  return { data: { ...page(request, readers, { size: 20, max: 100 }) } };
}
