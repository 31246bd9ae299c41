import type Koa from 'koa';
import { type Locale, text } from '../../core/i18n/texts.js';
import { assets } from './assets.js';
import { messagePage } from './html.js';

/** Why somebody does not get to see a page, or to decide on it. */
const statuses = {
  /** No link of ours. */
  broken: 404,
  expired: 410,
  /** There is nothing to show any more. */
  gone: 410,
  /** Somebody else's. */
  notYours: 403,
  /** No longer for this member's eyes. */
  hidden: 403,
  /** Nobody we know. */
  stranger: 403,
  /** A member who is gone. */
  left: 403,
  loginLost: 400,
  loginRefused: 403,
  /** The platform could not be asked. */
  loginAway: 503,
  noLogin: 404,
} as const;
export type Reason = keyof typeof statuses;

export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly reason: Reason,
    readonly locale: Locale,
  ) {
    super(reason);
  }
}

/** Says why, to a person as a page, to the page's own script in JSON. */
export async function refuse(ctx: Koa.Context, { reason, locale }: Refused): Promise<void> {
  const title = text(locale, `page.${reason}Title`);
  const words = text(locale, `page.${reason}`);
  ctx.status = statuses[reason];
  if (ctx.accepts('json', 'html') === 'html') {
    const again = { words: text(locale, 'page.loginAgain'), address: '?again' };
    ctx.type = 'html';
    ctx.body = messagePage(await assets(), locale, {
      title,
      words,
      way: reason === 'notYours' ? again : undefined,
    });
  } else {
    ctx.body = { error: { code: reason, message: `${title}${locale === 'en' ? '. ' : '。'}${words}` } };
  }
}

/** For who is not known yet, by what their browser asks for. */
export const localeOf = (ctx: Koa.Context): Locale =>
  ctx.acceptsLanguages('zh-CN', 'zh', 'en') === 'en' ? 'en' : 'zh-CN';
