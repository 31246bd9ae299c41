import { list, object, oneOf, optional, text } from '../../kernel/shape.js';
import { type Call, page, type Result, type Route, readJson, readOption } from '../api.js';
import { Refusal, refuse } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import { type IdType, personId } from '../users.js';
import type { App, Chat, Person } from '../world.js';
import { addMembers } from './membership.js';

const idTypes: readonly IdType[] = ['open_id', 'union_id', 'user_id'];
const reading = [
  'im:chat',
  'im:chat:readonly',
  'im:chat:read',
  'im:chat.group_info:readonly',
  'im:chat.members:read',
];

const createShape = object({
  name: optional(text({ max: 100 })),
  description: optional(text({ max: 100 })),
  owner_id: optional(text()),
  user_id_list: optional(list(text({ min: 1 }), { max: 50 })),
  bot_id_list: optional(list(text({ min: 1 }), { max: 5 })),
  group_message_type: optional(oneOf('chat', 'thread')),
  chat_mode: optional(oneOf('group')),
  chat_type: optional(oneOf('private', 'public')),
});
const addShape = object({ id_list: list(text({ min: 1 }), { max: 50 }) });

/** Groups. Source: 创建群, 获取群信息, 获取用户或机器人所在的群列表, 将用户或机器人拉入群聊, 获取群成员列表. */
export function chatRoutes(tenant: Tenant): Route[] {
  const chats = '/open-apis/im/v1/chats';
  return [
    {
      method: 'POST',
      pattern: chats,
      scopes: ['im:chat', 'im:chat:create'],
      handle: (call) => create(tenant, call),
    },
    { method: 'GET', pattern: chats, scopes: reading, handle: (call) => listChats(tenant, call) },
    { method: 'GET', pattern: `${chats}/:chat_id`, scopes: reading, handle: (call) => getChat(tenant, call) },
    {
      method: 'GET',
      pattern: `${chats}/:chat_id/members`,
      scopes: reading,
      handle: (call) => listMembers(tenant, call),
    },
    {
      method: 'POST',
      pattern: `${chats}/:chat_id/members`,
      scopes: ['im:chat', 'im:chat.members:write_only'],
      handle: (call) => add(tenant, call),
    },
    {
      method: 'GET',
      pattern: `${chats}/:chat_id/members/is_in_chat`,
      scopes: reading,
      handle: ({ app, request }) => {
        const chat = tenant.state.chats.get(request.params.chat_id ?? '');
        if (!chat) refuse(232006);
        return { data: { is_in_chat: chat.apps.includes(app.appId) } };
      },
    },
  ];
}

function create(tenant: Tenant, { app, request }: Call): Result {
  const type = readOption(request, 'user_id_type', idTypes, 'open_id');
  const body = readJson(request, createShape);
  if (body.chat_type === 'public' && !body.name) {
    throw new Refusal(232042, "Public group chat's name should not be empty.");
  }
  const chosen = body.owner_id ? [body.owner_id, ...(body.user_id_list ?? [])] : (body.user_id_list ?? []);
  const people = [...new Set(chosen)].map((id) => memberBy(tenant, app, type, id));
  const apps = (body.bot_id_list ?? []).map((id) => botBy(tenant, id));
  const chat: Chat = {
    id: tenant.ids.chat(),
    name: body.name ?? people.map((person) => person.name).join('、'),
    kind: body.group_message_type === 'thread' ? 'topic' : 'group',
    people: people.map((person) => person.id),
    apps: [...new Set([app.appId, ...apps])],
    createdAt: tenant.clock.now(),
    ...(body.description ? { description: body.description } : {}),
  };
  tenant.state.chats.put(chat.id, chat);
  tenant.stream.tell({ type: 'chat', chat: chat.id }, chat.people);
  return { data: { chat_id: chat.id, ...presentChat(tenant, chat) } };
}

function presentChat(tenant: Tenant, chat: Chat): Record<string, unknown> {
  return {
    avatar: '',
    name: chat.name,
    description: chat.description ?? '',
    chat_mode: chat.kind === 'p2p' ? 'p2p' : 'group',
    group_message_type: chat.kind === 'topic' ? 'thread' : 'chat',
    chat_type: 'private',
    external: false,
    tenant_key: tenant.state.tenantKey,
    user_count: String(chat.people.length),
    bot_count: String(chat.apps.length),
    chat_status: 'normal',
  };
}

function inChat(tenant: Tenant, { app, request }: Call): Chat {
  const chat = tenant.state.chats.get(request.params.chat_id ?? '');
  if (!chat) refuse(232006);
  if (!chat.apps.includes(app.appId)) refuse(232011);
  return chat;
}

function getChat(tenant: Tenant, call: Call): Result {
  return { data: presentChat(tenant, inChat(tenant, call)) };
}

function listChats(tenant: Tenant, { app, request }: Call): Result {
  const mine = [...tenant.state.chats.values()].filter(
    (chat) => chat.kind !== 'p2p' && chat.apps.includes(app.appId),
  );
  const { items, ...rest } = page(request, mine, { size: 20, max: 100 });
  return {
    data: { ...rest, items: items.map((chat) => ({ chat_id: chat.id, ...presentChat(tenant, chat) })) },
  };
}

function listMembers(tenant: Tenant, call: Call): Result {
  const type = readOption(call.request, 'member_id_type', idTypes, 'open_id');
  const chat = inChat(tenant, call);
  const members = chat.people.flatMap((id) => tenant.state.people.get(id) ?? []);
  const { items, ...rest } = page(call.request, members, { size: 20, max: 100 });
  return {
    data: {
      ...rest,
      member_total: members.length,
      items: items.map((person) => ({
        member_id_type: type,
        member_id: personId(person, call.app, tenant.state, type),
        name: person.name,
        tenant_key: tenant.state.tenantKey,
      })),
    },
  };
}

function add(tenant: Tenant, call: Call): Result {
  const type = readOption(call.request, 'member_id_type', [...idTypes, 'app_id'] as const, 'open_id');
  const body = readJson(call.request, addShape);
  const chat = inChat(tenant, call);
  if (chat.kind === 'p2p') throw new Refusal(232090, 'Unsupported chat type.');
  const joining =
    type === 'app_id'
      ? { people: [], apps: body.id_list.map((id) => botBy(tenant, id)) }
      : { people: body.id_list.map((id) => memberBy(tenant, call.app, type, id).id), apps: [] };
  addMembers(tenant, chat, joining, { kind: 'bot', id: call.app.appId });
  return { data: { invalid_id_list: [], not_existed_id_list: [], pending_approval_id_list: [] } };
}

function memberBy(tenant: Tenant, app: App, type: IdType, id: string): Person {
  for (const person of tenant.state.people.values()) {
    if (personId(person, app, tenant.state, type) !== id) continue;
    if (!tenant.state.available(person, app)) {
      throw new Refusal(
        232024,
        'Users do not have the visibility of the app, or the operator does not have collaboration permission with the user.',
      );
    }
    return person;
  }
  throw type === 'open_id'
    ? new Refusal(99992351, `these open ids not existed: [${id}]`)
    : new Refusal(232043, 'Your request contains unavailable ids.');
}

function botBy(tenant: Tenant, id: string): string {
  if (!tenant.state.apps.get(id)) throw new Refusal(232021, 'Bot can NOT be found.');
  return id;
}
