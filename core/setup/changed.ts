import type { Clock } from '../clock.js';
import type { Scene } from '../pipeline/scene.js';
import type { Database, Transaction } from '../storage/database.js';

/** How far back each look goes over what the one before may have missed. */
const overlapMs = 60_000;

/** The tenant, one of its workspaces or one of its accounts has changed: whoever keeps them reads them anew. */
export async function settingsChanged(scene: Scene): Promise<void> {
  await markChanged(scene.tx, scene.tenant.id, scene.now);
  scene.hints.push({ kind: 'settings', tenantId: scene.tenant.id });
}

/** The same from outside the mailboxes; running processes see it at their next look. */
export async function markChanged(
  db: Pick<Transaction, 'query'>,
  tenantId: string,
  now: number,
): Promise<void> {
  await db.query('update tenants set changed_at = $2 where id = $1', [tenantId, new Date(now)]);
}

/** Finds tenants that changed while no hint of it came through: a lost one costs time, and nothing else. */
export class ChangedTenants {
  private readonly seen = new Map<string, number>();
  private since: number;

  constructor(private readonly parts: { db: Database; clock: Clock }) {
    this.since = parts.clock.now();
  }

  async look(): Promise<string[]> {
    const { db, clock } = this.parts;
    const from = this.since - overlapMs;
    this.since = clock.now();
    const rows = await db.query<{ id: string; changed_at: Date }>(
      'select id, changed_at from tenants where changed_at >= $1',
      [new Date(from)],
    );
    const news = rows.filter((row) => this.seen.get(row.id) !== row.changed_at.getTime());
    for (const row of news) this.seen.set(row.id, row.changed_at.getTime());
    return news.map((row) => row.id);
  }
}
