import type { Clock, Ids } from '../clock.js';
import type { Hint } from '../pipeline/hints.js';
import type { Database } from '../storage/database.js';
import { drawnAt } from './post.js';

const atOnce = 200;

/**
 * Finds cards that show less than the truth although nobody is drawing them: one whose drawing was lost, refused for a
 * while, or painted over by a late answer. Asks for each to be drawn.
 */
export async function reconcileCards(db: Database, clock: Clock, ids: Ids): Promise<Hint[]> {
  const stale = await db.query<{ tenantId: string; id: string; destination: string; posted: boolean }>(
    `with stale as materialized (
       select c.tenant_id, c.id, c.destination, c.external_id is not null as posted from cards c
         join conversations v on v.tenant_id = c.tenant_id
          and v.id = case when c.subject like 'conversation:%' then substr(c.subject, 14)::uuid end
        where c.retired_at is null and c.drawn_version < v.version and c.created_at > $1
     )
     select tenant_id as "tenantId", id, destination, posted from stale c
      where not exists (select 1 from outbox o where o.tenant_id = c.tenant_id and o.card_id = c.id and o.state = 'pending')
      limit ${atOnce}`,
    [new Date(clock.now() - 14 * 24 * 3_600_000)],
  );
  if (stale.length === 0) return [];
  await db.query(
    `insert into outbox (tenant_id, destination, id, kind, body, card_id, created_at)
     select tenant_id, destination, id, 'draw', '{}', card_id, $1
       from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[]) as drawing (tenant_id, destination, id, card_id)
     on conflict (tenant_id, card_id) where card_id is not null and state = 'pending' do nothing`,
    [
      new Date(clock.now()),
      stale.map((card) => card.tenantId),
      stale.map(drawnAt),
      stale.map(() => ids.next()),
      stale.map((card) => card.id),
    ],
  );
  return stale.map((card): Hint => ({ kind: 'destination', tenantId: card.tenantId, name: drawnAt(card) }));
}
