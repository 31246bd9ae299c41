import type { Core } from '../core.js';
import { Leader } from '../pipeline/leader.js';
import type { Delivery } from '../ports/delivery.js';
import type { Inbound } from '../ports/inbound.js';
import { recordFromChannel } from '../receive.js';
import type { Account } from './accounts.js';
import { ticketOf } from './pull-ticket.js';
import type { PullPace } from './puller.js';
import { Rest } from './rest.js';

/** One account, pulled again and again by whichever process leads. */
export class Pulling {
  private readonly leader: Leader;
  private readonly stopping = new AbortController();
  private readonly running: Promise<unknown>;
  /** What it rests in until there is something to pull. */
  private readonly rest = new Rest();
  private readonly followRest = new Rest();

  constructor(
    private readonly core: Core,
    private readonly account: Account,
    processId: string,
    private readonly pace: PullPace,
  ) {
    const { db, clock, log, hints } = core;
    const parts = { db, clock, log, hints, processId };
    this.leader = new Leader(parts, account.tenantId, `pull:${account.id}`);
    this.running = Promise.all([this.pulling(), this.following()]);
  }

  get version(): string {
    return this.account.version;
  }

  wake(): void {
    this.rest.wake();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.rest.end();
    this.followRest.end();
    await this.running;
    await this.leader.stop();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async pulling(): Promise<void> {
    let failures = 0;
    await this.leader.asked();
    while (!this.stopped) {
      if (!this.leader.leads()) {
        await this.rest.sleep(this.pace.leadEveryMs);
        continue;
      }
      try {
        const more = await this.rest.attentively(() => this.pullOnce());
        failures = 0;
        if (!more) await this.rest.untilWoken(this.account.connector.pullEveryMs ?? this.pace.pullEveryMs);
      } catch (error) {
        this.core.log.warn({ error, account: this.account.id }, 'an account could not be pulled');
        await this.afterFailure(failures);
        failures += 1;
      }
    }
  }

  /** A hint may say that the channel is back; but a channel that is down is not asked as often as it calls. */
  private async afterFailure(failures: number): Promise<void> {
    const [first = 0] = this.pace.retryDelaysMs;
    await this.rest.sleep(first);
    await this.rest.untilWoken(this.delayAfter(failures) - first);
  }

  private delayAfter(failures: number): number {
    const { retryDelaysMs } = this.pace;
    return retryDelaysMs[Math.min(failures, retryDelaysMs.length - 1)] ?? 0;
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
    if (!row) return false;
    const ticket = await ticketOf(core, account);
    const host = core.hostOf(connector.channel);
    const { items, cursor, more } = await connector.pull(account, row.cursor ?? undefined, host, ticket);
    await recordFromChannel(
      core,
      account,
      items.flatMap((item) => this.eventsIn(item)),
    );
    if (cursor !== row.cursor) {
      // Whoever led meanwhile may be further on already.
      await core.db.query(
        'update accounts set cursor = $3 where tenant_id = $1 and id = $2 and cursor is not distinct from $4',
        [tenantId, id, cursor, row.cursor],
      );
    }
    return more;
  }

  /** One item that can't be read keeps those behind it from nothing. */
  private eventsIn(item: Delivery): Inbound[] {
    const { core, account } = this;
    const { id, connector, settings } = account;
    try {
      const reading = connector.read(item, settings, core.clock.now());
      if (reading.verified) return reading.events;
      core.log.warn({ account: id, reason: reading.reason }, 'something pulled could not be read');
    } catch (error) {
      core.log.error({ account: id, error }, 'something pulled could not be read');
    }
    return [];
  }

  private async following(): Promise<void> {
    const { core, account, stopping, followRest } = this;
    const { connector } = account;
    let failures = 0;
    await this.leader.asked();
    while (connector.follow && !this.stopped) {
      if (!this.leader.leads()) {
        await followRest.sleep(this.pace.leadEveryMs);
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
      await followRest.sleep(this.delayAfter(Math.max(0, failures - 1)));
    }
  }
}
