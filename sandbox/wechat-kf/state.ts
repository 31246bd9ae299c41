import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import type { Journal, Table } from '../kernel/journal.js';
import type { Account, Code, Customer, KfWorld, Line, Session } from './world.js';

const sessionMs = 48 * 3_600_000;

/** What 微信客服 of the enterprise holds. Rows are changed by putting them anew. */
export class KfState {
  readonly accounts: Table<Account>;
  readonly customers: Table<Customer>;
  readonly sessions: Table<Session>;
  readonly codes: Table<Code>;
  /** Tokens of pings: which account, and when. */
  readonly pingTokens: Table<{ account: string; at: number }>;
  readonly settings: Table<string>;
  readonly #table: Table<Line>;
  readonly #lines: Line[];

  constructor(
    journal: Journal,
    private readonly clock: Clock,
  ) {
    this.accounts = journal.table('wechat-kf.accounts');
    this.customers = journal.table('wechat-kf.customers');
    this.sessions = journal.table('wechat-kf.sessions');
    this.codes = journal.table('wechat-kf.codes');
    this.pingTokens = journal.table('wechat-kf.pingTokens');
    this.settings = journal.table('wechat-kf.settings');
    this.#table = journal.table('wechat-kf.lines');
    this.#lines = [...this.#table.values()].sort((a, b) => a.seq - b.seq);
  }

  load(world: KfWorld): void {
    this.settings.put('agentId', world.agentId);
    for (const { openKfId, name, servicers = [] } of world.accounts)
      this.accounts.put(openKfId, { openKfId, name, servicers });
    for (const { id, nickname, externalUserId, avatar = '', unionId } of world.customers)
      this.customers.put(id, {
        id,
        nickname,
        avatar,
        unionId,
        externalUserId: externalUserId ?? externalIdOf(id),
      });
  }

  get agentId(): string | undefined {
    return this.settings.get('agentId');
  }

  customerByExternal(externalUserId: unknown): Customer | undefined {
    return [...this.customers.values()].find((one) => one.externalUserId === externalUserId);
  }

  /** As it stands now: 48 hours after the customer's last word it has ended by itself. */
  session(account: string, customer: string): Session {
    const known = this.sessions.get(`${account} ${customer}`);
    if (!known) return { account, customer, state: 4, sends: 0 };
    const over = this.clock.now() - (known.wroteAt ?? 0) > sessionMs;
    return over && known.state !== 4 ? { ...known, state: 4, servicer: undefined } : known;
  }

  putSession(session: Session): void {
    this.sessions.put(`${session.account} ${session.customer}`, session);
  }

  /** All accounts share one sequence, as a cursor walks over all of them. */
  get lines(): readonly Line[] {
    return this.#lines;
  }

  add(line: Omit<Line, 'seq' | 'at'>): Line {
    const whole = { ...line, seq: (this.#lines.at(-1)?.seq ?? 0) + 1, at: this.clock.now() };
    this.#lines.push(whole);
    this.#table.put(whole.msgid, whole);
    return whole;
  }

  change(line: Line, changes: Partial<Line>): void {
    Object.assign(line, changes);
    this.#table.put(line.msgid, line);
  }

  line(msgid: unknown): Line | undefined {
    return typeof msgid === 'string' ? this.#table.get(msgid) : undefined;
  }

  linesOf(account: string, customer: string): Line[] {
    return this.#lines.filter((line) => line.account === account && line.customer === customer);
  }
}

const externalIdOf = (id: string): string =>
  `wm${createHash('sha256').update(`kf ${id}`).digest('base64url').slice(0, 30)}`;
