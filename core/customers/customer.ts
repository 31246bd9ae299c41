import type { Reads } from '../conversations/conversation.js';
import type { Scene } from '../pipeline/scene.js';
import type { Profile } from '../ports/inbound.js';
import { keepFacts } from './facts.js';
import type { Identity } from './identity.js';
import { isReach, keepReach, printOf, reaches, spelled } from './reach.js';
import { recognise } from './recognise.js';

/** The person who asks, whatever account they write by. */
export interface Customer {
  id: string;
  name: string;
  locale?: string;
  /** What channels told of them, by its label's key: `page`, … */
  profile: Record<string, string>;
}

export interface Known extends Customer {
  /** Staff have said what they are called. */
  named: boolean;
  phonePrint: Buffer | null;
  emailPrint: Buffer | null;
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

/** What they are called once `learn` has taken over what their channel tells now: its name, unless staff have said better. */
export const calledNow = ({ name, customer }: Identity, profile: Profile | undefined): string =>
  profile?.name !== undefined && profile.name !== name && !customer.named ? profile.name : customer.name;

/** Takes over what a channel tells of somebody, where it is news. True: what a card shows of them has changed. */
export async function learn(
  scene: Scene,
  identity: Identity,
  profile: Profile | undefined,
): Promise<boolean> {
  if (!profile) return false;
  learnName(scene, identity, profile);
  const reached = await learnReach(scene, identity.customer, profile);
  const told = profile.systems ? await keepFacts(scene, identity.id, profile.systems) : false;
  if (profile.unionId !== undefined) await recognise(scene, identity, profile.unionId);
  return reached || told;
}

/** What the account calls them is theirs too, unless staff have said better; and the page they write from. */
function learnName({ tx, tenant }: Scene, identity: Identity, profile: Profile): void {
  const { customer } = identity;
  const page = profile.page && (profile.page.title ?? profile.page.url);
  if (profile.name !== undefined && profile.name !== identity.name)
    tx.send('update identities set name = $3 where tenant_id = $1 and id = $2', [
      tenant.id,
      identity.id,
      profile.name,
    ]);
  const name = calledNow(identity, profile);
  if (name === customer.name && (page === undefined || page === customer.profile.page)) return;
  tx.send(
    'update customers set name = $3, locale = coalesce($4, locale), profile = profile || $5 where tenant_id = $1 and id = $2',
    [
      tenant.id,
      customer.id,
      name,
      profile.locale ?? null,
      JSON.stringify(page === undefined ? {} : { page }),
    ],
  );
}

async function learnReach(scene: Scene, known: Known, profile: Profile): Promise<boolean> {
  let isNews = false;
  for (const kind of reaches) {
    const value = spelled(kind, profile[kind] ?? '');
    if (!isReach(kind, value)) continue;
    const print = await printOf(scene.vault, scene.tenant.id, kind, value);
    if (known[`${kind}Print`]?.equals(print)) continue;
    await keepReach(scene, known.id, kind, value);
    isNews = true;
  }
  return isNews;
}
