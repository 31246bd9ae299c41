import { Accounts } from './accounts/accounts.js';
import { watchQuotas } from './alerts/quota.js';
import { reconcileCards } from './cards/reconcile.js';
import type { Clock, Ids } from './clock.js';
import type { Reads } from './conversations/conversation.js';
import { Identities } from './customers/identity.js';
import { type Jobs, openJobs } from './jobs/jobs.js';
import { laterOnce } from './jobs/later.js';
import { Library } from './knowledge/library.js';
import type { Logger } from './log.js';
import type { Media } from './media/media.js';
import { MessageMedia } from './media/message-media.js';
import { followDirectories } from './members/directory.js';
import { People } from './members/people.js';
import { allOperations } from './operations/all.js';
import type { Operations } from './operations/registry.js';
import { compose } from './outbox/compose.js';
import { Drain } from './outbox/drain.js';
import { workspaceOfDestination } from './outbox/place.js';
import { showTyping } from './outbox/typing.js';
import type { PageLinks } from './pages/link.js';
import { handling } from './pipeline/handle.js';
import { type Hint, type Hints, openHints, type Wire } from './pipeline/hints.js';
import { Outcomes } from './pipeline/outcomes.js';
import { putAside } from './pipeline/put-aside.js';
import { Reader } from './pipeline/reader.js';
import { Recorder } from './pipeline/record.js';
import { dropOldRows } from './pipeline/retain.js';
import { fireTimers, sweep } from './pipeline/sweep.js';
import { Tasks } from './pipeline/tasks.js';
import type { Bot } from './ports/bot.js';
import type { ChannelHost, Connector } from './ports/connector.js';
import { thinker } from './robot/think.js';
import type { Vault } from './secrets/vault.js';
import { ChangedTenants } from './setup/changed.js';
import { Heard } from './setup/heard.js';
import { lookingUp } from './setup/look-up.js';
import type { Database } from './storage/database.js';
import { Tenants } from './tenant.js';
import { Lines } from './workspaces/lines.js';
import { Usage } from './workspaces/usage.js';
import { Workspaces } from './workspaces/workspaces.js';

/** All parts of Imdesk that know no platform, no channel and no HTTP, put together. */
export interface Core {
  db: Database;
  /** Where history and reports may be read, if not there. */
  history?: Reads;
  clock: Clock;
  ids: Ids;
  log: Logger;
  vault: Vault;
  hints: Hints;
  tenants: Tenants;
  workspaces: Workspaces;
  lines: Lines;
  usage: Usage;
  heard: Heard;
  accounts: Accounts;
  people: People;
  identities: Identities;
  recorder: Recorder;
  reader: Reader;
  outcomes: Outcomes;
  operations: Operations;
  media: Media;
  messageMedia: MessageMedia;
  pages: PageLinks;
  /** What core offers to a channel's connector. */
  hostOf(channel: string): ChannelHost;
  /** Lets what is under way come to its end; nothing new is begun. */
  stop(): Promise<void>;
}

export interface CoreOptions {
  db: Database;
  history?: Reads;
  databaseUrl: string;
  redisUrl?: string;
  clock: Clock;
  ids: Ids;
  log: Logger;
  vault: Vault;
  media: Media;
  pages: PageLinks;
  /** Where people reach this installation, without a slash at its end. */
  origin: string;
  wire: Wire;
  bots: ReadonlyMap<string, Bot>;
  connectors: ReadonlyMap<string, Connector>;
  hostOf(core: Core, channel: string): ChannelHost;
  processId: string;
  /** Whether this process reads mailboxes, drains the outbox and runs tasks. */
  works: boolean;
}

const sweepEveryMs = 2_000;
const reconcileEveryMs = 20_000;
const watchEveryMs = 60_000;
const followEveryMs = 5_000;
const settingsEveryMs = 10_000;
const retainEveryMs = 3_600_000;
/** A wait shorter than this is kept in the process: a job would take as long to be carried. */
const shortWaitMs = 3_000;

