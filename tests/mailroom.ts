import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { idsFrom } from '../core/clock.js';
import { silent } from '../core/log.js';
import { identityMailbox } from '../core/pipeline/entry.js';
import { type Hint, openHints, postgresWire } from '../core/pipeline/hints.js';
import { type Handle, Reader } from '../core/pipeline/reader.js';
import { type Receipt, Recorder } from '../core/pipeline/record.js';
import { Vault } from '../core/secrets/vault.js';
import type { Database } from '../core/storage/database.js';
import { Tenants } from '../core/tenant.js';
import { jumpingClock } from './clocks.js';
import { testDatabase } from './database.js';

/** One tenant's inbox with nothing around it: what is recorded is a word said by a customer, what handles it is the test's. */
export async function openMailroom(t: TestContext) {
  const { url, db } = await testDatabase(t);
  const clock = jumpingClock();
  const ids = idsFrom(clock);
  const [tenantId, source] = [randomUUID(), randomUUID()];
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, '一家店', '小屿', $2)`, [
    tenantId,
    new Date(0),
  ]);
  const recorder = new Recorder(db, clock);
  let processes = 0;

  return {
    url,
    db,
    clock,
    ids,
    tenantId,
    recorder,

    /** Somebody's words, as a receipt. */
    receipt: (sender: string, text: string, externalId: string = randomUUID()): Receipt => ({
      tenantId,
      source,
      sender,
      externalId,
      mailbox: identityMailbox(sender),
      entry: {
        kind: 'customer',
        event: { kind: 'message', id: externalId, sender, at: clock.now(), type: 'text', text },
      },
    }),

    /** A process that reads mailboxes. `over` puts something between it and the database. */
    async process(handle: Handle, over: Database = db) {
      processes += 1;
      const processId = `process-${processes}`;
      const hints = await openHints(postgresWire(db), processId, silent);
      const delays: number[] = [];
      const waits = new Set<NodeJS.Timeout>();
      const vault = new Vault({ db, masterKey: Buffer.alloc(32), clock });
      const parts = { db: over, vault, clock, ids, hints, log: silent, tenants: new Tenants(db) };
      const reader = new Reader({
        platforms: new Map(),
        channels: new Map(),
        ...parts,
        handle,
        later(tenant, mailbox, delayMs) {
          delays.push(delayMs);
          waits.add(setTimeout(() => void reader.read(tenant, mailbox), delayMs));
        },
      });
      const stopHearing = hints.hear((hint: Hint) => {
        if (hint.kind === 'mailbox') void reader.read(hint.tenantId, hint.name);
      });
      t.after(async () => {
        stopHearing();
        for (const wait of waits) clearTimeout(wait);
        await reader.stop();
        await hints.stop();
      });
      return {
        reader,
        hints,
        delays,
        read: (sender: string) => reader.read(tenantId, identityMailbox(sender)),
      };
    },

    /** What is in the inbox, in order: the words, and whether they were read or put aside. */
    async rows() {
      const rows = await db.query<{ text: string; read: boolean; error: string | null; attempts: number }>(
        `select entry -> 'event' ->> 'text' as text, read_at is not null as read, error, attempts from inbox order by number`,
      );
      return rows;
    },

    async untilRead(withinMs = 10_000) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const left = await db.query('select 1 from inbox where read_at is null limit 1');
        if (left.length === 0) return;
        if (performance.now() > deadline) throw new Error(`Something is still unread after ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/** The words of a row that `Mailroom.receipt` made. */
export function wordsOf(entry: Receipt['entry']): string {
  return entry.kind === 'customer' && entry.event.kind === 'message' ? (entry.event.text ?? '') : entry.kind;
}
