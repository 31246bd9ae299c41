import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { packed, sign, unpacked, verified } from '../../core/pages/signed.js';

/** Who is logged in on a browser, through which workspace. */
export interface Session {
  tenantId: string;
  workspaceId: string;
  memberId: string;
}

/** A login that is under way in this browser, and the page it leads back to. */
export interface PendingLogin {
  state: string;
  page: string;
}

/** Where cookies are for, and what signs them. */
export interface CookieParts {
  /** Where people reach this installation; it may lie below a path. */
  origin: string;
  key: Buffer;
}

const sessionLifeMs = 12 * 3_600_000;
/** As long as the platforms' codes live, and some. */
const loginLifeMs = 10 * 60_000;
/** Logins begun in one browser and not come back from; older ones are given up, or their cookies would pile up. */
const pendingMax = 5;
const LOGIN = 'imdesk-login-';

/** A day's work in each workspace of a browser: the app of each platform knows its own people. */
const sessionName = (workspaceId: string): string => `imdesk-page-${workspaceId.replaceAll('-', '')}`;

export function sessionCookie(session: Session, { origin, key }: CookieParts, now: number): string {
  const ids = [session.tenantId, session.workspaceId, session.memberId];
  const body = Buffer.concat([packed(ids, now + sessionLifeMs), randomBytes(8)]);
  return cookie(origin, sessionName(session.workspaceId), sign('page session', body, key), sessionLifeMs);
}

/** The session in a workspace that a request's cookies hold; `text` is the cookie itself. */
export function sessionIn(
  cookies: string | undefined,
  workspaceId: string,
  { key }: CookieParts,
  now: number,
): (Session & { text: string }) | undefined {
  const text = valuesIn(cookies).get(sessionName(workspaceId)) ?? '';
  const body = verified('page session', text, key);
  const found = body && unpacked(body, 3);
  const [tenantId = '', ofWorkspace = '', memberId = ''] = found?.ids ?? [];
  if (!found || found.at <= now || ofWorkspace !== workspaceId) return undefined;
  return { tenantId, workspaceId, memberId, text };
}

/** Begins a login: the state to send along, and the cookies that tie it to this browser. */
export function beginLogin(
  cookies: string | undefined,
  page: string,
  { origin, key }: CookieParts,
  now: number,
): { state: string; cookies: string[] } {
  const state = randomBytes(16).toString('hex');
  const body = Buffer.concat([packed([state], now + loginLifeMs), Buffer.from(page)]);
  const others = pendingIn(cookies, key).slice(pendingMax - 1);
  return {
    state,
    cookies: [
      cookie(origin, loginName(state), sign('page login', body, key), loginLifeMs),
      ...others.map((one) => cookie(origin, one.name, '', 0)),
    ],
  };
}

/** The login that came back with this state, if it was begun here, and the cookie that ends it. */
export function endLogin(
  cookies: string | undefined,
  state: string | undefined,
  { origin, key }: CookieParts,
  now: number,
): { page: string; cookie: string } | undefined {
  const found = pendingIn(cookies, key).find((one) => one.state === state);
  if (!found || found.at <= now) return undefined;
  return { page: found.page, cookie: cookie(origin, found.name, '', 0) };
}

/** Proves that a form was sent from a page that was shown in this session. */
export const formToken = (sessionText: string, page: string, key: Buffer): string =>
  createHmac('sha256', key).update(`page form\n${sessionText}\n${page}`).digest('base64url');

export function isFormToken(given: string, sessionText: string, page: string, key: Buffer): boolean {
  const [actual, expected] = [Buffer.from(given), Buffer.from(formToken(sessionText, page, key))];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

const loginName = (state: string): string => LOGIN + state.slice(0, 8);

/** Newest first; what is not ours comes last. */
function pendingIn(cookies: string | undefined, key: Buffer) {
  return [...valuesIn(cookies)]
    .filter(([name]) => name.startsWith(LOGIN))
    .map(([name, value]) => {
      const body = verified('page login', value, key);
      const found = body && unpacked(body, 1);
      return {
        name,
        at: found?.at ?? 0,
        state: found?.ids[0]?.replaceAll('-', ''),
        page: found?.rest.toString() ?? '',
      };
    })
    .sort((one, other) => other.at - one.at);
}

function valuesIn(cookies = ''): Map<string, string> {
  const pairs = cookies.split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

function cookie(origin: string, name: string, value: string, lifeMs: number): string {
  const { protocol, pathname } = new URL(origin);
  const path = `${pathname.replace(/\/+$/, '')}/pages`;
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${name}=${value}; Path=${path}; Max-Age=${lifeMs / 1_000}; HttpOnly; SameSite=Lax${secure}`;
}
