import type { Reads } from '../conversations/conversation.js';
import type { Scene } from '../pipeline/scene.js';
import type { Profile } from '../ports/inbound.js';

/** The person who asks, whatever account they write by. */
export interface Customer {
  id: string;
  name: string;
  locale?: string;
  /** What channels and systems told of them, by its label's key: `page`, `level`, … */
  profile: Record<string, string>;
}

export async function customerById(db: Reads, tenantId: string, id: string): Promise<Customer | undefined> {
  const [row] = await db.query<{
    id: string;
    name: string;
    locale: string | null;
    profile: Record<string, string>;
  }>('select id, name, locale, profile from customers where tenant_id = $1 and id = $2', [tenantId, id]);
  return row && { ...row, locale: row.locale ?? undefined };
}

export async function customerName(db: Reads, tenantId: string, id: string): Promise<string> {
  return (await customerById(db, tenantId, id))?.name ?? '';
}

/** The names of several customers, by their ids. */
export async function customerNames(
  db: Reads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; name: string }>(
    'select id, name from customers where tenant_id = $1 and id = any($2::uuid[])',
    [tenantId, ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Takes over what a message tells of its sender, where it is news. */
export async function learn(scene: Scene, customerId: string, profile: Profile | undefined): Promise<void> {
  if (!profile) return;
  const known = await customerById(scene.tx, scene.tenant.id, customerId);
  const page = profile.page && (profile.page.title ?? profile.page.url);
  const name = profile.name ?? known?.name ?? '';
  if (!known || (name === known.name && (page === undefined || page === known.profile.page))) return;
  await scene.tx.query(
    'update customers set name = $3, locale = coalesce($4, locale), profile = profile || $5 where tenant_id = $1 and id = $2',
    [
      scene.tenant.id,
      customerId,
      name,
      profile.locale ?? null,
      JSON.stringify(page === undefined ? {} : { page }),
    ],
  );
}
