import type { Hint } from '../pipeline/hints.js';
import type { Transaction } from '../storage/database.js';

interface Named {
  tenantId: string;
  id: string;
}

/**
 * A card says what is no longer so and can't be made to say otherwise: it is too old, it is gone, the code that allowed its
 * one edit is spent or lost. A new one follows it, for the same readers at the same place; the old one answers clicks
 * still. None follows where a newer one stands already or was refused, so that there is an end to it.
 */
export async function followCard(tx: Transaction, { tenantId, id }: Named, at: Date): Promise<Hint[]> {
  const [next] = await tx.query<{ id: string; destination: string }>(
    `with old as (
       update cards set retired_at = coalesce(retired_at, $3) where tenant_id = $1 and id = $2
       returning subject, template, audience, workspace_id, destination, place, data, created_at, retired_at < $3 as ended
     )
     insert into cards (tenant_id, id, subject, template, audience, workspace_id, destination, place, data, created_at, retired_at)
     select $1, gen_random_uuid(), subject, template, audience, workspace_id, destination, place,
            data || jsonb_build_object('follows', $2::uuid), $3, case when ended then $3 end
       from old where not exists (
         select 1 from cards newer where newer.tenant_id = $1 and newer.id <> $2 and newer.created_at >= old.created_at
            and newer.subject = old.subject and newer.template = old.template and newer.audience = old.audience
            and newer.workspace_id = old.workspace_id)
     returning id, destination`,
    [tenantId, id, at],
  );
  return next ? askFor(tx, tenantId, next, at) : [];
}

/** A new card was not taken, so that the one before it is the newest that its readers see: it is kept true again. */
export async function bringBackCard(tx: Transaction, { tenantId, id }: Named, at: Date): Promise<Hint[]> {
  const [before] = await tx.query<{ id: string; destination: string }>(
    `update cards set retired_at = null, data = data - 'renewed' where tenant_id = $1 and id = (
       select b.id from cards b join cards c on c.tenant_id = b.tenant_id and c.id = $2
        where b.tenant_id = $1 and b.id <> c.id and b.subject = c.subject and b.template = c.template
          and b.audience = c.audience and b.workspace_id = c.workspace_id and b.created_at <= c.created_at
          and b.external_id is not null and not b.data ? 'ended'
        order by b.created_at desc limit 1)
      and not exists (
        select 1 from cards live where live.tenant_id = $1 and live.retired_at is null and (live.subject, live.template,
          live.audience, live.workspace_id) = (cards.subject, cards.template, cards.audience, cards.workspace_id))
     returning id, 'redraw:' || destination as destination`,
    [tenantId, id],
  );
  return before ? askFor(tx, tenantId, before, at) : [];
}

async function askFor(
  tx: Transaction,
  tenantId: string,
  card: { id: string; destination: string },
  at: Date,
): Promise<Hint[]> {
  await tx.query(
    `insert into outbox (tenant_id, destination, id, kind, body, card_id, created_at)
     values ($1, $2, gen_random_uuid(), 'draw', '{}', $3, $4)
     on conflict (tenant_id, card_id) where card_id is not null and state = 'pending' do nothing`,
    [tenantId, card.destination, card.id, at],
  );
  return [{ kind: 'destination', tenantId, name: card.destination }];
}
