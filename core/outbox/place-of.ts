import type { Place } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { Composition } from './compose.js';
import type { StaffPlace } from './place.js';

/** What is kept of a place: the member's id there, sealed; the root of a topic, and the chat it stands in. */
export interface PlaceRow extends Record<string, unknown> {
  person_sealed: string | null;
  root: string | null;
  chat: string | null;
}

/**
 * The platform's own ids of a place as columns of a statement, in which $1 is the tenant, $2 its workspace and $3 what
 * `whereIn` says: what is sent there is read together with where it goes.
 */
export function placeColumns({ kind }: StaffPlace): string {
  if (kind === 'chat') return `null as person_sealed, null as root, $3::text as chat`;
  if (kind === 'direct')
    return `(select person_sealed from member_identities
        where tenant_id = $1 and workspace_id = $2 and member_id = $3 and left_at is null limit 1) as person_sealed,
      null as root, null as chat`;
  return `null as person_sealed,
    (select external_id from cards
      where tenant_id = $1 and workspace_id = $2 and subject = 'conversation:' || $3 and template = 'desk' and audience = 'desk'
      order by created_at desc limit 1) as root,
    (select d.chat from conversations c join desks d on d.tenant_id = c.tenant_id and d.queue_id = c.queue_id
      where c.tenant_id = $1 and c.id = $3::uuid and d.workspace_id = $2) as chat`;
}

export function whereIn(place: StaffPlace): string {
  if (place.kind === 'direct') return place.memberId;
  return place.kind === 'topic' ? place.conversationId : place.chat;
}

/** Undefined: it is not there yet (a topic before its root card was posted), or no longer. */
export async function placeFrom(
  vault: Vault,
  tenantId: string,
  place: StaffPlace,
  row: PlaceRow,
): Promise<Place | undefined> {
  if (place.kind === 'chat') return { kind: 'chat', chat: place.chat, reply: place.reply };
  if (place.kind === 'topic')
    return row.root === null
      ? undefined
      : { kind: 'topic', root: row.root, chat: row.chat === null ? undefined : row.chat };
  if (row.person_sealed === null) return undefined;
  const sealedAt = memberIdentity(tenantId, place.workspaceId, place.memberId);
  return { kind: 'direct', person: await vault.open(sealedAt, row.person_sealed), reply: place.reply };
}

/** The platform's own ids of a place. */
export async function platformPlace(
  db: Database,
  vault: Vault,
  tenantId: string,
  place: StaffPlace,
): Promise<Place | undefined> {
  const [row] =
    place.kind === 'chat'
      ? [{ person_sealed: null, root: null, chat: null }]
      : await db.query<PlaceRow>(`select ${placeColumns(place)}`, [
          tenantId,
          place.workspaceId,
          whereIn(place),
        ]);
  return row && placeFrom(vault, tenantId, place, row);
}

const memberIdentity = (tenantId: string, workspaceId: string, memberId: string) => ({
  tenantId,
  table: 'member_identities',
  column: 'person_sealed',
  row: `${workspaceId}:${memberId}`,
});

/** How soon something that waits for another send (a topic's root card) is looked at again. */
export const rootWaitMs = 250;

/** Only a topic may still come to be; its root card is on its way, or was refused. */
export async function noPlace(db: Database, tenantId: string, place: StaffPlace): Promise<Composition> {
  if (place.kind !== 'topic') return { refused: 'the member is not in this workspace' };
  return (await isTopicComing(db, tenantId, place))
    ? { waitMs: rootWaitMs }
    : { refused: 'the topic was not begun' };
}

/** Whether the root card of a topic may still be posted: nobody has refused it. */
async function isTopicComing(
  db: Pick<Database, 'query'>,
  tenantId: string,
  { workspaceId, conversationId }: Extract<StaffPlace, { kind: 'topic' }>,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 from cards where tenant_id = $1 and workspace_id = $2 and subject = $3 and template = 'desk'
        and audience = 'desk' and retired_at is null limit 1`,
    [tenantId, workspaceId, `conversation:${conversationId}`],
  );
  return rows.length > 0;
}

/** Where the root card of a topic goes: into the group itself, where it begins the topic. */
export async function chatOfDesk(
  db: Database,
  tenantId: string,
  place: StaffPlace,
): Promise<Place | undefined> {
  if (place.kind !== 'topic') return undefined;
  const [desk] = await db.query<{ chat: string | null }>(
    `select d.chat from conversations c join desks d on d.tenant_id = c.tenant_id and d.queue_id = c.queue_id
      where c.tenant_id = $1 and c.id = $2 and d.workspace_id = $3`,
    [tenantId, place.conversationId, place.workspaceId],
  );
  return desk?.chat ? { kind: 'chat', chat: desk.chat } : undefined;
}

/** What the platform calls a member in a workspace that they have not left. */
export async function personOf(
  db: Database,
  vault: Vault,
  tenantId: string,
  workspaceId: string,
  memberId: string,
  { evenIfLeft = false } = {},
): Promise<string | undefined> {
  const [row] = await db.query<{ person_sealed: string }>(
    `select person_sealed from member_identities
      where tenant_id = $1 and workspace_id = $2 and member_id = $3 and (left_at is null or $4) limit 1`,
    [tenantId, workspaceId, memberId, evenIfLeft],
  );
  return row && vault.open(memberIdentity(tenantId, workspaceId, memberId), row.person_sealed);
}
