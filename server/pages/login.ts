import type Koa from 'koa';
import { readerOf } from '../../core/pages/reader.js';
import { SendError } from '../../core/ports/courier.js';
import type { Workspace } from '../../core/workspaces/workspaces.js';
import { type Opened, openLink, type PagesParts } from './gate.js';
import { localeOf, Refused } from './refusal.js';
import { beginLogin, endLogin, sessionCookie } from './session.js';

/** Where every platform sends people back to; it is what an administrator registers there. */
const backTo = (origin: string): string => `${origin}/pages/back`;

/** Sends the browser to the platform, which tells us who it is. @throws {Refused} */
export async function sendToLogin(ctx: Koa.Context, parts: PagesParts, opened: Opened): Promise<void> {
  const { bot, credentials, baseUrl } = await workspaceOf(parts, opened);
  if (!bot.login) throw new Refused('noLogin', opened.locale);
  const { state, cookies } = beginLogin(ctx.get('cookie'), opened.token, parts, parts.core.clock.now());
  ctx.append('set-cookie', cookies);
  ctx.redirect(bot.login.address(credentials, baseUrl, { redirect: backTo(parts.origin), state }));
}

/** Somebody comes back from the platform: finds out who they are, and goes on to the page they wanted. @throws {Refused} */
export async function comeBack(ctx: Koa.Context, parts: PagesParts): Promise<void> {
  const { core, origin } = parts;
  const query = Object.fromEntries(new URLSearchParams(ctx.querystring));
  const pending = endLogin(ctx.get('cookie'), query.state, parts, core.clock.now());
  if (!pending) throw new Refused('loginLost', localeOf(ctx));
  ctx.append('set-cookie', pending.cookie);
  const opened = await openLink(parts, pending.page, localeOf(ctx));
  const workspace = await workspaceOf(parts, opened);
  const person = await personOf(parts, workspace, opened, query);
  if (person === undefined) throw new Refused('loginRefused', opened.locale);
  const memberId = await core.people.knownAs(workspace, person);
  if (memberId === undefined) throw new Refused('stranger', opened.locale);
  const session = { tenantId: workspace.tenantId, workspaceId: workspace.id, memberId };
  if (!(await readerOf(core, session))) throw new Refused('left', opened.locale);
  ctx.append('set-cookie', sessionCookie(session, parts, core.clock.now()));
  ctx.redirect(`${origin}/pages/${opened.token}`);
}

async function workspaceOf({ core }: PagesParts, { link, locale }: Opened): Promise<Workspace> {
  const workspace = await core.workspaces.byId(link.tenantId, link.workspaceId);
  if (!workspace) throw new Refused('gone', locale);
  return workspace;
}

async function personOf(
  { core, origin }: PagesParts,
  { id, bot, credentials, botParts }: Workspace,
  { locale }: Opened,
  query: Record<string, string>,
): Promise<string | undefined> {
  try {
    return await bot.login?.person(credentials, botParts, query, backTo(origin));
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    core.log.warn({ error, workspace: id }, 'a platform could not be asked who logs in');
    throw new Refused('loginAway', locale);
  }
}
