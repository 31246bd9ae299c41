import { list, number, object, optional, text } from '../kernel/shape.js';
import type { Result, Route } from '../wecom/api.js';
import { readShape } from '../wecom/api.js';
import { refuse } from '../wecom/refusal.js';
import { giveCode, type Kf, welcomeMs } from './happen.js';
import type { ServiceState, Session } from './world.js';

/** Where a session may go by the API. Source: 分配客服会话 (path/94669). */
const ways: Readonly<Record<ServiceState, readonly number[]>> = {
  0: [1, 2, 3],
  1: [1, 2, 3, 4],
  2: [3, 4],
  3: [3, 4],
  4: [],
};
const twoDaysMs = 48 * 3_600_000;

const named = object({ open_kfid: text({ min: 1 }), external_userid: text({ min: 1 }) });
const moved = object({ service_state: number, servicer_userid: optional(text()) });
const account = object({ open_kfid: text({ min: 1 }) });

export const serviceRoutes = (kf: Kf): Route[] => [
  {
    method: 'POST',
    path: '/cgi-bin/kf/service_state/get',
    handle: ({ body }) => {
      const { state, servicer } = sessionOf(kf, body);
      return { service_state: state, ...(servicer && { servicer_userid: servicer }) };
    },
  },
  { method: 'POST', path: '/cgi-bin/kf/service_state/trans', handle: ({ body }) => move(kf, body) },
  {
    method: 'GET',
    path: '/cgi-bin/kf/servicer/list',
    handle: ({ request }) => ({
      servicer_list: accountOf(kf, request.query.get('open_kfid')).servicers.map((userid) => ({
        userid,
        status: 0,
      })),
    }),
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/account/list',
    handle: () => ({
      account_list: [...kf.state.accounts.values()].map(({ openKfId, name }) => ({
        ...{ open_kfid: openKfId, name, avatar: '', manage_privilege: true },
      })),
    }),
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/add_contact_way',
    handle: ({ body }) => {
      const given = readShape(
        body,
        object({ open_kfid: text({ min: 1 }), scene: optional(text({ max: 32 })) }),
      );
      const { openKfId } = accountOf(kf, given.open_kfid);
      const query = new URLSearchParams({ account: openKfId, ...(given.scene && { scene: given.scene }) });
      return { url: `${kf.origin()}/wechat-kf?${query}` };
    },
  },
  {
    method: 'POST',
    path: '/cgi-bin/kf/customer/batchget',
    handle: ({ body }) => customers(kf, body),
  },
];

function accountOf(kf: Kf, id: unknown) {
  return (typeof id === 'string' ? kf.state.accounts.get(id) : undefined) ?? refuse(95000);
}

function sessionOf(kf: Kf, body: Record<string, unknown>): Session {
  const { open_kfid, external_userid } = readShape(body, named);
  accountOf(kf, readShape(body, account).open_kfid);
  const customer = kf.state.customerByExternal(external_userid) ?? refuse(40096);
  return kf.state.session(open_kfid, customer.id);
}

function move(kf: Kf, body: Record<string, unknown>): Result {
  const session = sessionOf(kf, body);
  const { service_state: to, servicer_userid: servicer } = readShape(body, moved);
  if (session.state === 4) refuse(95013);
  if (!ways[session.state].includes(to)) refuse(95016);
  if (to === 3) {
    const known = servicer && accountOf(kf, session.account).servicers.includes(servicer);
    if (!known || !kf.isMember(servicer)) refuse(95014);
  }
  const state = to === 1 ? 1 : to === 2 ? 2 : to === 3 ? 3 : 4;
  const next = { ...session, state, servicer: state === 3 ? servicer : undefined } satisfies Session;
  kf.state.putSession(next);
  if (state === 1) return {};
  return { msg_code: giveCode(kf, next, state, state === 4 ? welcomeMs : twoDaysMs) };
}

/** Source: 获取客户基础信息 (path/95159). */
function customers(kf: Kf, body: Record<string, unknown>): Result {
  const { external_userid_list: asked } = readShape(
    body,
    object({ external_userid_list: list(text(), { min: 1, max: 100 }) }),
  );
  const found = asked.flatMap((id) => kf.state.customerByExternal(id) ?? []);
  const known = new Set(found.map(({ externalUserId }) => externalUserId));
  return {
    customer_list: found.map(({ externalUserId, nickname, avatar, unionId }) => ({
      ...{ external_userid: externalUserId, nickname, avatar, gender: 0 },
      ...(unionId && { unionid: unionId }),
    })),
    invalid_external_userid: asked.filter((id) => !known.has(id)),
  };
}
