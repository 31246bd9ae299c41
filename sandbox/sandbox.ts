import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Channel } from './control/channel.js';
import { makeControl } from './control/control.js';
import { openInClient } from './control/open.js';
import type { CallRecord, DropRecord, PlatformParts } from './control/parts.js';
import type { Platform } from './control/platform.js';
import { makeDingtalk } from './dingtalk/dingtalk.js';
import { makeEmail } from './email/email.js';
import { makeFeishu } from './feishu/feishu.js';
import { MovableClock } from './kernel/clock.js';
import type { DeliveryRecord } from './kernel/deliveries.js';
import { Faults } from './kernel/faults.js';
import { followClock } from './kernel/follow-clock.js';
import { BodyTooLarge, type Reply, type Request, readRequest, send } from './kernel/http.js';
import { Journal } from './kernel/journal.js';
import {
  type ChannelName,
  channelNames,
  type PlatformName,
  platformNames,
  type StandInName,
} from './kernel/platforms.js';
import { Ring } from './kernel/ring.js';
import { object, optional, record, text } from './kernel/shape.js';
import { staticFile } from './kernel/static.js';
import { Stream } from './kernel/stream.js';
import { phoneFile } from './phone/page.js';
import { describeShop, loadShop, type Shop } from './shop/customers.js';
import { shopCustomer, shopPage } from './shop/page.js';
import { tellDesk } from './shop/tell.js';
import { withinWecom } from './wechat-kf/world.js';
import { makeWechatOfficial } from './wechat-official/official.js';
import { makeWecom } from './wecom/wecom.js';

export interface SandboxOptions {
  dir: string;
  host: string;
  port: number;
  /** Real time, epoch ms. */
  realNow: () => number;
  /** 16 random bytes in hex. */
  random: () => string;
  /** A world file's content to load before anything is answered. */
  world?: unknown;
  say: (line: string) => void;
}

export interface Sandbox {
  url: string;
  close(): Promise<void>;
}

const worldShape = object({
  feishu: optional(record),
  dingtalk: optional(record),
  wecom: optional(record),
  'wechat-official': optional(record),
  'wechat-kf': optional(record),
  email: optional(record),
  shop: optional(record),
  clockUrl: optional(text({ min: 1 })),
});
const pageDir = fileURLToPath(new URL('./page/', import.meta.url));
const LOG_KEPT = 2_000;
/** Smaller corrections of a followed clock are nobody's news. */
const TOLD_FROM_MS = 500;

/** The whole sandbox, listening. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const journal = Journal.open(options.dir);
  const settings = journal.table<number>('sandbox.settings');
  const shops = journal.table<Shop>('sandbox.shop');
  const clock = new MovableClock(options.realNow, settings.get('clockOffsetMs') ?? 0);
  const stream = new Stream(options.realNow());
  const faults = new Faults();
  const calls = new Ring<CallRecord>(LOG_KEPT);
  const deliveries = new Ring<DeliveryRecord>(LOG_KEPT);
  const drops = new Ring<DropRecord>(LOG_KEPT);
  const partsOf = (platform: StandInName): PlatformParts => ({
    ...options,
    ...{ journal, clock, calls, deliveries, drops },
    faults: faults.of(platform),
    stream: stream.of(platform),
  });
  const platforms: Record<PlatformName, Platform> = {
    feishu: makeFeishu(partsOf('feishu')),
    dingtalk: makeDingtalk(partsOf('dingtalk')),
    wecom: makeWecom(partsOf('wecom')),
  };
  const channels: Record<ChannelName, Channel> = {
    'wechat-official': makeWechatOfficial(partsOf('wechat-official')),
    email: makeEmail(partsOf('email')),
  };
  const standIns = { ...platforms, ...channels };
  const all = platformNames.map((name) => platforms[name]);
  const everybody = [...all, ...channelNames.map((name) => channels[name])];
  let stopFollowing: (() => void) | undefined;
  const movedClock = {
    now: () => clock.now(),
    moveTo(now: number) {
      const jumped = Math.abs(now - clock.now()) > TOLD_FROM_MS;
      clock.moveTo(now);
      settings.put('clockOffsetMs', clock.offsetMs);
      if (jumped) stream.tell({ type: 'clock', now: clock.now() });
    },
  };
  const loadWorld = (given: unknown): void => {
    const world = worldShape(given, '');
    for (const name of [...platformNames, ...channelNames]) if (world[name]) standIns[name].load(world[name]);
    if (world['wechat-kf']) platforms.wecom.load(withinWecom(world['wechat-kf']));
    if (world.shop) loadShop(shops, world.shop);
    if (world.clockUrl === undefined) return;
    stopFollowing?.();
    stopFollowing = followClock(movedClock, world.clockUrl);
  };
  const control = makeControl({
    ...{ platforms, channels, faults, stream, calls, deliveries, drops, loadWorld },
    world: () => ({
      ...Object.fromEntries(Object.entries(standIns).map(([name, of]) => [name, of.world()])),
      shop: describeShop(shops.get('shop')),
    }),
    clock: { ...movedClock, isFollowed: () => stopFollowing !== undefined },
  });
  if (options.world !== undefined) loadWorld(options.world);
  const visitShop = (request: Request): Reply => {
    const [shop, now] = [shops.get('shop'), clock.now()];
    const customer = shopCustomer(shop, request);
    if (shop && customer) void tellDesk(shop, customer, now);
    return shopPage(shop, request, now);
  };
  const answer = async (request: Request): Promise<Reply> =>
    (await offer(everybody, request)) ??
    (await phoneFile(request.path)) ??
    (await control(request)) ??
    openInClient(platforms, request) ??
    (request.path === '/shop' ? visitShop(request) : undefined) ??
    (await staticFile(pageDir, request.path)) ??
    notFound;
  const server = await listen(options, answer, all);
  return {
    url: `http://${options.host}:${portOf(server)}`,
    async close() {
      stopFollowing?.();
      stream.close();
      for (const each of everybody) each.close();
      clock.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      journal.close();
    },
  };
}

/** The answer of the first whose path it is. */
async function offer(standIns: readonly Channel[], request: Request): Promise<Reply | undefined> {
  for (const standIn of standIns) {
    const answer = standIn.answer(request);
    if (answer) return answer;
  }
  return undefined;
}

const notFound: Reply = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: '404 page not found',
};

function listen(
  { host, port, say }: SandboxOptions,
  answer: (request: Request) => Promise<Reply>,
  platforms: readonly Platform[],
): Promise<Server> {
  const server = createServer((request, response) => void serve(request, response, answer, say));
  // Longer than clients keep a connection, so that they close it and not this end, under their next request.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 70_000;
  server.on('upgrade', (request, socket, head) => {
    const taken = platforms.some((platform) => platform.upgrade(request, socket, head));
    if (!taken) socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Reply>,
  say: (line: string) => void,
): Promise<void> {
  try {
    send(await answer(await readRequest(request)), request, response);
  } catch (error) {
    // Whoever hung up before the end of their request expects no answer, and it is no fault of ours.
    if (request.destroyed && !request.complete) return;
    if (error instanceof BodyTooLarge) {
      send({ status: 413, body: { code: 413, msg: 'request entity too large' } }, request, response);
      return;
    }
    say(error instanceof Error ? `${error.stack}` : String(error));
    if (!response.headersSent)
      send({ status: 500, body: { code: 500, msg: 'the sandbox failed' } }, request, response);
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
