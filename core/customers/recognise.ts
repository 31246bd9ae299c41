import type { Scene } from '../pipeline/scene.js';
import type { Identity } from './identity.js';
import { mergeCustomers } from './merge.js';

/**
 * An identity has an id that only the person behind it can have: whoever has the same elsewhere is the same person. A name
 * proves nothing, and is never looked at. What staff have split is not joined again.
 */
export async function recognise(scene: Scene, identity: Identity, unionId: string): Promise<void> {
  const { tx, tenant, vault } = scene;
  const print = await vault.fingerprint(tenant.id, 'union', unionId);
  if (identity.unionPrint?.equals(print)) return;
  await tx.query('update identities set union_print = $3 where tenant_id = $1 and id = $2', [
    tenant.id,
    identity.id,
    print,
  ]);
  // Two that arrive at the same moment would not see each other.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [print.toString('hex')]);
  const [same] = await tx.query<{ customer_id: string }>(
    `select customer_id from identities where tenant_id = $1 and union_print = $2 and customer_id <> $3
      order by created_at limit 1`,
    [tenant.id, print, identity.customerId],
  );
  if (same) await mergeCustomers(scene, same.customer_id, identity.customerId, null);
}
