import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Database } from '../storage/database.js';
import type { Tenants } from '../tenant.js';

/** Counts are written down this often; a process that is killed forgets no more than that. */
const writtenEveryMs = 3_000;

interface Counts {
  calls: number;
  pushes: number;
}

/**
 * How much of each workspace's month is used: the calls we made and the pushes we got. Counted in the process and written
 * down together, since a row per workspace is no place for every message to wait at.
 */
export class Usage {
  private readonly counted = new Map<string, Counts & { tenantId: string; id: string }>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly parts: { db: Database; clock: Clock; log: Logger; tenants: Tenants }) {
    this.timer = setInterval(() => void this.write(), writtenEveryMs);
    this.timer.unref();
  }

  count(
    { tenantId, id }: { tenantId: string; id: string },
    { calls = 0, pushes = 0 }: Partial<Counts>,
  ): void {
    const known = this.counted.get(id);
    if (!known) {
      this.counted.set(id, { tenantId, id, calls, pushes });
      return;
    }
    known.calls += calls;
    known.pushes += pushes;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    const { db, log, tenants, clock } = this.parts;
    const rows = [...this.counted.values()];
    this.counted.clear();
    for (const row of rows) {
      try {
        const { timeZone } = await tenants.get(row.tenantId);
        await db.query(
          `insert into usage (tenant_id, workspace_id, month, calls, pushes) values ($1, $2, $3, $4, $5)
           on conflict (tenant_id, workspace_id, month)
           do update set calls = usage.calls + excluded.calls, pushes = usage.pushes + excluded.pushes`,
          [row.tenantId, row.id, monthOf(clock.now(), timeZone), row.calls, row.pushes],
        );
      } catch (error) {
        log.warn({ error, workspace: row.id }, 'usage was not written down; it will be with the next');
        this.count(row, row);
      }
    }
  }
}

/** '2026-11', on the tenant's clock: platforms count by the calendar month. */
export function monthOf(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}`;
}

export interface Used {
  /** The workspace's. */
  id: string;
  name: string;
  calls: number;
  pushes: number;
}

/** What was used in the month of an instant, by workspace. */
export async function usageIn(db: Pick<Database, 'query'>, tenantId: string, month: string): Promise<Used[]> {
  return db.query<Used & Record<string, unknown>>(
    `select w.id, w.name, coalesce(u.calls, 0) as calls, coalesce(u.pushes, 0) as pushes from workspaces w
       left join usage u on u.tenant_id = w.tenant_id and u.workspace_id = w.id and u.month = $2
      where w.tenant_id = $1 order by w.name`,
    [tenantId, month],
  );
}
