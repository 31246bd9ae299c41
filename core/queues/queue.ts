import type { Reads } from '../conversations/conversation.js';
import type { Caller } from '../operations/operation.js';

/** Conversations waiting for agents who have the skill. Only its own members see those of a confidential one. */
export interface Queue {
  id: string;
  name: string;
  confidential: boolean;
  /** Whether the member asked about serves it. */
  serves: boolean;
}

/** Where a queue's waiting work is shown in one workspace. `chat` is the platform's id of the group. */
export interface Desk {
  workspaceId: string;
  platform: string;
  place: 'topic' | 'group' | 'direct';
  chat?: string;
}

export async function queuesFor(db: Reads, tenantId: string, memberId: string): Promise<Queue[]> {
  return db.query<Queue & Record<string, unknown>>(
    `select q.id, q.name, q.confidential, m.member_id is not null as serves
       from queues q left join queue_members m on m.tenant_id = q.tenant_id and m.queue_id = q.id and m.member_id = $2
      where q.tenant_id = $1 order by q.name`,
    [tenantId, memberId],
  );
}

export async function queueById(
  db: Reads,
  tenantId: string,
  id: string,
): Promise<(Omit<Queue, 'serves'> & { assigns: boolean }) | undefined> {
  const [row] = await db.query<{ id: string; name: string; confidential: boolean; assigns: boolean }>(
    'select id, name, confidential, assigns from queues where tenant_id = $1 and id = $2',
    [tenantId, id],
  );
  return row;
}

/**
 * Whether a member may see what is said in a queue's conversations: who serves it may; supervisors and admins too, but
 * not in a confidential one.
 */
export const maySee = (queue: Queue, caller: Caller): boolean =>
  queue.serves || (!queue.confidential && (caller.role === 'supervisor' || caller.role === 'admin'));

export async function serves(
  db: Reads,
  tenantId: string,
  queueId: string,
  memberId: string,
): Promise<boolean> {
  const rows = await db.query(
    'select 1 from queue_members where tenant_id = $1 and queue_id = $2 and member_id = $3',
    [tenantId, queueId, memberId],
  );
  return rows.length > 0;
}

export async function desksOf(db: Reads, tenantId: string, queueId: string): Promise<Desk[]> {
  const rows = await db.query<{
    workspace_id: string;
    platform: string;
    place: Desk['place'];
    chat: string | null;
  }>(
    `select d.workspace_id, w.platform, d.place, d.chat from desks d
       join workspaces w on w.tenant_id = d.tenant_id and w.id = d.workspace_id
      where d.tenant_id = $1 and d.queue_id = $2 order by d.workspace_id`,
    [tenantId, queueId],
  );
  return rows.map((row) => ({
    workspaceId: row.workspace_id,
    platform: row.platform,
    place: row.place,
    chat: row.chat ?? undefined,
  }));
}

/** The members who serve a queue and can be reached in a workspace. */
export async function staffOf(
  db: Reads,
  tenantId: string,
  queueId: string,
  workspaceId: string,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select m.id from queue_members q
       join members m on m.tenant_id = q.tenant_id and m.id = q.member_id and m.departed_at is null
       join member_identities i on i.tenant_id = m.tenant_id and i.member_id = m.id and i.workspace_id = $3
        and i.left_at is null
      where q.tenant_id = $1 and q.queue_id = $2 order by m.id`,
    [tenantId, queueId, workspaceId],
  );
  return rows.map((row) => row.id);
}
