import type { Clock, Ids } from '../clock.js';
import type { Logger } from '../log.js';
import type { Vault } from '../secrets/vault.js';
import { type Database, isRetryable, type Transaction } from '../storage/database.js';
import type { Tenant, Tenants } from '../tenant.js';
import type { Entry, MailboxName } from './entry.js';
import type { Hint, Hints } from './hints.js';
import { lockMailbox, noteFailure, takeUnread } from './mailbox.js';
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
/** So many rows of one mailbox are handled in one transaction, when they have piled up. */
export const rowsTogether = 16;
/** Who finds a mailbox with somebody else comes again after this time. */
const comeAgainMs = 100;

/** One of the rows read together has to be handled by itself. */
class Singly extends Error {}

/** What one transaction over a mailbox came to. */
type Step =
  /** `more`: as many as were asked for, so there may be more. */
  | { kind: 'read'; more: boolean }
  | { kind: 'taken' }
  /** Nothing was done: among the rows read together one could not be handled. */
  | { kind: 'singly' }
  | { kind: 'stop' };

/**
 * Step 4 of a message's way: whoever locks a mailbox handles its unread rows in order, in a transaction that writes the new
 * state, what follows from it, and "read", together. The transaction itself holds the lock, so nobody else can be in the
 * mailbox while it may still commit, and a reader that dies leaves nothing behind.
 */
export class Reader {
  private readonly reading = new OneAtATime();
  private readonly comingAgain = new Set<string>();

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
      handle: Handle;
      /** Tells whoever waits for it that a row was put aside. */
      putAside?: Handle;
      /** Asks to be called again for this mailbox after a while. */
      later(tenantId: string, mailbox: string, delayMs: number): void;
    },
  ) {}

  /**
   * Reads a mailbox until it is empty, unless somebody else does. Resolves when this process is through with it.
   * @param told  `all`: whoever reads it now was told the same and will look once more; `us`: we have to see to it that it is read
   */
  read(tenantId: string, mailbox: string, told: 'us' | 'all' = 'us'): Promise<void> {
    const key = `${tenantId} ${mailbox}`;
    this.comingAgain.delete(key);
    return this.reading.run(key, async () => {
      try {
        const isTaken = (await this.readAll(tenantId, mailbox)) === 'taken';
        if (isTaken && told === 'us') this.comeAgain(tenantId, mailbox);
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

  private comeAgain(tenantId: string, mailbox: string): void {
    const key = `${tenantId} ${mailbox}`;
    if (this.comingAgain.has(key)) return;
    this.comingAgain.add(key);
    this.parts.later(tenantId, mailbox, comeAgainMs);
  }

  private async readAll(tenantId: string, mailbox: string): Promise<'done' | 'taken'> {
    let atMost = rowsTogether;
    for (;;) {
      const step = await this.readSome(tenantId, mailbox, atMost);
      if (step.kind === 'taken') return 'taken';
      if (step.kind === 'singly') atMost = 1;
      else if (step.kind === 'stop' || !step.more) return 'done';
      if (this.reading.stopping) {
        this.parts.hints.pass([{ kind: 'mailbox', tenantId, name: mailbox }]);
        return 'done';
      }
    }
  }

  private async readSome(tenantId: string, mailbox: string, atMost: number): Promise<Step> {
    const { db, clock, hints, tenants, vault, later, handle } = this.parts;
    const noted: Hint[] = [];
    let rows: InboxRow[] | undefined;
    let at: InboxRow | undefined;
    // Before a connection is taken: transactions that each wait for another connection would wait for ever.
    const [tenant] = await Promise.all([tenants.get(tenantId), vault.ready(tenantId)]);
    try {
      await db.transaction(async (tx) => {
        rows = await takeUnread(tx, { tenantId, mailbox }, clock.now(), atMost);
        if (rows && rows.length > 1 && rows.some(({ attempts }) => attempts > 0)) throw new Singly();
        for (const row of rows ?? []) {
          at = row;
          await handle(this.sceneIn(tx, tenant, noted), row);
        }
      });
    } catch (error) {
      if (error instanceof Singly) return { kind: 'singly' };
      if (at === undefined) throw error;
      if (isRetryable(error)) {
        later(tenantId, mailbox, comeAgainMs);
        return { kind: 'stop' };
      }
      // Which of them it was shows when each has a transaction of its own; what was written for the others is written anew.
      if ((rows?.length ?? 0) > 1) return { kind: 'singly' };
      return this.failed(tenantId, at, error);
    }
    hints.give(noted);
    return rows === undefined ? { kind: 'taken' } : { kind: 'read', more: rows.length === atMost };
  }

  private sceneIn(tx: Transaction, tenant: Tenant, hints: Hint[]): Scene {
    const { clock, ids, platforms, channels, vault } = this.parts;
    return { tx, tenant, now: clock.now(), ids, hints, platforms, channels, vault };
  }

  /**
   * A row that failed waits a little and blocks what is behind it, so that order is kept; one that fails again and again
   * is put aside with its error, so that it harms nobody else. While the database is away nothing counts as a failure.
   */
  private async failed(tenantId: string, row: InboxRow, error: unknown): Promise<Step> {
    const { db, clock, log, later } = this.parts;
    const attempts = row.attempts + 1;
    const putAside = attempts >= attemptsMax;
    log.error(
      { error, mailbox: row.mailbox, row: row.id, attempts, putAside },
      'an inbox row could not be handled',
    );
    const why = error instanceof Error ? error.message : String(error);
    if (putAside) {
      await this.putAside(tenantId, row, why);
      return { kind: 'read', more: true };
    }
    const restMs = retryDelaysMs[attempts - 1] ?? 20_000;
    await db.transaction((tx) =>
      noteFailure(tx, { tenantId, row, why, attempts, restsUntil: clock.now() + restMs }),
    );
    later(tenantId, row.mailbox, restMs + timerSlackMs);
    return { kind: 'stop' };
  }

  /** Together, so that nobody is left untold; but what can't be told must not bring the row back. */
  private async putAside(tenantId: string, row: InboxRow, why: string): Promise<void> {
    const { db, clock, hints, log, tenants, putAside } = this.parts;
    const tenant = await tenants.get(tenantId);
    const noted: Hint[] = [];
    const failure = { tenantId, row, why, attempts: row.attempts + 1, readAt: clock.now() };
    try {
      await db.transaction(async (tx) => {
        // Whoever has locked it meanwhile fails with this row like us, and puts it aside.
        if (!(await lockMailbox(tx, { tenantId, mailbox: row.mailbox }))) return;
        const isOurs = await noteFailure(tx, failure);
        if (isOurs) await putAside?.(this.sceneIn(tx, tenant, noted), row);
      });
      hints.give(noted);
    } catch (error) {
      log.error({ error, row: row.id }, 'nobody could be told that a row was put aside');
      await db.transaction((tx) => noteFailure(tx, failure));
    }
  }
}
