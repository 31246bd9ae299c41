import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Hints } from '../pipeline/hints.js';
import { type Lease, Leases } from '../pipeline/lease.js';
import { OneAtATime } from '../pipeline/one-at-a-time.js';
import { type Certainty, SendError, type Sent } from '../ports/courier.js';
import { type Database, isRetryable } from '../storage/database.js';
import type { Composed, Composition, OutboxRow } from './compose.js';
import { takeTurn } from './limits.js';
import { mergeable, merged, type Piece, pieceName, piecesMax } from './merge.js';
import { type Fate, settle } from './settle.js';

/** A send that stays impossible for this long is given up and shown, rather than arriving when nobody expects it. */
const givenUpAfterMs = 24 * 3_600_000;
const retryDelaysMs = [500, 2_000, 5_000, 15_000, 60_000, 300_000];
/** What can't even be put together (a file that is away, a row nobody can read) holds up those behind it no longer. */
const composedAtMost = 6;
/** Somebody else drains it now; the sweeper looks whether they still do. */
const leaseLostMs = 1_000;
const unknownFate = 'it is not known whether the last attempt arrived';
export const destinationLeaseMs = 60_000;

class Changed extends Error {}

interface OpenRow extends OutboxRow, Record<string, unknown> {
  number: number;
  state: 'pending' | 'sending';
  attempts: number;
  firstTriedAt: Date | null;
  notBefore: Date | null;
  createdAt: Date;
  /** Another one as soon as anybody writes to the row. */
  stamp: string;
}

const openColumns = `id, tenant_id as "tenantId", destination, number, kind, body, message_id as "messageId",
  card_id as "cardId", state, attempts, first_tried_at as "firstTriedAt", not_before as "notBefore",
  created_at as "createdAt", xmin::text as stamp`;

/**
 * Step 5 of a message's way: each destination's rows are sent in order by whoever holds its lease. A row that must wait
 * (a limit, a platform that is down) holds up those behind it, since order is a promise; one that is refused does not.
 */
export class Drain {
  private readonly leases: Leases;
  private readonly draining = new OneAtATime();

  constructor(
    private readonly parts: {
      db: Database;
      clock: Clock;
      hints: Hints;
      log: Logger;
      processId: string;
      compose(row: OutboxRow): Promise<Composition>;
      later(tenantId: string, destination: string, delayMs: number): void;
    },
  ) {
    this.leases = new Leases(parts.db, parts.clock, parts.processId, 'destinations', destinationLeaseMs);
  }

  /** Sends what a destination has, unless somebody else does. Resolves when this process is through with it. */
  drain(tenantId: string, destination: string): Promise<void> {
    return this.draining.run(`${tenantId} ${destination}`, async () => {
      try {
        await this.drainOnce(tenantId, destination);
      } catch (error) {
        this.parts.log.error(
          { error, destination },
          'a destination could not be drained; it will be tried again',
        );
        this.parts.later(tenantId, destination, 1_000);
      }
    });
  }

  stop(): Promise<void> {
    return this.draining.stop();
  }

  private async drainOnce(tenantId: string, destination: string): Promise<void> {
    let left: 'free' | 'more' | 'lost';
    do {
      const lease = await this.leases.take(tenantId, destination);
      if (!lease) return;
      const rows = await this.openRows(lease);
      for (let at = 0; at < rows.length; ) {
        if (this.draining.stopping) return this.leaveToOthers(lease);
        const { waitMs, done } = await this.process(lease, rows.slice(at));
        if (waitMs > 0) {
          await this.leases.release(lease);
          return this.parts.later(tenantId, destination, waitMs);
        }
        at += done;
      }
      left = await this.leases.releaseWhenIdle(lease);
    } while (left === 'more');
  }

  private async leaveToOthers(lease: Lease): Promise<void> {
    await this.leases.release(lease);
    this.parts.hints.give([{ kind: 'destination', tenantId: lease.tenantId, name: lease.name }]);
  }

