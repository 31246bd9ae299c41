import { boolean, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Result, type Route, readJson, readOption } from '../api.js';
import { fieldInvalid, Refusal, refuse, scopeMissing } from '../refusal.js';
import { hasScope } from '../state.js';
import type { Tenant } from '../tenant.js';
import type { App, Chat, Message, Person } from '../world.js';
import { readContent } from './content.js';
import { post, topicRoot } from './posting.js';
import { presentMessage } from './present.js';

const UUID_LIFE_MS = 60 * 60 * 1000;
const PER_RECEIVER = [{ times: 5, perMs: 1000 }];
const receiverTypes = ['open_id', 'union_id', 'user_id', 'email', 'chat_id'] as const;

const createShape = object({
  receive_id: text({ min: 1 }),
  msg_type: text({ min: 1 }),
  content: text({ min: 1 }),
  uuid: optional(text({ max: 50 })),
});
const replyShape = object({
  msg_type: text({ min: 1 }),
  content: text({ min: 1 }),
  reply_in_thread: optional(boolean),
  uuid: optional(text({ max: 50 })),
});

const employeeId = 'contact:user.employee_id:readonly';
const sending = ['im:message', 'im:message:send_as_bot', 'im:message:send'];

/** Sending and replying. Source: 发送消息, 回复消息. */
export function messageRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'POST',
      pattern: '/open-apis/im/v1/messages',
      scopes: sending,
      handle: (call) => create(tenant, call),
    },
    {
      method: 'POST',
      pattern: '/open-apis/im/v1/messages/:message_id/reply',
      scopes: sending,
      handle: (call) => reply(tenant, call),
    },
  ];
}

function create(tenant: Tenant, { app, request }: Call): Result {
  const type = readOption(request, 'receive_id_type', receiverTypes);
  const body = readJson(request, createShape);
  return once(tenant, app, body.uuid, () => {
    const chat =
      type === 'chat_id'
        ? groupOf(tenant, app, body.receive_id)
        : chatWith(tenant, app, type, body.receive_id);
    takeReceiverRate(tenant, chat);
    const content = readContent(body.msg_type, body.content, app, tenant.state);
    return post(tenant, {
      chat,
      author: { kind: 'bot', id: app.appId },
      type: body.msg_type,
      ...content,
      ...(chat.kind === 'topic' ? { topic: 'new' } : {}),
    });
  });
}

function reply(tenant: Tenant, { app, request }: Call): Result {
  const body = readJson(request, replyShape);
  return once(tenant, app, body.uuid, () => {
    const parent = findMessage(tenant, app, request.params.message_id ?? '');
    const chat = chatOf(tenant, parent);
    const root = topicRoot(tenant, parent);
    if (body.reply_in_thread && chat.kind === 'p2p') refuse(230071);
    takeReceiverRate(tenant, chat);
    const content = readContent(body.msg_type, body.content, app, tenant.state);
    const topic = root ?? (body.reply_in_thread || chat.kind === 'topic' ? parent : undefined);
    return post(tenant, {
      chat,
      author: { kind: 'bot', id: app.appId },
      type: body.msg_type,
      ...content,
      parent,
      ...(topic ? { topic } : {}),
    });
  });
}

/** The same `uuid` within an hour sends at most once: the first message is given again. */
function once(tenant: Tenant, app: App, uuid: string | undefined, send: () => Message): Result {
  const { state, clock } = tenant;
  const key = uuid ? `${app.appId}|${uuid}` : undefined;
  const earlier = key ? state.sent.get(key) : undefined;
  const known =
    earlier && earlier.at > clock.now() - UUID_LIFE_MS ? state.message(earlier.message) : undefined;
  const message = known ?? send();
  if (key && !known) state.sent.put(key, { message: message.id, at: clock.now() });
  return { data: presentMessage(message, app, state) };
}

function takeReceiverRate(tenant: Tenant, chat: Chat): void {
  if (!tenant.rates.take(`receiver ${chat.id}`, PER_RECEIVER).allowed) refuse(230020);
}

function groupOf(tenant: Tenant, app: App, id: string): Chat {
  const chat = tenant.state.chats.get(id);
  if (!chat) refuse(230034);
  if (!chat.apps.includes(app.appId)) refuse(230002);
  return chat;
}

function chatWith(
  tenant: Tenant,
  app: App,
  type: 'open_id' | 'union_id' | 'user_id' | 'email',
  id: string,
): Chat {
  const person = findPerson(tenant, app, type, id);
  if (!tenant.state.available(person, app)) refuse(230013);
  return tenant.state.p2pChat(app, person, tenant.clock.now());
}

function findPerson(
  tenant: Tenant,
  app: App,
  type: 'open_id' | 'union_id' | 'user_id' | 'email',
  id: string,
): Person {
  const { state } = tenant;
  if (type === 'user_id' && !hasScope(app, employeeId)) throw scopeMissing([employeeId]);
  if (type === 'email') refuse(230034, 'people of the sandbox have no email');
  for (const person of state.people.values()) {
    const own = {
      open_id: state.openId(person, app.appId),
      union_id: person.unionId,
      user_id: person.userId,
    };
    if (own[type] === id) return person;
  }
  if (type === 'union_id') throw new Refusal(99992363, `these ids not existed: [${id}]`);
  if (type === 'user_id') throw new Refusal(99992360, `these ids not existed: [${id}]`);
  const foreign = [...state.apps.values()].some((other) =>
    [...state.people.values()].some((person) => state.openId(person, other.appId) === id),
  );
  throw foreign
    ? new Refusal(99992361, 'open_id cross app')
    : new Refusal(99992351, `these open ids not existed: [${id}]`);
}

/** A message the app may act on: it exists, was not recalled, and the app's bot is in its chat. */
export function findMessage(tenant: Tenant, app: App, id: string): Message {
  const message = tenant.state.message(id);
  if (!message) throw new Refusal(99992354, `these ids not existed: [${id}]`);
  if (!chatOf(tenant, message).apps.includes(app.appId)) refuse(230002);
  if (message.recalled) refuse(230011);
  return message;
}

export function chatOf(tenant: Tenant, message: Message): Chat {
  const chat = tenant.state.chats.get(message.chat);
  if (!chat) throw fieldInvalid('message_id', 'its chat is gone');
  return chat;
}
