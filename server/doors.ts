import type Koa from 'koa';
import type { Core } from '../core/core.js';
import type { ChannelService } from '../core/ports/connector.js';
import type { Delivery, Response } from '../core/ports/delivery.js';
import { receiveFromChannel, receiveFromPlatform } from '../core/receive.js';
import { readBody, webhookBytesMax } from './bodies.js';

/** How the last part of a callback address is made; anything else is not even looked for. */
const addressForm = /^[\w-]{1,200}$/;
const botPath = /^\/bots\/([^/]+)\/([^/]+)\/?$/;
export const channelPath = /^\/channels\/([^/]+)(\/.*)?$/;

/**
 * What platforms and other systems call. Nearly all requests are these and no browser sees them, so they pass neither
 * through what finds a page nor through what protects its readers.
 */
export function webhooks(parts: {
  core: Core;
  services: ReadonlyMap<string, ChannelService>;
  bodyWithinMs: number;
}): Koa.Middleware {
  const { core, services, bodyWithinMs } = parts;
  return async (ctx, next) => {
    const bot = botPath.exec(ctx.path);
    if (bot) {
      ctx._matchedRouteName = 'bot';
      const [, platform = '', address = ''] = bot;
      const workspace = addressForm.test(address) && (await core.workspaces.byAddress(platform, address));
      if (!workspace) return ctx.throw(404, 'No workspace has this callback address.');
      return respond(ctx, await receiveFromPlatform(core, workspace, await deliveryOf(ctx, bodyWithinMs)));
    }
    const channel = channelPath.exec(ctx.path);
    if (channel && !services.has(channel[1] ?? '')) {
      ctx._matchedRouteName = 'channel';
      const account = await core.accounts.byId((channel[2] ?? '/').slice(1));
      if (!account || account.connector.channel !== channel[1])
        return ctx.throw(404, 'No account has this address.');
      return respond(ctx, await receiveFromChannel(core, account, await deliveryOf(ctx, bodyWithinMs)));
    }
    return next();
  };
}

export async function deliveryOf(
  ctx: Koa.Context,
  withinMs: number,
  bytesMax = webhookBytesMax,
): Promise<Delivery> {
  return {
    method: ctx.method,
    query: ctx.querystring === '' ? {} : Object.fromEntries(new URLSearchParams(ctx.querystring)),
    headers: plainHeaders(ctx.headers),
    body: await readBody(ctx.req, { bytesMax, withinMs }),
  };
}

function plainHeaders(headers: Koa.Context['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

export function respond(ctx: Koa.Context, response: Response): void {
  ctx.status = response.status;
  ctx.set(response.headers);
  ctx.body = response.body;
}
