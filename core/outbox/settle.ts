import { z } from 'zod';
import { identityMailbox } from '../pipeline/entry.js';
import type { Hint } from '../pipeline/hints.js';
import type { Lease } from '../pipeline/lease.js';
import type { Sent } from '../ports/courier.js';
import type { Database, Transaction } from '../storage/database.js';
import type { Composed, OutboxRow, Shows } from './compose.js';
import { leavingPart, type OpenRow } from './destinations.js';
import { identityOfDestination } from './place.js';
import { countingSend, narrowWindow } from './windows.js';

/** What a send came to. `dropped`: there was no more sense in it. */
export type Fate = { fate: 'sent'; sent: Sent } | { fate: 'dropped'; reason: string; shows?: Shows } | Missed;

interface Missed {
  fate: 'refused' | 'unknown';
  reason: string;
  /** The channel does not let us write now. */
  window?: 'closed' | 'used';
}

export interface Settled {
  /** False: somebody wrote to the row since it was read, and nothing was written. */
  settled: boolean;
  /** Nothing else was open, and the lease was given up. */
  left: boolean;
  hints: Hint[];
}

/**
 * Writes down what became of a send, and all that follows from it, in one transaction. A message that did not reach its
 * customer, or its agent, for sure comes back to the conversation, so that the agent sees it.
 *
 * @param leaving  the lease to be given up with it, if nothing else is open
 */
export async function settle(
  db: Database,
  now: number,
  row: OpenRow,
  fate: Fate,
  composed?: Composed,
  leaving?: Lease,
): Promise<Settled> {
  const at = new Date(now);
  if (fate.fate === 'sent' || fate.fate === 'dropped') return write(db, row, fate, composed, at, leaving);
  return db.transaction(async (tx) => {
    const written = await write(tx, row, fate, composed, at, leaving);
    return written.settled ? { ...written, hints: await missed(tx, row, fate, composed, at) } : written;
  });
}

/** All that can be said without asking first, in one statement: this is what a send costs when all goes well. */
async function write(
  db: Pick<Database, 'query'>,
  row: OpenRow,
  fate: Fate,
  composed: Composed | undefined,
  at: Date,
  leaving: Lease | undefined,
): Promise<Settled> {
  const statement = new Statement(row, at);
  statement.settles(fate);
  if (fate.fate === 'sent' && composed) {
    if (!isChange(composed.out)) statement.names(composed, fate.sent);
    if (row.kind === 'deliver') statement.delivers('sent');
    if (row.kind === 'draw') statement.draws(composed, fate.sent);
  }
  if (composed?.counts && (fate.fate === 'sent' || fate.fate === 'unknown'))
    // What may have arrived counts as if it had.
    statement.counts(composed.counts, fate.fate === 'sent' && fate.sent.free === true);
  if (fate.fate === 'dropped' && fate.shows) statement.countsAsDrawn(fate.shows);
  if (fate.fate === 'dropped' && row.kind === 'deliver') {
    // It was not worth one of the few sends that are left, and is on record as such.
    statement.delivers('failed');
    statement.happened('send.gaveWay', fate.reason, composed);
  }
  if (fate.fate === 'refused' || fate.fate === 'unknown')
    statement.happened(`send.${fate.fate}`, fate.reason, composed);
  if (leaving) statement.leaves(leaving);
  const { text, values } = statement;
  const [done] = await db.query<{ settled: boolean; left: boolean }>(text, values);
  return { settled: done?.settled ?? false, left: done?.left ?? false, hints: [] };
}

