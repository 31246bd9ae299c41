import type { Lease } from '../pipeline/lease.js';
import type { Sent } from '../ports/courier.js';
import type { Database } from '../storage/database.js';
import type { Composed, Shows } from './compose.js';
import { leavingPart, type OpenRow } from './destinations.js';
import type { Fate, Held } from './settle.js';
import { countingSend } from './windows.js';

/** All that a send's fate says without asking first, in one statement: what a send costs when all goes well. */
export async function settlement(
  db: Pick<Database, 'query'>,
  { row, lease, begun, leaving }: Held,
  fate: Fate,
  composed: Composed | undefined,
  at: Date,
): Promise<{ settled: boolean; left: boolean }> {
  const statement = new Statement(row, at);
  // That it has arrived is true whatever others have made of it meanwhile.
  if (fate.fate === 'sent') statement.settles(fate, { state: 'sent' });
  else statement.settles(fate, begun ? { lease } : { stamp: row.stamp });
  if (fate.fate === 'sent' && composed) {
    if (!isChange(composed.out)) statement.names(composed, fate.sent);
    if (row.kind === 'deliver') statement.delivers('sent');
    if (row.kind === 'draw') statement.draws(composed, fate.sent);
  }
  // What may have arrived counts as if it had.
  if (composed?.counts && (fate.fate === 'sent' || fate.fate === 'unknown'))
    statement.counts(composed.counts, fate.fate === 'sent' && fate.sent.free === true);
  if (fate.fate === 'dropped' && fate.shows) statement.countsAsDrawn(fate.shows);
  if (fate.fate === 'dropped' && row.kind === 'deliver') {
    // It was not worth one of the few sends that are left, and is on record as such.
    statement.delivers('failed');
    statement.happened('send.gaveWay', fate.reason, composed);
  }
  if (fate.fate === 'refused' || fate.fate === 'unknown')
    statement.happened(`send.${fate.fate}`, fate.reason, composed);
  if (leaving) statement.leaves(lease);
  const [done] = await db.query<{ settled: boolean; left: boolean }>(statement.text, statement.values);
  return { settled: done?.settled ?? false, left: done?.left ?? false };
}

const isChange = ({ kind }: Composed['out']): boolean =>
  kind === 'redraw' || kind === 'recall' || kind === 'edit';

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

  /** @param unless  it has this state already · it is not as it was read · the lease is lost */
  settles(fate: Fate, unless: { state: 'sent' } | { stamp: string } | { lease: Lease }): void {
    const { row, tenantId } = this;
    const destination = this.value('text', row.destination);
    const number = this.value('bigint', row.number);
    this.parts.push(`settled as (
      update outbox set state = ${this.value('text', fate.fate)}, settled_at = ${this.at},
        error = ${this.value('text', fate.fate === 'sent' ? null : fate.reason)}
       where tenant_id = ${tenantId} and destination = ${destination} and number = ${number} and ${this.stands(unless)}
      returning number)`);
  }

  private stands(unless: { state: 'sent' } | { stamp: string } | { lease: Lease }): string {
    if ('state' in unless) return `state <> '${unless.state}'`;
    if ('stamp' in unless) return `xmin::text = ${this.value('text', unless.stamp)}`;
    const { name, fence } = unless.lease;
    return `exists (select 1 from destinations where tenant_id = ${this.tenantId}
      and name = ${this.value('text', name)} and fence = ${this.value('bigint', fence)})`;
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
