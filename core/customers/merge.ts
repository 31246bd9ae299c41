import { redrawCards } from '../cards/post.js';
import { type Reads, subjectOf } from '../conversations/conversation.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward, happened, type Scene } from '../pipeline/scene.js';

/** How long it can be undone. */
export const undoableMs = 30 * 86_400_000;

/** That two customers were found to be one. */
export interface Merge {
  id: string;
  kept: string;
  other: string;
  otherName: string;
  /** Undefined: both were proven to be the same. */
  memberId?: string;
  at: number;
}

export const customerSubject = (customerId: string): string => `customer:${customerId}`;

/**
 * Two customers are one person: the elder record stays, and the identities of the younger one move to it, each in its own
 * mailbox. Nothing of the younger record is changed, so that undoing it needs to restore nothing.
 */
export async function mergeCustomers(
  scene: Scene,
  one: string,
  another: string,
  memberId: string | null,
): Promise<Merge | undefined> {
  const { tx, tenant, now } = scene;
  // In the order of their ids, so that two who merge the same two at once wait for each other.
  const rows = await tx.query<{
    id: string;
    name: string;
    merged_into: string | null;
    blocked_until: Date | null;
  }>(
    `select id, name, merged_into, blocked_until from (
       select * from customers where tenant_id = $1 and id = any($2::uuid[]) order by id for no key update) as pair
      order by created_at, id`,
    [tenant.id, [one, another]],
  );
  const [kept, other] = rows;
  if (!kept || !other || kept.merged_into !== null || other.merged_into !== null) return undefined;
  const identities = await tx.query<{ id: string }>(
    'select id from identities where tenant_id = $1 and customer_id = $2 order by id',
    [tenant.id, other.id],
  );
  const id = scene.ids.next();
  await tx.query(
    `insert into customer_merges (tenant_id, id, kept, other, identities, member_id, at) values ($1, $2, $3, $4, $5, $6, $7)`,
    [tenant.id, id, kept.id, other.id, identities.map((identity) => identity.id), memberId, new Date(now)],
  );
  await tx.query('update customers set merged_into = $3 where tenant_id = $1 and id = $2', [
    tenant.id,
    other.id,
    kept.id,
  ]);
  if (other.blocked_until !== null)
    await tx.query(
      `update customers k set blocked_until = greatest(k.blocked_until, o.blocked_until), blocked_reason = o.blocked_reason,
              blocked_by = o.blocked_by
         from customers o where k.tenant_id = $1 and k.id = $2 and o.tenant_id = $1 and o.id = $3`,
      [tenant.id, kept.id, other.id],
    );
  for (const identity of identities)
    await forward(scene, identityMailbox(identity.id), { kind: 'belongs', customerId: kept.id });
  await happened(scene, {
    kind: 'customer.merged',
    subject: customerSubject(kept.id),
    actor: memberId ?? undefined,
    data: { other: other.id, merge: id },
  });
  return {
    id,
    kept: kept.id,
    other: other.id,
    otherName: other.name,
    memberId: memberId ?? undefined,
    at: now,
  };
}

/** They are two after all: what moved goes back. False: it can't be undone (any more), or a later merge comes first. */
export async function splitCustomers(scene: Scene, mergeId: string, memberId: string): Promise<boolean> {
  const { tx, tenant, now } = scene;
  const [undone] = await tx.query<{ kept: string; other: string; identities: string[] }>(
    `update customer_merges m set undone_at = $3 from customers k
      where m.tenant_id = $1 and m.id = $2 and m.undone_at is null and m.at > $4
        and k.tenant_id = m.tenant_id and k.id = m.kept and k.merged_into is null
     returning m.kept, m.other, m.identities`,
    [tenant.id, mergeId, new Date(now), new Date(now - undoableMs)],
  );
  if (!undone) return false;
  await tx.query('update customers set merged_into = null where tenant_id = $1 and id = $2', [
    tenant.id,
    undone.other,
  ]);
  for (const identity of undone.identities)
    await forward(scene, identityMailbox(identity), { kind: 'belongs', customerId: undone.other });
  await happened(scene, {
    kind: 'customer.split',
    subject: customerSubject(undone.kept),
    actor: memberId,
    data: { other: undone.other, merge: mergeId },
  });
  return true;
}

/** In its own mailbox: an identity, and all of its conversations, belong to this customer from now on. */
export async function belongs(scene: Scene, identityId: string, customerId: string): Promise<void> {
  const { tx, tenant } = scene;
  await tx.query('update identities set customer_id = $3 where tenant_id = $1 and id = $2', [
    tenant.id,
    identityId,
    customerId,
  ]);
  const moved = await tx.query<{ id: string; state: string }>(
    `update conversations set customer_id = $3, version = version + 1 where tenant_id = $1 and identity_id = $2
     returning id, state`,
    [tenant.id, identityId, customerId],
  );
  const open = moved.filter(({ state }) => state !== 'closed');
  for (const { id } of open) await redrawCards(scene, subjectOf(id));
}

/** The merges of a customer that can be undone, newest first. */
export async function mergesOf(
  db: Reads,
  tenantId: string,
  customerId: string,
  now: number,
): Promise<Merge[]> {
  const rows = await db.query<{
    id: string;
    kept: string;
    other: string;
    name: string;
    member_id: string | null;
    at: Date;
  }>(
    `select m.id, m.kept, m.other, c.name, m.member_id, m.at from customer_merges m
       join customers c on c.tenant_id = m.tenant_id and c.id = m.other
      where m.tenant_id = $1 and m.kept = $2 and m.undone_at is null and m.at > $3 order by m.at desc, m.id desc`,
    [tenantId, customerId, new Date(now - undoableMs)],
  );
  return rows.map(({ id, kept, other, name, member_id, at }) => ({
    id,
    kept,
    other,
    otherName: name,
    memberId: member_id ?? undefined,
    at: at.getTime(),
  }));
}
