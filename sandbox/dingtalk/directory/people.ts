import { number, object, optional, text } from '../../kernel/shape.js';
import { type Call, type Route, readJson } from '../api.js';
import { OldRefusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { App, Person } from '../world.js';

const READ = 'qyapi_get_member';
/** Source: query-user-details-by-department (size at most 100). */
const PAGE_MAX = 100;

const string = optional(text());
const byUserId = object({ userid: string });
const byUnionId = object({ unionid: string });
const byMobile = object({ mobile: string });
const inDepartment = object({ dept_id: optional(number), cursor: optional(number), size: optional(number) });

/**
 * The directory's people; none of these calls is counted. Source: query-user-details, query-a-user-by-the-union-id,
 * query-users-by-phone-number, query-the-list-of-department-userids, queries-the-simple-information-of-a-department-user,
 * queries-the-complete-information-of-a-department-user.
 */
export const peopleRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'POST', pattern: '/topapi/v2/user/get', permission: READ, free: true },
    handle: ({ app, request }) => {
      const { userid } = readJson(request, byUserId);
      if (!userid) throw new OldRefusal(400002, '参数错误: userid');
      const person = tenant.state.personBy(1, userid);
      if (!person) throw new OldRefusal(60121, '找不到该用户');
      return { result: details(person, app) };
    },
  },
  {
    ...{ method: 'POST', pattern: '/topapi/user/getbyunionid', permission: READ, free: true },
    handle: ({ request }) => {
      const { unionid } = readJson(request, byUnionId);
      const person = tenant.state.personBy(2, unionid ?? '');
      if (!person || person.departed) throw new OldRefusal(60121, '找不到该用户');
      return { result: { userid: person.userId, contact_type: person.external ? 1 : 0 } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/user/getbymobile', free: true },
    permission: 'qyapi_get_member_by_mobile',
    handle: ({ request }) => {
      const { mobile } = readJson(request, byMobile);
      if (!mobile) throw new OldRefusal(40104, '无效手机号');
      const person = members(tenant).find((each) => each.mobile === mobile);
      if (!person) throw new OldRefusal(60121, '找不到该用户');
      return { result: { userid: person.userId } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/topapi/user/listid', permission: READ, free: true },
    handle: ({ request }) => {
      const { dept_id = 1 } = readJson(request, inDepartment);
      return { result: { userid_list: membersOf(tenant, dept_id).map(({ userId }) => userId) } };
    },
  },
  {
    ...{ method: 'POST', pattern: '/topapi/user/listsimple', permission: READ, free: true },
    handle: (call) => page(tenant, call, ({ userId, name }) => ({ userid: userId, name })),
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/user/list', permission: READ, free: true },
    handle: (call) => page(tenant, call, (person) => details(person, call.app)),
  },
];

/** Mobile numbers need a permission of their own. */
const details = (person: Person, app: App): Record<string, unknown> => ({
  userid: person.userId,
  unionid: person.unionId,
  name: person.name,
  avatar: '',
  title: person.title ?? '',
  dept_id_list: person.departments,
  ...{ active: true, admin: false, boss: false, senior: false, real_authed: true },
  leader_in_dept: person.departments.map((dept_id) => ({ dept_id, leader: false })),
  role_list: [],
  ...(person.mobile && app.permissions?.includes('fieldMobile') ? { mobile: person.mobile } : {}),
});

function page(
  tenant: Tenant,
  { request }: Call,
  show: (person: Person) => Record<string, unknown>,
): Record<string, unknown> {
  const { dept_id = 1, cursor = 0, size = PAGE_MAX } = readJson(request, inDepartment);
  if (size < 1 || size > PAGE_MAX) throw new OldRefusal(400002, `参数错误: size 1-${PAGE_MAX}`);
  const all = membersOf(tenant, dept_id);
  const next = cursor + size;
  const more = next < all.length;
  return {
    result: {
      has_more: more,
      ...(more ? { next_cursor: next } : {}),
      list: all.slice(cursor, next).map(show),
    },
  };
}

function membersOf(tenant: Tenant, department: number): Person[] {
  if (department !== 1 && !tenant.state.departments.get(String(department)))
    throw new OldRefusal(60003, '部门不存在');
  return members(tenant).filter(({ departments }) => departments.includes(department));
}

const members = ({ state }: Tenant): Person[] =>
  [...state.people.values()].filter(({ departed, external }) => !departed && !external);