  private openRows(lease: Lease): Promise<OpenRow[]> {
    return this.parts.db.query<OpenRow>(
      `select ${openColumns} from outbox
        where tenant_id = $1 and destination = $2 and state in ('pending', 'sending') order by number limit ${piecesMax}`,
      [lease.tenantId, lease.name],
    );
  }

  /** Sends the first of these rows, and those behind it that may go in the same message. */
  private async process(lease: Lease, [row, ...following]: readonly OpenRow[]): Promise<Step> {
    if (!row) return passed(1);
    const { clock } = this.parts;
    const rest = (row.notBefore?.getTime() ?? 0) - clock.now();
    if (rest > 0) return waiting(rest);
    let composed: Composition;
    try {
      composed = await this.parts.compose(row);
    } catch (error) {
      return stepOf(await this.notComposed(row, error));
    }
    // What was tried already may have arrived, so that nobody can say it did not.
    const mayHaveArrived = row.kind === 'deliver' && row.state === 'sending';
    if (mayHaveArrived && ('nothing' in composed || 'refused' in composed)) {
      const window = 'refused' in composed ? composed.window : undefined;
      await this.end(row, { fate: 'unknown', reason: unknownFate, window });
      return passed(1);
    }
    if ('nothing' in composed) {
      const { nothing: reason, shows, follow } = composed;
      await this.end(row, { fate: 'dropped', reason, shows, follow });
      return passed(1);
    }
    if ('refused' in composed) {
      await this.end(row, { fate: 'refused', reason: composed.refused, window: composed.window });
      return passed(1);
    }
    if ('waitMs' in composed) {
      if (!this.isOverdue(row)) return waiting(composed.waitMs);
      await this.end(row, { fate: 'refused', reason: 'no place to send it to' });
      return passed(1);
    }

    const certainty = composed.courier.certainty(composed.out);
    if (row.state === 'sending' && !isSafeToRepeat(certainty, row, clock.now())) {
      await this.end(row, { fate: 'unknown', reason: unknownFate }, composed);
      return passed(1);
    }
    const first = { row, composed };
    const together = () => mergeable(first, this.withRow(row, following), (next) => this.parts.compose(next));
    if (composed.givesWay !== undefined) {
      const yielding = await together();
      if (yielding.every((piece) => piece.composed.givesWay !== undefined)) return this.giveWay(yielding);
    }
    const account = { tenantId: row.tenantId, source: composed.source };
    const turn = await takeTurn(this.parts.db, clock, account, composed.courier.limits(composed.out));
    if (turn > 0) return waiting(turn);
    const pieces = await together();
    const begun = await this.begin(lease, pieces);
    if (begun === 'lost') return waiting(leaseLostMs);
    if (begun === 'changed') return this.processAgain(lease, row);
    return this.attempt(pieces, merged(pieces, first), certainty);
  }

  /** Nothing that needs a send goes with them, and what is left is kept for what does. */
  private async giveWay(pieces: readonly Piece<OpenRow>[]): Promise<Step> {
    for (const { row, composed } of pieces)
      await this.end(row, { fate: 'dropped', reason: composed.givesWay ?? '' }, composed);
    return passed(pieces.length);
  }

  /** Those right behind a row that may be sent now like it: none of them may have arrived already. */
  private withRow(row: OpenRow, following: readonly OpenRow[]): readonly OpenRow[] {
    const now = this.parts.clock.now();
    const isFree = (one: OpenRow) => one.state === 'pending' && (one.notBefore?.getTime() ?? 0) <= now;
    const end = following.findIndex((one) => !isFree(one));
    return isFree(row) ? following.slice(0, end < 0 ? undefined : end) : [];
  }

