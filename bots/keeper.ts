import type { Clock } from '../core/clock.js';
import type { Logger } from '../core/log.js';
import type { Socket, SocketEars } from '../core/ports/bot.js';
import type { Delivery, Response } from '../core/ports/delivery.js';

/** What the keeper waits with, passed in so that tests move time. Returns the way to forget it. */
export interface Timers {
  after(ms: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export interface KeeperParts {
  /** For logs: the workspace these connections are for. */
  name: string;
  open(ears: SocketEars): Promise<Socket>;
  /** Resolves to the frame to send back, once the delivery cannot be lost any more. */
  heard(delivery: Delivery): Promise<Response>;
  /** Nothing could be heard between these two moments; what was said then may never be delivered. */
  onGap(fromMs: number, toMs: number): void;
  /**
   * Somebody else opened the only connection there may be, and ours was thrown out. No other is opened until `resume`:
   * that would throw theirs out in turn, and so on without end.
   */
  onTaken?(reason: string): void;
  /**
   * Whether this process may be connected at all; asked at every round. For platforms where a second connection throws
   * out the first, it is the leader's lease. Time spent not leading is no gap: somebody else heard it, or should have.
   */
  leads?(): boolean;
  clock: Clock;
  timers: Timers;
  log: Logger;
  /** From 0 up to 1. */
  random(): number;
}

/** All in milliseconds but `size` and `missed`. */
export interface KeeperSettings {
  /** Connections kept open; at least two, so that one can be lost or replaced unnoticed. One where only one is allowed. */
  size: number;
  /** A connection is replaced after this long, whatever it looks like. */
  maxAgeMs: number;
  /** One that heard nothing but pongs for this long is replaced too: it looks no different from a deaf one. */
  quietMs: number;
  /** Deaf is who heard nothing for `deafMs` while the others heard `missed` deliveries. */
  deafMs: number;
  missed: number;
  /** How long an answer to a ping may take. */
  pongMs: number;
  /** Waits between attempts: the first, doubled each time, up to the last; each shortened at random by up to a half. */
  retryFirstMs: number;
  retryLastMs: number;
  /** Only who lives this long was worth opening; earlier ends count as failures. */
  provenMs: number;
  roundMs: number;
}

const minute = 60_000;

export const keeperSettings: KeeperSettings = {
  size: 2,
  maxAgeMs: 6 * 60 * minute,
  quietMs: 15 * minute,
  deafMs: minute,
  missed: 8,
  pongMs: 10_000,
  retryFirstMs: 1_000,
  retryLastMs: minute,
  provenMs: 30_000,
  roundMs: 2_000,
};

/** One connection and what is known of its hearing. */
interface Line {
  socket: Socket;
  openedAt: number;
  pingedAt: number;
  /** The last sign of any kind, and the last delivery. */
  aliveAt: number;
  heardAt: number;
  /** Deliveries the others heard since this one heard its last. */
  missed: number;
}

export interface Keeper {
  /** Connections that can be trusted to hear. */
  hearing(): number;
  /** Something may have changed, whether we lead above all: it is looked at now rather than at the next round. */
  look(): void;
  /** Opens connections again after somebody had taken the only one (`KeeperParts.onTaken`). */
  resume(): void;
  /** Closes everything, after what was heard has been answered, and opens nothing any more. */
  stop(): Promise<void>;
}

/**
 * Keeps long-lived connections open. One loop opens them, one at a time and never more than are missing, so that no
 * failure multiplies; a connection that is old, quiet or deaf is dropped only once its successor is open. One that is
 * silent, closed or not ours to hold is no connection. When somebody else takes the only one there may be, it stops and
 * says so. Knows no platform.
 */
export function keepConnected(parts: KeeperParts, settings: Partial<KeeperSettings> = {}): Keeper {
  return new Keeping(parts, { ...keeperSettings, ...settings });
}

class Keeping implements Keeper {
  readonly #parts: KeeperParts;
  readonly #settings: KeeperSettings;
  readonly #lines = new Set<Line>();
  readonly #closing = new Set<Promise<void>>();
  #opening: Promise<void> | undefined;
  #failures = 0;
  #retryAt = 0;
  /** Since when nothing can be heard; undefined while something can, and before the first connection. */
  #unheardSince: number | undefined;
  /** Since when a successor that is still being opened is the one who hears. */
  #handedOverAt: number | undefined;
  #forget: () => void = () => {};
  #taken = false;
  #stopped = false;

  constructor(parts: KeeperParts, settings: KeeperSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#round();
  }

  hearing(): number {
    return [...this.#lines].filter((line) => !this.#isSilent(line)).length;
  }

  look(): void {
    this.#round();
  }

  resume(): void {
    this.#taken = false;
    this.#round();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget();
    for (const line of this.#lines) this.#drop(line, 'stopped');
    await this.#opening;
    await Promise.all(this.#closing);
  }

  /** Looks at every connection, mends what it can, and comes back. */
  #round(): void {
    if (this.#stopped) return;
    this.#forget();
    const now = this.#parts.clock.now();
    if (this.#parts.leads?.() === false) {
      for (const line of this.#lines) this.#drop(line, 'another process leads');
      this.#unheardSince = undefined;
      this.#handedOverAt = undefined;
      // Whoever leads next finds out for themselves who else is there.
      this.#taken = false;
    } else {
      if (this.#isProven(now)) this.#failures = 0;
      for (const line of this.#lines) this.#pingIfDue(line, now);
      if (this.#wantsAnother() && now >= this.#retryAt && !this.#opening) this.#opening = this.#openOne();
      this.#noteSilence();
    }
    this.#forget = this.#parts.timers.after(this.#waitMs(now), () => this.#round());
  }

  #waitMs(now: number): number {
    const { roundMs } = this.#settings;
    const untilRetry = this.#retryAt - now;
    return this.#wantsAnother() && untilRetry > 0 ? Math.min(roundMs, untilRetry) : roundMs;
  }

  #wantsAnother(): boolean {
    if (this.#taken) return false;
    return [...this.#lines].filter((line) => this.#isWorn(line) === undefined).length < this.#settings.size;
  }

  /** All are there and have lasted: one that keeps failing beside a good one is still a failure. */
  #isProven(now: number): boolean {
    const { size, provenMs } = this.#settings;
    return this.#lines.size >= size && [...this.#lines].every(({ openedAt }) => now - openedAt >= provenMs);
  }

  #pingIfDue(line: Line, now: number): void {
    if (now - line.pingedAt < line.socket.pingEveryMs) return;
    line.pingedAt = now;
    line.socket.ping();
  }

  #isSilent({ socket, aliveAt }: Line): boolean {
    const { roundMs, pongMs } = this.#settings;
    return this.#parts.clock.now() - aliveAt > socket.pingEveryMs + roundMs + pongMs;
  }

  /** Why a connection should be replaced, if it should. */
  #isWorn(line: Line): string | undefined {
    const { maxAgeMs, quietMs, deafMs, missed } = this.#settings;
    const now = this.#parts.clock.now();
    if (this.#isSilent(line)) return 'silent';
    if (line.missed >= missed && now - line.heardAt >= deafMs) return 'deaf';
    if (now - line.openedAt >= maxAgeMs) return 'old';
    return now - line.heardAt >= quietMs ? 'quiet' : undefined;
  }

  async #openOne(): Promise<void> {
    const { clock, log, name } = this.#parts;
    let closed: string | undefined;
    let line: Line | undefined;
    const ears: SocketEars = {
      heard: (delivery) => this.#parts.heard(delivery),
      alive: (sign) => line && this.#noteSign(line, sign),
      closed: (reason, why) => {
        closed = reason;
        const isOurs = why === 'taken' && this.#isOurDoing(line);
        if (why === 'taken' && !isOurs) this.#giveWay(reason);
        if (line) this.#lose(line, reason, isOurs);
      },
    };
    try {
      const socket = await this.#parts.open(ears);
      const now = clock.now();
      line = { socket, openedAt: now, pingedAt: now, aliveAt: now, heardAt: now, missed: 0 };
      if (this.#stopped) {
        this.#close(line);
      } else if (closed === undefined) {
        this.#welcome(line);
      } else {
        throw new Error(closed);
      }
    } catch (error) {
      this.#unheardSince ??= this.#handedOverAt;
      this.#failures += 1;
      this.#retryLater();
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ name, reason, failures: this.#failures }, 'a connection could not be opened');
    } finally {
      this.#handedOverAt = undefined;
      this.#opening = undefined;
    }
    this.#round();
  }

  /** A new connection takes the place of the one that needs replacing most. */
  #welcome(line: Line): void {
    const { clock, log, name, onGap } = this.#parts;
    this.#noteSilence();
    const [replaced, reason] = this.#worst() ?? [];
    this.#lines.add(line);
    line.socket.ping();
    log.info({ name, open: this.#lines.size }, 'a connection is open');
    if (replaced) this.#drop(replaced, reason ?? 'one too many');
    if (this.#unheardSince !== undefined) onGap(this.#unheardSince, clock.now());
    this.#unheardSince = undefined;
  }

  /** The connection to drop for a new one: the one most worn; or, if that has recovered meanwhile, the oldest. */
  #worst(): [Line, string | undefined] | undefined {
    const order = ['silent', 'deaf', 'old', 'quiet', undefined];
    const [worst] = [...this.#lines]
      .map((line): [Line, string | undefined] => [line, this.#isWorn(line)])
      .sort(([a, one], [b, other]) => order.indexOf(one) - order.indexOf(other) || a.openedAt - b.openedAt);
    return worst && (worst[1] || this.#lines.size >= this.#settings.size) ? worst : undefined;
  }

  #noteSign(line: Line, sign: 'application' | 'ping'): void {
    const now = this.#parts.clock.now();
    line.aliveAt = now;
    if (sign === 'ping') return;
    for (const other of this.#lines) other.missed += 1;
    line.missed = 0;
    line.heardAt = now;
  }

  /** A successor of ours throws out the connection it replaces, and who leads after us throws out our last. */
  #isOurDoing(line: Line | undefined): boolean {
    const isReplaced = line !== undefined && (this.#opening !== undefined || !this.#lines.has(line));
    return isReplaced || this.#parts.leads?.() === false;
  }

  #giveWay(reason: string): void {
    if (this.#taken || this.#stopped) return;
    this.#taken = true;
    this.#parts.log.error({ name: this.#parts.name, reason }, 'somebody else has taken the connection');
    this.#parts.onTaken?.(reason);
  }

  /** It was closed by the other side or the network: the next one is opened soon, but not by everybody at once. */
  #lose(line: Line, reason: string, toSuccessor: boolean): void {
    if (!this.#lines.delete(line)) return;
    const { clock, log, name } = this.#parts;
    if (toSuccessor) {
      log.info({ name, reason }, 'a connection made way for its successor');
      this.#handedOverAt = clock.now();
      return;
    }
    if (clock.now() - line.openedAt < this.#settings.provenMs) this.#failures += 1;
    log.warn({ name, reason, open: this.#lines.size }, 'a connection was lost');
    this.#noteSilence(line);
    this.#retryLater();
    this.#round();
  }

  #drop(line: Line, reason: string): void {
    if (!this.#lines.delete(line)) return;
    this.#parts.log.info({ name: this.#parts.name, reason }, 'a connection is closed');
    this.#noteSilence(line);
    this.#close(line);
  }

  #close({ socket }: Line): void {
    const closing = socket
      .close()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.log.warn({ name: this.#parts.name, reason }, 'a connection did not close');
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Once nobody hears, remembers the last moment at which somebody surely did. */
  #noteSilence(lost?: Line): void {
    if (this.#unheardSince !== undefined || this.hearing() > 0) return;
    const known = lost ? [...this.#lines, lost] : [...this.#lines];
    if (known.length > 0) this.#unheardSince = Math.max(...known.map((line) => line.aliveAt));
  }

  #retryLater(): void {
    const { retryFirstMs, retryLastMs } = this.#settings;
    const fullMs = Math.min(retryLastMs, retryFirstMs * 2 ** Math.min(this.#failures, 20));
    const waitMs = fullMs * (1 - this.#parts.random() / 2);
    this.#retryAt = Math.max(this.#retryAt, this.#parts.clock.now() + waitMs);
  }
}
