import type { Core } from '../core.js';
import { Leader } from '../pipeline/leader.js';
import type { Inbound } from '../ports/inbound.js';
import { recordFromChannel } from '../receive.js';
import type { Account } from './accounts.js';
import { ticketOf } from './pull-ticket.js';

/** Without a hint, where the connector names no time of its own. */
const pullEveryMs = 60_000;
const retryDelaysMs = [1_000, 5_000, 15_000, 60_000];
/** How often it is looked whether there are new accounts, or other settings. */
const lookEveryMs = 10_000;
/** Pulls every account whose channel has to be asked, each in one process at a time. */
export function openPuller(
  core: Core,
  channels: readonly string[],
  processId: string,
): { stop(): Promise<void> } {
  const pulled = new Map<string, Pulled>();
  const look = async (): Promise<void> => {
    const accounts = await core.accounts.ofChannels(channels);
    const gone = [...pulled].filter(
      ([id, one]) => !accounts.some((account) => account.id === id && account.version === one.version),
    );
    for (const [id, one] of gone) {
      pulled.delete(id);
      await one.stop();
    }
    for (const account of accounts) {
      if (!pulled.has(account.id)) pulled.set(account.id, new Pulled(core, account, processId));
    }
  };
  // One look after the other: two at once would pull an account twice.
  let last = Promise.resolve();
  let stopping = false;
  const looking = (): Promise<void> => {
    last = last
      .then(() => (stopping ? undefined : look()))
      .catch((error: unknown) => core.log.error({ error }, 'it could not be looked what is to be pulled'));
    return last;
  };
  void looking();
  const timer = setInterval(() => void looking(), lookEveryMs);
  const deaf = core.hints.hear((hint) => {
    if (hint.kind === 'pull') pulled.get(hint.accountId)?.wake();
    if (hint.kind === 'settings') void looking();
  });
  return {
    async stop() {
      clearInterval(timer);
      deaf();
      stopping = true;
      await last;
      await Promise.all([...pulled.values()].map((one) => one.stop()));
    },
  };
}

/** One account, pulled again and again by whichever process leads. */
class Pulled {
  private readonly leader: Leader;
  private readonly stopping = new AbortController();
  private readonly running: Promise<unknown>;
  private woken = true;
  private wakeUp: () => void = () => {};

  constructor(
    private readonly core: Core,
    private readonly account: Account,
    processId: string,
  ) {
    const { db, clock, log } = core;
    this.leader = new Leader({ db, clock, log, processId }, account.tenantId, `pull:${account.id}`);
    this.running = Promise.all([this.pulling(), this.following()]);
  }

  get version(): string {
    return this.account.version;
  }

  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp();
    await this.running;
    await this.leader.stop();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async pulling(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      if (!this.leader.leads()) {
        await this.rest(1_000);
        continue;
      }
      this.woken = false;
      try {
        const more = await this.pullOnce();
        failures = 0;
        if (!more) await this.rest(this.account.connector.pullEveryMs ?? pullEveryMs);
      } catch (error) {
        this.core.log.warn({ error, account: this.account.id }, 'an account could not be pulled');
        await this.rest(retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] ?? pullEveryMs);
        failures += 1;
      }
    }
  }

  /** One batch. What is fetched twice, because this ends between recording and moving the cursor, is recorded once. */
  private async pullOnce(): Promise<boolean> {
    const { core, account } = this;
    const { connector, tenantId, id } = account;
    if (!connector.pull) return false;
    const [row] = await core.db.query<{ cursor: string | null }>(
      'select cursor from accounts where tenant_id = $1 and id = $2',
      [tenantId, id],
    );
    const ticket = await ticketOf(core, account);
    const host = core.hostOf(connector.channel);
    const { items, cursor, more } = await connector.pull(account, row?.cursor ?? undefined, host, ticket);
    const events: Inbound[] = [];
    for (const item of items) {
      const reading = connector.read(item, account.settings, core.clock.now());
      if (reading.verified) events.push(...reading.events);
      else core.log.warn({ account: id, reason: reading.reason }, 'something pulled could not be read');
    }
    await recordFromChannel(core, account, events);
    if (cursor !== row?.cursor) {
      await core.db.query('update accounts set cursor = $3 where tenant_id = $1 and id = $2', [
        tenantId,
        id,
        cursor,
      ]);
    }
    return more;
  }

  private async following(): Promise<void> {
    const { core, account, stopping } = this;
    const { connector } = account;
    let failures = 0;
    while (connector.follow && !this.stopped) {
      if (!this.leader.leads()) {
        await this.rest(1_000);
        continue;
      }
      try {
        await connector.follow(account, core.hostOf(connector.channel), () => this.wake(), stopping.signal);
        failures = 0;
      } catch (error) {
        if (!this.stopped) core.log.warn({ error, account: account.id }, 'an account could not be followed');
        failures += 1;
      }
      // What came while nobody followed is pulled, not heard of.
      this.wake();
      if (!this.stopped)
        await this.rest(retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] ?? 1_000);
    }
  }

  private readonly resting = new Set<() => void>();

  /** Until it is woken, or for so long. */
  private rest(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.resting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.resting.add(end);
      this.wakeUp = () => {
        for (const one of this.resting) one();
      };
      if (this.woken) end();
    });
  }
}
