import { type Call, type Result, type Route, readOption } from './api.js';
import { fieldInvalid, Refusal } from './refusal.js';
import { hasScope } from './state.js';
import type { Tenant } from './tenant.js';
import { type IdType, personId } from './users.js';
import type { App, Person } from './world.js';

const idTypes: readonly IdType[] = ['open_id', 'union_id', 'user_id'];
const base = [
  'contact:contact.base:readonly',
  'contact:contact:access_as_app',
  'contact:contact:readonly',
  'contact:contact:readonly_as_app',
];

/** People, and the bot itself. Source: 获取单个用户信息, 批量获取用户信息, 获取机器人信息. */
export function contactRoutes(tenant: Tenant): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/open-apis/contact/v3/users/batch',
      scopes: base,
      handle: (call) => batch(tenant, call),
    },
    {
      method: 'GET',
      pattern: '/open-apis/contact/v3/users/:user_id',
      scopes: base,
      handle: (call) => getUser(tenant, call),
    },
    {
      method: 'GET',
      pattern: '/open-apis/bot/v3/info',
      handle: ({ app }) => ({
        flat: {
          bot: {
            activate_status: 2,
            app_name: app.name,
            avatar_url: '',
            ip_white_list: [],
            open_id: app.botOpenId,
          },
        },
      }),
    },
  ];
}

function getUser(tenant: Tenant, { app, request }: Call): Result {
  const type = readOption(request, 'user_id_type', idTypes, 'open_id');
  const person = find(tenant, app, type, request.params.user_id ?? '');
  if (!person) throw new Refusal(41012, 'user id invalid error');
  if (!tenant.state.available(person, app)) throw new Refusal(41050, 'no user authority error');
  return { data: { user: present(tenant, app, person) } };
}

function batch(tenant: Tenant, { app, request }: Call): Result {
  const type = readOption(request, 'user_id_type', idTypes, 'open_id');
  const ids = request.query.getAll('user_ids');
  if (ids.length === 0 || ids.length > 50) throw fieldInvalid('user_ids', '1 to 50 user_ids are required');
  const people = ids.flatMap((id) => find(tenant, app, type, id) ?? []);
  return {
    data: {
      items: people
        .filter((person) => tenant.state.available(person, app))
        .map((person) => present(tenant, app, person)),
    },
  };
}

const find = (tenant: Tenant, app: App, type: IdType, id: string): Person | undefined =>
  [...tenant.state.people.values()].find((person) => personId(person, app, tenant.state, type) === id);

/** A field whose scope is missing is absent without a word, as at Feishu. */
function present(tenant: Tenant, app: App, person: Person): Record<string, unknown> {
  const named = hasScope(
    app,
    'contact:user.base:readonly',
    'contact:contact:readonly',
    'contact:contact:readonly_as_app',
  );
  return {
    open_id: tenant.state.openId(person, app.appId),
    union_id: person.unionId,
    ...(hasScope(app, 'contact:user.employee_id:readonly') ? { user_id: person.userId } : {}),
    ...(named
      ? { name: person.name, avatar: { avatar_72: '', avatar_240: '', avatar_640: '', avatar_origin: '' } }
      : {}),
    ...(named && person.title ? { job_title: person.title } : {}),
    status: { is_frozen: false, is_resigned: false, is_activated: true, is_exited: false, is_unjoin: false },
  };
}
