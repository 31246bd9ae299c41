import type { Clock, Ids } from '../clock.js';
import type { Logger } from '../log.js';
import type { Vault } from '../secrets/vault.js';
import { type Database, isRetryable, type Transaction } from '../storage/database.js';
import type { Tenants } from '../tenant.js';
import type { Entry, MailboxName } from './entry.js';
import type { Hint, Hints } from './hints.js';
import { type Lease, Leases } from './lease.js';
import { OneAtATime } from './one-at-a-time.js';
import type { Channels, Platforms, Scene } from './scene.js';

/** What one row means; `core/pipeline/handle.ts` is the real one. */
export type Handle = (scene: Scene, row: InboxRow) => Promise<void>;

export interface InboxRow {
  /** Also the id of the call, when the row is one. */
  id: string;
  mailbox: MailboxName;
  number: number;
  entry: Entry;
  attempts: number;
}

/** A row is tried this often before it is put aside so that those behind it can go on. */
const attemptsMax = 5;
const retryDelaysMs = [200, 1_000, 5_000, 20_000];
/** Timers may fire a little before the clock says so. */
const timerSlackMs = 5;
const rowsAtOnce = 50;
export const mailboxLeaseMs = 30_000;

class LeaseLost extends Error {}

/**
 * Step 4 of a message's way: whoever holds a mailbox's lease reads its unread rows in order, each in one transaction that
 * writes the new state, what follows from it, and "read", together.
 */
export class Reader {
  private readonly leases: Leases;
  private readonly reading = new OneAtATime();

  constructor(
    private readonly parts: {
      db: Database;
      clock: Clock;
      ids: Ids;
      hints: Hints;
      log: Logger;
      tenants: Tenants;
      platforms: Platforms;
      channels: Channels;
      vault: Vault;
      processId: string;
      handle: Handle;
      /** Tells whoever waits for it that a row was put aside. */
      putAside?: Handle;
      /** Asks to be called again for this mailbox after a while. */
      later(tenantId: string, mailbox: string, delayMs: number): void;
    },
  ) {
    this.leases = new Leases(parts.db, parts.clock, parts.processId, 'mailboxes', mailboxLeaseMs);
  }

  /** Reads a mailbox until it is empty, unless somebody else does. Resolves when this process is through with it. */
  read(tenantId: string, mailbox: string): Promise<void> {
    return this.reading.run(`${tenantId} ${mailbox}`, async () => {
      try {
        await this.readOnce(tenantId, mailbox);
      } catch (error) {
        this.parts.log.error({ error, mailbox }, 'a mailbox could not be read; it will be tried again');
        this.parts.later(tenantId, mailbox, 1_000);
      }
    });
  }

  /** Waits for what is being handled; nothing new is begun. */
  stop(): Promise<void> {
    return this.reading.stop();
  }

  private async readOnce(tenantId: string, mailbox: string): Promise<void> {
    let left: 'free' | 'more' | 'lost';
    do {
      const lease = await this.leases.take(tenantId, mailbox);
      if (!lease) return;
      for (const row of await this.unread(lease)) {
        if (this.reading.stopping) return this.leaveToOthers(lease);
        if (!(await this.handleRow(lease, row))) return;
      }
      left = await this.leases.releaseWhenIdle(lease);
    } while (left === 'more');
  }

  private async leaveToOthers(lease: Lease): Promise<void> {
    await this.leases.release(lease);
    this.parts.hints.give([{ kind: 'mailbox', tenantId: lease.tenantId, name: lease.name }]);
  }

  private unread(lease: Lease): Promise<InboxRow[]> {
    return this.parts.db.query<InboxRow & Record<string, unknown>>(
      `select id, mailbox, number, entry, attempts from inbox
        where tenant_id = $1 and mailbox = $2 and read_at is null order by number limit ${rowsAtOnce}`,
      [lease.tenantId, lease.name],
    );
  }

  /** False: stop reading, because the lease was lost or the row has to wait. */
  private async handleRow(lease: Lease, row: InboxRow): Promise<boolean> {
    const { db, clock, ids, hints, tenants, platforms, channels, vault, handle } = this.parts;
    const tenant = await tenants.get(lease.tenantId);
    const noted: Hint[] = [];
    try {
      await db.transaction(async (tx) => {
        if (!(await this.leases.hold(lease, tx))) throw new LeaseLost();
        const now = clock.now();
        const read = await tx.query(
          'update inbox set read_at = $4 where tenant_id = $1 and mailbox = $2 and number = $3 and read_at is null returning 1',
          [lease.tenantId, lease.name, row.number, new Date(now)],
        );
        const scene = { tx, tenant, now, ids, hints: noted, platforms, channels, vault };
        if (read.length > 0) await handle(scene, row);
      });
    } catch (error) {
      if (error instanceof LeaseLost) return false;
      return this.failed(lease, row, error);
    }
    hints.give(noted);
    return true;
  }

  /**
   * A row that failed waits a little and blocks what is behind it, so that order is kept; one that fails again and again
   * is put aside with its error, so that it harms nobody else. While the database is away nothing counts as a failure.
   */
  private async failed(lease: Lease, row: InboxRow, error: unknown): Promise<boolean> {
    const { db, clock, log, later } = this.parts;
    if (isRetryable(error)) {
      await this.leases.release(lease);
      later(lease.tenantId, lease.name, 100);
      return false;
    }
    const attempts = row.attempts + 1;
    const putAside = attempts >= attemptsMax;
    log.error(
      { error, mailbox: row.mailbox, row: row.id, attempts, putAside },
      'an inbox row could not be handled',
    );
    const note = (to: Pick<Transaction, 'query'>) =>
      to.query(
        `update inbox set attempts = $4, read_at = $5, error = $6 where tenant_id = $1 and mailbox = $2 and number = $3`,
        [
          lease.tenantId,
          lease.name,
          row.number,
          attempts,
          putAside ? new Date(clock.now()) : null,
          error instanceof Error ? error.message : String(error),
        ],
      );
    if (putAside) {
      await this.tellPutAside(lease, row, note);
      return true;
    }
    await note(db);
    const restMs = retryDelaysMs[attempts - 1] ?? 20_000;
    await this.leases.rest(lease, restMs);
    later(lease.tenantId, lease.name, restMs + timerSlackMs);
    return false;
  }

  /** Together, so that nobody is left untold; but what can't be told must not bring the row back. */
  private async tellPutAside(
    lease: Lease,
    row: InboxRow,
    note: (to: Pick<Transaction, 'query'>) => Promise<unknown>,
  ): Promise<void> {
    const { db, clock, ids, hints, log, tenants, platforms, channels, vault, putAside } = this.parts;
    const tenant = await tenants.get(lease.tenantId);
    const noted: Hint[] = [];
    try {
      await db.transaction(async (tx) => {
        await note(tx);
        const scene = { tx, tenant, now: clock.now(), ids, hints: noted, platforms, channels, vault };
        await putAside?.(scene, row);
      });
      hints.give(noted);
    } catch (error) {
      log.error({ error, row: row.id }, 'nobody could be told that a row was put aside');
      await note(db);
    }
  }
}
