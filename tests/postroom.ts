import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { silent } from '../core/log.js';
import type { Composition, OutboxRow } from '../core/outbox/compose.js';
import { Drain } from '../core/outbox/drain.js';
import { openHints, postgresWire } from '../core/pipeline/hints.js';
import type { Certainty, Courier, Limit, Outgoing } from '../core/ports/courier.js';
import { jumpingClock } from './clocks.js';
import { testDatabase } from './database.js';

/** An outbox with nothing before it and a courier of the test's behind it. What is sent is the text of a `tell`. */
export async function openPostroom(t: TestContext) {
  const { url, db } = await testDatabase(t);
  const clock = jumpingClock();
  const [tenantId, source] = [randomUUID(), randomUUID()];
  await db.query(`insert into tenants (id, name, robot_name, created_at) values ($1, '一家店', '小屿', $2)`, [
    tenantId,
    new Date(0),
  ]);
  /** What the other side took, once for each key. */
  const taken: { text: string; key: string }[] = [];
  /** Every attempt, whatever came of it. */
  const attempts: string[] = [];
  const house = {
    url,
    db,
    clock,
    tenantId,
    source,
    taken,
    attempts,
    certainty: { kind: 'keyed', lifeMs: 3_600_000 } as Certainty,
    limits: [] as Limit[],
    /** Before a send takes effect, and after. Both may throw. */
    before: async (_text: string) => {},
    after: async (_text: string) => {},
    heard: () => taken.map((one) => one.text),

    /** Puts a word on its way to a destination. */
    async put(text: string, destination = 'direct:w:lin', createdAt = clock.now()): Promise<string> {
      const id = randomUUID();
      await db.query(
        `insert into outbox (tenant_id, destination, id, kind, body, created_at) values ($1, $2, $3, 'tell', $4, $5)`,
        [tenantId, destination, id, JSON.stringify({ text }), new Date(createdAt)],
      );
      return id;
    },

    async states(): Promise<string[]> {
      const rows = await db.query<{ body: { text: string }; state: string }>(
        'select body, state from outbox order by number',
      );
      return rows.map((row) => `${row.body.text} ${row.state}`);
    },

    /** A process that drains destinations. */
    async process(composeInstead?: (row: OutboxRow, composed: Composition) => Composition) {
      const processId = randomUUID();
      const hints = await openHints(postgresWire(db), processId, silent);
      const delays: number[] = [];
      const waits = new Set<NodeJS.Timeout>();
      const courier: Courier = {
        certainty: () => house.certainty,
        limits: () => house.limits,
        async send(out, key) {
          const text = textOf(out);
          attempts.push(text);
          await house.before(text);
          if (!taken.some((one) => one.key === key)) taken.push({ text, key });
          await house.after(text);
          return { messageId: `m-${key}` };
        },
      };
      const drain: Drain = new Drain({
        db,
        clock,
        hints,
        log: silent,
        processId,
        async compose(row) {
          const out: Outgoing = {
            kind: 'text',
            to: { kind: 'direct', person: 'lin' },
            text: textIn(row.body),
          };
          const composed = { out, courier, key: row.id, source };
          return composeInstead ? composeInstead(row, composed) : composed;
        },
        later(tenant, destination, delayMs) {
          delays.push(delayMs);
          waits.add(setTimeout(() => void drain.drain(tenant, destination), delayMs));
        },
      });
      t.after(async () => {
        for (const wait of waits) clearTimeout(wait);
        await drain.stop();
        await hints.stop();
      });
      return { delays, drain: (destination = 'direct:w:lin') => drain.drain(tenantId, destination) };
    },

    async untilSent(withinMs = 10_000) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const open = await db.query(`select 1 from outbox where state in ('pending', 'sending') limit 1`);
        if (open.length === 0) return;
        if (performance.now() > deadline) throw new Error(`Something is still unsent after ${withinMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
  return house;
}

const textIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'text' in body && typeof body.text === 'string'
    ? body.text
    : '';

function textOf(out: Outgoing): string {
  if (out.kind === 'text') return out.text;
  return out.kind === 'card' || out.kind === 'redraw' ? `card:${out.card.template}` : out.kind;
}
