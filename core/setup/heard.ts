import type { Clock } from '../clock.js';
import type { Logger } from '../log.js';
import type { Database } from '../storage/database.js';

/** Written down this often: a row per workspace is no place for every delivery to wait at. */
const writtenEveryMs = 3_000;

type Source = { tenantId: string; id: string };

/** When each workspace and account was last heard, which shows that its callback address or connection is right. */
export class Heard {
  private readonly noted = { workspaces: new Map<string, Source>(), accounts: new Map<string, Source>() };
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly parts: { db: Database; clock: Clock; log: Logger }) {
    this.timer = setInterval(() => void this.write(), writtenEveryMs);
    this.timer.unref();
  }

  note(table: 'workspaces' | 'accounts', { tenantId, id }: Source): void {
    this.noted[table].set(id, { tenantId, id });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  private async write(): Promise<void> {
    const { db, clock, log } = this.parts;
    for (const table of ['workspaces', 'accounts'] as const) {
      const heard = [...this.noted[table].values()];
      this.noted[table].clear();
      if (heard.length === 0) continue;
      await db
        .query(
          `update ${table} set heard_at = $1 where (tenant_id, id) in (select * from unnest($2::uuid[], $3::uuid[]))`,
          [new Date(clock.now()), heard.map((one) => one.tenantId), heard.map((one) => one.id)],
        )
        .catch((error: unknown) => log.warn({ error }, 'it was not written down who was heard'));
    }
  }
}