  /**
   * Marks the rows as being sent, before anything leaves: if we die now, the next holder knows that they may have. `changed`:
   * somebody asked for this drawing again after it was composed (`core/cards/post.ts`), so it may show too little; or one of
   * the messages was taken back, so none of them goes as composed.
   */
  private async begin(
    lease: Lease,
    pieces: readonly Piece<OpenRow>[],
  ): Promise<'begun' | 'changed' | 'lost'> {
    const { db, clock } = this.parts;
    const rows = pieces.map(({ row }) => row);
    const beginning = db.transaction(async (tx) => {
      if (!(await this.leases.hold(lease, tx))) return 'lost' as const;
      const begun = await tx.query(
        `update outbox set state = 'sending', attempts = attempts + 1, first_tried_at = coalesce(first_tried_at, $3)
           from unnest($4::bigint[], $5::text[]) as row (number, stamp)
          where tenant_id = $1 and destination = $2 and outbox.number = row.number and outbox.xmin::text = row.stamp
         returning 1`,
        [
          lease.tenantId,
          lease.name,
          new Date(clock.now()),
          rows.map((row) => row.number),
          rows.map((row) => row.stamp),
        ],
      );
      // None of them is marked as being sent then.
      if (begun.length < rows.length) throw new Changed();
      return 'begun' as const;
    });
    return beginning.catch((error: unknown) => {
      if (error instanceof Changed) return 'changed';
      throw error;
    });
  }

  private async processAgain(lease: Lease, { tenantId, destination, number }: OpenRow): Promise<Step> {
    const [row] = await this.parts.db.query<OpenRow>(
      `select ${openColumns} from outbox
        where tenant_id = $1 and destination = $2 and number = $3 and state in ('pending', 'sending')`,
      [tenantId, destination, number],
    );
    return row ? this.process(lease, [row]) : passed(1);
  }

  /** Tried again a few times, since a file may come back; while the database is away nothing counts as a failure. */
  private async notComposed(row: OpenRow, error: unknown): Promise<number> {
    if (isRetryable(error)) throw error;
    const { db, clock, log } = this.parts;
    const { fate, message } = asSendError(error);
    log.error({ error, row: row.id, kind: row.kind, attempts: row.attempts }, 'a send could not be composed');
    if (fate === 'refused' || row.attempts + 1 >= composedAtMost)
      return this.end(row, { fate: 'refused', reason: message });
    const delayMs = retryDelaysMs[row.attempts] ?? 1_000;
    await db.query(
      `update outbox set attempts = attempts + 1, not_before = $4, error = $5
        where tenant_id = $1 and destination = $2 and number = $3`,
      [row.tenantId, row.destination, row.number, new Date(clock.now() + delayMs), message],
    );
    return delayMs;
  }

  private async attempt(
    pieces: readonly Piece<OpenRow>[],
    composed: Composed,
    certainty: Certainty,
  ): Promise<Step> {
    let sent: Sent;
    try {
      sent = await composed.courier.send(composed.out, composed.key);
    } catch (error) {
      return this.failed(pieces, composed, certainty, asSendError(error));
    }
    for (const [at, piece] of pieces.entries()) {
      const named = { ...sent, messageId: pieceName(sent.messageId, at) };
      await this.end(
        piece.row,
        { fate: 'sent', sent: named },
        asItStands(piece.row, at === 0 ? composed : uncounted(piece.composed)),
      );
    }
    return passed(pieces.length);
  }

  private async failed(
    pieces: readonly Piece<OpenRow>[],
    composed: Composed,
    certainty: Certainty,
    error: SendError,
  ): Promise<Step> {
    const { log } = this.parts;
    const ids = pieces.map(({ row }) => row.id);
    log.warn(
      { fate: error.fate, code: error.code, reason: error.message, rows: ids, kind: pieces[0]?.row.kind },
      'a send did not succeed',
    );
    if (error.fate === 'refused' && error.fallback && composed.plain) {
      const plain = { ...composed, out: composed.plain, key: plainKey(composed.key), plain: undefined };
      return this.attempt(pieces, plain, composed.courier.certainty(plain.out));
    }
    let waitMs = 0;
    for (const [at, { row, composed: own }] of pieces.entries()) {
      const failed = at === 0 ? { ...own, out: composed.out } : uncounted(own);
      waitMs = Math.max(waitMs, await this.failedOne(row, failed, certainty, error));
    }
    return waitMs > 0 ? waiting(waitMs) : passed(pieces.length);
  }

