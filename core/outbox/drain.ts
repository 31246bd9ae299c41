import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Hints } from '../pipeline/hints.js';
import { type Lease, releaseLease } from '../pipeline/lease.js';
import { OneAtATime } from '../pipeline/one-at-a-time.js';
import { type Certainty, SendError, type Sent } from '../ports/courier.js';
import { type Database, isRetryable } from '../storage/database.js';
import type { Composed, Composition, OutboxRow } from './compose.js';
import { Destinations, type OpenRow } from './destinations.js';
import { mergeable, merged, type Piece, pieceName } from './merge.js';
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

/** What is known to be open at a destination that we hold. */
interface Known {
  lease: Lease;
  rows: readonly OpenRow[];
  /** Of those that were marked as being sent. */
  begun?: true;
}

/**
 * Step 5 of a message's way: each destination's rows are sent in order by whoever holds its lease. A row that must wait
 * (a limit, a platform that is down) holds up those behind it, since order is a promise; one that is refused does not.
 */
export class Drain {
  private readonly destinations: Destinations;
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
    this.destinations = new Destinations(parts.db, parts.clock, parts.processId, destinationLeaseMs);
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
    const { destinations, draining } = this;
    const taken = await destinations.take(tenantId, destination);
    if (!taken) return;
    const { lease } = taken;
    for (let { rows } = taken; ; rows = await destinations.rows(lease)) {
      if (rows.length === 0 && (await destinations.leave(lease))) return;
      for (let at = 0; at < rows.length; ) {
        if (draining.stopping) return this.leaveToOthers(lease);
        const step = await this.process({ lease, rows: rows.slice(at) });
        if (step.left) return;
        if (step.waitMs > 0) {
          await releaseLease(this.parts.db, lease);
          return this.parts.later(tenantId, destination, step.waitMs);
        }
        at += step.done;
      }
    }
  }

  private async leaveToOthers(lease: Lease): Promise<void> {
    await releaseLease(this.parts.db, lease);
    this.parts.hints.give([{ kind: 'destination', tenantId: lease.tenantId, name: lease.name }]);
  }

  /** Sends the first of these rows, and those behind it that may go in the same message. */
  private async process(known: Known): Promise<Step> {
    const [row, ...following] = known.rows;
    if (!row) return passed(1);
    const { clock } = this.parts;
    const rest = (row.notBefore?.getTime() ?? 0) - clock.now();
    if (rest > 0) return waiting(rest);
    let composed: Composition;
    try {
      composed = await this.parts.compose(row);
    } catch (error) {
      return this.notComposed(known, row, error);
    }
    // What was tried already may have arrived, so that nobody can say it did not.
    const mayHaveArrived = row.kind === 'deliver' && row.state === 'sending';
    if (mayHaveArrived && ('nothing' in composed || 'refused' in composed)) {
      const window = 'refused' in composed ? composed.window : undefined;
      return this.end(known, row, { fate: 'unknown', reason: unknownFate, window });
    }
    if ('nothing' in composed) {
      const { nothing: reason, shows, follow } = composed;
      return this.end(known, row, { fate: 'dropped', reason, shows, follow });
    }
    if ('refused' in composed)
      return this.end(known, row, { fate: 'refused', reason: composed.refused, window: composed.window });
    if ('waitMs' in composed) {
      if (!this.isOverdue(row)) return waiting(composed.waitMs);
      return this.end(known, row, { fate: 'refused', reason: 'no place to send it to' });
    }

    const certainty = composed.courier.certainty(composed.out);
    if (row.state === 'sending' && !isSafeToRepeat(certainty, row, clock.now()))
      return this.end(known, row, { fate: 'unknown', reason: unknownFate }, composed);
    const first = { row, composed };
    const pieces = await mergeable(first, this.withRow(row, following), (next) => this.parts.compose(next));
    if (pieces.every((piece) => piece.composed.givesWay !== undefined)) return this.giveWay(known, pieces);
    const limits = composed.courier.limits(composed.out);
    const rows = pieces.map((piece) => piece.row);
    const begun = await this.destinations.begin(known.lease, rows, composed.source, limits);
    if (begun === 'lost') return waiting(leaseLostMs);
    if (begun === 'changed') return this.processAgain(known, row);
    if (begun !== 'begun') return waiting(begun.waitMs);
    return this.attempt({ ...known, begun: true }, pieces, merged(pieces, first), certainty);
  }

  /** Nothing that needs a send goes with them, and what is left is kept for what does. */
  private async giveWay(known: Known, pieces: readonly Piece<OpenRow>[]): Promise<Step> {
    let step = passed(0);
    for (const { row, composed } of pieces) {
      const { left } = await this.end(
        known,
        row,
        { fate: 'dropped', reason: composed.givesWay ?? '' },
        composed,
      );
      step = { ...step, done: step.done + 1, left };
    }
    return step;
  }

  /** Those right behind a row that may be sent now like it: none of them may have arrived already. */
  private withRow(row: OpenRow, following: readonly OpenRow[]): readonly OpenRow[] {
    const now = this.parts.clock.now();
    const isFree = (one: OpenRow) => one.state === 'pending' && (one.notBefore?.getTime() ?? 0) <= now;
    const end = following.findIndex((one) => !isFree(one));
    return isFree(row) ? following.slice(0, end < 0 ? undefined : end) : [];
  }

  /** Somebody wrote to it since it was read: it is looked at as it is now. */
  private async processAgain({ lease }: Known, before: OpenRow): Promise<Step> {
    const row = await this.destinations.row(before);
    return row ? this.process({ lease, rows: [row] }) : passed(1);
  }

  /** Tried again a few times, since a file may come back; while the database is away nothing counts as a failure. */
  private async notComposed(known: Known, row: OpenRow, error: unknown): Promise<Step> {
    if (isRetryable(error)) throw error;
    const { db, clock, log } = this.parts;
    const { fate, message } = asSendError(error);
    log.error({ error, row: row.id, kind: row.kind, attempts: row.attempts }, 'a send could not be composed');
    if (fate === 'refused' || row.attempts + 1 >= composedAtMost)
      return this.end(known, row, { fate: 'refused', reason: message });
    const delayMs = retryDelaysMs[row.attempts] ?? 1_000;
    await db.query(
      `update outbox set attempts = attempts + 1, not_before = $4, error = $5
        where tenant_id = $1 and destination = $2 and number = $3`,
      [row.tenantId, row.destination, row.number, new Date(clock.now() + delayMs), message],
    );
    return waiting(delayMs);
  }

  private async attempt(
    known: Known,
    pieces: readonly Piece<OpenRow>[],
    composed: Composed,
    certainty: Certainty,
  ): Promise<Step> {
    let sent: Sent;
    try {
      sent = await composed.courier.send(composed.out, composed.key);
    } catch (error) {
      return this.failed(known, pieces, composed, certainty, asSendError(error));
    }
    let left: boolean | undefined;
    for (const [at, piece] of pieces.entries()) {
      const named = { ...sent, messageId: pieceName(sent.messageId, at) };
      const stands = asItStands(piece.row, at === 0 ? composed : uncounted(piece.composed));
      left = (await this.end(known, piece.row, { fate: 'sent', sent: named }, stands)).left;
    }
    return { ...passed(pieces.length), left };
  }

  private async failed(
    known: Known,
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
      return this.attempt(known, pieces, plain, composed.courier.certainty(plain.out));
    }
    const step = passed(pieces.length);
    for (const [at, { row, composed: own }] of pieces.entries()) {
      const failed = at === 0 ? { ...own, out: composed.out } : uncounted(own);
      const { waitMs, left } = await this.failedOne(known, row, failed, certainty, error);
      Object.assign(step, { waitMs: Math.max(step.waitMs, waitMs), left });
    }
    return step.waitMs > 0 ? waiting(step.waitMs) : step;
  }

  private async failedOne(
    known: Known,
    row: OpenRow,
    composed: Composed,
    certainty: Certainty,
    error: SendError,
  ): Promise<Step> {
    const { clock } = this.parts;
    if (error.fate === 'refused' || this.isOverdue(row))
      return this.end(known, row, { fate: 'refused', reason: error.message, window: error.window }, composed);
    const attempted: OpenRow = {
      ...row,
      state: 'sending',
      firstTriedAt: row.firstTriedAt ?? new Date(clock.now()),
    };
    if (error.fate === 'unknown' && !isSafeToRepeat(certainty, attempted, clock.now()))
      return this.end(known, row, { fate: 'unknown', reason: error.message }, composed);
    const delay =
      error.retryAfterMs ?? retryDelaysMs[Math.min(row.attempts, retryDelaysMs.length - 1)] ?? 1_000;
    await this.retryLater(known.lease, row, error, delay);
    return waiting(delay);
  }

  private async retryLater(lease: Lease, row: OpenRow, error: SendError, delayMs: number): Promise<void> {
    const { db, clock } = this.parts;
    const isOurs =
      'exists (select 1 from destinations d where d.tenant_id = $1 and d.name = $2 and d.fence = $4)';
    if (row.kind === 'draw' && error.fate === 'later') {
      // A newer drawing of the same card may be asked for already: it shows everything this one would.
      const dropped = await db.query(
        `update outbox set state = 'dropped', settled_at = $5
          where tenant_id = $1 and destination = $2 and number = $3 and ${isOurs} and exists (
           select 1 from outbox newer where newer.tenant_id = $1 and newer.card_id = outbox.card_id
             and newer.state = 'pending') returning 1`,
        [row.tenantId, row.destination, row.number, lease.fence, new Date(clock.now())],
      );
      if (dropped.length > 0) return;
    }
    await db.query(
      `update outbox set state = $5, not_before = $6, error = $7
        where tenant_id = $1 and destination = $2 and number = $3 and ${isOurs}`,
      [
        row.tenantId,
        row.destination,
        row.number,
        lease.fence,
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

  /** A row has come to its end; after the last that is known of the lease is given up with it. */
  private async end(known: Known, row: OpenRow, fate: Fate, composed?: Composed): Promise<Step> {
    const { db, clock, hints } = this.parts;
    const { lease, begun = false } = known;
    const leaving = known.rows.at(-1)?.number === row.number;
    const held = { row, lease, begun, leaving };
    const { settled, left, ...more } = await settle(db, clock.now(), held, fate, composed);
    hints.give(more.hints);
    return settled || fate.fate === 'sent' ? { ...passed(1), left } : this.processAgain(known, row);
  }
}

/** What a step came to: so many rows are done with, or the destination has to wait; or it was `left`, as nothing else was open. */
interface Step {
  waitMs: number;
  done: number;
  left?: boolean;
}

const waiting = (waitMs: number): Step => ({ waitMs, done: 0 });
const passed = (done: number): Step => ({ waitMs: 0, done });

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
