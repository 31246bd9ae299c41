import type { CustomerMessage } from '../conversations/message.js';
import type { ChannelAbilities, Opening } from '../ports/connector.js';
import type { Database, Transaction } from '../storage/database.js';
import { destinationOfCustomer } from './place.js';

/**
 * When a channel lets us write to one customer, and how often still: the ledger of one identity. It is kept by what we know
 * and put right by what the channel says (`SendError.window`), always towards less.
 */
export interface Window {
  opening: Opening;
  closesAt: number;
  /** How many messages it allowed; undefined: as many as we like. */
  sends?: number;
  used: number;
  /** Where the channel takes the answer to what the customer did last, not used yet. */
  reply?: string;
  watched: boolean;
}

type Reads = Pick<Database, 'query'>;

/** The customer did something that lets us write. What it replaces is what it outweighs: a glance shortens no letter's window. */
export async function openWindow(
  tx: Transaction,
  identity: { tenantId: string; id: string },
  { windows }: Pick<ChannelAbilities, 'windows'>,
  opened: { by: Opening; at: number; reply?: string },
): Promise<Window | undefined> {
  const allowed = windows?.[opened.by];
  if (!allowed) return undefined;
  // A visit takes the place of what is no use any more, or was a visit too.
  const replaces = `excluded.opened_at >= windows.opened_at and (excluded.opening = 'message' or windows.opening = 'visit'
    or windows.closes_at <= excluded.opened_at or windows.used >= windows.sends)`;
  // Where an answer is taken goes with what it answers: a greeting's address is none for words hours later.
  const replaced = ['opening', 'opened_at', 'closes_at', 'sends', 'used', 'reply'];
  const newer = (column: string) =>
    `${column} = case when ${replaces} then excluded.${column} else windows.${column} end`;
  const [row] = await tx.query<WindowRow>(
    // What left after the customer had written counts already, though we hear only now that they did; bubbles that went as
    // one message count once, by the first of them (`pieceName`).
    `insert into windows (tenant_id, identity_id, opening, opened_at, closes_at, sends, reply, used)
     values ($1, $2, $3, $4, $5, $6, $7, (
       select count(*)::int from outbox o where o.tenant_id = $1 and o.destination = $8 and o.kind = 'deliver'
          and o.state in ('sent', 'unknown') and o.settled_at >= $4 and not exists (
           select 1 from appearances a where a.tenant_id = $1 and a.message_id = o.message_id
              and a.external_id ~ '#[0-9]+$')))
     on conflict (tenant_id, identity_id) do update set ${replaced.map(newer).join(', ')}
     returning ${windowColumns}`,
    [
      identity.tenantId,
      identity.id,
      opened.by,
      new Date(opened.at),
      new Date(opened.at + allowed.ms),
      allowed.sends ?? null,
      opened.reply ?? null,
      destinationOfCustomer(identity.id),
    ],
  );
  return row && windowFrom(row);
}

export interface WindowRow extends Record<string, unknown> {
  opening: Opening;
  closes_at: Date;
  sends: number | null;
  used: number;
  reply: string | null;
  watched: boolean;
}

/** What is asked for of windows. */
export const windowColumns = 'opening, closes_at, sends, used, reply, watched';

export const windowFrom = (row: WindowRow): Window => ({
  opening: row.opening,
  closesAt: row.closes_at.getTime(),
  sends: row.sends ?? undefined,
  used: row.used,
  reply: row.reply ?? undefined,
  watched: row.watched,
});

export async function windowOf(db: Reads, tenantId: string, identityId: string): Promise<Window | undefined> {
  const [row] = await db.query<WindowRow>(
    `select ${windowColumns} from windows where tenant_id = $1 and identity_id = $2`,
    [tenantId, identityId],
  );
  return row && windowFrom(row);
}

/** How many more messages may be sent now. Without a window the customer has not written: none. */
export function leftIn(window: Window | undefined, now: number): number {
  if (!window || window.closesAt <= now) return 0;
  return window.sends === undefined ? Number.POSITIVE_INFINITY : Math.max(0, window.sends - window.used);
}

/** Whether anything may be sent now: an answer that the channel waits for is not counted. */
export const isOpen = (window: Window | undefined, now: number): boolean =>
  leftIn(window, now) > 0 || (window !== undefined && window.closesAt > now && window.reply !== undefined);

/** The statement that counts one more send; `used`: 0 where what was sent answers one message of the customer's, and counts nothing. */
export const countingSend = (given: Record<'tenantId' | 'identityId' | 'used' | 'reply', string>): string =>
  `update windows set used = used + ${given.used}, reply = case when reply = ${given.reply} then null else reply end
    where tenant_id = ${given.tenantId} and identity_id = ${given.identityId}`;

/** The channel says that there is less than we thought; or the customer has gone. */
export async function narrowWindow(
  tx: Transaction,
  tenantId: string,
  identityId: string,
  to: 'closed' | 'used',
  now: number,
): Promise<void> {
  await tx.query(
    to === 'used'
      ? `update windows set used = greatest(used, coalesce(sends, used)), sends = coalesce(sends, used), reply = null
          where tenant_id = $1 and identity_id = $2`
      : `update windows set closes_at = least(closes_at, $3), reply = null where tenant_id = $1 and identity_id = $2`,
    to === 'used' ? [tenantId, identityId] : [tenantId, identityId, new Date(now)],
  );
}

/** Whether sends there are counted or timed at all. */
export const hasWindows = ({ windows }: Pick<ChannelAbilities, 'windows'>): boolean => windows !== undefined;

/** A window of fewer than so many sends is too small to keep one for the rating. */
const reserveFrom = 3;

/**
 * Who goes first when few sends are left: an agent's words, the rating, the robot, Imdesk's own lines. The last one is kept
 * for the rating or an agent, the one before it from lines that can do without.
 */
export function mayUse(left: number, window: Window, message: CustomerMessage): boolean {
  if (left <= 0) return false;
  if (message.author.kind === 'agent' || message.content.type === 'rating') return true;
  const reserve = (window.sends ?? 0) >= reserveFrom ? 1 : 0;
  return left > (message.author.kind === 'system' ? 2 * reserve : reserve);
}

/** Lines of Imdesk wait so long for something to go with, where sends are counted: "已为您接入客服…" with the first reply. */
export const waitsForCompanyMs = 60_000;
