import { number, object, optional, text } from '../../kernel/shape.js';
import { type Route, readJson } from '../api.js';
import { OldRefusal } from '../refusal.js';
import type { Tenant } from '../tenant.js';
import type { Department } from '../world.js';

const READ = 'qyapi_get_department_list';
const ROOT = 1;

const byId = object({ dept_id: optional(number) });
const byUser = object({ userid: optional(text()) });

/** Departments under the root, which is 1. Source: query-department-details0-v2, obtain-the-department-list-v2, and its neighbours. */
export const departmentRoutes = (tenant: Tenant): Route[] => [
  {
    ...{ method: 'POST', pattern: '/topapi/v2/department/get', permission: READ, free: true },
    handle: ({ request }) => ({
      result: describe(departmentOf(tenant, readJson(request, byId).dept_id ?? ROOT)),
    }),
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/department/listsub', permission: READ, free: true },
    handle: ({ request }) => ({
      result: below(tenant, readJson(request, byId).dept_id ?? ROOT).map(describe),
    }),
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/department/listsubid', permission: READ, free: true },
    handle: ({ request }) => ({
      result: { dept_id_list: below(tenant, readJson(request, byId).dept_id ?? ROOT).map(({ id }) => id) },
    }),
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/department/listparentbydept', permission: READ, free: true },
    handle: ({ request }) => ({
      result: { parent_id_list: upward(tenant, readJson(request, byId).dept_id ?? ROOT) },
    }),
  },
  {
    ...{ method: 'POST', pattern: '/topapi/v2/department/listparentbyuser', permission: READ, free: true },
    handle: ({ request }) => {
      const person = tenant.state.personBy(1, readJson(request, byUser).userid ?? '');
      if (!person) throw new OldRefusal(60121, '找不到该用户');
      const lines = person.departments.map((id) => ({ parent_dept_id_list: upward(tenant, id) }));
      return { result: { parent_list: lines } };
    },
  },
];

const describe = ({ id, name, parentId }: Department) => ({
  ...{ dept_id: id, name },
  ...(id === ROOT ? {} : { parent_id: parentId ?? ROOT }),
});

function departmentOf({ state }: Tenant, id: number): Department {
  const known = state.departments.get(String(id));
  if (known) return known;
  if (id === ROOT) return { id: ROOT, name: state.settings.get('corpName') ?? '组织', parentId: undefined };
  throw new OldRefusal(60003, '部门不存在');
}

function below(tenant: Tenant, id: number): Department[] {
  departmentOf(tenant, id);
  return [...tenant.state.departments.values()].filter(
    (each) => each.id !== ROOT && (each.parentId ?? ROOT) === id,
  );
}

/** A department and all it is part of, up to the root. */
function upward(tenant: Tenant, id: number): number[] {
  const line: number[] = [];
  for (let at = id; !line.includes(at); at = departmentOf(tenant, at).parentId ?? ROOT) {
    departmentOf(tenant, at);
    line.push(at);
    if (at === ROOT) break;
  }
  return line;
}
