import type { Call, Result, Route } from '../api.js';
import type { Corp } from '../corp.js';
import { openIdOf } from '../ids.js';
import { refuse } from '../refusal.js';
import type { App, OauthCode } from '../world.js';
import { trusts } from './authorize.js';

const CODE_LIFE_MS = 5 * 60 * 1000;
const TICKET_LIFE_MS = 1_800_000;

/** Source: 获取访问用户身份, 获取访问用户敏感信息. */
export const userinfoRoutes = (corp: Corp): Route[] => [
  {
    method: 'GET',
    path: '/cgi-bin/auth/getuserinfo',
    handle: (call) => {
      const who = whoIs(corp, call);
      return who.openid
        ? { openid: who.openid }
        : { userid: who.userid, ...(who.ticket ? { user_ticket: who.ticket } : {}) };
    },
  },
  {
    method: 'GET',
    path: '/cgi-bin/user/getuserinfo',
    handle: (call) => {
      const { userid, openid } = whoIs(corp, call);
      return openid ? { OpenId: openid, DeviceId: '' } : { UserId: userid, DeviceId: '' };
    },
  },
  { method: 'POST', path: '/cgi-bin/auth/getuserdetail', handle: (call) => detail(corp, call) },
];

interface Who {
  userid?: string;
  openid?: string;
  ticket?: string;
}

/** A code works once, within five minutes, for the app whose domain it went to; for members in its visibility or not. */
function whoIs(corp: Corp, { app, request }: Call): Who {
  const code = corp.state.oauthCodes.get(request.query.get('code') ?? '');
  if (!code || code.scope === 'ticket' || code.used || corp.clock.now() - code.at > CODE_LIFE_MS)
    refuse(40029);
  if (!trusts(app, code.host)) refuse(50001);
  code.used = true;
  corp.state.oauthCodes.put(code.code, code);
  const person = corp.state.people.get(code.person);
  if (!person || person.departed) return { openid: openIdOf(corp.state.corpId, code.person) };
  if (code.scope !== 'snsapi_privateinfo') return { userid: person.userId };
  return { userid: person.userId, ticket: ticketFor(corp, app, code) };
}

/** A ticket is kept as another code, with the app in place of the host. */
function ticketFor({ state, ids, clock }: Corp, { agentId }: App, { person }: OauthCode): string {
  const code = ids.code();
  state.oauthCodes.put(code, {
    ...{ code, person, host: String(agentId), scope: 'ticket' },
    at: clock.now(),
    used: false,
  });
  return code;
}

/** Without what the administrator has not opened, which here is all but the userid. */
function detail({ state, clock }: Corp, { id, body }: Call): Result {
  const ticket = state.oauthCodes.get(String(body.user_ticket ?? ''));
  const fits = ticket?.scope === 'ticket' && ticket.host === id && clock.now() - ticket.at <= TICKET_LIFE_MS;
  if (!fits) refuse(40029, 'user_ticket');
  return { userid: state.people.get(ticket.person)?.userId ?? '', gender: '0' };
}
