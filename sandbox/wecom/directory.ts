import { list, text } from '../kernel/shape.js';
import { type Call, type Result, type Route, readShape, wholeOf } from './api.js';
import type { Corp } from './corp.js';
import { departmentsOf, parentOf, subtreeOf } from './departments.js';
import { refuse } from './refusal.js';
import { CONTACTS } from './tokens.js';
import type { App, Person } from './world.js';

const LIST_MAX = 10_000;
const OPEN_MAX = 1_000;

/**
 * Members and departments, as far as the app's visibility goes. Source: 读取成员, 获取部门成员, 获取部门成员详情, 获取成员ID列表,
 * 获取部门列表, 获取子部门ID列表, 自建应用与智能机器人的对接, 获取企业微信服务器的ip段.
 */
export const directoryRoutes = (corp: Corp): Route[] => [
  { method: 'GET', path: '/cgi-bin/user/get', contacts: 'too', handle: (call) => getUser(corp, call) },
  {
    method: 'GET',
    path: '/cgi-bin/user/simplelist',
    contacts: 'too',
    handle: (call) => listUsers(corp, call, brief),
  },
  { method: 'GET', path: '/cgi-bin/user/list', handle: (call) => listUsers(corp, call, present) },
  { method: 'POST', path: '/cgi-bin/user/list_id', contacts: 'only', handle: (call) => listIds(corp, call) },
  {
    method: 'GET',
    path: '/cgi-bin/department/list',
    contacts: 'too',
    handle: (call) => ({
      department: departmentsFor(corp, call).map((each) => ({ ...each, department_leader: [] })),
    }),
  },
  {
    method: 'GET',
    path: '/cgi-bin/department/simplelist',
    contacts: 'too',
    handle: (call) => ({
      department_id: departmentsFor(corp, call).map(({ id, parentid, order }) => ({ id, parentid, order })),
    }),
  },
  {
    method: 'GET',
    path: '/cgi-bin/department/get',
    contacts: 'too',
    handle: (call) => {
      const [department] = departmentsFor(corp, call);
      return { department };
    },
  },
  { method: 'POST', path: '/cgi-bin/batch/openuserid_to_userid', handle: (call) => fromOpen(corp, call) },
  {
    method: 'GET',
    path: '/cgi-bin/getcallbackip',
    contacts: 'too',
    handle: () => ({ ip_list: ['127.0.0.1'] }),
  },
  {
    method: 'GET',
    path: '/cgi-bin/get_api_domain_ip',
    contacts: 'too',
    handle: () => ({ ip_list: ['127.0.0.1'] }),
  },
];

const seenBy = ({ state }: Corp, { app, id }: Call, person: Person): boolean =>
  id === CONTACTS ? !person.departed : state.available(person, app);

function getUser(corp: Corp, call: Call): Result {
  const userid = call.request.query.get('userid');
  if (!userid) refuse(40063, 'userid is empty');
  const person = corp.state.byUserId(userid);
  if (!person || person.departed) refuse(60111);
  if (!seenBy(corp, call, person)) refuse(60011);
  return present(person);
}

const brief = ({ userId, name, departments }: Person): Result => ({
  userid: userId,
  name,
  department: departments,
});

/** Without avatar, gender, mobile, mail and address, which apps made after June 2022 do not get. */
const present = (person: Person): Result => ({
  ...brief(person),
  order: person.departments.map(() => 0),
  position: person.title ?? '',
  status: 1,
  enable: 1,
  isleader: 0,
  extattr: { attrs: [] },
  telephone: '',
  is_leader_in_dept: person.departments.map(() => 0),
  direct_leader: [],
  alias: '',
  main_department: person.departments[0] ?? 1,
});

/** Those in the department itself. `fetch_child` is what older pages have: those below it too. */
function listUsers(corp: Corp, call: Call, show: (person: Person) => Result): Result {
  const id = wholeOf(call.request.query.get('department_id')) ?? refuse(40063, 'department_id is empty');
  const below = subtreeOf(corp.state, id) ?? refuse(60003);
  const wanted = call.request.query.get('fetch_child') === '1' ? below : new Set([id]);
  const members = [...corp.state.people.values()].filter(
    (person) => seenBy(corp, call, person) && person.departments.some((each) => wanted.has(each)),
  );
  return { userlist: members.map(show) };
}

/** Pages by `cursor`; here that is the place to go on from. */
function listIds({ state }: Corp, { body }: Call): Result {
  const limit = body.limit === undefined ? LIST_MAX : wholeOf(body.limit);
  const start = body.cursor === undefined || body.cursor === '' ? 0 : wholeOf(body.cursor);
  if (limit === undefined || limit < 1 || limit > LIST_MAX) refuse(40058, `limit: 1 to ${LIST_MAX}`);
  if (start === undefined) refuse(40058, 'cursor');
  const all = [...state.people.values()]
    .filter(({ departed }) => !departed)
    .flatMap(({ userId, departments }) => departments.map((department) => ({ userid: userId, department })));
  const end = start + limit;
  return { next_cursor: end < all.length ? String(end) : '', dept_user: all.slice(start, end) };
}

interface Shown {
  id: number;
  name: string;
  parentid: number;
  order: number;
}

/** The departments under `id=`, or all: of these an app sees those in which there is somebody it sees, and the way up. */
function departmentsFor(corp: Corp, call: Call): Shown[] {
  const given = call.request.query.get('id');
  const under = given ? (subtreeOf(corp.state, Number(given)) ?? refuse(60003)) : undefined;
  const visible = call.id === CONTACTS ? undefined : visibleDepartments(corp, call.app);
  return departmentsOf(corp.state)
    .filter(({ id }) => (under?.has(id) ?? true) && (visible?.has(id) ?? true))
    .map((department, at) => ({
      id: department.id,
      name: department.name,
      parentid: parentOf(department),
      order: 100_000_000 - at,
    }));
}

function visibleDepartments({ state }: Corp, app: App): Set<number> | undefined {
  if (app.visible === undefined) return undefined;
  const all = new Map(departmentsOf(state).map((department) => [department.id, department]));
  const seen = new Set<number>();
  const people = [...state.people.values()].filter((person) => state.available(person, app));
  for (const start of people.flatMap(({ departments }) => departments)) {
    for (let each = all.get(start); each && !seen.has(each.id); each = all.get(parentOf(each)))
      seen.add(each.id);
  }
  return seen;
}

const openIds = list(text(), { max: OPEN_MAX });

/** What an AI bot calls people by, back to userids; only of people the app sees. */
function fromOpen({ state }: Corp, { app, body }: Call): Result {
  const given = readShape(body.open_userid_list, openIds);
  const known = given.flatMap((open) => {
    const person = state.byOpenUserId(open);
    return person && state.available(person, app) ? [{ open_userid: open, userid: person.userId }] : [];
  });
  const found = new Set(known.map(({ open_userid }) => open_userid));
  return { userid_list: known, invalid_open_userid_list: given.filter((open) => !found.has(open)) };
}
