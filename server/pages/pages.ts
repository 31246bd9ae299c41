import type Router from '@koa/router';
import type Koa from 'koa';
import { text } from '../../core/i18n/texts.js';
import { assets, serveAsset } from './assets.js';
import { takeFile } from './file.js';
import { openLink, type PagesParts, readerAt, shownAt } from './gate.js';
import { cardPage, pageHeaders } from './html.js';
import { comeBack, sendToLogin } from './login.js';
import { forbid, takePress } from './press.js';
import { localeOf, Refused, refuse } from './refusal.js';
import { formToken } from './session.js';
import { pageWords, stateOf } from './view.js';

/**
 * The signed pages: a card's link opens the same card in the browser of the platform's app, with its inputs. The link says
 * which card and for whom, the platform's login says who is looking, and the card is drawn as it stands now.
 */
export function addPages(router: Router, parts: PagesParts): void {
  const polite: Koa.Middleware = async (ctx, next) => {
    ctx.set(pageHeaders);
    try {
      await next();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await refuse(ctx, error);
    }
  };

  router.get('page asset', '/pages/assets/:version/:name', async (ctx) => {
    const { version = '', name = '' } = ctx.params;
    const asset = await serveAsset({ version, name }, ctx.get('accept-encoding'));
    if (!asset) return ctx.throw(404, 'There is no such file.');
    ctx.set(asset.headers);
    ctx.body = asset.body;
  });

  router.get('page login', '/pages/back', polite, (ctx) => comeBack(ctx, parts));

  router.get('page', '/pages/:token', polite, async (ctx) => {
    const opened = await openLink(parts, ctx.params.token ?? '', localeOf(ctx));
    const { locale } = opened;
    const here = ctx.querystring === 'again' ? undefined : await readerAt(parts, opened, ctx.get('cookie'));
    if (!here) return sendToLogin(ctx, parts, opened);
    const shown = await shownAt(parts, opened, here.reader);
    const start = {
      state: stateOf(shown),
      token: formToken(here.session, opened.token, parts.key),
      words: pageWords(locale),
    };
    const reader = text(locale, 'page.readingAs', { name: here.reader.name, tenant: shown.tenant.name });
    ctx.type = 'html';
    ctx.body = cardPage(await assets(), locale, start, { reader, noScript: text(locale, 'page.noScript') });
  });

  router.get('page now', '/pages/:token/now', polite, async (ctx) => {
    const opened = await openLink(parts, ctx.params.token ?? '', localeOf(ctx));
    const here = await readerAt(parts, opened, ctx.get('cookie'));
    if (!here) return forbid(ctx, 401, 'login', 'You are not logged in here any more.');
    ctx.body = stateOf(await shownAt(parts, opened, here.reader));
  });

  router.post('page file', '/pages/:token/file', polite, async (ctx) =>
    takeFile(ctx, parts, await openLink(parts, ctx.params.token ?? '', localeOf(ctx))),
  );

  router.post('page press', '/pages/:token', polite, async (ctx) =>
    takePress(ctx, parts, await openLink(parts, ctx.params.token ?? '', localeOf(ctx))),
  );
}
