import { list, optional, text } from '../../kernel/shape.js';
import { type Call, type Result, type Route, readShape } from '../api.js';
import type { Corp } from '../corp.js';
import { refuse } from '../refusal.js';
import type { Chat, Person } from '../world.js';
import { readContent } from './content.js';
import { post } from './posting.js';

const NAME_MAX = 50;
const MEMBERS_MIN = 2;
const MEMBERS_MAX = 2_000;
const PER_MEMBER = [
  { times: 200, perMs: 60_000 },
  { times: 10_000, perMs: 24 * 60 * 60 * 1000 },
];
const PER_CORP = [{ times: 20_000, perMs: 60_000 }];

const name = optional(text({ max: NAME_MAX }));
const members = optional(list(text({ min: 1 }), { max: MEMBERS_MAX }));

/** Groups an app makes and speaks into; what is said there it does not hear. Source: 创建群聊会话, 修改群聊会话, 获取群聊会话, 应用推送消息. */
export const appchatRoutes = (corp: Corp): Route[] => [
  { method: 'POST', path: '/cgi-bin/appchat/create', handle: (call) => create(corp, call) },
  { method: 'POST', path: '/cgi-bin/appchat/update', handle: (call) => update(corp, call) },
  { method: 'GET', path: '/cgi-bin/appchat/get', handle: (call) => get(corp, call) },
  { method: 'POST', path: '/cgi-bin/appchat/send', handle: (call) => send(corp, call) },
];

function memberOf({ state }: Corp, userid: string): Person {
  const person = state.byUserId(userid);
  return person && !person.departed ? person : refuse(60111, userid);
}

function create(corp: Corp, { app, id, body }: Call): Result {
  if (app.visible !== undefined) refuse(60011, 'the app must be visible to the whole enterprise');
  const given = readShape(body.name, name) || '群聊';
  const people = [
    ...new Set((readShape(body.userlist, members) ?? []).map((each) => memberOf(corp, each).id)),
  ];
  if (people.length < MEMBERS_MIN) refuse(86006);
  const chatid = body.chatid ?? corp.ids.chat();
  if (typeof chatid !== 'string' || !/^[0-9A-Za-z]{1,32}$/.test(chatid)) refuse(86001);
  if (corp.state.chats.get(chatid)) refuse(86215);
  const owner =
    typeof body.owner === 'string' && body.owner ? memberOf(corp, body.owner).id : (people[0] ?? '');
  if (!people.includes(owner)) refuse(40058, 'owner is not in userlist');
  const chat: Chat = {
    ...{ id: chatid, name: given, kind: 'group', people, apps: [id] },
    createdAt: corp.clock.now(),
    appchat: { app: id, owner },
  };
  corp.state.chats.put(chatid, chat);
  corp.stream.tell({ type: 'chat', chat: chatid }, people);
  return { chatid };
}

function chatOf(
  { state }: Corp,
  id: string,
  chatid: unknown,
): Chat & { appchat: NonNullable<Chat['appchat']> } {
  const chat = typeof chatid === 'string' ? state.chats.get(chatid) : undefined;
  if (!chat) refuse(86003);
  const { appchat } = chat;
  if (appchat?.app !== id) refuse(86008);
  return Object.assign(chat, { appchat });
}

function update(corp: Corp, { id, body }: Call): Result {
  const chat = chatOf(corp, id, body.chatid);
  const before = chat.people;
  const added = (readShape(body.add_user_list, members) ?? []).map((each) => memberOf(corp, each).id);
  const removed = (readShape(body.del_user_list, members) ?? []).map((each) => memberOf(corp, each).id);
  const people = [...new Set([...before, ...added])].filter((each) => !removed.includes(each));
  if (people.length < MEMBERS_MIN || people.length > MEMBERS_MAX) refuse(86006);
  chat.name = readShape(body.name, name) || chat.name;
  chat.people = people;
  if (typeof body.owner === 'string' && body.owner) chat.appchat.owner = memberOf(corp, body.owner).id;
  corp.state.chats.put(chat.id, chat);
  corp.stream.tell({ type: 'chat', chat: chat.id }, new Set([...before, ...people]));
  return {};
}

function get(corp: Corp, { id, request }: Call): Result {
  const chat = chatOf(corp, id, request.query.get('chatid'));
  const userIds = chat.people.flatMap((each) => corp.state.people.get(each)?.userId ?? []);
  const owner = corp.state.people.get(chat.appchat.owner)?.userId ?? '';
  return { chat_info: { chatid: chat.id, name: chat.name, owner, userlist: userIds, chat_type: 0 } };
}

/** Each member counts for themselves; whoever got too much does not see it. */
function send(corp: Corp, { id, body }: Call): Result {
  const chat = chatOf(corp, id, body.chatid);
  const type = typeof body.msgtype === 'string' ? body.msgtype : '';
  const content = readContent(corp, type, body);
  const perMinute = chat.people
    .map(() => corp.rates.take('appchat', PER_CORP))
    .every(({ allowed }) => allowed);
  if (!perMinute) refuse(45009);
  const over = chat.people.filter((each) => !corp.rates.take(`appchat ${id} ${each}`, PER_MEMBER).allowed);
  for (const person of over)
    corp.drops.add(id, person, 'more than 200/min or 10,000/day in groups to one member');
  post(corp, { chat, author: { kind: 'app', id }, type, content, hiddenFrom: over });
  return {};
}