  /** Returns how long to wait before it is tried again: 0 when it has come to its end. */
  private async failedOne(
    row: OpenRow,
    composed: Composed,
    certainty: Certainty,
    error: SendError,
  ): Promise<number> {
    const { clock } = this.parts;
    if (error.fate === 'refused' || this.isOverdue(row))
      return this.end(row, { fate: 'refused', reason: error.message, window: error.window }, composed);
    const attempted: OpenRow = {
      ...row,
      state: 'sending',
      firstTriedAt: row.firstTriedAt ?? new Date(clock.now()),
    };
    if (error.fate === 'unknown' && !isSafeToRepeat(certainty, attempted, clock.now())) {
      return this.end(row, { fate: 'unknown', reason: error.message }, composed);
    }
    const delay =
      error.retryAfterMs ?? retryDelaysMs[Math.min(row.attempts, retryDelaysMs.length - 1)] ?? 1_000;
    await this.retryLater(row, error, delay);
    return delay;
  }

  private async retryLater(row: OpenRow, error: SendError, delayMs: number): Promise<void> {
    const { db, clock } = this.parts;
    if (row.kind === 'draw' && error.fate === 'later') {
      // A newer drawing of the same card may be asked for already: it shows everything this one would.
      const dropped = await db.query(
        `update outbox set state = 'dropped', settled_at = $3 where tenant_id = $1 and id = $2 and exists (
           select 1 from outbox newer where newer.tenant_id = $1 and newer.card_id = outbox.card_id
             and newer.state = 'pending') returning 1`,
        [row.tenantId, row.id, new Date(clock.now())],
      );
      if (dropped.length > 0) return;
    }
    await db.query(
      `update outbox set state = $4, not_before = $5, error = $6 where tenant_id = $1 and destination = $2 and number = $3`,
      [
        row.tenantId,
        row.destination,
        row.number,
        // An earlier attempt may have arrived, whatever became of this one.
        error.fate === 'unknown' || row.state === 'sending' ? 'sending' : 'pending',
        new Date(clock.now() + delayMs),
        error.message,
      ],
    );
  }

  private isOverdue(row: OpenRow): boolean {
    return this.parts.clock.now() - row.createdAt.getTime() > givenUpAfterMs;
  }

  private async end(row: OpenRow, fate: Fate, composed?: Composed): Promise<number> {
    const { db, clock, hints } = this.parts;
    hints.give(await settle(db, clock.now(), row, fate, composed));
    return 0;
  }
}

/** What a step came to: so many rows are done with, or the destination has to wait. */
interface Step {
  waitMs: number;
  done: number;
}

const waiting = (waitMs: number): Step => ({ waitMs, done: 0 });
const passed = (done: number): Step => ({ waitMs: 0, done });
const stepOf = (waitMs: number): Step => (waitMs > 0 ? waiting(waitMs) : passed(1));

/**
 * A card whose first attempt may have arrived: what stands there is what that one showed, since the other side takes a
 * repeat for the same send. It counts as not drawn yet, so that whatever has changed since is drawn over it.
 */
function asItStands(row: OpenRow, composed: Composed): Composed {
  return row.state === 'sending' && composed.out.kind === 'card' && composed.shows
    ? { ...composed, shows: { ...composed.shows, version: 0 } }
    : composed;
}

/** What went in one message counts as one. */
const uncounted = (composed: Composed): Composed => ({ ...composed, counts: undefined });

/** A send whose fate is unknown may go again only where a repeat has no second effect. */
function isSafeToRepeat(certainty: Certainty, row: OpenRow, now: number): boolean {
  if (certainty.kind === 'repeatable') return true;
  return certainty.kind === 'keyed' && now - (row.firstTriedAt?.getTime() ?? now) < certainty.lifeMs;
}

const plainKey = (key: string): string => `${key}-plain`;

function asSendError(error: unknown): SendError {
  if (error instanceof SendError) return error;
  return new SendError('unknown', 'internal', error instanceof Error ? error.message : String(error));
}
