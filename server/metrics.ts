import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Core } from '../core/core.js';

export interface Metrics {
  registry: Registry;
  /** Seconds a request took, by route (never by path: paths carry ids) and status. */
  request(route: string, status: number, seconds: number): void;
}

/** What Prometheus may ask. The gauges look into the database only when asked. */
export function openMetrics(core: Core): Metrics {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'imdesk_http_request_seconds',
    help: 'How long requests took to be answered',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 3, 5],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'imdesk_refused_deliveries_total',
    help: 'Deliveries that were forged, stale or unreadable',
    labelNames: ['route'],
    registers: [registry],
  });
  gauge(
    registry,
    core,
    'imdesk_inbox_unread',
    'Rows of the inbox not handled yet',
    'inbox where read_at is null',
  );
  gauge(
    registry,
    core,
    'imdesk_inbox_put_aside',
    'Rows of the inbox that could not be handled',
    'inbox where error is not null',
  );
  gauge(
    registry,
    core,
    'imdesk_outbox_open',
    'Sends not settled yet',
    `outbox where state in ('pending', 'sending')`,
  );
  gauge(
    registry,
    core,
    'imdesk_outbox_unknown',
    'Sends whose fate is unknown',
    `outbox where state = 'unknown'`,
  );
  gauge(
    registry,
    core,
    'imdesk_conversations_waiting',
    'Conversations nobody has claimed',
    `conversations where state = 'waiting'`,
  );
  gauge(registry, core, 'imdesk_tasks_open', 'Tasks not done yet', 'tasks where done_at is null');
  return {
    registry,
    request(route, status, seconds) {
      requests.observe({ route, status: String(status) }, seconds);
      if (status === 401 || status === 403) refusals.inc({ route });
    },
  };
}

function gauge(registry: Registry, core: Core, name: string, help: string, rows: string): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      // While the database is away the rest is still worth knowing.
      const [row] = await core.db
        .query<{ count: number }>(`select count(*)::int as count from ${rows}`)
        .catch(() => []);
      this.set(row?.count ?? Number.NaN);
    },
  });
}
