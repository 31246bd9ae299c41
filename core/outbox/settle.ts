import { z } from 'zod';
import { bringBackCard, followCard, redrawRetired } from '../cards/follow.js';
import { identityMailbox } from '../pipeline/entry.js';
import type { Hint } from '../pipeline/hints.js';
import type { Sent } from '../ports/courier.js';
import type { Database, Transaction } from '../storage/database.js';
import type { Composed, OutboxRow, Shows } from './compose.js';
import { identityOfDestination } from './place.js';
import { countSend, narrowWindow } from './windows.js';

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

/**
 * Writes down what became of a send, and all that follows from it, in one transaction. A message that did not reach its
 * customer, or its agent, for sure comes back to the conversation, so that the agent sees it.
 */
export async function settle(
  db: Database,
  now: number,
  row: OutboxRow,
  fate: Fate,
  composed?: Composed,
): Promise<Hint[]> {
  return db.transaction(async (tx) => {
    const at = new Date(now);
    await tx.query(
      `update outbox set state = $3, settled_at = $4, error = $5 where tenant_id = $1 and id = $2`,
      [row.tenantId, row.id, fate.fate, at, fate.fate === 'sent' ? null : fate.reason],
    );
    if (fate.fate === 'sent' && composed) await arrived(tx, row, fate.sent, composed, at);
    if (
      fate.fate === 'sent' &&
      row.state === 'sending' &&
      composed?.out.kind === 'card' &&
      row.cardId !== null
    )
      return redrawRetired(tx, { tenantId: row.tenantId, id: row.cardId }, at);
    if (fate.fate === 'dropped' && fate.shows) await countAsDrawn(tx, row, fate.shows);
    if (fate.fate === 'dropped' && row.kind === 'deliver') await gaveWay(tx, row, fate.reason, composed, at);
    if (fate.fate === 'dropped' && fate.follow && row.cardId !== null)
      return followCard(tx, { tenantId: row.tenantId, id: row.cardId }, at);
    return fate.fate === 'refused' || fate.fate === 'unknown' ? missed(tx, row, fate, composed, at) : [];
  });
}

async function arrived(
  tx: Transaction,
  row: OutboxRow,
  sent: Sent,
  composed: Composed,
  at: Date,
): Promise<void> {
  if (!isChange(composed.out)) {
    await tx.query(
      `insert into appearances (tenant_id, source, external_id, conversation_id, message_id, card_id, at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
      [
        row.tenantId,
        composed.source,
        sent.messageId,
        composed.conversationId ?? null,
        row.messageId ?? null,
        row.cardId ?? null,
        at,
      ],
    );
  }
  if (row.kind === 'deliver') {
    // Of a message in parts one may have failed before.
    await tx.query(
      `update messages set delivery = 'sent' where tenant_id = $1 and id = $2 and delivery = 'pending'`,
      [row.tenantId, row.messageId],
    );
  }
  if (composed.counts) {
    const { identityId, reply } = composed.counts;
    await countSend(tx, row.tenantId, identityId, { free: sent.free === true, reply });
  }
  if (row.kind === 'draw') {
    await tx.query(
      `update cards set external_id = coalesce(external_id, $3), thread = coalesce(thread, $4),
         posted_at = coalesce(posted_at, $5), drawn_version = greatest(drawn_version, $6), drawn_phase = $7,
         edit = case when edit is not distinct from $9 then $8 else edit end
       where tenant_id = $1 and id = $2`,
      [
        row.tenantId,
        row.cardId,
        sent.messageId,
        sent.thread ?? null,
        at,
        composed.shows?.version ?? 1,
        composed.shows?.phase ?? null,
        sent.edit ?? null,
        // The code that allowed this drawing is spent with it; one that a click brought meanwhile is not.
        composed.out.kind === 'redraw' ? (composed.out.edit ?? null) : null,
      ],
    );
  }
}

const isChange = ({ kind }: Composed['out']): boolean =>
  kind === 'redraw' || kind === 'recall' || kind === 'edit';

/** It was not worth one of the few sends that are left, and is on record as such. */
async function gaveWay(
  tx: Transaction,
  row: OutboxRow,
  reason: string,
  composed: Composed | undefined,
  at: Date,
): Promise<void> {
  await tx.query(
    `update messages set delivery = 'failed' where tenant_id = $1 and id = $2 and delivery = 'pending'`,
    [row.tenantId, row.messageId],
  );
  await noteEvent(tx, row, 'send.gaveWay', reason, composed, at);
}

async function noteEvent(
  tx: Transaction,
  row: OutboxRow,
  kind: string,
  reason: string,
  composed: Composed | undefined,
  at: Date,
): Promise<void> {
  await tx.query('insert into events (tenant_id, kind, subject, data, at) values ($1, $2, $3, $4, $5)', [
    row.tenantId,
    kind,
    composed?.conversationId ? `conversation:${composed.conversationId}` : `outbox:${row.id}`,
    JSON.stringify({ row: row.id, kind: row.kind, reason }),
    at,
  ]);
}

/** The card can't show it, and nobody needs to look at it again for this version. */
async function countAsDrawn(tx: Transaction, row: OutboxRow, shows: Shows): Promise<void> {
  await tx.query(
    `update cards set drawn_version = greatest(drawn_version, $3) where tenant_id = $1 and id = $2`,
    [row.tenantId, row.cardId, shows.version],
  );
}

async function missed(
  tx: Transaction,
  row: OutboxRow,
  fate: Missed,
  composed: Composed | undefined,
  at: Date,
): Promise<Hint[]> {
  await noteEvent(tx, row, `send.${fate.fate}`, fate.reason, composed, at);
  if (row.kind === 'draw' && row.cardId !== null)
    return notDrawn(tx, { tenantId: row.tenantId, id: row.cardId }, composed?.shows, at);
  if (row.kind === 'relay') return notShown(tx, row, at);
  const identityId = identityOfDestination(row.destination);
  if (identityId === undefined) return [];
  if (fate.window) await narrowWindow(tx, row.tenantId, identityId, fate.window, at.getTime());
  // What may have arrived counts as if it had.
  if (fate.fate === 'unknown' && composed?.counts)
    await countSend(tx, row.tenantId, identityId, { free: false, reply: composed.counts.reply });
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
