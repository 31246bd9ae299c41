import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { type Database, isRetryable } from '../storage/database.js';
import type { Entry, MailboxName } from './entry.js';

/** Something received, addressed to a mailbox. `source` is the account or workspace it came by. */
export interface Receipt {
  tenantId: string;
  source: string;
  sender: string;
  /** The sender side's own id of it; with source, sender and the entry's kind it is unique for ever. */
  externalId: string;
  mailbox: MailboxName;
  entry: Entry;
}

/** The id of the inbox row that a receipt becomes: the same for every delivery of it. */
export function receiptId(
  receipt: Pick<Receipt, 'tenantId' | 'source' | 'sender' | 'externalId'>,
  kind: string,
): string {
  return idOf(digest(receipt, kind));
}

function idOf(digest: Buffer): string {
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(
  receipt: Pick<Receipt, 'tenantId' | 'source' | 'sender' | 'externalId'>,
  kind: string,
): Buffer {
  const parts = [receipt.tenantId, receipt.source, receipt.sender, kind, receipt.externalId];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

const eventKind = (entry: Entry): string => ('event' in entry ? entry.event.kind : entry.kind);

interface Waiting {
  receipt: Receipt;
  digest: Buffer;
  id: string;
  settle: { resolve(fresh: boolean): void; reject(error: unknown): void };
}

/**
 * Step 2 of a message's way: one insert into the inbox, unique for ever. What arrives while an insert is under way shares
 * the next one, so a storm costs few statements and keeps its order; if a shared insert fails, its receipts are inserted
 * singly, so that one that can't be stored harms none beside it.
 */
export class Recorder {
  private waiting: Waiting[] = [];
  private inserting = false;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** Resolves once it is durable: true the first time, false for a duplicate. */
  record(receipt: Receipt): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const known = digest(receipt, eventKind(receipt.entry));
      this.waiting.push({ receipt, digest: known, id: idOf(known), settle: { resolve, reject } });
      if (!this.inserting) void this.insertWaiting();
    });
  }

  private async insertWaiting(): Promise<void> {
    this.inserting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, 200);
      try {
        const fresh = await this.insert(batch);
        for (const one of batch) one.settle.resolve(fresh.delete(one.id));
      } catch (error) {
        // While the database is away each of them would wait for it again, one after the other.
        if (batch.length === 1 || isRetryable(error)) for (const one of batch) one.settle.reject(error);
        else await this.insertSingly(batch);
      }
    }
    this.inserting = false;
  }

  private async insertSingly(batch: Waiting[]): Promise<void> {
    for (const one of batch) {
      await this.insert([one]).then((fresh) => one.settle.resolve(fresh.has(one.id)), one.settle.reject);
    }
  }

  /** The ids that were not known before. */
  private async insert(batch: Waiting[]): Promise<Set<string>> {
    const rows = await this.db.query<{ id: string }>(
      `with given as (
         select distinct on (tenant_id, digest) *
           from unnest($1::uuid[], $2::bytea[], $3::text[], $4::uuid[], $5::jsonb[])
           with ordinality as given (tenant_id, digest, mailbox, id, entry, place)
          order by tenant_id, digest, place
       ), fresh as (
         insert into ledger (tenant_id, digest) select tenant_id, digest from given on conflict do nothing
         returning tenant_id, digest
       )
       insert into inbox (tenant_id, mailbox, id, entry, received_at)
       select tenant_id, mailbox, id, entry, $6 from given join fresh using (tenant_id, digest) order by place
       returning id`,
      [
        batch.map(({ receipt }) => receipt.tenantId),
        batch.map(({ digest }) => digest),
        batch.map(({ receipt }) => receipt.mailbox),
        batch.map(({ id }) => id),
        batch.map(({ receipt }) => JSON.stringify(receipt.entry)),
        new Date(this.clock.now()),
      ],
    );
    return new Set(rows.map((row) => row.id));
  }
}
