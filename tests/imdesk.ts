import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadBots } from '../bots/index.js';
import { loadConnectors } from '../connectors/index.js';
import { idsFrom, systemClock } from '../core/clock.js';
import { type PageTarget, pageLinks } from '../core/pages/link.js';
import { deriveKey } from '../core/secrets/master-key.js';
import { Vault } from '../core/secrets/vault.js';
import { type SetUpParts, setUpTenant } from '../core/setup/set-up.js';
import { readConfig } from '../server/config.js';
import { type Imdesk, openImdesk } from '../server/imdesk.js';
import { openLog } from '../server/log.js';
import { address, companyDescription, companyWorld, webAccount } from './company.js';
import { testDatabase } from './database.js';
import { type Sandbox, startSandbox, until } from './sandbox.js';
import { Seat } from './seat.js';
import { openVisit } from './visitor.js';

export interface ProductOptions {
  /** How Feishu reaches it. */
  transport?: 'http' | 'socket';
  /** How long a request's body may take. */
  bodyWithinMs?: number;
  /** More of what it is configured with. */
  env?: Record<string, string>;
  /** Where the api account's replies go. */
  callbackUrl?: string;
  /** Further accounts, as a description names them. */
  accounts?: object[] | ((sandboxUrl: string) => object[]);
}

/**
 * The whole product in this process, in all roles, with one company in it, over a real database and against a
 * sandbox in a process of its own. Both read one clock, which `advance` moves.
 */
export async function startProduct(t: TestContext, options: ProductOptions = {}) {
  const transport = options.transport ?? 'http';
  const folder = await mkdtemp(path.join(tmpdir(), 'imdesk-product-'));
  let running: Imdesk | undefined;
  t.after(async () => {
    await running?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const { url: databaseUrl, db } = await testDatabase(t);
  let aheadMs = 0;
  const clock = { now: () => systemClock.now() + aheadMs };
  const masterKey = randomBytes(32);
  const vault = new Vault({ db, masterKey, clock });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const sandbox = await startSandbox(t, {});
  const tell = () => sandbox.control('PUT', 'world', companyWorld(transport, url));
  await setUpCompany(
    { db, databaseUrl, vault, clock },
    {
      ...{ transport, sandboxUrl: sandbox.url, callbackUrl: options.callbackUrl },
      accounts: typeof options.accounts === 'function' ? options.accounts(sandbox.url) : options.accounts,
    },
  );

  const logged: string[] = [];
  const config = readConfig({
    PORT: String(port),
    HOST: '127.0.0.1',
    IMDESK_DATA: folder,
    DATABASE_URL: databaseUrl,
    ...options.env,
  });
  let starts = 0;
  async function start(): Promise<void> {
    starts += 1;
    running = await openImdesk({
      config: { ...config, publicUrl: url },
      databaseUrl,
      db,
      vault,
      masterKey,
      clock,
      log: openLog('debug', { write: (line) => void logged.push(line) }),
      processId: `process-${starts}`,
      random: () => 0,
      bodyWithinMs: options.bodyWithinMs,
    });
    if (transport === 'socket')
      await until('the gateway hears', async () => (await fetch(`${url}/readyz`)).ok);
  }
  async function stop(): Promise<void> {
    const stopping = running;
    running = undefined;
    await stopping?.stop();
  }
  // A callback address is asked for a sign of life as soon as it is told; a connection is only opened to an app that is known.
  if (transport === 'socket') await tell();
  await start();
  if (transport === 'http') await tell();
  if (transport === 'http') await until('the callback address is verified', () => isVerified(sandbox));

  return {
    url,
    callbackUrl: `${url}/bots/feishu/${address}`,
    db,
    clock,
    sandbox,
    /** Everything that was logged, a line each. */
    logged,
    start,
    stop,
    /** Moves the clock of the product and of the sandbox. */
    async advance(ms: number): Promise<void> {
      aheadMs += ms;
      await sandbox.control('POST', 'clock', { advanceMs: ms });
    },
    /** Somebody of the company at their Feishu client. */
    seat: (person: string) => new Seat(sandbox, person),
    /** The address of a card's page, as the product itself makes it. */
    pageLink: (target: PageTarget) => pageLinks(url, deriveKey(masterKey, 'page link'))(target, clock.now()),
    visit: (name: string, account = webAccount) => openVisit(url, account, name),
    /** How many rows say that something was received. */
    async received(): Promise<{ inbox: number; ledger: number; messages: number }> {
      const [row] = await db.query<{ inbox: number; ledger: number; messages: number }>(
        `select (select count(*) from inbox)::int as inbox, (select count(*) from ledger)::int as ledger,
                (select count(*) from messages)::int as messages`,
      );
      return row ?? { inbox: 0, ledger: 0, messages: 0 };
    },
    /** Waits until nothing is left to do: no unread row, no open send, no open task. */
    async settled(withinMs = 15_000): Promise<void> {
      const end = performance.now() + withinMs;
      for (;;) {
        const [left] = await db.query<{ inbox: number; outbox: number; tasks: number }>(
          `select (select count(*) from inbox where read_at is null)::int as inbox,
                  (select count(*) from outbox where state in ('pending', 'sending'))::int as outbox,
                  (select count(*) from tasks where done_at is null)::int as tasks`,
        );
        if (left && left.inbox + left.outbox + left.tasks === 0) return;
        if (performance.now() > end)
          throw new Error(`not settled: ${JSON.stringify(left)}\n${logged.slice(-20).join('')}`);
        await delay(15);
      }
    },
  };
}

/** Puts the company of these tests into an empty database. */
export async function setUpCompany(
  parts: Omit<SetUpParts, 'ids' | 'bots' | 'connectors'>,
  options: Parameters<typeof companyDescription>[0],
): Promise<void> {
  const ports = { bots: await loadBots(), connectors: await loadConnectors() };
  await setUpTenant({ ...parts, ids: idsFrom(parts.clock), ...ports }, companyDescription(options));
}

export type Product = Awaited<ReturnType<typeof startProduct>>;

async function isVerified(sandbox: Sandbox): Promise<boolean> {
  const { urls } = await sandbox.control<{ urls: { verified: boolean }[] }>('GET', 'connections');
  return urls.some(({ verified }) => verified);
}

/** A port that was free a moment ago: the product comes back to it when it is started again. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
