import Router from '@koa/router';
import Koa from 'koa';
import helmet from 'koa-helmet';
import type { Core } from '../core/core.js';
import { mediaHeaders } from '../core/media/headers.js';
import { verifyMediaLink } from '../core/media/link.js';
import type { ChannelService } from '../core/ports/connector.js';
import { BadBody } from './bodies.js';
import { type Config, originOf } from './config.js';
import { channelPath, deliveryOf, respond, webhooks } from './doors.js';
import type { Metrics } from './metrics.js';
import { addPages } from './pages/pages.js';

export interface AppParts {
  core: Core;
  config: Config;
  metrics: Metrics;
  services: ReadonlyMap<string, ChannelService>;
  mediaKey: Buffer;
  pageKey: Buffer;
  /** How long a body may take to arrive. */
  bodyWithinMs: number;
  /** How long a press on a page may wait for what it comes to. */
  answerWithinMs?: number;
  /** Whether this process was asked to end, and only serves until it does. */
  isStopping(): boolean;
  /** Why this process is not ready to serve, or undefined. */
  unready(): Promise<string | undefined>;
}

/**
 * The HTTP side: callbacks of platforms and channels, the pages and files of served channels, files by signed links, and
 * what operators ask. Every body is read as raw bytes with a limit; every error is answered in JSON and tells no secrets.
 */
export function createApp(parts: AppParts): Koa {
  const app = new Koa({ proxy: parts.config.trustProxy, maxIpsCount: 1 });
  app.silent = true;
  app.use(measured(parts));
  app.use(plainErrors(parts));
  if (parts.config.roles.has('web')) app.use(webhooks(parts));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      // The widget's script and files are meant for other origins; each says so itself.
      crossOriginResourcePolicy: false,
    }),
  );
  const router = routes(parts);
  app.use(router.routes());
  app.use((ctx) => {
    const otherwise = router.match(ctx.path, ctx.method).path.length > 0;
    ctx.status = otherwise ? 405 : 404;
    ctx.body = {
      error: {
        message: otherwise ? `${ctx.method} means nothing here.` : 'There is nothing at this address.',
      },
    };
  });
  return app;
}

/** Longer than people wait without a sign; the page then shows one, and asks again. */
const answerWithinMs = 4_000;

/** Only a process in the role web has doors for others; every process can be watched. */
function routes(parts: AppParts): Router {
  const router = new Router();
  if (parts.config.roles.has('web')) addDoors(router, parts);
  addWatching(router, parts);
  return router;
}

function addDoors(router: Router, parts: AppParts): void {
  const { core, config, services, mediaKey, bodyWithinMs } = parts;
  router.all('channel', channelPath, async (ctx) => {
    const [, channel = '', path = '/'] = channelPath.exec(ctx.path) ?? [];
    const service = services.get(channel);
    if (!service) return ctx.throw(404, 'There is no such channel.');
    const delivery = await deliveryOf(ctx, bodyWithinMs, service.bodyLimit(path));
    respond(ctx, await service.handle({ ...delivery, path, ip: ctx.ip }));
  });

  router.get('media', '/media/:token', async (ctx) => {
    const link = verifyMediaLink(ctx.params.token ?? '', mediaKey, core.clock.now());
    if (link === 'forged') return ctx.throw(404, 'There is no such file.');
    if (link === 'expired') return ctx.throw(410, 'This link has expired.');
    const media = await core.media.find(link.tenantId, link.mediaId);
    if (!media) return ctx.throw(404, 'There is no such file.');
    ctx.set(mediaHeaders(media, (link.expiresAt - core.clock.now()) / 1_000));
    ctx.body = await core.media.read(media);
  });

  addPages(router, {
    core,
    origin: originOf(config),
    key: parts.pageKey,
    bodyWithinMs,
    answerWithinMs: parts.answerWithinMs ?? answerWithinMs,
  });

  router.get('home', '/', (ctx) => {
    if (config.homeUrl) return ctx.redirect(config.homeUrl);
    ctx.body = { name: 'Imdesk', documentation: 'README.md', health: '/healthz' };
  });
}

function addWatching(router: Router, { metrics, unready }: AppParts): void {
  router.get('healthz', '/healthz', (ctx) => {
    ctx.body = { ok: true };
  });
  router.get('readyz', '/readyz', async (ctx) => {
    const reason = await unready();
    ctx.status = reason === undefined ? 200 : 503;
    ctx.body = reason === undefined ? { ready: true } : { ready: false, reason };
  });
  router.get('metrics', '/metrics', async (ctx) => {
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
}

function plainErrors({ core }: AppParts): Koa.Middleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = error instanceof BadBody || (error instanceof Koa.HttpError && error.expose);
      ctx.status = known ? error.status : 500;
      ctx.body = {
        error: { message: known ? error.message : 'Something went wrong here; it has been logged.' },
      };
      // What is left of a body that was refused would be taken for the next request.
      if (error instanceof BadBody) ctx.set('connection', 'close');
      if (!known) core.log.error({ error, route: ctx._matchedRouteName }, 'a request failed');
    }
  };
}

function measured({ metrics, isStopping }: AppParts): Koa.Middleware {
  return async (ctx, next) => {
    const begun = performance.now();
    await next();
    // Whoever would ask again over this connection asks another process.
    if (isStopping()) ctx.set('connection', 'close');
    const route = typeof ctx._matchedRouteName === 'string' ? ctx._matchedRouteName : 'none';
    metrics.request(route, ctx.status, (performance.now() - begun) / 1_000);
  };
}
