import type { Place } from '../ports/courier.js';
import type { Vault } from '../secrets/vault.js';
import type { Database } from '../storage/database.js';
import type { StaffPlace } from './place.js';

/** The platform's own ids of a place. Undefined: it is not there yet (a topic before its root card was posted). */
export async function platformPlace(
  db: Database,
  vault: Vault,
  tenantId: string,
  place: StaffPlace,
): Promise<Place | undefined> {
  if (place.kind === 'chat') return { kind: 'chat', chat: place.chat, reply: place.reply };
  if (place.kind === 'direct') {
    const person = await personOf(db, vault, tenantId, place.workspaceId, place.memberId);
    return person === undefined ? undefined : { kind: 'direct', person, reply: place.reply };
  }
  const [root] = await db.query<{ external_id: string | null }>(
    `select external_id from cards
      where tenant_id = $1 and workspace_id = $2 and subject = $3 and template = 'desk' and audience = 'desk'
      order by created_at desc limit 1`,
    [tenantId, place.workspaceId, `conversation:${place.conversationId}`],
  );
  if (!root?.external_id) return undefined;
  const chat = await chatOfDesk(db, tenantId, place);
  return { kind: 'topic', root: root.external_id, chat: chat?.kind === 'chat' ? chat.chat : undefined };
}

/** Whether the root card of a topic may still be posted: nobody has refused it. */
export async function isTopicComing(
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
  const place = {
    tenantId,
    table: 'member_identities',
    column: 'person_sealed',
    row: `${workspaceId}:${memberId}`,
  };
  return row && vault.open(place, row.person_sealed);
}
