import { z } from 'zod';
import { bringBackCard, followCard } from '../cards/follow.js';
import { identityMailbox } from '../pipeline/entry.js';
import type { Hint } from '../pipeline/hints.js';
import type { Lease } from '../pipeline/lease.js';
import type { Sent } from '../ports/courier.js';
import type { Database, Transaction } from '../storage/database.js';
import type { Composed, OutboxRow, Shows } from './compose.js';
import type { OpenRow } from './destinations.js';
import { identityOfDestination } from './place.js';
import { settlement } from './settlement.js';
import { narrowWindow } from './windows.js';

/** What a send came to. `dropped`: there was no more sense in it; `follow`: but a new card has to say what this one can't. */
export type Fate =
  | { fate: 'sent'; sent: Sent }
  | { fate: 'dropped'; reason: string; shows?: Shows; follow?: boolean }
  | Missed;

interface Missed {
  fate: 'refused' | 'unknown';
  reason: string;
  /** The channel does not let us write now. */
  window?: 'closed' | 'used';
}

/** A row of a destination that we hold. */
export interface Held {
  row: OpenRow;
  lease: Lease;
  /** It was marked as being sent. */
  begun: boolean;
  /** The lease is to be given up with it, if nothing else is open. */
  leaving: boolean;
}

/**
 * Writes down what became of a send, and all that follows from it, in one transaction. A message that did not reach its
 * customer, or its agent, for sure comes back to the conversation, so that the agent sees it.
 *
 * `settled` false: somebody wrote to the row since it was read, or has our lease, and nothing was written. `left`: the lease
 * was given up.
 */
export async function settle(
  db: Database,
  now: number,
  held: Held,
  fate: Fate,
  composed?: Composed,
): Promise<{ settled: boolean; left: boolean; hints: Hint[] }> {
  const at = new Date(now);
  if (!isAsking(fate)) return { ...(await settlement(db, held, fate, composed, at)), hints: [] };
  return db.transaction(async (tx) => {
    const written = await settlement(tx, held, fate, composed, at);
    return { ...written, hints: written.settled ? await followed(tx, held.row, fate, composed, at) : [] };
  });
}

/** Whether what follows has to be found out first. */
const isAsking = (fate: Fate): boolean =>
  fate.fate === 'refused' || fate.fate === 'unknown' || (fate.fate === 'dropped' && fate.follow === true);

async function followed(
  tx: Transaction,
  row: OutboxRow,
  fate: Fate,
  composed: Composed | undefined,
  at: Date,
): Promise<Hint[]> {
  if (fate.fate === 'refused' || fate.fate === 'unknown') return missed(tx, row, fate, composed, at);
  return row.cardId === null ? [] : followCard(tx, { tenantId: row.tenantId, id: row.cardId }, at);
}

async function missed(
  tx: Transaction,
  row: OutboxRow,
  fate: Missed,
  composed: Composed | undefined,
  at: Date,
): Promise<Hint[]> {
  if (row.kind === 'draw' && row.cardId !== null)
    return notDrawn(tx, { tenantId: row.tenantId, id: row.cardId }, composed?.shows, at);
  if (row.kind === 'relay') return notShown(tx, row, at);
  const identityId = identityOfDestination(row.destination);
  if (identityId === undefined) return [];
  if (fate.window) await narrowWindow(tx, row.tenantId, identityId, fate.window, at.getTime());
  if (row.kind === 'recall' || row.kind === 'edit') {
    const { reason } = fate;
    return toMailbox(
      tx,
      row,
      identityId,
      {
        ...{ kind: 'unchanged', messageId: row.messageId, wanted: row.kind, reason },
        ...z.object({ before: z.unknown().optional() }).parse(row.body),
      },
      at,
    );
  }
  if (row.kind !== 'deliver') return [];
  const delivery = fate.fate === 'refused' ? 'failed' : 'unknown';
  await tx.query('update messages set delivery = $3 where tenant_id = $1 and id = $2', [
    row.tenantId,
    row.messageId,
    delivery,
  ]);
  const { reason, window } = fate;
  return toMailbox(
    tx,
    row,
    identityId,
    { kind: 'undelivered', messageId: row.messageId, fate: delivery, reason, window },
    at,
  );
}

/**
 * A card that was not posted is none, and the one before it is the newest again. One that could not be changed says less
 * than the truth as long as it decides on the same still, and is tried again with the next change; else a new one follows.
 */
async function notDrawn(
  tx: Transaction,
  card: { tenantId: string; id: string },
  shows: Shows | undefined,
  at: Date,
): Promise<Hint[]> {
  const [posted] =
    shows === undefined
      ? []
      : await tx.query<{ same: boolean }>(
          `update cards set drawn_version = greatest(drawn_version, case when drawn_phase = $4 then $3::bigint end)
            where tenant_id = $1 and id = $2 and external_id is not null returning drawn_phase = $4 as same`,
          [card.tenantId, card.id, shows.version, shows.phase],
        );
  if (posted) return posted.same ? [] : followCard(tx, card, at);
  await tx.query('update cards set retired_at = $3 where tenant_id = $1 and id = $2', [
    card.tenantId,
    card.id,
    at,
  ]);
  return bringBackCard(tx, card, at);
}

async function toMailbox(
  tx: Transaction,
  { tenantId }: OutboxRow,
  identityId: string,
  entry: Record<string, unknown>,
  at: Date,
): Promise<Hint[]> {
  const mailbox = identityMailbox(identityId);
  await tx.query(
    'insert into inbox (tenant_id, mailbox, id, entry, received_at) values ($1, $2, gen_random_uuid(), $3, $4)',
    [tenantId, mailbox, JSON.stringify(entry), at],
  );
  return [{ kind: 'mailbox', tenantId, name: mailbox }];
}

/** What staff were to read comes back to the conversation too: its owner is shown the words where they can be reached. */
async function notShown(tx: Transaction, row: OutboxRow, at: Date): Promise<Hint[]> {
  const workspaceId = row.destination.split(':')[1];
  const [sent] = await tx.query<{ mailbox: string }>(
    `insert into inbox (tenant_id, mailbox, id, entry, received_at)
     select $1, 'identity:' || c.identity_id, gen_random_uuid(), $3, $4 from messages m
       join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
      where m.tenant_id = $1 and m.id = $2 returning mailbox`,
    [
      row.tenantId,
      row.messageId,
      JSON.stringify({ kind: 'notShown', messageId: row.messageId, workspaceId }),
      at,
    ],
  );
  return sent ? [{ kind: 'mailbox', tenantId: row.tenantId, name: sent.mailbox }] : [];
}
