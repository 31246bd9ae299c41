import type { Core } from '../../core/core.js';
import type { Locale } from '../../core/i18n/texts.js';
import { type PageLink, verifyPageLink } from '../../core/pages/link.js';
import { type Reader, readerOf } from '../../core/pages/reader.js';
import { type Shown, show } from '../../core/pages/show.js';
import { Refused } from './refusal.js';
import { type CookieParts, sessionIn } from './session.js';

export interface PagesParts extends CookieParts {
  core: Core;
  /** How long a body may take to arrive. */
  bodyWithinMs: number;
  /** How long a press may wait for what it comes to, before the page is told to ask again; real time. */
  answerWithinMs: number;
}

/** A link that we made and that is not over, and the language of the house it leads to. */
export interface Opened {
  token: string;
  link: PageLink;
  locale: Locale;
}

/** @throws {Refused} */
export async function openLink({ core, key }: PagesParts, token: string, locale: Locale): Promise<Opened> {
  const found = verifyPageLink(token, key, core.clock.now());
  if (!found) throw new Refused('broken', locale);
  const { link, expired } = found;
  const tenant = await core.tenants.get(link.tenantId).catch(() => undefined);
  if (!tenant) throw new Refused('gone', locale);
  if (expired) throw new Refused('expired', tenant.locale);
  return { token, link, locale: tenant.locale };
}

/** The member a link is for, logged in here. Undefined: nobody is logged in. @throws {Refused} */
export async function readerAt(
  parts: PagesParts,
  { link, locale }: Opened,
  cookies: string | undefined,
): Promise<{ reader: Reader; session: string } | undefined> {
  const session = sessionIn(cookies, link.workspaceId, parts, parts.core.clock.now());
  if (!session || session.tenantId !== link.tenantId) return undefined;
  if (session.memberId !== link.memberId) throw new Refused('notYours', locale);
  const reader = await readerOf(parts.core, session);
  if (!reader) throw new Refused('left', locale);
  return { reader, session: session.text };
}

/** @throws {Refused} */
export async function shownAt(parts: PagesParts, { link, locale }: Opened, reader: Reader): Promise<Shown> {
  const shown = await show(parts.core, link, reader);
  if (typeof shown === 'string') throw new Refused(shown, locale);
  return shown;
}