export async function openCore(options: CoreOptions): Promise<Core> {
  const { db, clock, ids, log, vault, media, pages, bots, connectors, processId, works } = options;
  let stopping = false;
  // Whoever works sees to its own mailboxes and destinations, as long as it goes on; a task becomes a job.
  const keeps = ({ kind }: Hint): boolean =>
    kind === 'task' || (works && !stopping && (kind === 'mailbox' || kind === 'destination'));
  const hints = await openHints(options.wire, processId, log, keeps);
  const tenants = new Tenants(db);
  const operations = allOperations({ vault, bots, connectors, pages, origin: options.origin });
  const lines = new Lines();
  const usage = new Usage({ db, clock, log, tenants });
  const heard = new Heard({ db, clock, log });
  const workspaces = new Workspaces({ db, vault, clock, log, bots, lines, usage });
  const accounts: Accounts = new Accounts({
    db,
    vault,
    connectors,
    hostOf: (channel) => core.hostOf(channel),
  });
  const messageMedia = new MessageMedia({ db, media, workspaces, accounts, clock, ids, hints, log });
  const library = new Library(db);
  const waits = new Waits();

  const reader = new Reader({
    db,
    clock,
    ids,
    hints,
    log,
    tenants,
    platforms: bots,
    channels: connectors,
    vault,
    handle: handling(operations),
    putAside,
    later: (tenantId, name, delayMs) => later({ kind: 'mailbox', tenantId, name }, delayMs),
  });
  const composeParts = {
    db,
    history: options.history,
    clock,
    vault,
    tenants,
    accounts,
    workspaces,
    media: messageMedia,
    operations,
    pages,
  };
  const drain = new Drain({
    db,
    clock,
    hints,
    log,
    processId,
    compose: (row) => compose(composeParts, row),
    later: (tenantId, name, delayMs) => later({ kind: 'destination', tenantId, name }, delayMs),
  });
  const lookUp = lookingUp({
    db,
    vault,
    clock,
    workspaces,
    accounts,
    hostOf: (channel) => core.hostOf(channel),
    origin: options.origin,
  });
  const tasks = new Tasks({ db, clock, ids, hints, log, think: thinker(library), lookUp });

  /**
   * Where a platform is spoken to over its connection, only the process that holds it sends; everything else is any worker's.
   * A workspace that can't be opened now is nobody's; the sweeper comes back to what waits there.
   */
  const isOurs = async (tenantId: string, destination: string): Promise<boolean> => {
    const workspaceId = workspaceOfDestination(destination);
    if (workspaceId === undefined) return works;
    const workspace = await workspaces.byId(tenantId, workspaceId).catch((error: unknown) => {
      log.error({ error, workspace: workspaceId }, 'a workspace could not be opened');
      return 'closed' as const;
    });
    if (workspace === 'closed') return false;
    return workspace?.courier.needsLine ? lines.of(workspace.id) !== undefined : works;
  };
  const work = async (hint: Hint, told: 'us' | 'all' = 'us'): Promise<void> => {
    if (hint.kind === 'mailbox') await reader.read(hint.tenantId, hint.name, told);
    if (hint.kind === 'destination') {
      if (await isOurs(hint.tenantId, hint.name)) await drain.drain(hint.tenantId, hint.name);
      else if (works && told === 'us') hints.pass([hint]);
    }
    if (hint.kind === 'task') await tasks.run(hint.tenantId, hint.id);
  };
  const jobs: Jobs = await openJobs({ ...options, work: works ? work : undefined });
  const later = laterOnce(clock, (hint, delayMs) => {
    if (delayMs < shortWaitMs) waits.give(hint, delayMs, hints);
    else jobs.add(hint, delayMs);
  });

  const forget = (tenantId: string): void => {
    for (const kept of [tenants, workspaces, accounts]) kept.forget(tenantId);
  };
  const changed = new ChangedTenants({ db, clock });
  waits.every(settingsEveryMs, log, async () =>
    hints.tell((await changed.look()).map((tenantId) => ({ kind: 'settings', tenantId }))),
  );
  const stopHearing = hints.hear((hint, here) => {
    if (hint.kind === 'articles') library.changed(hint.tenantId);
    if (hint.kind === 'settings') forget(hint.tenantId);
    if (hint.kind === 'task' && here && !(works && tasks.runHere(hint.tenantId, hint.id))) jobs.add(hint);
    if (hint.kind === 'news' && here) void showTyping({ db, vault, accounts, log }, hint);
    if (hint.kind === 'destination' || (works && hint.kind === 'mailbox'))
      void work(hint, here ? 'us' : 'all');
  });
  if (works) {
    waits.every(sweepEveryMs, log, async () => {
      hints.give(await fireTimers(db, clock));
      hints.give(await sweep(db, clock));
    });
    waits.every(retainEveryMs, log, async () => {
      while (await dropOldRows(db, clock));
    });
    waits.every(reconcileEveryMs, log, async () => hints.give(await reconcileCards(db, clock, ids)));
    waits.every(watchEveryMs, log, async () => watchQuotas(core));
    waits.every(followEveryMs, log, async () =>
      hints.give(await followDirectories({ db, vault, clock, ids, log, workspaces })),
    );
  }

  const hosts = new Map<string, ChannelHost>();
  const hostOf = (channel: string): ChannelHost => {
    const host = hosts.get(channel) ?? options.hostOf(core, channel);
    hosts.set(channel, host);
    return host;
  };
  const core: Core = {
    db,
    history: options.history,
    clock,
    ids,
    log,
    vault,
    hints,
    tenants,
    workspaces,
    lines,
    usage,
    heard,
    accounts,
    people: new People({ db, vault, clock, ids, log, tenants }),
    identities: new Identities({ db, vault, clock, ids, tenants }),
    recorder: new Recorder(db, clock),
    reader,
    outcomes: new Outcomes(db, hints),
    operations,
    media,
    messageMedia,
    pages,
    hostOf: (channel) => hostOf(channel),
    async stop() {
      stopping = true;
      stopHearing();
      await waits.stop();
      await jobs.stop();
      await tasks.stop();
      await reader.stop();
      await drain.stop();
      // Others look after what waits here; what is not due yet they wait for themselves.
      hints.pass(waits.left());
      await usage.stop();
      await heard.stop();
      await hints.stop();
    },
  };
  return core;
}

/** Timeouts of this process, all of them stopped together. */
class Waits {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly toGive = new Set<Hint>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  add(run: () => void, delayMs: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, delayMs);
    this.timers.add(timer);
  }

  give(hint: Hint, delayMs: number, hints: Hints): void {
    this.toGive.add(hint);
    this.add(() => {
      this.toGive.delete(hint);
      hints.give([hint]);
    }, delayMs);
  }

  /** The hints that were to be given later, when it was stopped and since. */
  left(): Hint[] {
    return [...this.toGive];
  }

  /** Runs again and again, each time that long after the last has ended. */
  every(delayMs: number, log: Logger, run: () => Promise<void>): void {
    this.add(() => {
      const running = run()
        .catch((error: unknown) => log.error({ error }, 'a sweep failed; the next one will do'))
        .finally(() => {
          this.running.delete(running);
          this.every(delayMs, log, run);
        });
      this.running.add(running);
    }, delayMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.allSettled(this.running);
  }
}