/** One statement of several writes, each of which is made only if the row itself could be settled. */
class Statement {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];
  private readonly tenantId: string;
  private readonly at: string;
  private left = 'false';

  constructor(
    private readonly row: OpenRow,
    at: Date,
  ) {
    this.tenantId = this.value('uuid', row.tenantId);
    this.at = this.value('timestamptz', at);
  }

  get text(): string {
    return `with ${this.parts.join(', ')} select exists (select from settled) as settled, ${this.left} as left`;
  }

  private value(type: string, value: unknown): string {
    return `$${this.values.push(value)}::${type}`;
  }

  settles(fate: Fate): void {
    const { row } = this;
    // That it has arrived is true whatever others have made of it meanwhile.
    const asRead = fate.fate === 'sent' ? `state <> 'sent'` : `xmin::text = ${this.value('text', row.stamp)}`;
    this.parts.push(`settled as (
      update outbox set state = ${this.value('text', fate.fate)}, settled_at = ${this.at},
        error = ${this.value('text', fate.fate === 'sent' ? null : fate.reason)}
       where tenant_id = ${this.tenantId} and destination = ${this.value('text', row.destination)}
         and number = ${this.value('bigint', row.number)} and ${asRead}
      returning number)`);
  }

  /** What the other side calls it. */
  names({ source, conversationId }: Composed, { messageId }: Sent): void {
    const values = [
      this.tenantId,
      this.value('uuid', source),
      this.value('text', messageId),
      this.value('uuid', conversationId ?? null),
      this.value('uuid', this.row.messageId),
      this.value('uuid', this.row.cardId),
      this.at,
    ];
    this.parts.push(`named as (
      insert into appearances (tenant_id, source, external_id, conversation_id, message_id, card_id, at)
      select ${values.join(', ')} from settled on conflict do nothing)`);
  }

  /** Of a message in parts one may have failed before. */
  delivers(delivery: 'sent' | 'failed'): void {
    this.parts.push(`delivered as (
      update messages set delivery = '${delivery}'
       where tenant_id = ${this.tenantId} and id = ${this.value('uuid', this.row.messageId)} and delivery = 'pending'
         and exists (select from settled))`);
  }

  counts({ identityId, reply }: NonNullable<Composed['counts']>, free: boolean): void {
    const given = {
      tenantId: this.tenantId,
      identityId: this.value('uuid', identityId),
      used: free ? '0' : '1',
      reply: this.value('text', reply ?? null),
    };
    this.parts.push(`counted as (${countingSend(given)} and exists (select from settled))`);
  }

  draws({ out, shows }: Composed, sent: Sent): void {
    // The code that allowed this drawing is spent with it; one that a click brought meanwhile is not.
    const spent = out.kind === 'redraw' ? (out.edit ?? null) : null;
    this.parts.push(`drawn as (
      update cards set external_id = coalesce(external_id, ${this.value('text', sent.messageId)}),
        thread = coalesce(thread, ${this.value('text', sent.thread ?? null)}), posted_at = coalesce(posted_at, ${this.at}),
        drawn_version = greatest(drawn_version, ${this.value('bigint', shows?.version ?? 1)}),
        drawn_phase = ${this.value('text', shows?.phase ?? null)},
        edit = case when edit is not distinct from ${this.value('text', spent)} then ${this.value('text', sent.edit ?? null)} else edit end
       ${this.whereCard})`);
  }

  /** The card can't show it, and nobody needs to look at it again for this version. */
  countsAsDrawn({ version }: Shows): void {
    this.parts.push(`drawn as (
      update cards set drawn_version = greatest(drawn_version, ${this.value('bigint', version)}) ${this.whereCard})`);
  }

  private get whereCard(): string {
    const id = this.value('uuid', this.row.cardId);
    return `where tenant_id = ${this.tenantId} and id = ${id} and exists (select from settled)`;
  }

  happened(kind: string, reason: string, composed: Composed | undefined): void {
    const { row } = this;
    const { conversationId } = composed ?? {};
    const values = [
      this.tenantId,
      this.value('text', kind),
      this.value('text', conversationId ? `conversation:${conversationId}` : `outbox:${row.id}`),
      this.value('jsonb', JSON.stringify({ row: row.id, kind: row.kind, reason })),
      this.at,
    ];
    this.parts.push(`happened as (
      insert into events (tenant_id, kind, subject, data, at) select ${values.join(', ')} from settled)`);
  }

  leaves({ name, fence }: Lease): void {
    const given = {
      tenantId: this.tenantId,
      name: this.value('text', name),
      fence: this.value('bigint', fence),
      settled: '(select number from settled)',
    };
    this.parts.push(leavingPart(given));
    this.left = 'exists (select from leaving)';
  }
}

const isChange = ({ kind }: Composed['out']): boolean =>
  kind === 'redraw' || kind === 'recall' || kind === 'edit';

async function missed(
  tx: Transaction,
  row: OutboxRow,
  fate: Missed,
  composed: Composed | undefined,
  at: Date,
): Promise<Hint[]> {
  if (row.kind === 'draw' && (fate.fate === 'refused' || composed?.out.kind === 'card')) {
    await tx.query('update cards set retired_at = $3 where tenant_id = $1 and id = $2', [
      row.tenantId,
      row.cardId,
      at,
    ]);
  }
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
