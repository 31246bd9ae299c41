import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { openPuller } from '../core/accounts/puller.js';
import { type Clock, idsFrom } from '../core/clock.js';
import { type Core, openCore } from '../core/core.js';
import type { Logger } from '../core/log.js';
import { folderStore } from '../core/media/folder-store.js';
import { Media } from '../core/media/media.js';
import { pageLinks } from '../core/pages/link.js';
import { postgresWire } from '../core/pipeline/hints.js';
import type { ChannelService } from '../core/ports/connector.js';
import { deriveKey } from '../core/secrets/master-key.js';
import type { Vault } from '../core/secrets/vault.js';
import type { Database } from '../core/storage/database.js';
import { createApp } from './app.js';
import { arriveWithinMs } from './bodies.js';
import { channelHost } from './channel-host.js';
import { type Config, originOf } from './config.js';
import { openGateway } from './gateway.js';
import { openMetrics } from './metrics.js';
import { refuseWhatIsNotHttp } from './not-http.js';
import { acceptSockets } from './sockets.js';
import { mediaFolder } from './storage.js';

export interface ImdeskParts {
  config: Config;
  databaseUrl: string;
  db: Database;
  vault: Vault;
  masterKey: Buffer;
  clock: Clock;
  log: Logger;
  processId: string;
  random(): number;
  /** How long the body of a request may take to arrive. */
  bodyWithinMs?: number;
}

export interface Imdesk {
  core: Core;
  /** Where it listens; with port 0 in the configuration, the one it was given. */
  port: number;
  stop(): Promise<void>;
}

/** How long the database may take to say that it is there. */
const readyWithinMs = 2_000;
/** How long those who asked before a stop may wait for their answer. */
const lastAnswersWithinMs = 2_000;
/** Longer than the proxies in front keep theirs (60 s): whoever closes first must not be the one who is being asked. */
const keptAliveMs = 75_000;
/** How long a file's link stays good. */
const mediaLinkLifeMs = 7 * 24 * 3_600_000;

/** Every bot and connector there is, found by its folder. */
export async function loadPorts() {
  const [bots, connectors] = await Promise.all([loadBots(), loadConnectors()]);
  return { bots, connectors };
}

/** The one place where all parts are put together, in the roles this process has. */
export async function openImdesk(parts: ImdeskParts): Promise<Imdesk> {
  const { config, db, vault, clock, log } = parts;
  const { roles } = config;
  const ids = idsFrom(clock);
  const { bots, connectors } = await loadPorts();
  const mediaKey = deriveKey(parts.masterKey, 'media link');
  const media = new Media({
    db,
    store: folderStore(mediaFolder(config)),
    clock,
    ids,
    linkKey: mediaKey,
    origin: originOf(config),
    linkLifeMs: mediaLinkLifeMs,
  });
  const pageKey = deriveKey(parts.masterKey, 'page link');
  const core = await openCore({
    db,
    databaseUrl: parts.databaseUrl,
    redisUrl: config.redisUrl,
    clock,
    ids,
    log,
    vault,
    media,
    pages: pageLinks(originOf(config), pageKey),
    origin: originOf(config),
    wire: await openWire(config, db),
    bots,
    connectors,
    hostOf: channelHost,
    processId: parts.processId,
    works: roles.has('worker'),
  });

  const services = new Map<string, ChannelService>();
  if (roles.has('web')) {
    for (const [channel, connector] of connectors) {
      const service = connector.serve?.(core.hostOf(channel));
      if (service) services.set(channel, service);
    }
  }
  const gateway = roles.has('gateway') ? await openGateway(core, parts) : undefined;
  const pulling = [...connectors.values()].filter((one) => one.pull).map((one) => one.channel);
  const puller = roles.has('gateway') ? openPuller(core, pulling, parts.processId) : undefined;
  let stopping = false;
  const app = createApp({
    core,
    config,
    metrics: openMetrics(core),
    services,
    mediaKey,
    pageKey,
    bodyWithinMs: parts.bodyWithinMs ?? arriveWithinMs,
    isStopping: () => stopping,
    async unready() {
      if (stopping) return 'stopping';
      const answers = db.query('select 1').then(
        () => true,
        () => false,
      );
      const alive = await Promise.race([answers, delay(readyWithinMs, false, { ref: false })]);
      if (!alive) return 'the database does not answer';
      return gateway && !gateway.hearing() ? 'a workspace is not connected' : undefined;
    },
  });
  const server = createServer(
    {
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: keptAliveMs,
    },
    app.callback(),
  );
  refuseWhatIsNotHttp(server);
  const closeSockets = acceptSockets(server, services, { trustProxy: config.trustProxy, log });
  const port = await listen(server, config);

  return {
    core,
    port,
    /**
     * First whoever spreads the requests is let know and sends its next ones elsewhere; then nothing new is heard, those who
     * asked are answered, and what is under way comes to its end.
     */
    async stop() {
      stopping = true;
      if (roles.has('web') && config.drainMs > 0) await delay(config.drainMs);
      await gateway?.stop();
      await puller?.stop();
      await closeSockets();
      await answerTheLast(server);
      await core.stop();
    },
  };
}

/** Takes no new connection, and closes those that are open as soon as they have their answer, or after a while. */
async function answerTheLast(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const closingIdle = setInterval(() => server.closeIdleConnections(), 20);
  const enough = setTimeout(() => server.closeAllConnections(), lastAnswersWithinMs);
  await closed;
  clearInterval(closingIdle);
  clearTimeout(enough);
}

async function openWire(config: Config, db: Database) {
  if (config.redisUrl === undefined) return postgresWire(db);
  const { redisWire } = await import('../core/pipeline/redis-wire.js');
  return redisWire(config.redisUrl);
}

function listen(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
